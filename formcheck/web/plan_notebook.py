"""What the coaching keeps of one person: baselines, plans, wishes, the training log. No page code."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from formcheck.analysis import Analysis
from formcheck.coaching.assessment_file import assessment_to_dict
from formcheck.coaching.assessment_reading import assessment_from_dict
from formcheck.coaching.assessment_types import Assessment
from formcheck.coaching.log import LoggedDay, LoggedSet, TrainingLog
from formcheck.coaching.log_documents import day_documents, log_of_documents, set_documents
from formcheck.coaching.log_merge import TakenIn, merge_entries
from formcheck.errors import NotFoundError
from formcheck.records import Records
from formcheck.records.columns import Document
from formcheck.records.types import EntryKind


@dataclass(frozen=True)
class KeptSet:
    """A set of the log with what it is found again by."""

    id: str
    set: LoggedSet


@dataclass
class Notebook:
    """A person's documents in the records; nobody's are kept in memory, as long as this object.

    All methods raise `RecordsError` where the records can't be read or written.
    """

    records: Records | None
    person: str | None
    _loose: dict[str, tuple[EntryKind, Document]] = field(default_factory=dict)
    _numbered: int = 0

    # Baselines

    def baseline(self) -> Assessment | None:
        """Return the latest baseline."""
        found = self._all("assessment")
        return assessment_from_dict(found[-1][1]) if found else None

    def baseline_before(self, day: datetime.date) -> Assessment | None:
        """Return the latest baseline of an earlier day."""
        earlier = [assessment_from_dict(document) for _, document in self._all("assessment")]
        return max((each for each in earlier if each.date < day), key=lambda each: each.date, default=None)

    def keep_baseline(self, assessment: Assessment, analyses: Sequence[Analysis] = ()) -> None:
        """Keep a baseline with the clips that it rests on; an earlier one of the same day is replaced."""
        document = assessment_to_dict(assessment)
        same_day = [name for name, said in self._all("assessment") if said.get("date") == document["date"]]
        if self.records is not None and self.person is not None:
            for analysis in analyses:
                self.records.save_analysis(self.person, analysis)
        self._add("assessment", [document])
        self._drop(same_day)

    # What a plan is made for

    def wishes(self) -> Document:
        """Return what the person wants of a week; empty if nothing was said."""
        found = self._all("athlete")
        return found[-1][1] if found else {}

    def keep_wishes(self, wishes: Document) -> None:
        """Keep what the person wants of a week, in place of what was said before."""
        before = [name for name, _ in self._all("athlete")]
        self._add("athlete", [wishes])
        self._drop(before)

    def keep_plan(self, plan: Document) -> None:
        """Keep a week's plan; an earlier one of the same week is replaced."""
        same = [name for name, said in self._all("plan") if said.get("week_start") == plan["week_start"]]
        self._add("plan", [plan])
        self._drop(same)

    # The training log

    def sets(self) -> tuple[KeptSet, ...]:
        """Return the sets of the log, in the order of time."""
        found = self._all("logged_set")
        # Sets that were written in one moment come in any order from the records.
        made = [log_of_documents([document]).sets[0] for _, document in found]
        kept = [KeptSet(name, each) for (name, _), each in zip(found, made, strict=True)]
        return tuple(sorted(kept, key=lambda each: (each.set.date, each.set.number)))

    def days(self) -> tuple[LoggedDay, ...]:
        """Return what the log says of whole days, in the order of time."""
        return log_of_documents(document for _, document in self._all("logged_day")).days

    def log(self) -> TrainingLog:
        """Return the training log."""
        return TrainingLog(tuple(each.set for each in self.sets()), self.days())

    def log_sets(self, sets: Iterable[LoggedSet]) -> None:
        """Add sets to the log, all or none."""
        self._add("logged_set", set_documents(TrainingLog(tuple(sets))))

    def drop_sets(self, kept: Iterable[KeptSet]) -> None:
        """Take sets out of the log."""
        self._drop(each.id for each in kept)

    def tell_next_morning(self, kept: Sequence[KeptSet], pain: int) -> None:
        """Note the pain of the morning after in sets of the log."""
        self.log_sets(replace(each.set, pain_next_morning=pain) for each in kept)
        self.drop_sets(kept)

    def take_log(self, log: TrainingLog) -> TakenIn:
        """Take a log in, its days too (see `merge_entries`)."""
        given: dict[EntryKind, Sequence[Document]] = {
            "logged_set": set_documents(log),
            "logged_day": day_documents(log),
        }
        done = TakenIn()
        for kind, documents in given.items():
            merge = merge_entries(self._all(kind), documents)
            self._add(kind, merge.written)
            self._drop(merge.replaced)
            done += merge.taken_in
        return done

    # Where it is kept

    def _all(self, kind: EntryKind) -> list[tuple[str, Document]]:
        if self.records is None or self.person is None:
            return [(name, document) for name, (of, document) in self._loose.items() if of == kind]
        try:
            return [(each.id, each.document) for each in self.records.entries(self.person, kind)]
        except NotFoundError:
            return []

    def _add(self, kind: EntryKind, documents: Sequence[Document]) -> None:
        if self.records is not None and self.person is not None:
            if documents:
                self.records.remember(self.person, kind, documents)
            return
        for document in documents:
            self._numbered += 1
            self._loose[str(self._numbered)] = (kind, document)

    def _drop(self, names: Iterable[str]) -> None:
        for name in names:
            if self.records is not None:
                self.records.delete_entry(name)
            else:
                self._loose.pop(name, None)
