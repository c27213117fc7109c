"""How good one repetition was, by the thresholds that its set was graded by."""

from __future__ import annotations

from formcheck.scoring.types import Grade, Measurement, ScoredBout, ScoredRepetition


def grade_of(measurement: Measurement, value: float) -> Grade | None:
    """Return the grade of one repetition's value; None where the measure of the set has none."""
    good, fail = measurement.good, measurement.fail
    if good is None or fail is None or measurement.grade is None:
        return None
    sign = 1 if good < fail else -1
    if sign * value <= sign * good:
        return "good"
    return "caution" if sign * value <= sign * fail else "fail"


def best_and_worst(scored: ScoredBout) -> list[tuple[str, int]]:
    """Return which repetitions to show, as (``best``, index) and (``worst``, index).

    Only one, ``only``, if there is but one valid repetition or none can be told from another.
    """
    valid = [i for i, each in enumerate(scored.repetitions) if each.repetition.valid]
    if not valid:
        return []
    points = {i: _points(scored, scored.repetitions[i]) for i in valid}
    ranked = sorted(valid, key=lambda i: (-points[i], i))
    if points[ranked[0]] == points[ranked[-1]]:
        return [("only", ranked[0])]
    return [("best", ranked[0]), ("worst", ranked[-1])]


def _points(scored: ScoredBout, repetition: ScoredRepetition) -> float:
    """Return a repetition's weighted points, not clipped at 100 so that good ones can be told apart."""
    total = weights = 0.0
    for measurement in scored.measures:
        estimate = repetition.measures.get(measurement.id)
        if (
            estimate is None
            or measurement.good is None
            or measurement.fail is None
            or measurement.grade is None
        ):
            continue
        share = (estimate.value - measurement.good) / (measurement.fail - measurement.good)
        total += measurement.weight * -min(max(share, -1.0), 5 / 3)
        weights += measurement.weight
    return total / weights if weights else 0.0
