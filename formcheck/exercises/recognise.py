"""Which candidates are true: a choice among the exercises, per stretch of the clip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formcheck.exercises.candidates import Candidate
from formcheck.exercises.definitions import Bouts, definitions, is_hold
from formcheck.exercises.signals import CLOCK_HZ
from formcheck.names import Exercise

LOOSE_END_SHARE = 0.7
"""A half repetition of at least this share of the whole ones' rise …"""
LOOSE_END_WITHIN = round(CLOCK_HZ)
"""… within so many samples of a run's start or end is part of the same movement."""

LEAST_HOLD_FIT = 0.5
"""Holds that fit worse aren't spoken of."""


@dataclass(frozen=True)
class Run:
    """Repetitions of one exercise, on either side, without a long rest between them."""

    exercise: Exercise
    members: tuple[Candidate, ...]
    loose_ends: tuple[Candidate, ...] = ()

    @property
    def start(self) -> int:
        """First sample."""
        return self.members[0].start

    @property
    def end(self) -> int:
        """Last sample."""
        return self.members[-1].end

    @property
    def is_hold(self) -> bool:
        """Whether its repetitions are holds."""
        return is_hold(self.exercise)

    @property
    def weight(self) -> float:
        """Movement explained, and how well: Σ of log-odds × time in motion, of whole repetitions.

        One that is there because it is like the others of its set says nothing for or against. Loose ends
        count against it: who rests on the floor comes from there to the first "step-down" of a set of
        step-ups, and goes back there after the last.
        """
        explained = sum(max(m.log_odds, 0.0) * m.moving for m in self.members if m.cycle.complete)
        moving = sum(m.moving for m in self.members if m.cycle.complete)
        return explained * moving / max(moving + sum(end.moving for end in self.loose_ends), 1)


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


def _with_loose_ends(run: Run, candidates: Sequence[Candidate]) -> Run:
    """Return the run with the half repetitions, as large as its whole ones, that it begins or ends with."""
    full = float(np.median([member.cycle.rise for member in run.members]))
    ends = [
        c
        for c in candidates
        if not c.cycle.complete
        and c.cycle.rise >= LOOSE_END_SHARE * full
        and min(abs(c.end - run.start), abs(c.start - run.end)) <= LOOSE_END_WITHIN
        and not any(overlap(c, member) for member in run.members)
    ]
    return replace(run, loose_ends=tuple(ends))


def recognise(found: dict[Exercise, list[Candidate]]) -> list[Run]:
    """Return the runs that explain the clip best, in time order, not overlapping.

    Parameters
    ----------
    found : dict of str to list of Candidate
        By exercise, in time order, not overlapping, with the side chosen.
    """
    rule = definitions().bouts
    fitting = [
        _with_loose_ends(run, found[exercise])
        for exercise, each in _of_sets(found).items()
        for run in runs_of(each)
        if sum(m.cycle.complete for m in run.members) > 1
        or max(m.fit for m in run.members) >= rule.accept_single
    ]
    moving = _strongest([run for run in fitting if run.weight > 0 and not run.is_hold])
    # A foot on a box, or up between two repetitions, looks like a hold: holds take what is left.
    taken = _strongest([run for run in fitting if run.is_hold], moving)
    if not taken:  # then a repetition that the clip's edge cuts off is better than nothing
        taken = _strongest([run for run in fitting if _well_cut_off(run)])
    return sorted(taken, key=lambda run: run.start)


def _of_sets(found: dict[Exercise, list[Candidate]]) -> dict[Exercise, list[Candidate]]:
    """Return the candidates that fit, and those that are like others of their set that do.

    People repeat what they do: between repetitions of an exercise, one as large and as long that does not
    quite look like it is more likely misread than something else, unless it fits another exercise.
    """
    rule = definitions().bouts
    fitting = {exercise: [c for c in each if c.fit >= rule.accept] for exercise, each in found.items()}
    sets: dict[Exercise, list[Candidate]] = {}
    for exercise, each in found.items():
        if is_hold(exercise):
            sets[exercise] = fitting[exercise]
            continue
        elsewhere = [
            c
            for other, those in fitting.items()
            if other != exercise and not is_hold(other)
            for c in those
            if c.cycle.complete
        ]
        unclaimed = [
            c
            for c in each
            if c.fit >= rule.accept
            or (c.cycle.complete and not any(overlap(c, other) for other in elsewhere))
        ]
        likely = [c for c in unclaimed if c.fit >= rule.accept_in_set]
        sets[exercise] = [c for run in runs_of(likely) for c in _set_of(run, unclaimed, rule)]
    return sets


def _set_of(run: Run, each: Sequence[Candidate], rule: Bouts) -> list[Candidate]:
    """Return the run's members that fit, and those about as large and as long.

    None if most whole repetitions around the run that are as large and as long don't fit: people repeat what
    they do, so that one jump in five that reads as a lunge is no lunge either. ``each`` are the repetitions
    that fit, and those that fit nothing else.
    """
    like_them, rest = _like(run.members, rule), rule.max_rest_s * CLOCK_HZ
    around = [
        c
        for c in each
        if c.cycle.complete and c.end > run.start - rest and c.start < run.end + rest and like_them(c)
    ]
    if sum(c.fit >= rule.accept for c in around) < rule.least_share * len(around):
        return []
    return [m for m in run.members if m.fit >= rule.accept or like_them(m)]


def _like(members: Sequence[Candidate], rule: Bouts) -> Callable[[Candidate], bool]:
    """Return what tells whether a repetition is about as large and as long as the whole members that fit."""
    whole = [m for m in members if m.fit >= rule.accept and m.cycle.complete]
    if not whole:
        return lambda _: False
    usual = np.median([(m.cycle.rise, m.samples) for m in whole], axis=0)

    def like_them(member: Candidate) -> bool:
        ratio = np.array([member.cycle.rise, member.samples]) / usual
        return bool(np.all(np.minimum(ratio, 1 / ratio) >= rule.alike))

    return like_them


def _strongest(open_runs: list[Run], spoken_for: Sequence[Run] = ()) -> list[Run]:
    """Return ``spoken_for`` and the runs that fit beside it without overlap, the weightiest first."""
    taken = list(spoken_for)
    open_runs = [part for run in open_runs for part in _outside(run, taken)]
    while open_runs:
        best = max(open_runs, key=lambda run: (run.weight, max(member.fit for member in run.members)))
        taken.append(best)
        open_runs = [part for run in open_runs if run is not best for part in _outside(run, [best])]
    return taken


def unexplained(found: dict[Exercise, list[Candidate]], taken: Sequence[Run]) -> list[Run]:
    """Return the movements that fit no exercise, as runs of `unknown`-to-be with all their candidates."""
    loose = [
        candidate
        for each in found.values()
        for candidate in each
        if candidate.cycle.complete
        and not _just_stands(candidate)
        and not any(_touches(candidate, run) for run in taken)
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


def _just_stands(candidate: Candidate) -> bool:
    """Whether it is a hold that is none, rather: standing is no movement that needs a name."""
    return is_hold(candidate.exercise) and candidate.fit < LEAST_HOLD_FIT


def _touches(candidate: Candidate, run: Run) -> bool:
    return candidate.start < run.end and candidate.end > run.start


def _outside(run: Run, taken: Sequence[Run]) -> list[Run]:
    """Return what of ``run`` remains when the stretches of ``taken`` are spoken for."""
    kept = [member for member in run.members if not any(overlap(member, other) for other in taken)]
    parts = [replace(part, loose_ends=run.loose_ends) for part in runs_of(kept)]
    return [part for part in parts if part.weight > 0 or run.weight == 0]


def _well_cut_off(run: Run) -> bool:
    """Whether the run's repetitions are cut off by nothing but the clip's edge, and fit well."""
    bar = definitions().bouts.accept_cut_off
    return any(member.cycle.at_edge and member.fit >= bar for member in run.members)
