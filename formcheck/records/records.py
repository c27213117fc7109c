"""`Records`: all that the page and the commands do with what is remembered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from formcheck.errors import NotFoundError, RecordsError
from formcheck.records import backup, clips, entries, exchange, people
from formcheck.records.columns import Document, finite
from formcheck.records.deletion import doom_backups, finish
from formcheck.records.documents import MAX_NAME, check_code, check_text
from formcheck.records.files import LANDMARKS_SUFFIX, VIDEO_SUFFIXES, Draft
from formcheck.records.scope import Scope
from formcheck.records.store import Store
from formcheck.records.tables import Clip, Entry, Person
from formcheck.records.types import (
    ClipInfo,
    EntryInfo,
    EntryKind,
    Imported,
    NoteInfo,
    PersonInfo,
    Removed,
    SessionInfo,
    TrendPoint,
)

if TYPE_CHECKING:
    from formcheck.analysis import Analysis


class Records:
    """One owner's records. Made by `formcheck.records.open_records`; may be used by several threads.

    People are named by their codes. What is not there, or is somebody else's, raises `NotFoundError`;
    whatever else goes wrong raises `RecordsError`, and then nothing was changed.

    Attributes
    ----------
    notices : tuple of str
        What opening them brought about and a person should know: a backup, a restoration and what it lost.
    """

    def __init__(self, store: Store, owner: str, notices: Iterable[str] = ()) -> None:
        self._store = store
        self._scope = Scope(store.database, owner)
        self.notices = tuple(notices)

    def of_owner(self, owner: str) -> Records:
        """Return another owner's records in the same database."""
        return Records(self._store, owner)

    def close(self) -> None:
        """Close the connections (of all owners)."""
        self._store.database.engine.dispose()

    # People

    def people(self, search: str = "") -> list[PersonInfo]:
        """Return the people by code: all, or those whose code or name has ``search`` in it."""
        with self._scope.reading() as session:
            return people.infos(session, search)

    def person(self, code: str) -> PersonInfo:
        """Return one person."""
        with self._scope.reading() as session:
            found = people.infos(session, code=people.find(session, code).code)
            return found[0]

    def add_person(self, code: str, name: str | None = None) -> PersonInfo:
        """Add a person, with a name if they wish; all else that is stored makes unknown people itself.

        Raises
        ------
        RecordsError
            If the code is taken, or is none.
        """
        with self._scope.writing() as session:
            if people.infos(session, code=check_code(code)):
                raise RecordsError(f"The code '{code}' is taken: choose another one.")
            made = people.make(session, code, name)
            return people.infos(session, code=made.code)[0]

    def rename_person(self, code: str, *, new_code: str | None = None, name: str | None = None) -> None:
        """Give a person another code, another name (empty: none), or both."""
        with self._scope.writing() as session:
            person = people.find(session, code)
            if new_code is not None and check_code(new_code) != person.code:
                if people.infos(session, code=check_code(new_code)):
                    raise RecordsError(f"The code '{new_code}' is taken: choose another one.")
                person.code = check_code(new_code)
            if name is not None:
                person.name = check_text(name, MAX_NAME) if name.strip() else None

    def delete_person(self, code: str) -> Removed:
        """Delete a person for good: all that is stored of them, their files, and the backups they are in."""
        with self._scope.writing() as session:
            person = people.find(session, code)
            stored = clips.of_person(session, person)
            documents = select(func.count()).select_from(Entry).where(Entry.person_id == person.id)
            entry_count = session.scalar(documents) or 0
            clips.remove(session, stored)
            session.execute(delete(Person).where(Person.id == person.id))
            doom_backups(session)
        files = finish(self._store)
        return Removed(len(stored), entry_count, files, self._store.out_of_reach())

    # Clips, sets and measures

    def save_analysis(
        self,
        code: str,
        analysis: Analysis,
        *,
        recorded_at: datetime | None = None,
        video: Path | None = None,
    ) -> ClipInfo:
        """Remember an analysis with its landmarks; the same clip's earlier analysis is replaced.

        Parameters
        ----------
        code : str
            The person; made if unknown.
        analysis : Analysis
            What was found.
        recorded_at : datetime, optional
            When it was filmed, with its zone; None for now.
        video : Path, optional
            The video, only if the person wants it kept.
        """
        drafts = [self._store.files.draft(LANDMARKS_SUFFIX, analysis.pose.to_parquet)]
        try:
            if video is not None:
                drafts.append(self._draft_video(video))
            with self._scope.writing() as session:
                names = [self._store.files.keep(draft) for draft in drafts]
                clip = clips.save(
                    session,
                    people.find_or_make(session, code),
                    finite(analysis.to_dict()),
                    mark=clips.fingerprint(analysis.pose),
                    recorded_at=recorded_at,
                    landmarks=names[0],
                    video=names[1] if video is not None else None,
                )
                saved = self._clip_info(clip, code.strip())
        finally:
            for draft in drafts:
                draft.discard()
        finish(self._store)
        return saved

    def clip(self, clip_id: str) -> ClipInfo:
        """Return a clip with its analysis and its files."""
        with self._scope.reading() as session:
            clip = clips.find(session, clip_id)
            return self._clip_info(
                clip, session.scalars(select(Person.code).where(Person.id == clip.person_id)).one()
            )

    def delete_clip(self, clip_id: str) -> None:
        """Delete a clip with its sets and files."""
        with self._scope.writing() as session:
            clips.remove(session, [clips.find(session, clip_id)])
        finish(self._store)

    def sessions(self, code: str) -> list[SessionInfo]:
        """Return a person's days with their sets, newest first."""
        with self._scope.reading() as session:
            return clips.sessions(session, people.find(session, code))

    def trend(self, code: str, exercise: str, side: str | None, measure: str) -> list[TrendPoint]:
        """Return a measure of all sets of an exercise on one side that have a value for it, oldest first.

        ``side`` is None for exercises on two feet.
        """
        with self._scope.reading() as session:
            return clips.trend(session, people.find(session, code), exercise, side, measure)

    # Coaching

    def save_assessment(self, code: str, document: Document, *, at: datetime | None = None) -> EntryInfo:
        """Remember a baseline assessment, ``formcheck.assessment/1`` (see `remember`)."""
        return self.remember(code, "assessment", [document], at=at)[0]

    def save_plan(self, code: str, document: Document, *, at: datetime | None = None) -> EntryInfo:
        """Remember a plan, ``formcheck.plan/1`` (see `remember`)."""
        return self.remember(code, "plan", [document], at=at)[0]

    def log_sets(self, code: str, sets: Iterable[Document], *, at: datetime | None = None) -> list[EntryInfo]:
        """Add sets to the training log (see `remember`)."""
        return self.remember(code, "logged_set", sets, at=at)

    def remember(
        self, code: str, kind: EntryKind, documents: Iterable[Document], *, at: datetime | None = None
    ) -> list[EntryInfo]:
        """Remember documents of the coaching, all or none.

        Parameters
        ----------
        code : str
            The person; made if unknown.
        kind : str
            What they are.
        documents : iterable of mapping
            Any JSON documents. `entries` finds those that name an ``exercise`` (or ``ladder``) by it.
        at : datetime, optional
            Their moment; None for noon of the ``date`` that a document names, or now.
        """
        with self._scope.writing() as session:
            person = people.find_or_make(session, code)
            added = [entries.add(session, person, kind, document, at) for document in documents]
            return [EntryInfo(entry.id, kind, entry.at, entry.document) for entry in added]

    def entries(
        self,
        code: str,
        kind: EntryKind,
        *,
        since: datetime | None = None,
        exercise: str | None = None,
        newest: int | None = None,
    ) -> list[EntryInfo]:
        """Return a person's documents of one kind, oldest first.

        ``newest`` limits them to so many; ``since`` and ``exercise`` to those from then on and of that
        exercise.
        """
        with self._scope.reading() as session:
            person = people.find(session, code)
            return entries.of_kind(session, person, kind, since=since, exercise=exercise, newest=newest)

    def latest(self, code: str, kind: EntryKind) -> EntryInfo | None:
        """Return a person's latest document of a kind (the plan that holds, say); None if there is none."""
        return next(iter(self.entries(code, kind, newest=1)), None)

    def delete_entry(self, entry_id: str) -> None:
        """Delete a document of the coaching (a set that was logged by mistake)."""
        with self._scope.writing() as session:
            entry = session.scalar(select(Entry).where(Entry.id == entry_id))
            if entry is None:
                raise NotFoundError(f"There is no entry '{entry_id}'.")
            session.delete(entry)

    # Notes

    def add_note(self, code: str, text: str, *, session_id: str | None = None) -> NoteInfo:
        """Add a note about a person, or about one of their days."""
        with self._scope.writing() as session:
            note = entries.add_note(session, people.find_or_make(session, code), text, session_id)
            return NoteInfo(note.id, note.at, note.session_id, note.text)

    def notes(self, code: str, *, session_id: str | None = None) -> list[NoteInfo]:
        """Return the notes about a person, or about one of their days, oldest first."""
        with self._scope.reading() as session:
            return entries.notes(session, people.find(session, code), session_id)

    def delete_note(self, note_id: str) -> None:
        """Delete a note."""
        with self._scope.writing() as session:
            session.delete(entries.find_note(session, note_id))

    # In and out

    def export_person(self, code: str, target: Path) -> Path:
        """Write all that is stored of a person to a zip (JSON and Parquet) and return its path."""
        return exchange.export_person(self._scope, self._store.files, code, target)

    def import_person(self, source: Path, *, code: str | None = None) -> Imported:
        """Take in what `export_person` wrote; a second time changes nothing.

        Parameters
        ----------
        source : Path
            The zip.
        code : str, optional
            Another code for the person.

        Raises
        ------
        ArchiveError
            If the zip is damaged, was not written by formcheck, or tries to do harm.
        RecordsError
            If the code belongs to somebody else here.
        """
        return exchange.import_person(self._scope, self._store.files, source, code)

    def back_up(self, target: Path) -> Path:
        """Write everybody's records, of all owners, with all files to a zip and return its path."""
        return backup.back_up(self._store, target)

    def restore(self, source: Path | None = None) -> list[str]:
        """Put everybody's records back as a backup has them; what there is now is backed up first.

        Parameters
        ----------
        source : Path, optional
            What `back_up` wrote; None for the last automatic backup.

        Returns
        -------
        list of str
            What there is to say of it.
        """
        return backup.restore(self._store, source)

    # Files

    def _draft_video(self, video: Path) -> Draft:
        suffix = video.suffix.lower()
        if suffix not in VIDEO_SUFFIXES:
            raise RecordsError(
                f"'{video.name}' can't be kept: its name must end in one of {', '.join(VIDEO_SUFFIXES)}."
            )
        try:
            with video.open("rb") as source:
                return self._store.files.draft_copy(suffix, source)
        except OSError as error:
            raise RecordsError(f"'{video.name}' can't be read: check the file.") from error

    def _clip_info(self, clip: Clip, code: str) -> ClipInfo:
        files = self._store.files
        return ClipInfo(
            id=clip.id,
            person=code,
            session_id=clip.session_id,
            recorded_at=clip.recorded_at,
            video_name=clip.video_name,
            document=clip.document,
            landmarks=files.path(clip.landmarks) if clip.landmarks else None,
            video=files.path(clip.video) if clip.video else None,
        )
