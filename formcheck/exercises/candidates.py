"""Candidates: what each exercise's own depth signal would call a repetition, and how well it fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from formcheck.exercises.cycles import Cycle, find_cycles, find_holds
from formcheck.exercises.definitions import (
    Criterion,
    Depth,
    ExerciseDefinition,
    Moment,
    definition,
    definitions,
)
from formcheck.exercises.signals import CLOCK_HZ, BodySignals
from formcheck.names import Exercise, Side

Array = NDArray[np.floating[Any]]

NEAR = 2
"""A moment is the median over this many samples to each side."""
HOLD_LEAVE_SHARE = 0.6
"""A hold ends where the free foot has come down to this share of the height that began it."""
CUT_OFF_SHARE = 0.7
"""A repetition of which the clip's edge has cut off a part must be at least this share of the shortest."""
SHORT_HOLD = round(CLOCK_HZ)
"""Samples at the turn that count as movement; more is rest, in which nothing tells exercises apart."""
WEAKEST = (0.6, 0.4)
"""How much the least convincing criterion of a repetition counts, and the next one …"""
DOUBT = (-2.5, 3.0)
"""… by their log-odds between these limits."""
START_POSTURE_PERCENTILE = 5.0


@dataclass(frozen=True)
class Candidate:
    """A movement that may be one repetition of ``exercise`` on ``side``.

    ``fit`` is 0…1: how far its least convincing criteria are met, 0.5 at the border.
    """

    exercise: Exercise
    side: Side
    cycle: Cycle
    fit: float

    @property
    def start(self) -> int:
        """First sample."""
        return self.cycle.start

    @property
    def end(self) -> int:
        """Last sample."""
        return self.cycle.end

    @property
    def log_odds(self) -> float:
        """Log-odds of the fit; beyond 9:1 better is no better."""
        fit = np.clip(self.fit, 0.1, 0.9)
        return float(np.log(fit / (1 - fit)))

    @property
    def moving(self) -> int:
        """Samples spent on the way to the turn and back, with a short hold at it."""
        return self.samples - max(self.cycle.held - SHORT_HOLD, 0)

    @property
    def samples(self) -> int:
        """Duration in samples of the uniform clock."""
        return self.cycle.end - self.cycle.start + 1


def depth_of(signals: BodySignals, depth: Depth) -> Array:
    """Return the depth signal, 0 at the clip's start posture, growing towards the turn, shape (sample,).

    It is that of the joints as measured: the correction of feet knows single moments, and what it adds from
    one to the next moves the turns.
    """
    series = depth.sign * signals.as_measured(depth.signal)
    if not np.any(np.isfinite(series)):
        return series
    result: Array = series - np.nanpercentile(series, START_POSTURE_PERCENTILE)
    return result


def candidates(signals: BodySignals, exercise: Exercise) -> list[Candidate]:
    """Return every movement that the exercise's depth signal could call a repetition on ``signals.side``."""
    what = definition(exercise)
    found = []
    for cycle in _cycles(signals, what):
        duration_s = (cycle.end - cycle.start) / CLOCK_HZ
        shortest = what.cycle.min_duration_s * (1.0 if cycle.complete else CUT_OFF_SHARE)
        if shortest <= duration_s <= what.cycle.max_duration_s:
            found.append(Candidate(exercise, signals.side, cycle, exercise_fit(signals, cycle, exercise)))
    return found


def exercise_fit(signals: BodySignals, cycle: Cycle, exercise: Exercise) -> float:
    """Return how well a repetition fits an exercise, 0…1: by its criteria, and by what it looks like."""
    return fit(signals, cycle, definition(exercise).criteria, _looks(signals, cycle, exercise))


def fit(signals: BodySignals, cycle: Cycle, criteria: tuple[Criterion, ...], more_odds: float = 0.0) -> float:
    """Return how far the two least convincing criteria are met, 0…1; 0 where most cannot be measured.

    Their log-odds are averaged: a criterion that is missed by a little may be made up for by all others
    being met well, one that is missed by far may not. ``more_odds`` are added to the average, few of them
    where a criterion is missed by far: looks alone do not make up for that, unless it is one of the floor.
    Of these only the least convincing counts, since one floor is behind them all.
    """
    degrees = np.array([_degree(signals, cycle, criterion) for criterion in criteria])
    known = np.isfinite(degrees)
    if 2 * known.sum() <= len(criteria):
        return 0.0
    floor = np.array([criterion.of_the_floor for criterion in criteria])
    firm, of_the_floor = degrees[known & ~floor], degrees[known & floor]
    weakest = np.sort([*firm, *([of_the_floor.min()] if len(of_the_floor) else [])])[: len(WEAKEST)]
    odds = np.clip(logit(weakest), *DOUBT)
    if firm.min(initial=1.0) <= expit(DOUBT[0]):
        more_odds = min(more_odds, definitions().likeness.most_against_a_rule)
    return float(expit(np.average(odds, weights=WEAKEST[: len(odds)]) + more_odds))


def _looks(signals: BodySignals, cycle: Cycle, exercise: Exercise) -> float:
    """Return what the likeness of a repetition's moments adds to its log-odds; 0 where none is known."""
    rule = definitions().likeness
    within = signals.likeness.get(exercise, np.empty(0))[cycle.start : cycle.end + 1]
    within = within[np.isfinite(within)]
    if not len(within):
        return 0.0
    return rule.weight * float(np.clip(np.mean(within) + rule.shift, rule.least, rule.most))


def variant_of(signals: BodySignals, members: Sequence[Candidate]) -> str | None:
    """Return which variant of their exercise repetitions on ``signals.side`` are, or None if none fits."""
    known = definition(members[0].exercise).variants
    whole = [member.cycle for member in members if member.cycle.complete]
    if not known or not whole:
        return None
    fits = {
        name: float(np.median([fit(signals, cycle, criteria) for cycle in whole]))
        for name, criteria in known.items()
    }
    best = max(fits, key=lambda name: fits[name])
    return best if fits[best] >= definitions().bouts.accept_variant else None


def _cycles(signals: BodySignals, what: ExerciseDefinition) -> list[Cycle]:
    rule = what.cycle
    if rule.kind == "hold":
        height = what.depth.sign * signals[what.depth.signal]
        return find_holds(height, enter=rule.min_rise, leave=HOLD_LEAVE_SHARE * rule.min_rise)
    depth = depth_of(signals, what.depth)
    return find_cycles(depth, min_rise=rule.min_rise, return_share=rule.return_share)


def _degree(signals: BodySignals, cycle: Cycle, criterion: Criterion) -> float:
    value = _value(signals, cycle, criterion)
    if criterion.above is not None:
        distance = value - criterion.above
    else:
        distance = float(criterion.below or 0.0) - value
    degree = float(expit(2 * np.clip(distance / criterion.margin, -20, 20)))
    if criterion.otherwise is None:
        return degree
    return float(np.fmax(degree, _degree(signals, cycle, criterion.otherwise)))


def _value(signals: BodySignals, cycle: Cycle, criterion: Criterion) -> float:
    series = signals[criterion.signal]
    within = series[cycle.start : cycle.end + 1]
    if not np.any(np.isfinite(within)):
        return np.nan
    return _at(series, within, cycle, criterion.at)


def _at(series: Array, within: Array, cycle: Cycle, moment: Moment) -> float:
    return _MOMENTS[moment](series, within, cycle)


_MOMENTS: Final[dict[Moment, Callable[[Array, Array, Cycle], float]]] = {
    "start": lambda series, _, cycle: _around(series, cycle.start),
    "loaded": lambda series, _, cycle: _around(series, cycle.loaded),
    "loading_range": lambda series, _, cycle: _range(
        series[cycle.loaded : max(cycle.turn, cycle.loaded) + 1]
    ),
    "turn": lambda series, _, cycle: _turn(series, cycle),
    "end": lambda series, _, cycle: _around(series, cycle.end),
    "min": lambda _, within, __: float(np.nanmin(within)),
    "max": lambda _, within, __: float(np.nanmax(within)),
    "mean": lambda _, within, __: float(np.nanmean(within)),
    "range": lambda _, within, __: _range(within),
    "change": lambda series, _, cycle: _turn(series, cycle) - _start_posture(series, cycle),
    "drift": lambda series, _, cycle: abs(_around(series, cycle.end) - _around(series, cycle.start)),
}


def _turn(series: Array, cycle: Cycle) -> float:
    return _around(series, cycle.turn, max(NEAR, cycle.held // 2))


def _start_posture(series: Array, cycle: Cycle) -> float:
    """Return the value in the start posture: of both ends, or of the one that is not cut off."""
    start, end = _around(series, cycle.start), _around(series, cycle.end)
    if cycle.complete:
        return (start + end) / 2
    return start if cycle.turn - cycle.start > cycle.end - cycle.turn else end


def _range(values: Array) -> float:
    return float(np.nanmax(values) - np.nanmin(values)) if np.any(np.isfinite(values)) else np.nan


def _around(series: Array, index: int, reach: int = NEAR) -> float:
    """Return the median of the samples around ``index``."""
    near = series[max(index - reach, 0) : index + reach + 1]
    near = near[np.isfinite(near)]
    return float(np.median(near)) if len(near) else np.nan
