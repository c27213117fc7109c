"""The tables.

Every row of a person carries its owner in its primary key and in its references. So the database itself
refuses a row that refers to another owner's, and the same exported person can be imported by two owners.

What comes as a JSON document (an analysis, a plan) is kept whole; the columns beside it repeat the little
that queries look for.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from formcheck.records.columns import Document, PackedJson, UtcTime, new_id

_ID = String(24)
_WORD = String(64)


class Base(DeclarativeBase):
    """Base of all tables; constraints have names, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, Document: PackedJson}  # noqa: RUF012 - SQLAlchemy's own way


class Owner(Base):
    """Somebody who keeps records: the person at this machine, or one who signed in."""

    __tablename__ = "owner"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(255), unique=True)


class Owned:
    """What belongs to an owner; only `formcheck.records.scope` sets and compares the owner."""

    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), primary_key=True, sort_order=-1)


def _belongs_to(table: str, *columns: str, key: tuple[str, ...] = ("id",)) -> ForeignKeyConstraint:
    """Return the reference of ``columns`` to another table's row of the same owner; a row goes with it."""
    return ForeignKeyConstraint(
        ["owner_id", *columns],
        [f"{table}.owner_id", *(f"{table}.{column}" for column in key)],
        ondelete="CASCADE",
    )


class Person(Owned, Base):
    """Somebody who trains, known by a code; the name is optional."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("owner_id", "code"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(_WORD)
    name: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]


class Session(Owned, Base):
    """A day on which a person was filmed."""

    __tablename__ = "session"
    __table_args__ = (_belongs_to("person", "person_id"), UniqueConstraint("owner_id", "person_id", "day"))

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(_ID)
    day: Mapped[date]


class Clip(Owned, Base):
    """A clip's analysis, the document ``formcheck.analysis/1`` with all repetitions, and its files.

    ``fingerprint`` knows the clip again, so that scoring it anew replaces what was stored of it.
    ``landmarks`` and ``video`` are names in the store of files (`formcheck.records.files`).
    """

    __tablename__ = "clip"
    __table_args__ = (
        _belongs_to("person", "person_id"),
        _belongs_to("session", "session_id"),
        UniqueConstraint("owner_id", "person_id", "fingerprint"),
        Index("ix_clip_session", "owner_id", "session_id"),
        Index("ix_clip_landmarks", "landmarks"),
        Index("ix_clip_video", "video"),
    )

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(_ID)
    session_id: Mapped[str] = mapped_column(_ID)
    recorded_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    fingerprint: Mapped[str] = mapped_column(String(64))
    video_name: Mapped[str] = mapped_column(String(255))
    formcheck: Mapped[str] = mapped_column(_WORD)
    pose_model: Mapped[str] = mapped_column(_WORD)
    pose_model_sha256: Mapped[str] = mapped_column(String(64))
    landmarks: Mapped[str | None] = mapped_column(String(80))
    video: Mapped[str | None] = mapped_column(String(80))
    document: Mapped[Document]


class Bout(Owned, Base):
    """A set of one exercise on one side, the ``number``-th of its clip."""

    __tablename__ = "bout"
    __table_args__ = (
        _belongs_to("clip", "clip_id"),
        Index("ix_bout_trend", "owner_id", "person_id", "exercise", "side", "recorded_at"),
        {"sqlite_with_rowid": False},
    )

    clip_id: Mapped[str] = mapped_column(_ID, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[str] = mapped_column(_ID)
    recorded_at: Mapped[datetime]
    exercise: Mapped[str] = mapped_column(_WORD)
    side: Mapped[str | None] = mapped_column(String(5))
    variant: Mapped[str | None] = mapped_column(_WORD)
    reps: Mapped[int]
    score: Mapped[int | None]
    band: Mapped[str | None] = mapped_column(_WORD)
    coverage: Mapped[float]
    core_fails: Mapped[int]
    reason: Mapped[str | None] = mapped_column(_WORD)


class Measure(Owned, Base):
    """A measure of a set with its error, or the reason why it has no value."""

    __tablename__ = "measure"
    __table_args__ = (
        _belongs_to("bout", "clip_id", "number", key=("clip_id", "number")),
        {"sqlite_with_rowid": False},
    )

    clip_id: Mapped[str] = mapped_column(_ID, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    measure: Mapped[str] = mapped_column(_WORD, primary_key=True)
    value: Mapped[float | None]
    sd: Mapped[float | None]
    unit: Mapped[str] = mapped_column(String(8))
    grade: Mapped[str | None] = mapped_column(String(8))
    borderline: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(_WORD)
    excursion: Mapped[float | None]


class Entry(Owned, Base):
    """A document of the coaching: an assessment, a plan, a decision, a set of the training log.

    ``exercise``, ``side`` and ``code`` repeat the document's fields of those names, where it has them; a
    ``ladder`` of exercises counts as one.
    """

    __tablename__ = "entry"
    __table_args__ = (
        _belongs_to("person", "person_id"),
        Index("ix_entry_kind", "owner_id", "person_id", "kind", "at"),
    )

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(_ID)
    kind: Mapped[str] = mapped_column(_WORD)
    at: Mapped[datetime]
    exercise: Mapped[str | None] = mapped_column(_WORD)
    side: Mapped[str | None] = mapped_column(String(5))
    code: Mapped[str | None] = mapped_column(_WORD)
    document: Mapped[Document]


class Note(Owned, Base):
    """What somebody wrote about a person, or about one of the person's days."""

    __tablename__ = "note"
    __table_args__ = (
        _belongs_to("person", "person_id"),
        _belongs_to("session", "session_id"),
        Index("ix_note_person", "owner_id", "person_id", "at"),
    )

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(_ID)
    session_id: Mapped[str | None] = mapped_column(_ID)
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)


class DoomedFile(Base):
    """A file to be deleted: remembered with the deletion of its row, forgotten when the file is gone."""

    __tablename__ = "doomed_file"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
