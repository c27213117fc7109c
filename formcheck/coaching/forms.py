"""What a set's form comes to for a decision, and what it might be as well within the measuring error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from formcheck.scoring import grade
from formcheck.scoring.grading import grade_value, subscore
from formcheck.scoring.thresholds import GradedMeasure, Thresholds, as_thresholds
from formcheck.scoring.types import Measurement, ScoredBout

TOO_UNCERTAIN: Final = "too_uncertain"
INTERVAL_Z: Final = 1.645
"""Standard deviations to either end of a 90 % interval."""


@dataclass(frozen=True)
class Form:
    """A form score with what the decision asks of it.

    Attributes
    ----------
    score : float or None
        0…100.
    fails, core_cautions : int
        Core measures with that grade.
    score_range : (float, float) or None
        Of a film whose score was withheld because core measures are too uncertain to grade: the lowest and
        the highest score that it allows (`possible_scores`).
    """

    score: float | None
    fails: int = 0
    core_cautions: int = 0
    score_range: tuple[float, float] | None = None

    @property
    def span(self) -> tuple[float, float] | None:
        """The lowest and the highest score that the form may have; None if a film tells nothing of it."""
        return self.score_range if self.score is None else (self.score, self.score)


def form_of(scored: ScoredBout, *, thresholds: Thresholds | None = None) -> Form:
    """Return the form of a filmed set.

    A score that a quality gate took, or that lacks a measure the camera does not show, has no range either.
    """
    score = scored.score
    possible = None
    if score.value is None and score.reason == TOO_UNCERTAIN:
        possible = possible_scores(scored.bout.exercise, scored.measures, thresholds=thresholds)
    return Form(score.value, score.core_fails, score.core_cautions, possible)


def measured_form(
    exercise: str, measures: Sequence[Measurement], *, thresholds: Thresholds | None = None
) -> Form:
    """Return the form that the graded ones of ``measures`` make, by their values."""
    limits = as_thresholds(thresholds)
    score = grade(exercise, _graded_values(exercise, measures, limits), thresholds=limits)
    possible = None
    if score.value is None:
        possible = possible_scores(exercise, measures, thresholds=limits)
    return Form(score.value, score.core_fails, score.core_cautions, possible)


def possible_scores(
    exercise: str, measures: Sequence[Measurement], *, thresholds: Thresholds | None = None
) -> tuple[float, float] | None:
    """Return the lowest and the highest score that a set may have.

    The core measures that are too uncertain to grade are put at the worse, then at the better end of
    their 90 % intervals; the others count as they were graded.

    Returns
    -------
    (float, float) or None
        None if nothing is uncertain, or if a core measure is missing for another reason.
    """
    limits = as_thresholds(thresholds)
    rules = limits.exercises[exercise].measures
    open_ones = [m for m in measures if m.id in rules and rules[m.id].core and m.grade is None]
    if not open_ones or any(m.reason != TOO_UNCERTAIN for m in open_ones):
        return None
    graded = _graded_values(exercise, measures, limits)
    ends = []
    for towards_worse in (1.0, -1.0):
        at_end = {m.id: _end(m, rules[m.id], towards_worse) for m in open_ones}
        ends.append(grade(exercise, {**graded, **at_end}, thresholds=limits).value)
    low, high = ends
    return None if low is None or high is None else (low, high)


def weaker_form(forms: Sequence[Form]) -> Form:
    """Return what several films of one exercise come to: in everything the weaker one of them.

    There is a score only if all have one; a range only if each has a score or a range.
    """
    fails = max(form.fails for form in forms)
    cautions = max(form.core_cautions for form in forms)
    spans = [form.span for form in forms if form.span is not None]
    if len(spans) < len(forms):
        return Form(None, fails, cautions)
    low, high = min(span[0] for span in spans), min(span[1] for span in spans)
    if all(form.score is not None for form in forms):
        return Form(low, fails, cautions)
    return Form(None, fails, cautions, (low, high))


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
    forms = []
    for at, m in enumerate(measures):
        if m.id not in rules or m.grade is None or m.value is None:
            continue
        for end in _other_side(m, rules[m.id]):
            moved = [*measures[:at], replace(m, value=end), *measures[at + 1 :]]
            forms.append(measured_form(exercise, moved, thresholds=limits))
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


def _graded_values(
    exercise: str, measures: Sequence[Measurement], limits: Thresholds
) -> Mapping[str, float | None]:
    rules = limits.exercises[exercise].measures
    return {m.id: m.value for m in measures if m.id in rules and m.grade is not None}


def _end(measurement: Measurement, row: GradedMeasure, towards_worse: float) -> float:
    """Return the worse (1) or the better (-1) end of the measurement's 90 % interval."""
    assert measurement.value is not None and measurement.sd is not None
    worse = 1.0 if row.direction == "low" else -1.0
    return measurement.value + towards_worse * worse * INTERVAL_Z * measurement.sd


def _other_side(measurement: Measurement, row: GradedMeasure) -> list[float]:
    """Return the ends of the measurement's error at which it would have another grade."""
    assert measurement.value is not None
    error = max(row.sem, measurement.sd or 0.0)
    ends = (measurement.value - error, measurement.value + error)
    return [end for end in ends if grade_value(end, row) != grade_value(measurement.value, row)]
