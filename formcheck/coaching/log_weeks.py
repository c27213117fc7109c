"""The training log week by week: sessions, sets, strain and form (evidence E.6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final

from formcheck.coaching.log import LoggedSet, TrainingLog, monday_of, weekly_load
from formcheck.coaching.types import LadderId

FORM_SESSIONS: Final = 3
"""The form of a ladder is the median of its last so many filmed sessions."""


@dataclass(frozen=True)
class TrainingWeek:
    """One week of a log.

    Attributes
    ----------
    monday : date
        Its first day.
    sessions : int
        Days with a set that was not meant to be easy.
    strain : float
        Sum over its sessions of effort (0…10) × minutes, where both were told.
    sets : mapping of str to int
        Sets that were not meant to be easy, by ladder.
    form : mapping of str to float
        By ladder, as far as filmed: the median of its last three filmed sessions up to this week.
    """

    monday: date
    sessions: int
    strain: float
    sets: Mapping[LadderId, int]
    form: Mapping[LadderId, float]


def training_weeks(log: TrainingLog) -> tuple[TrainingWeek, ...]:
    """Return every week from the first entry of the log to the last, those without training too."""
    days = [*log.training_days, *(day.date for day in log.days)]
    if not days:
        return ()
    first, last = monday_of(min(days)), monday_of(max(days))
    mondays = (first + timedelta(days=7 * k) for k in range((last - first).days // 7 + 1))
    return tuple(_week(log, monday) for monday in mondays)


def _week(log: TrainingLog, monday: date) -> TrainingWeek:
    after = monday + timedelta(days=7)
    sets = Counter(s.ladder for s in log.sets if monday <= s.date < after and not s.easy)
    past = log.until(after)
    form = {ladder: _form(past.sessions(ladder)) for ladder in sets}
    return TrainingWeek(
        monday=monday,
        sessions=sum(monday <= day < after for day in log.strength_days),
        strain=weekly_load(log, monday),
        sets=dict(sets),
        form={ladder: score for ladder, score in form.items() if score is not None},
    )


def _form(sessions: Sequence[Sequence[LoggedSet]]) -> float | None:
    scores = []
    for sets in sessions:  # the latest first
        filmed = [s.form.score for s in sets if s.form is not None and s.form.score is not None]
        if filmed:
            scores.append(min(filmed))
    return median(scores[:FORM_SESSIONS]) if scores else None
