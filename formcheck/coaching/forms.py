"""What a set's form comes to for a decision, and what it would be if one borderline grade were another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from formcheck.scoring import grade
from formcheck.scoring.grading import grade_value, subscore
from formcheck.scoring.thresholds import GradedMeasure, Thresholds, as_thresholds
from formcheck.scoring.types import FormScore, Measurement


@dataclass(frozen=True)
class Form:
    """A form score with what the decision asks of it.

    Attributes
    ----------
    score : float or None
        0…100.
    fails, core_cautions : int
        Core measures with that grade.
    """

    score: float | None
    fails: int = 0
    core_cautions: int = 0


def form_of(score: FormScore) -> Form:
    """Return the form that a score stands for."""
    return Form(score.value, score.core_fails, score.core_cautions)


def alternative_forms(
    exercise: str,
    measures: Sequence[Measurement],
    *,
    thresholds: Thresholds | str | Path | None = None,
) -> tuple[Form, ...]:
    """Return the forms that the set would have if one borderline grade fell the other way.

    A grade is borderline when a threshold lies within the error of its value, which is the larger of the
    value's standard deviation and the measure's own error of measurement (``sem``). Each such measure in
    turn is put at the end of its error on the other side, with all others left as they are.

    Parameters
    ----------
    exercise : str
        An exercise id.
    measures : sequence of Measurement
        The measures of the set.
    thresholds : Thresholds or path, optional
        In place of the defaults.
    """
    limits = as_thresholds(thresholds)
    rules = limits.exercises[exercise].measures
    graded = {m.id: m for m in measures if m.id in rules and m.grade is not None and m.value is not None}
    values = {name: m.value for name, m in graded.items()}
    forms = []
    for name, measurement in graded.items():
        for end in _other_side(measurement, rules[name]):
            forms.append(form_of(grade(exercise, {**values, name: end}, thresholds=limits)))
    return tuple(forms)


def core_faults(measures: Sequence[Measurement]) -> frozenset[str]:
    """Return the ids of the core measures beyond their coaching range; a session's faults to compare."""
    return frozenset(m.id for m in measures if m.core and m.grade == "fail")


def regraded(
    measurement: Measurement, value: float, row: GradedMeasure, thresholds: Thresholds
) -> Measurement:
    """Return ``measurement`` with another value (same error), graded again."""
    error = max(row.sem, measurement.sd or 0.0)
    return replace(
        measurement,
        value=value,
        grade=grade_value(value, row),
        borderline=any(abs(value - threshold) <= error for threshold in (row.good, row.fail)),
        subscore=subscore(value, row, thresholds.score),
        good=row.good,
        fail=row.fail,
        core=row.core,
        weight=row.weight,
    )


def _other_side(measurement: Measurement, row: GradedMeasure) -> list[float]:
    """Return the ends of the measurement's error at which it would have another grade."""
    assert measurement.value is not None
    error = max(row.sem, measurement.sd or 0.0)
    ends = (measurement.value - error, measurement.value + error)
    return [end for end in ends if grade_value(end, row) != grade_value(measurement.value, row)]
