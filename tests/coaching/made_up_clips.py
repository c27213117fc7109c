"""Clips of a made-up runner: sets with the values that a test wants, graded as real ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from formcheck.coaching.clips import Clip
from formcheck.coaching.forms import regraded
from formcheck.exercises.types import Bout, Repetition
from formcheck.names import BILATERAL, SIDES
from formcheck.scoring import grade
from formcheck.scoring.thresholds import load_thresholds, unit_of
from formcheck.scoring.types import Measurement, ScoredBout

LIMITS = load_thresholds()
TESTS = {
    "T1": "single_leg_stance",
    "T2": "hip_hinge",
    "T3": "single_leg_rdl",
    "T4": "step_down",
    "T5": "lunge",
    "T6": "single_leg_bridge",
}
REPS = {"T1": 1, "T6": 8}


def good_values(exercise: str) -> dict[str, float]:
    """Return values well within the coaching range, further than any error."""
    rows = LIMITS.exercises[exercise].measures
    return {name: row.good - 1.5 * (row.fail - row.good) for name, row in rows.items()}


def values_at(exercise: str, shares: Mapping[str, float]) -> dict[str, float]:
    """Return good values, those named at a share of the way from good (0) to fail (1)."""
    rows = LIMITS.exercises[exercise].measures
    placed = {
        name: rows[name].good + share * (rows[name].fail - rows[name].good) for name, share in shares.items()
    }
    return {**good_values(exercise), **placed}


def made_set(
    exercise: str,
    side: str | None = None,
    values: Mapping[str, float | None] | None = None,
    *,
    sd: float = 0.01,
    reps: int = 5,
    reason: str = "view",
) -> ScoredBout:
    """Return a scored set; values of None are not measured, for ``reason``."""
    given = {**good_values(exercise), **(values or {})}
    measures = tuple(_measurement(exercise, name, value, sd, reason) for name, value in given.items())
    repetitions = tuple(Repetition(2.0 * i, 2.0 * i + 1, 2.0 * i + 2) for i in range(reps))
    return ScoredBout(
        bout=Bout(
            exercise=exercise,  # type: ignore[arg-type]
            confidence=0.9,
            side=side,  # type: ignore[arg-type]
            measured_side=side or "left",  # type: ignore[arg-type]
            start_s=0.0,
            end_s=2.0 * reps,
            repetitions=repetitions,
        ),
        repetitions=(),
        measures=measures,
        score=grade(exercise, {m.id: m.value for m in measures}),
    )


def withheld(exercise: str, doubtful: Mapping[str, tuple[float, float]], side: str = "left") -> ScoredBout:
    """Return a good set without a score: some measures, value and error given, are too uncertain to grade."""
    made = made_set(exercise, side, {name: value for name, (value, _) in doubtful.items()})
    measures = tuple(
        replace(m, sd=doubtful[m.id][1], grade=None, subscore=None, reason="too_uncertain")
        if m.id in doubtful
        else m
        for m in made.measures
    )
    score = grade(exercise, {m.id: m.value if m.grade else None for m in measures})
    return replace(made, measures=measures, score=replace(score, reason="too_uncertain"))


def _measurement(exercise: str, name: str, value: float | None, sd: float, reason: str) -> Measurement:
    row = LIMITS.exercises[exercise].measures[name]
    blank: dict[str, Any] = {"id": name, "unit": unit_of(name), "core": row.core, "weight": row.weight}
    if value is None:
        return Measurement(reason=reason, good=row.good, fail=row.fail, **blank)
    return regraded(Measurement(value=value, sd=sd, **blank), value, row, LIMITS)


def clip(*sets: ScoredBout, name: str = "clip.mp4", problem: str | None = None) -> Clip:
    """Return a clip that shows some sets."""
    return Clip(name, sets, problem)


def whole_baseline(shares: Mapping[tuple[str, str | None], Mapping[str, float]] | None = None) -> list[Clip]:
    """Return a clip of every test and side; ``shares`` as in `values_at`, by (test, side)."""
    clips = []
    for test, exercise in TESTS.items():
        for side in (None,) if exercise in BILATERAL else SIDES:
            values = values_at(exercise, (shares or {}).get((test, side), {}))
            made = made_set(exercise, side, values, reps=REPS.get(test, 5))
            clips.append(clip(made, name=f"{test}_{side}.mp4"))
    return clips
