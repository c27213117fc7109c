"""People, their days, clips, sets and measures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.String(24)
_WORD = sa.String(64)


def _owner() -> sa.Column[int]:
    return sa.Column("owner_id", sa.Integer, sa.ForeignKey("owner.id"), primary_key=True)


def _belongs_to(table: str, *columns: str, key: tuple[str, ...] = ("id",)) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["owner_id", *columns],
        [f"{table}.owner_id", *(f"{table}.{column}" for column in key)],
        ondelete="CASCADE",
    )


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "owner",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(255), nullable=False, unique=True),
    )
    op.create_table(
        "person",
        _owner(),
        sa.Column("id", _ID, primary_key=True),
        sa.Column("code", _WORD, nullable=False),
        sa.Column("name", sa.String(200)),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("owner_id", "code"),
    )
    op.create_table(
        "session",
        _owner(),
        sa.Column("id", _ID, primary_key=True),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        _belongs_to("person", "person_id"),
        sa.UniqueConstraint("owner_id", "person_id", "day"),
    )
    op.create_table(
        "clip",
        _owner(),
        sa.Column("id", _ID, primary_key=True),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("session_id", _ID, nullable=False),
        sa.Column("recorded_at", sa.DateTime, nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("video_name", sa.String(255), nullable=False),
        sa.Column("formcheck", _WORD, nullable=False),
        sa.Column("pose_model", _WORD, nullable=False),
        sa.Column("pose_model_sha256", sa.String(64), nullable=False),
        sa.Column("landmarks", sa.String(80)),
        sa.Column("video", sa.String(80)),
        sa.Column("document", sa.LargeBinary, nullable=False),
        _belongs_to("person", "person_id"),
        _belongs_to("session", "session_id"),
        sa.UniqueConstraint("owner_id", "person_id", "fingerprint"),
    )
    op.create_index("ix_clip_session", "clip", ["owner_id", "session_id"])
    op.create_index("ix_clip_landmarks", "clip", ["landmarks"])
    op.create_index("ix_clip_video", "clip", ["video"])
    op.create_table(
        "bout",
        _owner(),
        sa.Column("clip_id", _ID, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("recorded_at", sa.DateTime, nullable=False),
        sa.Column("exercise", _WORD, nullable=False),
        sa.Column("side", sa.String(5)),
        sa.Column("variant", _WORD),
        sa.Column("reps", sa.Integer, nullable=False),
        sa.Column("score", sa.Integer),
        sa.Column("band", _WORD),
        sa.Column("coverage", sa.Double, nullable=False),
        sa.Column("core_fails", sa.Integer, nullable=False),
        sa.Column("reason", _WORD),
        _belongs_to("clip", "clip_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bout_trend", "bout", ["owner_id", "person_id", "exercise", "side", "recorded_at"])
    op.create_table(
        "measure",
        _owner(),
        sa.Column("clip_id", _ID, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("measure", _WORD, primary_key=True),
        sa.Column("value", sa.Double),
        sa.Column("sd", sa.Double),
        sa.Column("unit", sa.String(8), nullable=False),
        sa.Column("grade", sa.String(8)),
        sa.Column("borderline", sa.Boolean, nullable=False),
        sa.Column("reason", _WORD),
        _belongs_to("bout", "clip_id", "number", key=("clip_id", "number")),
        sqlite_with_rowid=False,
    )
    op.create_table("doomed_file", sa.Column("name", sa.String(80), primary_key=True))
