"""Better, worse, or no measurable change: never within what could be noise (evidence B.3, E.6)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from formcheck.coaching.assessment_types import Assessment, BaselineTest, Change, SideResult
from formcheck.scoring.camera import measured_alike
from formcheck.scoring.thresholds import GradedMeasure, Thresholds
from formcheck.scoring.types import Estimate

Verdict = Literal["improved", "worse", "no_measurable_change"]

CONFIDENCE_Z: Final = 1.96
SCORE_STEP: Final = 10
"""Points by which a form score must have changed, in two sessions."""


def detectable(row: GradedMeasure, before: Estimate, after: Estimate) -> float:
    """Return the smallest change that is real.

    The measure's minimal detectable change (``mdc``), or 1.96·√(sd² + sd²) of the two values where that
    is larger, in the unit of the measure.
    """
    return max(row.mdc or 0.0, CONFIDENCE_Z * math.hypot(before.sd, after.sd))


def measure_verdict(row: GradedMeasure, before: Estimate, after: Estimate) -> Verdict:
    """Return what became of a measure between two sessions; beyond `detectable`, not at it."""
    gain = before.value - after.value if row.direction == "low" else after.value - before.value
    if abs(gain) <= detectable(row, before, after):
        return "no_measurable_change"
    return "improved" if gain > 0 else "worse"


def score_verdict(before: float, after: Sequence[float]) -> Verdict:
    """Return what became of a form score, by the last two sessions.

    Parameters
    ----------
    before : float
        The score to compare with.
    after : sequence of float
        Later scores in time order; fewer than two never show a change.
    """
    gains = [score - before for score in after[-2:]]
    if len(gains) < 2:
        return "no_measurable_change"
    if min(gains) >= SCORE_STEP:
        return "improved"
    return "worse" if max(gains) <= -SCORE_STEP else "no_measurable_change"


def changes(
    previous: Assessment | None, tests: Sequence[BaselineTest], thresholds: Thresholds
) -> tuple[Change, ...]:
    """Return what became of every graded measure since ``previous``; none without one.

    Only the same exercise on the same side is compared; what the camera showed from elsewhere is told as such
    (``other_view``). A place of the camera that either assessment doesn't tell speaks against nothing.
    """
    if previous is None:
        return ()
    return tuple(
        change
        for test in tests
        for side in test.sides
        for old in previous.test(test.test).sides
        if old.side == side.side and old.exercise == side.exercise
        for change in _of_side(old, side, thresholds)
    )


def _of_side(old: SideResult, new: SideResult, thresholds: Thresholds) -> Iterator[Change]:
    if new.exercise is None:
        return
    rows = thresholds.exercises[new.exercise].measures
    before = {m.id: m for m in old.measures}
    for after in new.measures:
        row, first = rows.get(after.id), before.get(after.id)
        if row is None or first is None or not (first.grade and after.grade):
            continue
        was, now = (Estimate(m.value or 0.0, m.sd or 0.0) for m in (first, after))
        alike = measured_alike(first, after, thresholds.views)
        verdict = measure_verdict(row, was, now) if alike else "other_view"
        yield Change(new.test, new.side, after.id, was, now, detectable(row, was, now), verdict)
