"""Two sets side by side: the same leg at two times, or the left leg with the right. No page code."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from formcheck.coaching.change import detectable, measure_verdict
from formcheck.coaching.clips import clip_of
from formcheck.names import Side
from formcheck.records import Records
from formcheck.records.types import SessionInfo, SetInfo
from formcheck.reports import texts
from formcheck.scoring.thresholds import GradedMeasure, Thresholds
from formcheck.scoring.types import Estimate, Grade, Measurement
from formcheck.web.camera_place import CameraPlace
from formcheck.web.progress import change_text
from formcheck.web.words import moment_text, say


@dataclass(frozen=True)
class Pairing:
    """What can be compared: the sets to choose the first and the second one from, newest last."""

    key: str
    first: tuple[SetInfo, ...]
    second: tuple[SetInfo, ...]

    @property
    def legs(self) -> bool:
        """Whether it is the left leg with the right."""
        return self.key == "legs"


@dataclass(frozen=True)
class ComparedMeasure:
    """A measure of two sets and their grades; ``what`` it is.

    ``meaning`` says what the difference amounts to, ``seen_alike`` whether the camera showed it alike.
    """

    name: str
    what: str
    values: tuple[str, str]
    grades: tuple[Grade | None, Grade | None]
    difference: str
    meaning: str
    counts: bool
    seen_alike: bool


@dataclass(frozen=True)
class Comparison:
    """Two sets side by side: their measures, and from where each was filmed, in words."""

    rows: tuple[ComparedMeasure, ...]
    filmed: tuple[str, str]

    @property
    def seen_alike(self) -> bool:
        """Whether the camera showed all measures alike; otherwise the scores can't be compared, either."""
        return all(row.seen_alike for row in self.rows)


def exercises(sessions: Sequence[SessionInfo]) -> list[str]:
    """Return the exercises of which two sets can be compared."""
    found = dict.fromkeys(one.exercise for session in sessions for one in session.sets)
    return [exercise for exercise in found if pairings(sessions, exercise)]


def pairings(sessions: Sequence[SessionInfo], exercise: str) -> list[Pairing]:
    """Return what can be compared of an exercise: each leg's sessions, and leg with leg."""
    by_side: dict[Side | None, list[SetInfo]] = {}
    for session in sessions:
        for one in session.sets:
            if one.exercise == exercise != "unknown":
                by_side.setdefault(one.side, []).append(one)
    sets = {
        side: tuple(sorted(some, key=lambda one: (one.recorded_at, one.number)))
        for side, some in by_side.items()
    }
    found = [
        Pairing(f"two_{side or 'both'}", sets[side], sets[side])
        for side in ("left", "right", None)
        if len(sets.get(side, ())) > 1
    ]
    if "left" in sets and "right" in sets:
        found.append(Pairing("legs", sets["left"], sets["right"]))
    return found


def set_text(one: SetInfo) -> str:
    """Return how a set stands in a list of choices: when, and its score."""
    day = moment_text(one.recorded_at)
    return (
        say("compare.set_none", day=day)
        if one.score is None
        else say("compare.set", day=day, score=one.score)
    )


def compared(
    records: Records, first: SetInfo, second: SetInfo, thresholds: Thresholds, *, legs: bool
) -> Comparison:
    """Return the graded measures of two sets of one exercise.

    Parameters
    ----------
    records : Records
        Where they are.
    first, second : SetInfo
        The earlier and the later one, or the left and the right one.
    thresholds : Thresholds
        Which way is better, how much can be told apart, and from where a camera shows the same.
    legs : bool
        Whether they are the two legs.
    """
    clips = [records.clip(one.clip_id).document for one in (first, second)]
    sets = [clip_of(clip).bouts[one.number] for clip, one in zip(clips, (first, second), strict=True)]
    mine, yours = ({m.id: m for m in each.measures} for each in sets)
    here, there = (CameraPlace.of(clip, one.side) for clip, one in zip(clips, (first, second), strict=True))
    rows = thresholds.exercises[first.exercise].measures
    return Comparison(
        tuple(
            _compared(
                row,
                mine[measure],
                yours[measure],
                legs=legs,
                seen_alike=here.shows_like(there, measure, thresholds.views),
            )
            for measure, row in sorted(rows.items(), key=lambda item: (not item[1].core, -item[1].weight))
            if measure in mine and measure in yours
        ),
        (here.words, there.words),
    )


def _compared(
    row: GradedMeasure, first: Measurement, second: Measurement, *, legs: bool, seen_alike: bool
) -> ComparedMeasure:
    key, difference = _meaning(row, first, second, legs=legs), ""
    if not seen_alike:
        key = "other_view"
    elif first.value is not None and second.value is not None:
        error = math.hypot(first.sd or 0.0, second.sd or 0.0)
        difference = change_text(first.id, second.value - first.value, error)
    return ComparedMeasure(
        name=texts.measure_name(first.id),
        what=texts.measure_text(first.id).what,
        values=(texts.value_text(first), texts.value_text(second)),
        grades=(first.grade, second.grade),
        difference=difference,
        meaning=say(f"compare.{key}"),
        counts=key in ("improved", "worse", "left_worse", "right_worse"),
        seen_alike=seen_alike,
    )


def _meaning(row: GradedMeasure, first: Measurement, second: Measurement, *, legs: bool) -> str:
    if first.value is None or second.value is None:
        return "not_measured"
    if first.grade is None or second.grade is None:
        return "not_graded"
    before, after = (Estimate(m.value or 0.0, m.sd or 0.0) for m in (first, second))
    if not legs:
        return measure_verdict(row, before, after)
    if abs(after.value - before.value) <= detectable(row, before, after):
        return "alike"
    if first.grade == second.grade == "good":
        return "both_good"  # as the assessment has it: then neither leg is the weaker one
    return "left_worse" if measure_verdict(row, before, after) == "improved" else "right_worse"
