"""A film of a set that was ticked off: analysed beside the page, then put to the set. No page code."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import BinaryIO

from formcheck.analysis import Analysis, analyse
from formcheck.coaching.library import load_library
from formcheck.coaching.log import TrainingLog, attach_forms
from formcheck.coaching.log_form import form_from
from formcheck.names import Exercise
from formcheck.web import access
from formcheck.web.jobs import Job, Report
from formcheck.web.plan_notebook import KeptSet, Notebook
from formcheck.web.settings import load_settings, thresholds_in_use
from formcheck.web.turns import clip_turn
from formcheck.web.workspace import Workspace


class Film:
    """An uploaded film of one exercise on one day; it is deleted when it has been looked at."""

    def __init__(self, exercise: Exercise, day: datetime.date, name: str, stream: BinaryIO) -> None:
        self.exercise = exercise
        self.day = day
        self.attached = False
        owner = access.owner()
        workspace = Workspace()
        path = workspace.keep(name, stream)

        def work(report: Report) -> Analysis:
            try:
                model, limits = load_settings(owner).model, thresholds_in_use(owner)
                with clip_turn(owner, report):
                    return analyse(path, model=model, thresholds=limits, progress=report)
            finally:
                workspace.close()

        self.job: Job[Analysis] = Job(work)

    @property
    def fits(self) -> bool:
        """Whether the film shows the exercise."""
        found = self.job.result
        return found is not None and any(each.bout.exercise == self.exercise for each in found.bouts)

    @property
    def scores(self) -> list[int]:
        """The form scores of the exercise in the film."""
        found = self.job.result
        if found is None:
            return []
        values = [each.score.value for each in found.bouts if each.bout.exercise == self.exercise]
        return [value for value in values if value is not None]

    def attach(self, book: Notebook) -> None:
        """Put the form to the last fitting set of the day, once (`RecordsError` if it can't be kept)."""
        if self.job.result is not None and not self.attached:
            attach_film(book, self.job.result, self.exercise, self.day)
            self.attached = True


def attach_film(book: Notebook, found: Analysis, exercise: Exercise, day: datetime.date) -> None:
    """Put the form of a film's sets of ``exercise`` to the last fitting sets of the day in the log."""
    attach_to(book, found, exercise, day, [each for each in book.sets() if each.set.date == day])


def attach_to(
    book: Notebook, found: Analysis, exercise: Exercise, day: datetime.date, sets: Sequence[KeptSet]
) -> None:
    """Put the form of a film's sets of ``exercise`` to the last fitting ones of these sets of the day."""
    forms = [
        (each.bout.exercise, each.bout.side, form_from(each, quality=found.quality.ok))
        for each in found.bouts
        if each.bout.exercise == exercise
    ]
    log = attach_forms(TrainingLog(tuple(each.set for each in sets)), day, forms, load_library())
    changed = [(old, new) for old, new in zip(sets, log.sets, strict=True) if old.set.form != new.form]
    if book.records is not None and book.person is not None:
        book.records.save_analysis(book.person, found)
    book.log_sets(new for _, new in changed)
    book.drop_sets(old for old, _ in changed)
