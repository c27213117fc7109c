"""One person's records in a zip: out, and in again.

``person.json`` (``formcheck.person/1``) holds everything; ``files/`` the landmarks and videos that it names;
``tables/`` the same sets, repetitions and measures as Parquet, for other programs: an import does not read
them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

import formcheck
from formcheck.errors import ArchiveError, RecordsError
from formcheck.names import LANDMARKS
from formcheck.pose.sequence import SCHEMA as LANDMARKS_SCHEMA
from formcheck.records import clips, entries, people
from formcheck.records.archive import Archive, new_archive, open_archive
from formcheck.records.documents import MAX_NOTE, check_text
from formcheck.records.exchange_tables import tables_of
from formcheck.records.files import Draft, FileStore, is_file_name
from formcheck.records.scope import Scope
from formcheck.records.tables import Clip, Entry, Note, Person, Session
from formcheck.records.types import EntryKind, Imported
from formcheck.validation import EARLIEST_YEAR, LATEST_YEAR, is_plausible

_DOCUMENT: Final = "person.json"
_TABLES: Final = ("tables/sets.parquet", "tables/reps.parquet", "tables/measures.parquet")
_MAX_FRAMES: Final = 4_000_000
"""Of a clip: more than ten hours at 100 frames per second."""

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{24}$")]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _PersonPart(_Part):
    id: Id
    code: str
    name: str | None
    created_at: AwareDatetime


class _SessionPart(_Part):
    id: Id
    day: date


class _ClipPart(_Part):
    id: Id
    session_id: Id
    recorded_at: AwareDatetime
    fingerprint: Hash
    landmarks: str | None
    video: str | None
    document: dict[str, Any]


class _EntryPart(_Part):
    id: Id
    kind: EntryKind
    at: AwareDatetime
    document: dict[str, Any]


class _NotePart(_Part):
    id: Id
    session_id: Id | None
    at: AwareDatetime
    text: str


class PersonDocument(_Part):
    """``formcheck.person/1``."""

    schema_: Literal["formcheck.person/1"] = Field(alias="schema")
    formcheck: str
    person: _PersonPart
    sessions: list[_SessionPart]
    clips: list[_ClipPart]
    entries: list[_EntryPart]
    notes: list[_NotePart]


def export_person(scope: Scope, files: FileStore, code: str, target: Path) -> Path:
    """Write a person's records to the zip ``target`` and return it (see `Records.export_person`)."""
    with scope.reading() as session:
        document = _document_of(session, people.find(session, code), files)
    with new_archive(target) as archive:
        archive.add_json(_DOCUMENT, document.model_dump(mode="json", by_alias=True))
        for name, content in zip(_TABLES, tables_of(document.clips), strict=True):
            archive.add_bytes(name, content)
        for name in sorted(_files_of(document)):
            archive.add_file(f"files/{name}", files.path(name))
    return target


def import_person(scope: Scope, files: FileStore, source: Path, code: str | None) -> Imported:
    """Take in what `export_person` wrote (see `Records.import_person`)."""
    kind = "an export (`formcheck restore` takes backups)"
    with open_archive(source, _is_expected, kind=kind) as archive, ExitStack() as drafts:
        document = _read(archive, source.name)
        arrived = _drafts_of(archive, document, files, source.name, drafts)
        with scope.writing() as session:
            return _Import(session, files, arrived, document, source.name).run(code)


class _Import:
    """One import, within one transaction: adds what is not there yet, and leaves alone what is."""

    def __init__(
        self,
        session: DbSession,
        files: FileStore,
        drafts: dict[str, Draft],
        document: PersonDocument,
        source: str,
    ) -> None:
        self._session, self._files, self._drafts = session, files, drafts
        self._document, self._source = document, source

    def run(self, code: str | None) -> Imported:
        """Return how much was new and how much was there."""
        person = self._person(code)
        days = {part.id: self._day(person, part) for part in self._document.sessions}
        added = [self._add_clip(person, clip, days) for clip in self._document.clips]
        added += [self._add_entry(person, entry) for entry in self._document.entries]
        added += [self._add_note(person, note, days) for note in self._document.notes]
        return Imported(person.code, sum(added), len(added) - sum(added))

    def _person(self, code: str | None) -> Person:
        part = self._document.person
        person = self._session.scalar(select(Person).where(Person.id == part.id))
        if person is not None:
            if code is not None and code.strip() != person.code:
                raise RecordsError(
                    f"This person is here already, as '{person.code}': leave the other code out."
                )
            return person
        wanted = (code or part.code).strip()
        if people.infos(self._session, code=wanted):
            raise RecordsError(
                f"The code '{wanted}' is somebody else's here: import under another one (--as)."
            )
        return people.make(self._session, wanted, part.name, person_id=part.id, created_at=part.created_at)

    def _day(self, person: Person, part: _SessionPart) -> str:
        """Return the id of the day here, which may have been made here before."""
        if self._is_there(Session, person, part.id):
            return part.id
        day = self._session.scalar(
            select(Session).where(Session.person_id == person.id, Session.day == part.day)
        )
        if day is None:
            day = Session(id=part.id, person_id=person.id, day=part.day)
            self._session.add(day)
            self._session.flush()
        return day.id

    def _add_clip(self, person: Person, part: _ClipPart, days: Mapping[str, str]) -> bool:
        same = select(Clip.id).where(Clip.person_id == person.id, Clip.fingerprint == part.fingerprint)
        if self._is_there(Clip, person, part.id) or self._session.scalar(same) is not None:
            return False
        clips.save(
            self._session,
            person,
            part.document,
            mark=part.fingerprint,
            recorded_at=part.recorded_at,
            landmarks=self._kept(part.landmarks),
            video=self._kept(part.video),
            clip_id=part.id,
            session_id=self._local(part.session_id, days),
        )
        return True

    def _add_entry(self, person: Person, part: _EntryPart) -> bool:
        if self._is_there(Entry, person, part.id):
            return False
        entries.add(self._session, person, part.kind, part.document, part.at, entry_id=part.id)
        return True

    def _add_note(self, person: Person, part: _NotePart, days: Mapping[str, str]) -> bool:
        if self._is_there(Note, person, part.id):
            return False
        day = None if part.session_id is None else self._local(part.session_id, days)
        text = check_text(part.text, MAX_NOTE)
        self._session.add(Note(id=part.id, person_id=person.id, session_id=day, at=part.at, text=text))
        self._session.flush()
        return True

    def _is_there(self, table: type[Session | Clip | Entry | Note], person: Person, row_id: str) -> bool:
        of = self._session.scalar(select(table.person_id).where(table.id == row_id))
        if of not in (None, person.id):
            raise ArchiveError(f"'{self._source}' is refused: part of it belongs to another person here.")
        return of is not None

    def _local(self, session_id: str, days: Mapping[str, str]) -> str:
        if session_id not in days:
            raise ArchiveError(f"'{self._source}' is damaged: it lacks the day '{session_id}'.")
        return days[session_id]

    def _kept(self, name: str | None) -> str | None:
        return None if name is None else self._files.keep(self._drafts[name])


def _is_expected(name: str) -> bool:
    folder, _, file = name.partition("/")
    return name == _DOCUMENT or name in _TABLES or (folder == "files" and is_file_name(file))


def _read(archive: Archive, source: str) -> PersonDocument:
    try:
        document = PersonDocument.model_validate(archive.json(_DOCUMENT))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise ArchiveError(f"'{source}' is not an export of formcheck ({where}: {first['msg']}).") from error
    moments = [document.person.created_at, *(part.recorded_at for part in document.clips)]
    moments += [entry.at for entry in document.entries] + [note.at for note in document.notes]
    if not all(is_plausible(day) for day in (*moments, *(part.day for part in document.sessions))):
        raise ArchiveError(
            f"'{source}' is not an export of formcheck (a date outside {EARLIEST_YEAR}–{LATEST_YEAR})."
        )
    return document


def _drafts_of(
    archive: Archive, document: PersonDocument, files: FileStore, source: str, to_discard: ExitStack
) -> dict[str, Draft]:
    """Return the zip's files that the document names, each found to be what its name says."""
    drafts: dict[str, Draft] = {}
    for name in _files_of(document):
        if not is_file_name(name):
            raise ArchiveError(f"'{source}' is refused: '{name[:80]!a}' is no name of a file.")
        with archive.open(f"files/{name}") as content:
            draft = files.draft_copy(Path(name).suffix, content)
        to_discard.callback(draft.discard)
        if draft.name() != name:
            raise ArchiveError(f"'{source}' is damaged: the file '{name}' in it is not what it was.")
        drafts[name] = draft
    for clip in document.clips:
        if clip.landmarks is not None and not _has_landmarks(drafts[clip.landmarks]):
            raise ArchiveError(f"'{source}' is refused: '{clip.landmarks}' in it holds no landmarks.")
    return drafts


def _has_landmarks(draft: Draft) -> bool:
    """Whether the file says of itself that it holds landmarks, and not too many; its rows are not read."""
    try:
        about = pq.read_metadata(draft.path)
        said = json.loads((about.metadata or {})[b"formcheck"])
        few_enough: bool = about.num_rows <= _MAX_FRAMES * len(LANDMARKS)
        return few_enough and bool(said["schema"] == LANDMARKS_SCHEMA)
    except (OSError, KeyError, ValueError, TypeError, RecursionError, pa.ArrowException):
        return False


def _document_of(session: DbSession, person: Person, files: FileStore) -> PersonDocument:
    def there(name: str | None) -> str | None:
        return name if name is not None and files.exists(name) else None

    days = session.scalars(select(Session).where(Session.person_id == person.id).order_by(Session.day))
    kept = session.scalars(select(Entry).where(Entry.person_id == person.id).order_by(Entry.at, Entry.id))
    notes = session.scalars(select(Note).where(Note.person_id == person.id).order_by(Note.at, Note.id))
    return PersonDocument.model_validate(
        {
            "schema": "formcheck.person/1",
            "formcheck": formcheck.__version__,
            "person": _fields(person, _PersonPart),
            "sessions": [_fields(row, _SessionPart) for row in days],
            "clips": [
                {**_fields(row, _ClipPart), "landmarks": there(row.landmarks), "video": there(row.video)}
                for row in clips.of_person(session, person)
            ],
            "entries": [_fields(row, _EntryPart) for row in kept],
            "notes": [_fields(row, _NotePart) for row in notes],
        }
    )


def _fields(row: object, part: type[_Part]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in part.model_fields}


def _files_of(document: PersonDocument) -> set[str]:
    return {name for clip in document.clips for name in (clip.landmarks, clip.video) if name is not None}
