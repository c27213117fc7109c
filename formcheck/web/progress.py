"""What became of a person's measures over time, each change against what measuring can tell. No page code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from formcheck.coaching.change import SCORE_STEP, Verdict, detectable, measure_verdict, score_verdict
from formcheck.names import Side
from formcheck.records import Records
from formcheck.records.types import SessionInfo, SetInfo, TrendPoint
from formcheck.reports import texts
from formcheck.scoring.thresholds import GradedMeasure, Thresholds
from formcheck.scoring.types import Estimate
from formcheck.web.camera_place import CameraPlaces
from formcheck.web.words import day_text, say

SeenAlike = Callable[[str, str], bool]
"""Whether the camera showed the sets of two clips alike, by the clips' ids."""
_ALL_ALIKE: Final[SeenAlike] = lambda _one, _other: True  # noqa: E731


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
    first : TrendPoint
        The set that the last one is compared with: the first graded one that was filmed from a like place.
    limit : float or None
        The smallest change between the two that is real, in the unit of the measure; None while there are no
        two.
    verdict : str or None
        What became of it; None while there are no two.
    sentence : str
        The same in words.
    """

    measure: str
    row: GradedMeasure
    points: tuple[TrendPoint, ...]
    first: TrendPoint
    limit: float | None
    verdict: Verdict | None
    sentence: str


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
    places = CameraPlaces(records, strand.side)
    found = []
    for measure, row in sorted(rows.items(), key=lambda item: (not item[1].core, -item[1].weight)):
        points = tuple(records.trend(person, strand.exercise, strand.side, measure))
        if points:
            found.append(trend_of(measure, row, points, places.alike((measure,), thresholds.views)))
    return found


def trend_of(
    measure: str, row: GradedMeasure, points: Sequence[TrendPoint], alike: SeenAlike = _ALL_ALIKE
) -> Trend:
    """Return what became of a measure between its first and its last graded set.

    A change counts beyond `formcheck.coaching.change.detectable`; sets whose error is too large for a grade,
    or which the camera showed otherwise than the last one, are shown and not compared.
    """
    graded = [point for point in points if point.grade is not None]
    last = graded[-1] if graded else points[0]
    first = next((point for point in graded if point is last or alike(point.clip_id, last.clip_id)), last)
    if first is last:
        key = "other_views" if len(graded) > 1 else "one_set" if graded else "none_graded"
        return Trend(measure, row, tuple(points), first, None, None, say(f"progress.{key}"))
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
    if first is not graded[0]:
        sentence += " " + say("progress.views_left_out")
    return Trend(measure, row, tuple(points), first, limit, verdict, sentence)


def scores(
    records: Records, sessions: Sequence[SessionInfo], strand: Strand, thresholds: Thresholds
) -> ScoreTrend:
    """Return the form scores of an exercise on one side over time."""
    measures = tuple(thresholds.exercises[strand.exercise].measures)
    places = CameraPlaces(records, strand.side)
    return score_trend(sessions, strand, places.alike(measures, thresholds.views))


def score_trend(sessions: Sequence[SessionInfo], strand: Strand, alike: SeenAlike = _ALL_ALIKE) -> ScoreTrend:
    """Return what became of the form score: a change counts when two sets in a row show it.

    Only sets that the camera showed like the last one are compared with it.
    """
    sets = sorted(
        (
            one
            for session in sessions
            for one in session.sets
            if (one.exercise, one.side) == (strand.exercise, strand.side) and one.score is not None
        ),
        key=lambda one: (one.recorded_at, one.number),
    )
    # From both ends, so that few of many clips are looked up.
    like_last = (one for one in sets if one is sets[-1] or alike(one.clip_id, sets[-1].clip_id))
    before_last = (one for one in sets[-2::-1] if alike(one.clip_id, sets[-1].clip_id))
    first, previous = next(like_last, None), next(before_last, None)
    if first is None or previous is None or previous is first:
        key = "none" if not sets else "views" if len(sets) > 2 else "few"
        return ScoreTrend(tuple(sets), None, say(f"progress.score_{key}"))
    told = [one.score for one in (first, previous, sets[-1]) if one.score is not None]
    verdict = score_verdict(told[0], told[1:])
    words = {"before": told[0], "since": day_text(first.recorded_at.astimezone().date())}
    sentence = say(f"progress.score_{verdict}", last=told[-1], step=SCORE_STEP, **words)
    return ScoreTrend(tuple(sets), verdict, sentence)


def change_text(measure: str, change: float, sd: float | None = None) -> str:
    """Return a change with its sign, ``−4°`` or ``+3°``, and with its error if that is given."""
    number = texts.format_number(measure, change)
    told = number if sd is None else texts.format_value(measure, change, sd)
    nothing = texts.format_number(measure, 0.0)
    return told if number == nothing or number.startswith("−") else f"+{told}"


def _days(first: datetime, last: datetime) -> tuple[str, str]:
    """Return when two sets were filmed: the days, or the times if it was the same day."""
    here = first.astimezone(), last.astimezone()
    if here[0].date() == here[1].date():
        return f"{here[0]:%H:%M}", f"{here[1]:%H:%M}"
    return day_text(here[0].date()), day_text(here[1].date())
