"""Two sets side by side: the same leg at two times, or the left leg with the right. No page code."""

from __future__ import annotations

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
    """A measure of two sets; ``grades`` are theirs, ``meaning`` says what the difference amounts to."""

    name: str
    values: tuple[str, str]
    grades: tuple[Grade | None, Grade | None]
    difference: str
    meaning: str
    counts: bool


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
) -> list[ComparedMeasure]:
    """Return the graded measures of two sets of one exercise.

    Parameters
    ----------
    records : Records
        Where they are.
    first, second : SetInfo
        The earlier and the later one, or the left and the right one.
    thresholds : Thresholds
        Which way is better, and how much can be told apart.
    legs : bool
        Whether they are the two legs.
    """
    mine, yours = ({m.id: m for m in _measures(records, one)} for one in (first, second))
    rows = thresholds.exercises[first.exercise].measures
    return [
        _compared(row, mine[measure], yours[measure], legs=legs)
        for measure, row in sorted(rows.items(), key=lambda item: (not item[1].core, -item[1].weight))
        if measure in mine and measure in yours
    ]


def _measures(records: Records, one: SetInfo) -> Sequence[Measurement]:
    return clip_of(records.clip(one.clip_id).document).bouts[one.number].measures


def _compared(row: GradedMeasure, first: Measurement, second: Measurement, *, legs: bool) -> ComparedMeasure:
    difference, key = "", "not_comparable"
    if first.value is not None and second.value is not None:
        difference = change_text(first.id, second.value - first.value)
        if first.grade is not None and second.grade is not None:
            key = _meaning(row, first, second, legs=legs)
    return ComparedMeasure(
        name=texts.measure_name(first.id),
        values=(texts.value_text(first), texts.value_text(second)),
        grades=(first.grade, second.grade),
        difference=difference,
        meaning=say(f"compare.{key}"),
        counts=key in ("improved", "worse", "left_worse", "right_worse"),
    )


def _meaning(row: GradedMeasure, first: Measurement, second: Measurement, *, legs: bool) -> str:
    before, after = (Estimate(m.value or 0.0, m.sd or 0.0) for m in (first, second))
    if not legs:
        return measure_verdict(row, before, after)
    if abs(after.value - before.value) <= detectable(row, before, after):
        return "alike"
    if first.grade == second.grade == "good":
        return "both_good"  # as the assessment has it: then neither leg is the weaker one
    return "left_worse" if measure_verdict(row, before, after) == "improved" else "right_worse"
