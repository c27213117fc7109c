"""What is worst about the movement of a ladder, and what the film can only suspect."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from formcheck.coaching.assessment_types import Assessment
from formcheck.coaching.plan_reasons import fault_sentence
from formcheck.coaching.plan_rules import Corrective, PlanRules
from formcheck.names import Side
from formcheck.scoring.types import Estimate, Measurement


@dataclass(frozen=True)
class Fault:
    """What is worst about a ladder's movement, where it was seen, the value with its error.

    ``corrective`` is what to try for it and the other faults of the same set; without being ``sure`` it
    is worth no more than a cue.
    """

    measure: str
    side: Side | None
    exercise: str
    estimate: Estimate
    corrective: Corrective | None = None
    sure: bool = True

    def reason(self, rules: PlanRules) -> str:
        """Return the sentence that gives it as a reason."""
        return fault_sentence(self.measure, self.estimate, self.side, self.exercise, rules, sure=self.sure)


def likely_fault(
    assessment: Assessment,
    tests: Collection[str],
    exercises: Collection[str | None],
    rules: PlanRules,
    *,
    mended: Collection[tuple[Side | None, str]] = (),
) -> Fault | None:
    """Return the worst main measure without a grade that is more likely beyond its range than not.

    What a later film has shown to be ``mended``, by side, is none.
    """
    found: list[tuple[float, Fault]] = []
    for result in (side for test in assessment.tests for side in test.sides):
        if result.exercise is None or not (result.exercise in exercises or result.test in tests):
            continue
        core = [m for m in result.measures if m.core and (result.side, m.id) not in mended]
        excess = {m.id: _excess(m, rules.likely_fault.least_sd) for m in core}
        likely = {name: size for name, size in excess.items() if size is not None}
        name = rules.test_name(result.exercise)
        for m in result.measures:
            if m.id in likely and m.value is not None and m.sd is not None:
                tried = rules.corrective(m.id, frozenset(likely))
                fault = Fault(m.id, result.side, name, Estimate(m.value, m.sd), tried, sure=False)
                found.append((likely[m.id], fault))
    return max(found, key=lambda each: each[0])[1] if found else None


def _excess(measurement: Measurement, least_sd: float) -> float | None:
    """Return how far beyond good an ungraded value lies, in steps from good to fail; None if too near."""
    value, sd, good, fail = (measurement.value, measurement.sd, measurement.good, measurement.fail)
    if measurement.grade or value is None or sd is None or good is None or fail is None:
        return None
    steps = (value - good) / (fail - good)
    return steps if steps > 1 and abs(value - good) >= least_sd * sd else None
