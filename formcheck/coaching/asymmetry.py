"""Left against right: angles by their difference, performance by the weaker side's share of the stronger."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from formcheck.coaching.assessment_types import Assessment, Asymmetry, BaselineTest, SideResult
from formcheck.coaching.baseline_rules import BaselineRules
from formcheck.coaching.types import TestId
from formcheck.names import Side
from formcheck.scoring.camera import measured_alike
from formcheck.scoring.thresholds import Views
from formcheck.scoring.types import Estimate, Measurement

CONFIDENCE_Z: Final = 1.96


def asymmetries(
    tests: tuple[BaselineTest, ...],
    rules: BaselineRules,
    views: Views,
    previous: Assessment | None = None,
) -> tuple[Asymmetry, ...]:
    """Return every comparison of the sides that the tests allow (evidence C.4).

    A difference counts only beyond what could be noise: the measure's minimal detectable change, or
    1.96·√(sd² + sd²) of the two values where that is larger. An angle's difference is ``watch`` when it is
    seen once and ``act`` when ``previous`` shows it on the same side too; within the coaching range on
    both sides it is ``alike``. Sides tested with different
    exercises are not compared, and angles that a camera showed from elsewhere neither (`filmed_apart`).
    """
    return tuple(
        _confirmed(each, previous)
        for left, right in _both_sides(tests)
        for each in _of_test(left, right, rules, views)
    )


def filmed_apart(tests: Sequence[BaselineTest], rules: BaselineRules, views: Views) -> tuple[TestId, ...]:
    """Return the tests that have angles of both sides which the camera's place forbids to compare.

    It stands alike if it stands as far towards the working leg in both films: in front, or as in a mirror.
    """
    return tuple(
        left.test
        for left, right in _both_sides(tests)
        if any(not measured_alike(*pair, views) for pair in _angle_pairs(left, right, rules))
    )


def _both_sides(tests: Sequence[BaselineTest]) -> Iterator[tuple[SideResult, SideResult]]:
    for test in tests:
        by_side = {result.side: result for result in test.sides}
        left, right = by_side.get("left"), by_side.get("right")
        if left is not None and right is not None and left.exercise == right.exercise:
            yield left, right


def _pairs(left: SideResult, right: SideResult) -> Iterator[tuple[Measurement, Measurement]]:
    measures = {m.id: m for m in right.measures}
    for mine in left.measures:
        yours = measures.get(mine.id)
        if yours is not None and mine.value is not None and yours.value is not None:
            yield mine, yours


def _angle_pairs(
    left: SideResult, right: SideResult, rules: BaselineRules
) -> Iterator[tuple[Measurement, Measurement]]:
    for mine, yours in _pairs(left, right):
        if mine.id in rules.asymmetry.detectable_change and mine.grade and yours.grade:
            yield mine, yours


def _of_test(left: SideResult, right: SideResult, rules: BaselineRules, views: Views) -> Iterator[Asymmetry]:
    test = rules.tests[left.test]
    if left.value is not None and right.value is not None and test.unit and test.detectable_change:
        yield _performance(left, test.unit, left.value, right.value, test.detectable_change, rules)
    for mine, yours in _pairs(left, right):
        if mine.id in rules.asymmetry.performance:
            yield _performance(left, mine.id, _estimate(mine), _estimate(yours), 0.0, rules)
    for mine, yours in _angle_pairs(left, right, rules):
        if measured_alike(mine, yours, views):
            yield _angle(left.test, mine, yours, rules.asymmetry.detectable_change[mine.id])


def _angle(test: TestId, mine: Measurement, yours: Measurement, detectable: float) -> Asymmetry:
    left, right = _estimate(mine), _estimate(yours)
    difference = abs(left.value - right.value)
    limit = max(detectable, _noise(left, right))
    # Two sides within the coaching range have no weaker one, however they differ.
    beyond = difference > limit and not mine.grade == yours.grade == "good"
    worse: Side = "left" if left.value > right.value else "right"
    return Asymmetry(
        test=test,
        measure=mine.id,
        kind="angle",
        left=left,
        right=right,
        difference=difference,
        limit=limit,
        weaker=worse if beyond else None,
        status="watch" if beyond else "alike",
    )


def _performance(
    result: SideResult,
    measure: str,
    left: Estimate,
    right: Estimate,
    detectable: float,
    rules: BaselineRules,
) -> Asymmetry:
    weaker: Side = "left" if left.value < right.value else "right"
    low, high = sorted((left.value, right.value))
    symmetry_pct = 100 * low / high if high > 0 else 100.0
    limit = max(detectable, _noise(left, right))
    counts = high - low > limit and symmetry_pct < rules.asymmetry.watch_below_pct
    act = counts and symmetry_pct < rules.asymmetry.act_below_pct
    return Asymmetry(
        test=result.test,
        measure=measure,
        kind="performance",
        left=left,
        right=right,
        difference=high - low,
        limit=limit,
        weaker=weaker if counts else None,
        status="act" if act else "watch" if counts else "alike",
        symmetry_pct=symmetry_pct,
    )


def _confirmed(now: Asymmetry, previous: Assessment | None) -> Asymmetry:
    if now.kind != "angle" or now.weaker is None or previous is None:
        return now
    before = (each for each in previous.asymmetries if (each.test, each.measure) == (now.test, now.measure))
    return replace(now, status="act") if any(each.weaker == now.weaker for each in before) else now


def _estimate(measurement: Measurement) -> Estimate:
    return Estimate(measurement.value or 0.0, measurement.sd or 0.0)


def _noise(left: Estimate, right: Estimate) -> float:
    return CONFIDENCE_Z * math.hypot(left.sd, right.sd)
