"""A person's training log in the records: put together with what was filmed, and added to from a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from formcheck.coaching.clips import Clip, clip_of
from formcheck.coaching.library import Library
from formcheck.coaching.log import TrainingLog, attach_forms
from formcheck.coaching.log_documents import day_documents, log_of_documents, set_documents
from formcheck.coaching.log_form import SetForm, form_from
from formcheck.coaching.log_merge import Document, TakenIn, merge_entries
from formcheck.coaching.merge import merged
from formcheck.errors import NotFoundError
from formcheck.names import Exercise, Side
from formcheck.scoring.thresholds import load_thresholds
from formcheck.scoring.types import ScoredBout

if TYPE_CHECKING:
    from formcheck.records import Records
    from formcheck.records.types import SessionInfo

LogKind = Literal["logged_set", "logged_day"]
LOG_KINDS: Final[tuple[LogKind, ...]] = ("logged_set", "logged_day")


def remembered_log(records: Records, person: str, library: Library) -> TrainingLog:
    """Return a person's log, sets with the form of what was filmed that day.

    Raises
    ------
    RecordsError
        If the person is unknown or the records can't be read.
    """
    documents = [entry.document for kind in LOG_KINDS for entry in records.entries(person, kind)]
    log = log_of_documents(documents, library)
    # Sets that were written in one moment come in any order from the records.
    sets = sorted(log.sets, key=lambda each: (each.date, each.ladder, each.side or "", each.number))
    return with_films(TrainingLog(tuple(sets), log.days), records, person, library)


def with_films(log: TrainingLog, records: Records, person: str, library: Library) -> TrainingLog:
    """Return the log with the form of each remembered clip put to the last fitting set of its day.

    A set that has a form already keeps it.
    """
    filmable = {
        each.date for each in log.sets if library[each.ladder].rungs[each.rung].filmed_as and not each.form
    }
    for session in reversed(records.sessions(person) if filmable else []):
        if session.day in filmable:
            filmed = attach_forms(log, session.day, _forms(records, session), library)
            kept = (new if old.form is None else old for old, new in zip(log.sets, filmed.sets, strict=True))
            log = replace(log, sets=tuple(kept))
    return log


def _forms(records: Records, session: SessionInfo) -> list[tuple[Exercise, Side | None, SetForm]]:
    """Return the form of each exercise and side that a session filmed, several clips of it taken together."""
    filmed: dict[tuple[Exercise, Side | None], list[tuple[ScoredBout, Clip]]] = defaultdict(list)
    for clip_id in dict.fromkeys(each.clip_id for each in session.sets):
        clip = clip_of(records.clip(clip_id).document)
        for scored in clip.bouts:
            if scored.bout.exercise != "unknown":
                filmed[scored.bout.exercise, scored.bout.side].append((scored, clip))
    return [(*of, _form_of_clips(clips)) for of, clips in filmed.items()]


def _form_of_clips(clips: Sequence[tuple[ScoredBout, Clip]]) -> SetForm:
    """Return the form of one exercise and side, of all films of which something may be used if there are any.

    A view from which no score is possible adds what only it shows.
    """
    bouts = [scored for scored, clip in clips if clip.problem is None] or [scored for scored, _ in clips]
    whole = bouts[0] if len(bouts) == 1 else merged(bouts, load_thresholds())
    return form_from(whole, quality=any(clip.passed for _, clip in clips))


def take_in(records: Records, person: str, log: TrainingLog, library: Library) -> TakenIn:
    """Add a log to a person's records (see `merge_entries`); the person is made if unknown."""
    sets = _bring(records, person, "logged_set", set_documents(log, library))
    return sets + _bring(records, person, "logged_day", day_documents(log))


def _bring(records: Records, person: str, kind: LogKind, given: Sequence[Document]) -> TakenIn:
    try:
        stored = [(entry.id, entry.document) for entry in records.entries(person, kind)]
    except NotFoundError:
        stored = []
    merge = merge_entries(stored, given)
    if merge.written:
        records.remember(person, kind, merge.written)
    for entry_id in merge.replaced:
        records.delete_entry(entry_id)
    return merge.taken_in
