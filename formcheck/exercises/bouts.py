"""`find_bouts`: from motion to bouts of one exercise on one side, cut into repetitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from formcheck.errors import UsageError
from formcheck.exercises import recognise
from formcheck.exercises.candidates import Candidate, candidates, depth_of, variant_of
from formcheck.exercises.definitions import definition, is_bilateral
from formcheck.exercises.features import features
from formcheck.exercises.likeness import likeness
from formcheck.exercises.posture import corrected
from formcheck.exercises.recognise import Run
from formcheck.exercises.sides import with_sides
from formcheck.exercises.signals import BodySignals, body_signals, resample
from formcheck.exercises.types import Bout, Repetition
from formcheck.motion.geometry import Array
from formcheck.motion.types import Motion
from formcheck.names import EXERCISES, SIDES, Exercise, Side, landmark, other
from formcheck.validation import FloatArray, check_choice

MIN_UNKNOWN_S = 2.0
"""Movement that fits no exercise is worth a word from this duration on."""
SEEN_JOINTS = ("shoulder", "hip", "knee", "ankle")


def find_bouts(motion: Motion, *, exercise: str = "auto", side: str = "auto") -> tuple[Bout, ...]:
    """Find what was done in a clip: exercise, side, start and end of every bout, and its repetitions.

    Parameters
    ----------
    motion : Motion
    exercise : str
        An exercise id to take instead of recognising one, or ``auto``. ``unknown`` cannot be asked for.
    side : str
        ``left`` or ``right`` to take as the working side instead of finding it, or ``auto``. Exercises on
        two feet have none and ignore it.

    Returns
    -------
    tuple of Bout
        In time order. Alternating legs give two bouts, one per side, interleaved in time, each with all
        repetitions of its side. Movement that is none of the exercises comes as ``unknown`` with the two
        best guesses. Empty if nothing moved.

    Raises
    ------
    UsageError
        If ``exercise`` or ``side`` is not one of the allowed words.

    Notes
    -----
    Every exercise's own depth signal proposes repetitions by hysteresis; each is judged by the exercise's
    criteria (``exercises.toml``) and by what its moments look like; the exercises that explain most of the
    clip best are taken.
    """
    check_choice("exercise", exercise, ("auto", *EXERCISES))
    check_choice("side", side, ("auto", *SIDES))
    seen = features(motion)
    signals = signals_of(motion, corrected(motion, seen), likeness(motion, seen))
    return bouts_of(motion, signals, exercise, side)


def signals_of(motion: Motion, placed: Motion, looks: Array) -> dict[Side, BodySignals]:
    """Return either side's signals: of the corrected joints, as measured, and what the frames look like."""
    signals = {side: body_signals(placed, side, looks) for side in SIDES}
    if placed is motion:
        return signals
    return {side: replace(each, measured=body_signals(motion, side).series) for side, each in signals.items()}


def bouts_of(
    motion: Motion, signals: dict[Side, BodySignals], exercise: str = "auto", side: str = "auto"
) -> tuple[Bout, ...]:
    """Return `find_bouts` of signals that are known."""
    wanted = tuple(each for each in EXERCISES if exercise in ("auto", each))
    sides = tuple(each for each in SIDES if side in ("auto", each))
    if not len(signals["left"].times_s):
        return ()
    found = {each: _candidates(signals, each, sides) for each in wanted}
    if exercise == "auto":
        taken = recognise.recognise(found)
        runs = taken + recognise.unexplained(found, taken)
    else:
        runs = recognise.runs_of(found[wanted[0]])
    bouts = [bout for run in runs for bout in _bouts(motion, signals, run)]
    return tuple(sorted(_not_stray(bouts), key=lambda bout: (bout.start_s, bout.end_s)))


def _not_stray(bouts: list[Bout]) -> list[Bout]:
    """Drop bouts without a valid repetition beside others of the same exercise (a leg lifted into place)."""
    whole = {bout.exercise for bout in bouts if any(repetition.valid for repetition in bout.repetitions)}
    return [
        bout
        for bout in bouts
        if bout.exercise not in whole or any(repetition.valid for repetition in bout.repetitions)
    ]


def depth_signal(motion: Motion, exercise: Exercise, side: Side) -> FloatArray:
    """Return how deep (or high) into the exercise the person is, on the motion's own frames.

    Parameters
    ----------
    motion : Motion
    exercise : str
        An exercise id, not ``unknown``.
    side : str
        The working side.

    Returns
    -------
    ndarray, shape (frame,)
        0 at the clip's start posture, growing towards the turn; NaN in gaps. Unit: degrees of trunk
        inclination for ``single_leg_rdl`` and of hip flexion for ``hip_hinge``; leg lengths (hip to ankle)
        for the others: fall of the hips for ``lunge`` (towards the lower foot) and ``step_down`` (towards
        the floor), their rise for ``step_up`` (over the floor) and the bridges (over the line from shoulders
        to foot), height of the free foot over the other for ``single_leg_stance``.

    Raises
    ------
    UsageError
        If ``exercise`` or ``side`` is not one of the allowed words.
    """
    if exercise not in EXERCISES or side not in SIDES:
        raise UsageError("A depth signal needs one exercise id and the side 'left' or 'right'.")
    signals = body_signals(motion, side)
    depth = depth_of(signals, definition(exercise).depth)
    return resample(signals.times_s, depth, motion.times_s).astype(np.float32)


def _candidates(
    signals: dict[Side, BodySignals], exercise: Exercise, sides: tuple[Side, ...]
) -> list[Candidate]:
    if is_bilateral(exercise):
        return candidates(signals["left"], exercise)
    allowed = {side: signals[side] for side in sides}
    return with_sides([found for each in allowed.values() for found in candidates(each, exercise)], allowed)


def _bouts(motion: Motion, signals: dict[Side, BodySignals], run: Run) -> list[Bout]:
    if run.exercise == "unknown":
        return _unknown(motion, signals["left"], run)
    if is_bilateral(run.exercise):
        return [_bout(motion, signals["left"], run.exercise, run.members, None)]
    by_side = {side: [m for m in run.members if m.side == side] for side in SIDES}
    return [
        _bout(motion, signals[side], run.exercise, members, side)
        for side, members in by_side.items()
        if members
    ]


def _bout(
    motion: Motion, signals: BodySignals, exercise: Exercise, members: Sequence[Candidate], side: Side | None
) -> Bout:
    start_s, end_s = signals.times_s[members[0].start], signals.times_s[members[-1].end]
    return Bout(
        exercise=exercise,
        confidence=round(float(np.median([m.fit for m in members])), 3),
        side=side,
        measured_side=side or better_seen_side(motion, start_s, end_s),
        start_s=float(start_s),
        end_s=float(end_s),
        repetitions=tuple(_repetitions(motion, signals, exercise, members)),
        variant=variant_of(signals, members),
    )


def _repetitions(
    motion: Motion, signals: BodySignals, exercise: Exercise, members: Sequence[Candidate]
) -> list[Repetition]:
    rule = definition(exercise).cycle
    full = float(np.median([m.cycle.rise for m in members]))
    repetitions = []
    for member in members:
        cycle = member.cycle
        reason = None
        if not cycle.complete:
            reason = "cut_off" if cycle.at_edge else "partial"
        elif rule.kind == "cycle" and cycle.rise < rule.partial_share * full:
            reason = "partial"
        start_s, turn_s, end_s = (float(signals.times_s[i]) for i in (cycle.start, cycle.turn, cycle.end))
        if reason is None and not motion.pose.detected[motion.within(start_s, end_s)].all():
            reason = "occluded"  # gaps of up to 0.2 s have been bridged
        repetitions.append(Repetition(start_s, turn_s, end_s, valid=reason is None, reason=reason))
    return repetitions


def _unknown(motion: Motion, signals: BodySignals, run: Run) -> list[Bout]:
    start_s = float(signals.times_s[run.start])
    end_s = float(signals.times_s[max(member.end for member in run.members)])
    if end_s - start_s < MIN_UNKNOWN_S:
        return []
    best = {m.exercise: 0.0 for m in run.members}
    for member in run.members:
        best[member.exercise] = max(best[member.exercise], member.fit)
    guesses = sorted(best, key=lambda name: -best[name])[:2]
    return [
        Bout(
            exercise="unknown",
            confidence=round(1 - max(best.values()), 3),
            side=None,
            measured_side=better_seen_side(motion, start_s, end_s),
            start_s=start_s,
            end_s=end_s,
            guesses=tuple(guesses),
        )
    ]


def better_seen_side(motion: Motion, start_s: float, end_s: float) -> Side:
    """Return the side whose shoulder, hip, knee and ankle are seen better, on average over an interval."""
    within = motion.within(start_s, end_s)

    def seen(side: Side) -> float:
        visibility = motion.pose.visibility[within][:, [landmark(side, joint) for joint in SEEN_JOINTS]]
        return float(np.nanmean(visibility)) if np.any(np.isfinite(visibility)) else 0.0

    left, right = (seen(side) for side in SIDES)
    return "left" if left >= right else other("left")
