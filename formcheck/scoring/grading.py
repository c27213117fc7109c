"""From measures to a form score: a pure function of the values and the thresholds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from pathlib import Path

from formcheck.errors import UsageError
from formcheck.names import EXERCISES
from formcheck.scoring.thresholds import ExerciseRules, GradedMeasure, ScoreRules, Thresholds, as_thresholds
from formcheck.scoring.types import Band, FormScore, Grade
from formcheck.validation import check_choice


def grade(
    exercise: str,
    measures: Mapping[str, float | None],
    *,
    thresholds: Thresholds | str | Path | None = None,
) -> FormScore:
    """Grade the measures of one set and make the form score.

    Sub-score ``clip(100 − 60·e, 0, 100)`` with ``e = (x − good)/(fail − good)``: 100 at good, 40 at fail, 0
    at e = 1.67. Score: weighted mean of the sub-scores available; at most 69 with one core fail and 49 with
    more; rounded half up. No score where a core measure is missing or less than half of the weights is
    available; grades and sub-scores are given all the same, as provisional.

    Parameters
    ----------
    exercise : str
        An exercise id; ``step_up`` and ``step_down`` share their thresholds.
    measures : mapping of str to float or None
        Set values by measure id, in the unit that the id ends with; None (or absent) where not measurable.
    thresholds : Thresholds or path, optional
        In place of the defaults.

    Raises
    ------
    UsageError
        If the exercise or a measure is unknown, or a value is no finite number.
    """
    check_choice("exercise", exercise, EXERCISES)
    limits = as_thresholds(thresholds)
    rules = limits.exercises[exercise]
    _check_values(exercise, rules, measures)

    grades: dict[str, Grade | None] = {}
    subscores: dict[str, float | None] = {}
    for name, row in rules.measures.items():
        value = measures.get(name)
        grades[name] = None if value is None else grade_value(value, row)
        subscores[name] = None if value is None else subscore(value, row, limits.score)
    return _score(rules, limits.score, grades, subscores)


def grade_value(value: float, row: GradedMeasure) -> Grade:
    """Return the grade of ``value``: exactly at ``good`` is good, exactly at ``fail`` is a caution."""
    sign = 1 if row.direction == "low" else -1
    if sign * value <= sign * row.good:
        return "good"
    return "caution" if sign * value <= sign * row.fail else "fail"


def subscore(value: float, row: GradedMeasure, rules: ScoreRules) -> float:
    """Return the points of ``value``, 0…100: linear through the points at good and at fail."""
    share = (value - row.good) / (row.fail - row.good)
    points = rules.points_at_good - (rules.points_at_good - rules.points_at_fail) * share
    return min(max(points, 0.0), float(rules.points_at_good))


def band_of(score: int, rules: ScoreRules) -> Band:
    """Return the colour band of a score."""
    if score >= rules.bands.green:
        return "green"
    if score >= rules.bands.amber:
        return "amber"
    return "orange" if score >= rules.bands.orange else "red"


def round_half_up(value: float) -> int:
    """Round to the nearest whole number, halves up; noise of the last float digits doesn't decide."""
    return math.floor(round(value, 9) + 0.5)


def _check_values(exercise: str, rules: ExerciseRules, measures: Mapping[str, float | None]) -> None:
    for name, value in measures.items():
        if name not in rules.measure_ids:
            raise UsageError(
                f"'{name}' is not a measure of {exercise}: use some of {', '.join(rules.measure_ids)}."
            )
        if value is not None and not (isinstance(value, Real) and math.isfinite(value)):
            raise UsageError(f"{name} is {value}, which is no number: give None where it was not measured.")


def _score(
    rules: ExerciseRules,
    score_rules: ScoreRules,
    grades: Mapping[str, Grade | None],
    subscores: Mapping[str, float | None],
) -> FormScore:
    available = {name: points for name, points in subscores.items() if points is not None}
    coverage = round(math.fsum(rules.measures[name].weight for name in available), 9)
    core = [name for name, row in rules.measures.items() if row.core]
    fails = sum(grades[name] == "fail" for name in core)
    raw = value = None
    if coverage > 0:
        points = math.fsum(rules.measures[name].weight * available[name] for name in available) / coverage
        raw = round_half_up(points)
    reason = None
    if any(grades[name] is None for name in core):
        reason = "core_missing"
    elif raw is None or coverage < score_rules.minimum_coverage:
        reason = "low_coverage"
    else:
        caps = (100, score_rules.cap_one_core_fail, score_rules.cap_two_core_fails)
        value = min(raw, caps[min(fails, 2)])
    return FormScore(
        value=value,
        raw=raw,
        coverage=coverage,
        core_fails=fails,
        core_cautions=sum(grades[name] == "caution" for name in core),
        grades=dict(grades),
        subscores=dict(subscores),
        band=None if value is None else band_of(value, score_rules),
        reason=reason,
    )
