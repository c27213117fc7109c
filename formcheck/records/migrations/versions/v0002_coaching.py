"""The coaching's documents, notes, and the excursion of each measure, taken out of the clips' documents."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.String(24)
_WORD = sa.String(64)
_CLIPS_AT_A_TIME = 500


def upgrade() -> None:
    """Add the tables of the coaching and the column of the excursions."""
    for name, columns in (("entry", _entry_columns()), ("note", _note_columns())):
        op.create_table(
            name,
            sa.Column("owner_id", sa.Integer, sa.ForeignKey("owner.id"), primary_key=True),
            sa.Column("id", _ID, primary_key=True),
            sa.Column("person_id", _ID, nullable=False),
            *columns,
            sa.ForeignKeyConstraint(
                ["owner_id", "person_id"], ["person.owner_id", "person.id"], ondelete="CASCADE"
            ),
        )
    op.create_index("ix_entry_kind", "entry", ["owner_id", "person_id", "kind", "at"])
    op.create_index("ix_note_person", "note", ["owner_id", "person_id", "at"])
    op.add_column("measure", sa.Column("excursion", sa.Double))
    _fill_excursions(op.get_bind())


def _entry_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("kind", _WORD, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("exercise", _WORD),
        sa.Column("side", sa.String(5)),
        sa.Column("code", _WORD),
        sa.Column("document", sa.LargeBinary, nullable=False),
    ]


def _note_columns() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("session_id", _ID),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "session_id"], ["session.owner_id", "session.id"], ondelete="CASCADE"
        ),
    ]


def _fill_excursions(connection: sa.Connection) -> None:
    measure = sa.table(
        "measure", *(sa.column(c) for c in ("owner_id", "clip_id", "number", "measure", "excursion"))
    )
    statement = (
        measure.update()
        .where(
            measure.c.owner_id == sa.bindparam("of_owner"),
            measure.c.clip_id == sa.bindparam("of_clip"),
            measure.c.number == sa.bindparam("of_number"),
            measure.c.measure == sa.bindparam("of_measure"),
        )
        .values(excursion=sa.bindparam("is"))
    )
    clip = sa.table("clip", *(sa.column(c) for c in ("owner_id", "id", "document")))
    keys = connection.execute(sa.select(clip.c.owner_id, clip.c.id)).all()
    for first in range(0, len(keys), _CLIPS_AT_A_TIME):
        found: list[dict[str, Any]] = []
        for owner_id, clip_id in keys[first : first + _CLIPS_AT_A_TIME]:
            packed = connection.scalar(
                sa.select(clip.c.document).where(clip.c.owner_id == owner_id, clip.c.id == clip_id)
            )
            document = json.loads(zlib.decompress(packed or b""))
            found += [{"of_owner": owner_id, "of_clip": clip_id, **row} for row in _excursions(document)]
        if found:
            connection.execute(statement, found)


def _excursions(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number, bout in enumerate(document["bouts"]):
        for name, measure in bout["measures"].items():
            if measure.get("excursion") is not None:
                yield {"of_number": number, "of_measure": name, "is": measure["excursion"]}
