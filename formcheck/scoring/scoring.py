"""From a bout to its score: measures per repetition, set values with their error, grades, or reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from formcheck.exercises.types import Bout, Repetition
from formcheck.motion.types import Motion
from formcheck.scoring.context import BoutContext, RepContext, bout_context, hidden_measures
from formcheck.scoring.grading import grade, grade_value, subscore
from formcheck.scoring.measures import MEASURE
from formcheck.scoring.reading import Missing, Outcome, Reading
from formcheck.scoring.thresholds import ExerciseRules, GradedMeasure, Thresholds, as_thresholds, unit_of
from formcheck.scoring.types import CueHit, Estimate, FormScore, Measurement, ScoredBout, ScoredRepetition

BEST_OF: Final = frozenset({"hold_s", "hold_ratio"})
"""Measures of which the best repetition counts, not the median."""
MEDIAN_EFFICIENCY: Final = np.pi / 2
"""Variance of a median against that of a mean of as many normal values."""


def score_bout(
    bout: Bout,
    motion: Motion,
    *,
    thresholds: Thresholds | str | Path | None = None,
    age_years: float | None = None,
) -> ScoredBout:
    """Measure, grade and score a bout.

    A set's value is the median over its valid repetitions. Its sd keeps what is common to all of them: the
    pose model and the camera err in the same way in each, so only the scatter between repetitions
    shrinks with their number: ``sd² = (median sd of a repetition)² + (π/2)·scatter²/n``.

    A measure gets no grade, and so counts as missing for the score, where the camera can't show it
    (``view``), where fewer repetitions than the exercise asks for have it (``too_few_reps``), or where the
    interval of value ± 1.28 sd holds both thresholds (``too_uncertain``).

    Parameters
    ----------
    bout : Bout
        What to score.
    motion : Motion
        The motion of the clip that the bout lies in.
    thresholds : Thresholds or path, optional
        In place of the defaults.
    age_years : float, optional
        For the norm of the single-leg stance.
    """
    if bout.exercise == "unknown":
        repetitions = tuple(ScoredRepetition(rep, {}) for rep in bout.repetitions)
        return ScoredBout(bout, repetitions, (), _no_score("unknown_exercise"))
    limits = as_thresholds(thresholds)
    context = bout_context(bout, motion, limits, age_years)
    outcomes = [_measure(RepContext(context, rep)) for rep in bout.repetitions]
    measurements = tuple(
        _set_value(context, name, [found[name] for rep, found in _valid(bout, outcomes)])
        for name in context.rules.measure_ids
    )
    return ScoredBout(
        bout=bout,
        repetitions=tuple(
            ScoredRepetition(rep, _estimates(found))
            for rep, found in zip(bout.repetitions, outcomes, strict=True)
        ),
        measures=measurements,
        score=_score(bout, measurements, limits),
        cues=_cues(measurements, context.rules, limits.uncertainty.grade_interval_z),
        baseline_found=context.baseline.found,
        baseline=context.baseline.angles,
    )


def _valid(
    bout: Bout, outcomes: Sequence[Mapping[str, Outcome]]
) -> list[tuple[Repetition, Mapping[str, Outcome]]]:
    pairs = zip(bout.repetitions, outcomes, strict=True)
    return [(rep, found) for rep, found in pairs if rep.valid]


def _measure(rep: RepContext) -> dict[str, Outcome]:
    hidden = hidden_measures(rep.of.plane, rep.of.rules, rep.of.limits)
    return {
        name: Missing("view") if name in hidden else MEASURE[name](rep) for name in rep.of.rules.measure_ids
    }


def _estimates(outcomes: Mapping[str, Outcome]) -> dict[str, Estimate]:
    return {
        name: Estimate(outcome.value, outcome.sd)
        for name, outcome in outcomes.items()
        if isinstance(outcome, Reading)
    }


def _set_value(context: BoutContext, name: str, outcomes: Sequence[Outcome]) -> Measurement:
    row = context.rules.measures.get(name)
    blank = Measurement(
        id=name,
        unit=unit_of(name),
        reason="too_few_reps",
        good=row.good if row else None,
        fail=row.fail if row else None,
        core=bool(row and row.core),
        weight=row.weight if row else 0.0,
    )
    readings = [outcome for outcome in outcomes if isinstance(outcome, Reading)]
    if not readings:
        reasons = [outcome.reason for outcome in outcomes if isinstance(outcome, Missing)]
        return replace(blank, reason=max(reasons, key=reasons.count) if reasons else "too_few_reps")
    value, sd = _combined(readings, best=name in BEST_OF)
    measured = replace(
        blank,
        value=value,
        sd=sd,
        signed_value=_median([reading.signed for reading in readings]),
        excursion=_median([reading.excursion for reading in readings]),
        reason="informational" if row is None else None,
    )
    if row is None:
        return measured
    if len(readings) < context.rules.minimum_reps:
        return replace(measured, reason="too_few_reps")
    return _graded(measured, value, sd, row, context.limits)


def _combined(readings: Sequence[Reading], *, best: bool) -> tuple[float, float]:
    if best:
        longest = max(readings, key=lambda reading: reading.value)
        return longest.value, longest.sd
    values = np.array([reading.value for reading in readings])
    common = float(np.median([reading.sd for reading in readings]))
    scatter = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return float(np.median(values)), float(
        np.hypot(common, scatter * np.sqrt(MEDIAN_EFFICIENCY / len(values)))
    )


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None


def _graded(
    measured: Measurement, value: float, sd: float, row: GradedMeasure, limits: Thresholds
) -> Measurement:
    reach = limits.uncertainty.grade_interval_z * sd
    if all(abs(value - threshold) <= reach for threshold in (row.good, row.fail)):
        return replace(measured, reason="too_uncertain")
    error = max(row.sem, sd)
    return replace(
        measured,
        grade=grade_value(value, row),
        borderline=any(abs(value - threshold) <= error for threshold in (row.good, row.fail)),
        subscore=subscore(value, row, limits.score),
    )


def _score(bout: Bout, measurements: Sequence[Measurement], limits: Thresholds) -> FormScore:
    """Score what was graded; where a core measure is missing, give its own reason."""
    graded = {m.id: m.value if m.grade is not None else None for m in measurements}
    score = grade(bout.exercise, graded, thresholds=limits)
    if score.reason is None:
        return score
    if sum(rep.valid for rep in bout.repetitions) < limits.exercises[bout.exercise].minimum_reps:
        return replace(score, reason="too_few_reps")
    missing = [m.reason for m in measurements if m.core and m.grade is None]
    return replace(score, reason=missing[0] if missing else score.reason)


def _no_score(reason: str) -> FormScore:
    return FormScore(value=None, raw=None, coverage=0.0, core_fails=0, core_cautions=0, reason=reason)


def _cues(measurements: Sequence[Measurement], rules: ExerciseRules, z: float) -> tuple[CueHit, ...]:
    """Return the cues of measures that lie beyond the cue's value by more than their error."""
    by_id = {m.id: m for m in measurements}
    hits = []
    for cue in rules.cues:
        found = by_id.get(cue.measure)
        if found is None or found.value is None or found.sd is None or found.reason == "too_few_reps":
            continue
        reach = z * found.sd
        if cue.applies(found.value - reach) and cue.applies(found.value + reach):
            hits.append(CueHit(cue.code, cue.measure, cue.says))
    return tuple(hits)
