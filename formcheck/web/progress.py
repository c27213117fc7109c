"""What became of a person's measures over time, each change against what measuring can tell. No page code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from formcheck.coaching.change import SCORE_STEP, Verdict, detectable, measure_verdict, score_verdict
from formcheck.names import Side
from formcheck.records import Records
from formcheck.records.types import SessionInfo, SetInfo, TrendPoint
from formcheck.reports import texts
from formcheck.scoring.thresholds import GradedMeasure, Thresholds
from formcheck.scoring.types import Estimate
from formcheck.web.words import day_text, say


@dataclass(frozen=True)
class Strand:
    """An exercise on one side that a person was filmed in, with how many sets there are."""

    exercise: str
    side: Side | None
    sets: int

    @property
    def title(self) -> str:
        """``Step-down, left leg``."""
        return texts.exercise_title(self.exercise, self.side)


@dataclass(frozen=True)
class Trend:
    """A measure over time.

    Attributes
    ----------
    measure : str
        Its id.
    row : GradedMeasure
        Its coaching range and its minimal detectable change.
    points : tuple of TrendPoint
        All sets that have a value, oldest first; at least one.
    limit : float or None
        The smallest change from the first graded set to the last one that is real, in the unit of the
        measure; None while there are fewer than two.
    verdict : str or None
        What became of it; None while there are fewer than two.
    sentence : str
        The same in words.
    """

    measure: str
    row: GradedMeasure
    points: tuple[TrendPoint, ...]
    limit: float | None
    verdict: Verdict | None
    sentence: str

    @property
    def first(self) -> TrendPoint:
        """The set that later ones are compared with."""
        return next(iter(_graded(self.points)), self.points[0])


@dataclass(frozen=True)
class ScoreTrend:
    """The form scores of an exercise on one side, oldest first, and what became of them."""

    sets: tuple[SetInfo, ...]
    verdict: Verdict | None
    sentence: str


def strands(sessions: Sequence[SessionInfo]) -> list[Strand]:
    """Return what there are sets of, the most filmed exercise first, left before right."""
    counted: dict[tuple[str, Side | None], int] = {}
    for session in sessions:
        for one in session.sets:
            if one.exercise != "unknown":
                counted[one.exercise, one.side] = counted.get((one.exercise, one.side), 0) + 1
    of_exercise = {
        exercise: sum(sets for (other, _), sets in counted.items() if other == exercise)
        for exercise, _ in counted
    }
    found = [Strand(exercise, side, sets) for (exercise, side), sets in counted.items()]
    return sorted(found, key=lambda one: (-of_exercise[one.exercise], one.exercise, one.side or ""))


def trends(records: Records, person: str, strand: Strand, thresholds: Thresholds) -> list[Trend]:
    """Return the graded measures of an exercise on one side over time, main measures first."""
    rows = thresholds.exercises[strand.exercise].measures
    found = []
    for measure, row in sorted(rows.items(), key=lambda item: (not item[1].core, -item[1].weight)):
        points = tuple(records.trend(person, strand.exercise, strand.side, measure))
        if points:
            found.append(trend_of(measure, row, points))
    return found


def trend_of(measure: str, row: GradedMeasure, points: Sequence[TrendPoint]) -> Trend:
    """Return what became of a measure between its first and its last graded set.

    A change counts beyond `formcheck.coaching.change.detectable`; sets whose error is too large for a grade
    are shown and not compared.
    """
    graded = _graded(points)
    if len(graded) < 2:
        sentence = say("progress.one_set" if graded else "progress.none_graded")
        return Trend(measure, row, tuple(points), None, None, sentence)
    first, last = graded[0], graded[-1]
    before, after = (Estimate(point.value, point.sd) for point in (first, last))
    limit, verdict = detectable(row, before, after), measure_verdict(row, before, after)
    days = _days(first.recorded_at, last.recorded_at)
    sentence = say(
        f"progress.{verdict}",
        before=texts.format_value(measure, first.value, first.sd),
        after=texts.format_value(measure, last.value, last.sd),
        since=days[0],
        then=days[1],
        change=change_text(measure, last.value - first.value),
        limit=texts.format_number(measure, limit),
    )
    return Trend(measure, row, tuple(points), limit, verdict, sentence)


def score_trend(sessions: Sequence[SessionInfo], strand: Strand) -> ScoreTrend:
    """Return what became of the form score: a change counts when two sets in a row show it."""
    sets = sorted(
        (
            one
            for session in sessions
            for one in session.sets
            if (one.exercise, one.side) == (strand.exercise, strand.side) and one.score is not None
        ),
        key=lambda one: (one.recorded_at, one.number),
    )
    scores = [one.score for one in sets if one.score is not None]
    if len(scores) < 3:
        return ScoreTrend(tuple(sets), None, say("progress.score_few" if scores else "progress.score_none"))
    verdict = score_verdict(scores[0], scores[1:])
    words = {"before": scores[0], "since": day_text(sets[0].recorded_at.astimezone().date())}
    sentence = say(f"progress.score_{verdict}", last=scores[-1], step=SCORE_STEP, **words)
    return ScoreTrend(tuple(sets), verdict, sentence)


def change_text(measure: str, change: float) -> str:
    """Return a change with its sign, ``−4°`` or ``+3°``."""
    number = texts.format_number(measure, change)
    nothing = texts.format_number(measure, 0.0)
    return number if number == nothing or number.startswith("−") else f"+{number}"


def _graded(points: Sequence[TrendPoint]) -> list[TrendPoint]:
    return [point for point in points if point.grade is not None]


def _days(first: datetime, last: datetime) -> tuple[str, str]:
    """Return when two sets were filmed: the days, or the times if it was the same day."""
    here = first.astimezone(), last.astimezone()
    if here[0].date() == here[1].date():
        return f"{here[0]:%H:%M}", f"{here[1]:%H:%M}"
    return day_text(here[0].date()), day_text(here[1].date())
