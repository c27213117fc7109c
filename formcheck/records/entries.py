"""The coaching's documents and the notes. All functions work within a session of `Scope`."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from formcheck.errors import NotFoundError
from formcheck.records.columns import Document, new_id, now
from formcheck.records.documents import MAX_NOTE, check_text, word_of
from formcheck.records.tables import Entry, Note, Person, Session
from formcheck.records.types import EntryInfo, EntryKind, NoteInfo
from formcheck.validation import is_plausible


def add(
    session: DbSession,
    person: Person,
    kind: EntryKind,
    document: Document,
    at: datetime | None,
    *,
    entry_id: str | None = None,
) -> Entry:
    """Store a document of the coaching, under an id that is not taken.

    Without ``at`` its moment is noon of the document's ``date``, or now if it names none.
    """
    entry = Entry(
        id=entry_id or new_id(),
        person_id=person.id,
        kind=kind,
        at=at or _noon(document) or now(),
        exercise=word_of(document, "exercise") or word_of(document, "ladder"),
        side=word_of(document, "side", 5),
        code=word_of(document, "code"),
        document=document,
    )
    session.add(entry)
    session.flush()
    return entry


def _noon(document: Document) -> datetime | None:
    try:
        day = date.fromisoformat(document["date"])
    except (KeyError, TypeError, ValueError):
        return None
    if not is_plausible(day):
        return None
    return datetime.combine(day, time(12)).astimezone()


def of_kind(
    session: DbSession,
    person: Person,
    kind: EntryKind,
    *,
    since: datetime | None = None,
    exercise: str | None = None,
    newest: int | None = None,
) -> list[EntryInfo]:
    """Return a person's documents of one kind, oldest first; of more than ``newest``, only the newest."""
    query = select(Entry).where(Entry.person_id == person.id, Entry.kind == kind)
    if since is not None:
        query = query.where(Entry.at >= since)
    if exercise is not None:
        query = query.where(Entry.exercise == exercise)
    found = session.scalars(query.order_by(Entry.at.desc(), Entry.id.desc()).limit(newest)).all()
    return [EntryInfo(e.id, cast(EntryKind, e.kind), e.at, e.document) for e in reversed(found)]


def add_note(session: DbSession, person: Person, text: str, session_id: str | None) -> Note:
    """Store a note (`RecordsError` if the text can't be one, `NotFoundError` if the day is unknown)."""
    if session_id is not None:
        day = session.scalar(
            select(Session.id).where(Session.id == session_id, Session.person_id == person.id)
        )
        if day is None:
            raise NotFoundError(f"There is no session '{session_id}'.")
    note = Note(person_id=person.id, session_id=session_id, at=now(), text=check_text(text, MAX_NOTE))
    session.add(note)
    session.flush()
    return note


def find_note(session: DbSession, note_id: str) -> Note:
    """Return the note with that id (`NotFoundError` if this owner has none with it)."""
    note = session.scalar(select(Note).where(Note.id == note_id))
    if note is None:
        raise NotFoundError(f"There is no note '{note_id}'.")
    return note


def notes(session: DbSession, person: Person, session_id: str | None = None) -> list[NoteInfo]:
    """Return the notes about a person, or about one of their days, oldest first."""
    query = select(Note).where(Note.person_id == person.id).order_by(Note.at, Note.id)
    if session_id is not None:
        query = query.where(Note.session_id == session_id)
    return [NoteInfo(note.id, note.at, note.session_id, note.text) for note in session.scalars(query)]
