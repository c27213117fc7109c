"""Which candidates are true: a choice among the exercises, per stretch of the clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.exercises.candidates import Candidate
from formcheck.exercises.definitions import definition, definitions
from formcheck.exercises.signals import CLOCK_HZ
from formcheck.names import Exercise

HOLD_WEIGHT = 0.7
"""Holds fill long stretches: where one competes with repetitions for the same time, this is its handicap."""
INCOMPLETE_WEIGHT = 0.5
"""A repetition cut off by the clip's edge speaks half as loudly for its exercise."""


@dataclass(frozen=True)
class Run:
    """Repetitions of one exercise, on either side, without a long rest between them."""

    exercise: Exercise
    members: tuple[Candidate, ...]

    @property
    def start(self) -> int:
        """First sample."""
        return self.members[0].start

    @property
    def end(self) -> int:
        """Last sample."""
        return self.members[-1].end

    @property
    def weight(self) -> float:
        """How much of the clip it explains, and how well: Σ of fit × duration."""
        share = HOLD_WEIGHT if definition(self.exercise).cycle.kind == "hold" else 1.0
        return share * sum(
            member.fit * member.samples * (1.0 if member.cycle.complete else INCOMPLETE_WEIGHT)
            for member in self.members
        )


def best_sides(left: Sequence[Candidate], right: Sequence[Candidate]) -> list[Candidate]:
    """Return, of two sides' candidates of one exercise, the better fitting of each that overlap."""
    chosen: list[Candidate] = []
    for candidate in sorted([*left, *right], key=lambda c: -c.fit * c.samples):
        if not any(overlap(candidate, other) for other in chosen):
            chosen.append(candidate)
    return sorted(chosen, key=lambda c: c.start)


def overlap(a: Candidate | Run, b: Candidate | Run) -> bool:
    """Whether two stretches share more than a fifth of the shorter one."""
    shared = min(a.end, b.end) - max(a.start, b.start)
    return shared > 0.2 * min(a.end - a.start, b.end - b.start)


def runs_of(chosen: Sequence[Candidate]) -> list[Run]:
    """Return one exercise's candidates, in time order, joined to runs at rests that are not too long."""
    rest = definitions().bouts.max_rest_s * CLOCK_HZ
    groups: list[list[Candidate]] = []
    for candidate in chosen:
        if groups and candidate.start - groups[-1][-1].end <= rest:
            groups[-1].append(candidate)
        else:
            groups.append([candidate])
    return [Run(group[0].exercise, tuple(group)) for group in groups]


def recognise(found: dict[Exercise, list[Candidate]]) -> list[Run]:
    """Return the runs that explain the clip best, in time order, not overlapping.

    Parameters
    ----------
    found : dict of str to list of Candidate
        By exercise, in time order, not overlapping, with the side chosen.
    """
    accept = definitions().bouts.accept
    open_runs = [
        run
        for each in found.values()
        for run in runs_of([c for c in each if c.fit >= accept])
        if _plausible(run)
    ]
    taken: list[Run] = []
    while open_runs:
        best = max(open_runs, key=lambda run: run.weight)
        taken.append(best)
        rests = [run for run in open_runs if run is not best]
        open_runs = [part for run in rests for part in _outside(run, best) if _plausible(part)]
    return sorted(taken, key=lambda run: run.start)


def unexplained(found: dict[Exercise, list[Candidate]], taken: Sequence[Run]) -> list[Run]:
    """Return the movements that fit no exercise, as runs of `unknown`-to-be with all their candidates."""
    loose = [
        candidate
        for each in found.values()
        for candidate in each
        if candidate.cycle.complete and not any(_touches(candidate, run) for run in taken)
    ]
    loose.sort(key=lambda c: c.start)
    rest = definitions().bouts.max_rest_s * CLOCK_HZ
    groups: list[list[Candidate]] = []
    reach = -np.inf
    for candidate in loose:
        if groups and candidate.start - reach <= rest:
            groups[-1].append(candidate)
        else:
            groups.append([candidate])
        reach = max(reach, candidate.end)
    return [Run("unknown", tuple(group)) for group in groups]


def _touches(candidate: Candidate, run: Run) -> bool:
    return candidate.start < run.end and candidate.end > run.start


def _outside(run: Run, taken: Run) -> list[Run]:
    """Return what of ``run`` remains when the stretch of ``taken`` is spoken for."""
    kept = [m for m in run.members if not overlap(m, taken)]
    return runs_of(kept) if kept else []


def _plausible(run: Run) -> bool:
    """Whether a repetition is whole, or cut off by nothing but the clip's edge."""
    return any(member.cycle.complete or member.cycle.at_edge for member in run.members)
