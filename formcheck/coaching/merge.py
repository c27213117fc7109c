"""Several clips of one exercise on one side become one set: each measure from where it was seen best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from formcheck.coaching.clips import UNUSABLE
from formcheck.coaching.forms import regraded
from formcheck.names import Exercise
from formcheck.scoring import grade
from formcheck.scoring.thresholds import Thresholds
from formcheck.scoring.types import FormScore, Measurement, ScoredBout

LONGEST_COUNTS: Final = frozenset({"hold_s", "hold_ratio"})
"""Measures of which the best try counts."""


def merged(
    bouts: Sequence[ScoredBout], thresholds: Thresholds, *, age_years: float | None = None
) -> ScoredBout:
    """Return one set from all bouts of an exercise on one side (evidence B.4).

    A measure that several clips can grade is taken from the one with the smallest error, holds from the
    longest; one that none can grade keeps the best value, or the reason of the clip that came nearest.
    Everything is graded by ``thresholds``, and the form score is made anew.

    Parameters
    ----------
    bouts : sequence of ScoredBout
        At least one, all of the same exercise and side.
    thresholds : Thresholds
        By which it is graded.
    age_years : float, optional
        For the norm of the single-leg stance.
    """
    # What a quality gate refused counts only where there is nothing else, and then earns no score.
    bouts = [bout for bout in bouts if not refused(bout)] or bouts
    fullest = max(bouts, key=whole_reps)
    exercise = fullest.bout.exercise
    rules = thresholds.exercises[exercise]
    measures = []
    for name in rules.measure_ids:
        found = [m for bout in bouts for m in bout.measures if m.id == name]
        if found:
            measures.append(_graded_anew(_best(found), exercise, thresholds))
    if age_years is not None:
        measures = _aged(measures, exercise, thresholds, age_years)
    return ScoredBout(
        bout=fullest.bout,
        repetitions=fullest.repetitions,
        measures=tuple(measures),
        score=fullest.score if refused(fullest) else _score(exercise, measures, thresholds),
        baseline_found=any(bout.baseline_found for bout in bouts),
    )


def refused(scored: ScoredBout) -> bool:
    """Return whether a quality gate took the score of a set."""
    return scored.score.reason in UNUSABLE


def whole_reps(scored: ScoredBout) -> int:
    """Return how many whole repetitions were done, also those that could not be measured."""
    return sum(rep.valid or rep.reason not in ("partial", "cut_off") for rep in scored.bout.repetitions)


def _best(found: Sequence[Measurement]) -> Measurement:
    graded = [m for m in found if m.grade is not None]
    valued = graded or [m for m in found if m.value is not None]
    if not valued:
        # A wrong view says least: the other clip was filmed for this measure.
        return min(found, key=lambda m: m.reason == "view")
    if valued[0].id in LONGEST_COUNTS:
        return max(valued, key=lambda m: m.value or 0.0)
    return min(valued, key=lambda m: m.sd if m.sd is not None else float("inf"))


def _graded_anew(measurement: Measurement, exercise: Exercise, thresholds: Thresholds) -> Measurement:
    row = thresholds.exercises[exercise].measures.get(measurement.id)
    if row is None or measurement.grade is None or measurement.value is None:
        return measurement
    return regraded(measurement, measurement.value, row, thresholds)


def _aged(
    measures: Sequence[Measurement], exercise: Exercise, thresholds: Thresholds, age_years: float
) -> list[Measurement]:
    """Return the measures with the hold measured against the norm of the person's age."""
    seconds = next((m for m in measures if m.id == "hold_s" and m.value is not None), None)
    row = thresholds.exercises[exercise].measures.get("hold_ratio")
    aged = list(measures)
    for at, measurement in enumerate(measures):
        if measurement.id == "hold_ratio" and row is not None and seconds is not None:
            norm = thresholds.hold_norm_s(age_years)
            value, sd = (seconds.value or 0.0) / norm, (seconds.sd or 0.0) / norm
            aged[at] = regraded(replace(measurement, sd=sd, value=value, reason=None), value, row, thresholds)
    return aged


def _score(exercise: Exercise, measures: Sequence[Measurement], thresholds: Thresholds) -> FormScore:
    rules = thresholds.exercises[exercise]
    graded = {m.id: m.value if m.grade is not None else None for m in measures if m.id in rules.measures}
    score = grade(exercise, graded, thresholds=thresholds)
    missing = [m.reason for m in measures if m.core and m.grade is None]
    return replace(score, reason=missing[0]) if score.reason and missing else score
