"""The live coach: which one thing to say after a repetition, and when to stop. Pure: scored sets come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from formcheck.coaching.live_rules import CueRules
from formcheck.names import Exercise
from formcheck.scoring.thresholds import ExerciseRules, GradedMeasure, Thresholds
from formcheck.scoring.types import Estimate, ScoredBout, ScoredRepetition


@dataclass(frozen=True)
class CueGiven:
    """A cue: what it is about, of which exercise, when it was given and what was measured."""

    measure: str
    exercise: Exercise
    given_s: float
    estimate: Estimate


class LiveCoach:
    """Gives at most one cue at a time, and says when the form has broken.

    A cue comes only for a measure that lies beyond its coaching range by more than its error: with ``z``
    standard deviations as for a grade. Main measures and worse ones come first, and between two cues there is
    a rest (evidence D.3: one cue at a time).

    Parameters
    ----------
    rules : CueRules
        How often.
    thresholds : Thresholds
        The coaching ranges.
    """

    def __init__(self, rules: CueRules, thresholds: Thresholds) -> None:
        self._rules, self._thresholds = rules, thresholds
        self._given: dict[str, CueGiven] = {}
        self._judged_s = float("-inf")

    @property
    def last(self) -> CueGiven | None:
        """The cue that was given last."""
        return max(self._given.values(), key=lambda cue: cue.given_s, default=None)

    def advise(self, scored: ScoredBout, now_s: float, *, offset_s: float = 0.0) -> CueGiven | None:
        """Return the cue for the newest repetition of a set, None if there is nothing to say now.

        Each repetition is looked at once, however often it is scored.

        Parameters
        ----------
        scored : ScoredBout
            The set so far.
        now_s : float
            Session time.
        offset_s : float
            Session time at which the times of ``scored`` begin.
        """
        rules = self._thresholds.exercises.get(scored.bout.exercise)
        valid = [rep for rep in scored.repetitions if rep.repetition.valid]
        if rules is None or not valid or offset_s + valid[-1].repetition.turn_s <= self._judged_s:
            return None
        self._judged_s = offset_s + valid[-1].repetition.end_s
        last = self.last
        if last is not None and now_s - last.given_s < self._rules.cooldown_s:
            return None
        for measure in faults(valid[-1].measures, rules, self._thresholds.uncertainty.grade_interval_z):
            before = self._given.get(measure)
            if before is None or now_s - before.given_s >= self._rules.repeat_s:
                cue = CueGiven(measure, scored.bout.exercise, now_s, valid[-1].measures[measure])
                self._given[measure] = cue
                return cue
        return None

    def broke(self, scored: ScoredBout) -> str | None:
        """Return the main measure that ends the set, None while the form holds (see `form_broken`)."""
        rules = self._thresholds.exercises.get(scored.bout.exercise)
        if rules is None:
            return None
        return form_broken(scored.repetitions, rules, self._thresholds.uncertainty.grade_interval_z)


def faults(measures: Mapping[str, Estimate], rules: ExerciseRules, z: float) -> list[str]:
    """Return the measures of a repetition that are surely beyond their coaching range, the worst first.

    Parameters
    ----------
    measures : mapping of str to Estimate
        What was measured.
    rules : ExerciseRules
        The coaching ranges of the exercise.
    z : float
        A measure counts as beyond its range if it lies there with all of value ± z·sd.
    """
    found = [
        name
        for name, row in rules.measures.items()
        if (estimate := measures.get(name)) is not None and _beyond(estimate, row, row.good, z)
    ]
    return sorted(found, key=lambda name: _rank(measures[name], rules.measures[name], z))


def form_broken(repetitions: Sequence[ScoredRepetition], rules: ExerciseRules, z: float) -> str | None:
    """Return the main measure by which the form broke, as far as its error allows to say so; else None.

    The rule of evidence E.5 for a set under way: a main measure fails in two repetitions in a row, or its
    last two repetitions are worse than the first two by more than the minimal detectable change, and surely
    beyond the coaching range.
    """
    reps = [each.measures for each in repetitions if each.repetition.valid]
    if len(reps) < 2:
        return None
    for name, row in rules.measures.items():
        pair = [rep[name] for rep in reps[-2:] if name in rep]
        if not row.core or len(pair) < 2:
            continue
        if all(_beyond(estimate, row, row.fail, z) for estimate in pair):
            return name
        first = [rep[name] for rep in reps[:2] if name in rep]
        if row.mdc is None or len(reps) < 4 or len(first) < 2:
            continue
        drift = _sign(row) * (fmean(e.value for e in pair) - fmean(e.value for e in first))
        if drift > row.mdc and all(_beyond(estimate, row, row.good, z) for estimate in pair):
            return name
    return None


def _sign(row: GradedMeasure) -> float:
    return 1.0 if row.direction == "low" else -1.0


def _beyond(estimate: Estimate, row: GradedMeasure, limit: float, z: float) -> bool:
    return _sign(row) * (estimate.value - limit) > z * estimate.sd


def _rank(estimate: Estimate, row: GradedMeasure, z: float) -> tuple[bool, bool, float]:
    """Return the order: main measures first, then sure fails, then by how far it is beyond its range."""
    share = (estimate.value - row.good) / (row.fail - row.good)
    return (not row.core, not _beyond(estimate, row, row.fail, z), -share * row.weight)
