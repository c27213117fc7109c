"""The records behind the pages, and what is put into them and taken out. No page code."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from formcheck.analysis import Analysis
from formcheck.records import Records, open_records
from formcheck.records.home import DATABASE_VARIABLE, home
from formcheck.records.opening import LOCAL_OWNER
from formcheck.records.types import ClipInfo, PersonInfo
from formcheck.web import access
from formcheck.web.words import count_text, day_text, say


def records() -> Records:
    """Return the records of whoever uses the page; the database is opened once for all sessions.

    Raises
    ------
    RecordsError
        If they can't be opened (the next call tries again), or if somebody has to sign in first.
    """
    owner = access.owner()
    opened = _opened(str(home()), os.environ.get(DATABASE_VARIABLE, ""))
    return opened if owner == LOCAL_OWNER else opened.of_owner(owner)


@cache
def _opened(_home: str, _address: str) -> Records:
    return open_records()


def label(person: PersonInfo) -> str:
    """Return how a person stands in lists: the code, with the name if there is one."""
    return f"{person.code} · {person.name}" if person.name else person.code


def remember(
    records: Records,
    code: str,
    analysis: Analysis,
    *,
    filmed_on: date | None = None,
    video: Path | None = None,
) -> ClipInfo:
    """Store a result for a person, who is new if unknown.

    Parameters
    ----------
    records : Records
        Where.
    code : str
        The person's.
    analysis : Analysis
        The result.
    filmed_on : date, optional
        The day of filming (its noon, if it isn't today); None for now.
    video : Path, optional
        The clip, only if it shall be kept too.
    """
    past = filmed_on is not None and filmed_on != date.today()
    at = datetime.combine(filmed_on, time(12)).astimezone() if past and filmed_on else None
    return records.save_analysis(code, analysis, recorded_at=at, video=video)


def facts(person: PersonInfo) -> str:
    """Return how much there is of a person, in words."""
    if person.last_day is None:
        return say("people.facts_none")
    return say(
        "people.facts",
        sessions=count_text("people.sessions", person.sessions),
        clips=count_text("people.clips", person.clips),
        day=day_text(person.last_day),
    )


def export_everybody(records: Records) -> bytes:
    """Return a zip that holds the zip of each person (see `export`)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for person in records.people():
            archive.writestr(f"formcheck-{person.code}.zip", export(records, person.code))
    return buffer.getvalue()


def export(records: Records, code: str) -> bytes:
    """Return the zip with everything that is stored of a person."""
    with TemporaryDirectory(prefix="formcheck-") as folder:
        return records.export_person(code, Path(folder) / "export.zip").read_bytes()
