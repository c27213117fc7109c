"""People: found, made, listed and deleted. All functions work within a session of `Scope`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession

from formcheck.errors import NotFoundError
from formcheck.records.columns import new_id, now
from formcheck.records.documents import MAX_NAME, check_code, check_text
from formcheck.records.tables import Clip, Person, Session
from formcheck.records.types import PersonInfo


def find(session: DbSession, code: str) -> Person:
    """Return the person with that code.

    Raises
    ------
    NotFoundError
        If this owner has nobody of that code.
    """
    person = session.scalar(select(Person).where(Person.code == code.strip()))
    if person is None:
        raise NotFoundError(f"There is nobody with the code '{code}': `formcheck people` lists all.")
    return person


def find_or_make(session: DbSession, code: str) -> Person:
    """Return the person with that code, new if there is none (`RecordsError` if it can't be a code)."""
    try:
        return find(session, code)
    except NotFoundError:
        return make(session, code, None)


def make(
    session: DbSession,
    code: str,
    name: str | None,
    *,
    person_id: str | None = None,
    created_at: datetime | None = None,
) -> Person:
    """Add a person whose code is free (`RecordsError` if the code or the name can't be one)."""
    person = Person(
        id=person_id or new_id(),
        code=check_code(code),
        name=None if name is None else check_text(name, MAX_NAME),
        created_at=created_at or now(),
    )
    session.add(person)
    session.flush()
    return person


def infos(session: DbSession, search: str = "", code: str | None = None) -> list[PersonInfo]:
    """Return people by code: all, those with ``search`` in their code or name, or the one of ``code``."""
    days = (
        select(Session.person_id, func.count().label("sessions"), func.max(Session.day).label("last_day"))
        .group_by(Session.person_id)
        .subquery()
    )
    clips = select(Clip.person_id, func.count().label("clips")).group_by(Clip.person_id).subquery()
    query = (
        select(Person.code, Person.name, Person.created_at, days.c.sessions, clips.c.clips, days.c.last_day)
        .outerjoin(days, days.c.person_id == Person.id)
        .outerjoin(clips, clips.c.person_id == Person.id)
        .order_by(Person.code)
    )
    if code is not None:
        query = query.where(Person.code == code.strip())
    wanted = search.strip().casefold()
    return [
        PersonInfo(row.code, row.name, row.created_at, row.sessions or 0, row.clips or 0, row.last_day)
        for row in session.execute(query)
        if wanted in row.code.casefold() or wanted in (row.name or "").casefold()
    ]
