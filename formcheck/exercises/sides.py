"""Which leg works in each repetition: one leg for a set, or the legs in turn, as the whole set tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Final, Literal

import numpy as np

from formcheck.exercises.candidates import Candidate, exercise_fit
from formcheck.exercises.definitions import definitions
from formcheck.exercises.recognise import overlap
from formcheck.exercises.signals import CLOCK_HZ, BodySignals
from formcheck.names import Side, other

Pattern = Literal["one leg", "in turn"]

LEAST_FIT: Final = 0.05
"""A side that a repetition fits worse, or not at all, is as unlikely as this …"""
IN_TURN_COST: Final = 2.0
"""… and this much log-likelihood it must explain that the legs work in turn, …"""
CHANGE_COST: Final = 2.3
"""… or that the leg, or the pattern, changes within a set."""
HALF: Final = 0.5
"""Share that a half repetition counts against a whole one that overlaps it."""


@dataclass(frozen=True)
class _Slot:
    """One repetition, and how well it fits if either leg works in it."""

    best: Candidate
    fit: dict[Side, float]


def with_sides(found: Sequence[Candidate], signals: Mapping[Side, BodySignals]) -> list[Candidate]:
    """Return one exercise's repetitions, in time order, not overlapping, each with its working side.

    Of the two sides' candidates that overlap the better fitting one tells when the repetition is. Which leg
    works in it is decided over the set (repetitions without a long rest between): one that looks as if the
    other leg worked is more likely misread than different, unless the legs work in turn.

    Parameters
    ----------
    found : sequence of Candidate
        Those of both sides.
    signals : mapping of str to BodySignals
        By side; a side that is not there never works.
    """
    slots = _best([_slot(candidate, signals) for candidate in found])
    rest = definitions().bouts.max_rest_s * CLOCK_HZ
    gaps = [b.best.start - a.best.end for a, b in pairwise(slots)]
    cuts = [0, *(i + 1 for i, gap in enumerate(gaps) if gap > rest), len(slots)]
    chosen: list[Candidate] = []
    for first, last in pairwise(cuts):
        sides = _likeliest(slots[first:last], tuple(signals))
        chosen += [replace(slot.best, side=side) for slot, side in zip(slots[first:last], sides, strict=True)]
    return chosen


def _best(slots: Sequence[_Slot]) -> list[_Slot]:
    """Return the better fitting of each that overlap, in time order."""
    chosen: list[_Slot] = []
    for slot in sorted(slots, key=_weight, reverse=True):
        if not any(overlap(slot.best, taken.best) for taken in chosen):
            chosen.append(slot)
    return sorted(chosen, key=lambda s: s.best.start)


def _weight(slot: _Slot) -> float:
    best = slot.best
    return best.fit * best.samples * (1.0 if best.cycle.complete else HALF)


def _slot(candidate: Candidate, signals: Mapping[Side, BodySignals]) -> _Slot:
    """Return the repetition, as well as it fits with the leg that it fits better with."""
    fit = {
        side: candidate.fit
        if side == candidate.side
        else exercise_fit(each, candidate.cycle, candidate.exercise)
        for side, each in signals.items()
    }
    return _Slot(replace(candidate, fit=max(fit.values())), fit)


def _likeliest(slots: Sequence[_Slot], sides: Sequence[Side]) -> Iterator[Side]:
    """Yield the side of every repetition of a set: the likeliest sequence (Viterbi)."""
    if not slots:
        return
    states: list[tuple[Side, Pattern]] = list(product(sides, ("one leg", "in turn")))
    costs = [_cost(slots[0], side) + IN_TURN_COST * (pattern == "in turn") for side, pattern in states]
    came: list[list[int]] = []
    for slot in slots[1:]:
        steps = [
            [cost + _change(before, after) for cost, before in zip(costs, states, strict=True)]
            for after in states
        ]
        came.append([int(np.argmin(step)) for step in steps])
        costs = [min(step) + _cost(slot, side) for step, (side, _) in zip(steps, states, strict=True)]
    state = int(np.argmin(costs))
    path = [state]
    for back in reversed(came):
        state = back[state]
        path.append(state)
    yield from (states[each][0] for each in reversed(path))


def _cost(slot: _Slot, side: Side) -> float:
    """Return the negative log-likelihood of what is seen if ``side`` works."""
    own, others = (float(np.clip(slot.fit.get(s, 0.0), LEAST_FIT, 1.0)) for s in (side, other(side)))
    return -float(np.log(own / (own + others)))


def _change(before: tuple[Side, Pattern], after: tuple[Side, Pattern]) -> float:
    if before[1] != after[1]:
        return CHANGE_COST + (IN_TURN_COST if after[1] == "in turn" else 0.0)
    as_usual = (before[0] == after[0]) == (before[1] == "one leg")
    return 0.0 if as_usual else CHANGE_COST
