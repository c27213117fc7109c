"""The measures of one repetition that are times and distances: tempo, depth, holds and sway."""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.scoring.context import Array, RepContext
from formcheck.scoring.reading import Missing, Outcome, Reading

FLANK: Final = (0.1, 0.5)
"""Shares of the travel below the turn between which the speed of arriving and leaving is taken …"""
FLANK_REACH: Final = 0.8
"""… and extrapolated to the turn by this share of the time between them (cosine 0.7, least jerk 1.0)."""
LONGEST_HOLD_S: Final = 45.0
SWAY_WINDOW_S: Final = 10.0
LOWEST_BOX: Final = 0.06
"""A box lower than this share of the leg length can't be told from noise."""
FARTHEST: Final = 1.3
"""Hips that travel farther than this many box heights show that the floor wasn't where it seemed."""
END_OF_CLIP_S: Final = 0.3
"""A hold that ends this close to the end of the clip was cut off by it."""


def eccentric(rep: RepContext) -> Outcome:
    """Duration of the lowering phase, seconds."""
    return _phase(rep, first=rep.of.rules.first_phase == "eccentric")


def concentric(rep: RepContext) -> Outcome:
    """Duration of the lifting phase, seconds."""
    return _phase(rep, first=rep.of.rules.first_phase == "concentric")


def pause(rep: RepContext) -> Outcome:
    """Time spent at the turn, between arriving and leaving, seconds."""
    held = _held(rep)
    if held is None:
        return Missing(rep.of.why_missing(rep.frames))
    return Reading(held[1] - held[0], _time_sd(rep))


def depth_ratio(rep: RepContext) -> Outcome:
    """Vertical travel of the pelvis ÷ its target.

    On a box the target is the box's height, if the clip shows a foot that stands on the floor. Where there
    is no box it is the person's deepest repetition of the bout, so the ratio tells whether the depth was
    kept.
    """
    context = rep.of
    height = context.pelvis[:, 1]
    travel = _travel(rep, height)
    if travel is None:
        return Missing(context.why_missing(rep.frames))
    if context.rules.depth_target == "box":
        target = _box_height_m(rep)
        if not target >= max(LOWEST_BOX * context.leg_m, travel / FARTHEST):
            return Missing("no_floor_contact")
    else:
        reps = (RepContext(context, other) for other in context.bout.repetitions if other.valid)
        target = max((depth for depth in (_travel(other, height) for other in reps) if depth), default=0.0)
        if not target > 0:
            return Missing("too_shallow")
    ratio = travel / target
    noise = context.limits.uncertainty.joint_noise_m
    return Reading(ratio, float(noise / target * np.hypot(1.0, ratio)))


def hold(rep: RepContext) -> Outcome:
    """How long the stance was held, seconds; 45 at most."""
    held = rep.repetition.end_s - rep.repetition.start_s
    if held < LONGEST_HOLD_S and _cut_off(rep):
        return Missing("hold_cut_off")
    return Reading(min(held, LONGEST_HOLD_S), _time_sd(rep))


def hold_ratio(rep: RepContext) -> Outcome:
    """Hold time ÷ the norm of the person's age.

    A hold that the clip's start or end cuts off lasted at least as long as seen: enough to be good it
    counts, otherwise nobody knows.
    """
    norm = rep.of.limits.hold_norm_s(rep.of.age_years)
    held = min(rep.repetition.end_s - rep.repetition.start_s, LONGEST_HOLD_S)
    row = rep.of.rules.measures.get("hold_ratio")
    if _cut_off(rep) and (row is None or held / norm < row.good):
        return Missing("hold_cut_off")
    return Reading(held / norm, _time_sd(rep) / norm)


def sway(rep: RepContext) -> Outcome:
    """RMS sideways sway of the pelvis over 10-s windows ÷ leg length, %; median of the windows.

    Sideways is along the hip line's mean direction; slow drift (a straight line) is taken out.
    """
    context = rep.of
    frames, times = rep.frames, context.motion.times_s
    across = (context.joint("hip") - context.joint("hip", free=True)) * [1, 0, 1]
    if not np.isfinite(across[frames]).any():
        return Missing(context.why_missing(frames))
    axis = np.nanmedian(across[frames], axis=0)
    sideways = context.pelvis @ (axis / np.linalg.norm(axis))
    found = []
    start_s = times[frames][0]
    while start_s + SWAY_WINDOW_S <= times[frames][-1] + _frame_s(rep):
        inside = frames & context.motion.within(start_s, start_s + SWAY_WINDOW_S) & np.isfinite(sideways)
        if inside.sum() > 0.9 * context.motion.within(start_s, start_s + SWAY_WINDOW_S).sum():
            drift = np.polyfit(times[inside], sideways[inside], 1)
            found.append(float(np.std(sideways[inside] - np.polyval(drift, times[inside]))))
        start_s += SWAY_WINDOW_S
    if not found:
        return Missing("hold_too_short")
    return Reading(
        100 * float(np.median(found)) / context.leg_m,
        100 * context.limits.uncertainty.sway_noise_m / context.leg_m,
    )


def _phase(rep: RepContext, *, first: bool) -> Outcome:
    held = _held(rep)
    if held is None:
        return Missing(rep.of.why_missing(rep.frames))
    arrival_s, departure_s = held
    took = arrival_s - rep.repetition.start_s if first else rep.repetition.end_s - departure_s
    return Reading(took, float(np.hypot(_moment_sd(rep), rep.of.limits.uncertainty.end_noise_s)))


def _held(rep: RepContext) -> tuple[float, float] | None:
    """Return when the turn is reached and left; None where the depth is unknown.

    A smooth movement is slow around its turn without pausing, and noise makes any threshold on so low a
    speed arbitrary; so both moments are extrapolated from the flanks, where the movement is fast.
    """
    known = rep.frames & np.isfinite(rep.of.depth)
    if known.sum() < 3 or known.sum() < 0.5 * rep.frames.sum():
        return None
    times, depth = rep.of.motion.times_s[known], rep.of.depth[known]
    turn_s = rep.repetition.turn_s
    before, after = times <= turn_s, times >= turn_s
    short_of_turn = depth.max() - depth
    into = _flank(turn_s - times[before][::-1], short_of_turn[before][::-1])
    out = _flank(times[after] - turn_s, short_of_turn[after])
    return None if into is None or out is None else (turn_s - into, turn_s + out)


def _flank(from_turn_s: Array, short_of_turn: Array) -> float | None:
    """Return how far from the turn the movement is at rest, from its flank; times grow away from the turn."""
    if not len(short_of_turn):
        return None
    crossings = []
    for share in FLANK:
        level = share * short_of_turn.max()
        beyond = np.flatnonzero(short_of_turn > level)
        if not len(beyond) or beyond[0] == 0:
            return None
        i = int(beyond[0])
        part = (level - short_of_turn[i - 1]) / (short_of_turn[i] - short_of_turn[i - 1])
        crossings.append(float(from_turn_s[i - 1] + part * (from_turn_s[i] - from_turn_s[i - 1])))
    near, far = crossings
    return max(near - FLANK_REACH * (far - near), 0.0)


def _travel(rep: RepContext, height: Array) -> float | None:
    ends = [height[frames & np.isfinite(height)] for frames in (rep.start, rep.turn)]
    if any(not len(end) for end in ends):
        return None
    # The extremes of either window: a tenth of the repetition away from its ends the pelvis has moved.
    down = np.median(ends[0]) > np.median(ends[1])
    top, bottom = (ends[0].max(), ends[1].min()) if down else (ends[1].max(), ends[0].min())
    return float(top - bottom)


def _box_height_m(rep: RepContext) -> float:
    """Return the height of the box: the working foot on it, against a foot that surely stands on the floor.

    Sure is the lower foot before and after the bout, and the pushing foot at the start of a step-up. A heel
    that taps, or hovers, at the turn of a step-down shows no floor.
    """
    context = rep.of
    frames = ~context.motion.within(context.bout.start_s, context.bout.end_s)
    if context.rules.first_phase == "concentric":
        for other in context.bout.repetitions:
            frames = frames | RepContext(context, other).start
    ankles = np.stack([context.joint("ankle")[:, 1], context.joint("ankle", free=True)[:, 1]])
    on_box, lower = ankles[0, rep.turn], ankles[:, frames].ravel()
    if not np.isfinite(on_box).any() or not np.isfinite(lower).any():
        return float("nan")
    return float(np.nanmedian(on_box) - np.nanpercentile(lower, 5))


def _cut_off(rep: RepContext) -> bool:
    times = rep.of.motion.times_s
    return bool(
        rep.repetition.start_s - times[0] < END_OF_CLIP_S or times[-1] - rep.repetition.end_s < END_OF_CLIP_S
    )


def _frame_s(rep: RepContext) -> float:
    return float(np.median(np.diff(rep.of.motion.times_s))) if len(rep.of.motion) > 1 else 0.0


def _time_sd(rep: RepContext) -> float:
    """Return the sd of a duration between two moments that a fast movement shows."""
    return float(np.sqrt(2.0)) * _moment_sd(rep)


def _moment_sd(rep: RepContext) -> float:
    """Return the sd of a moment that a fast movement shows: a frame, or the noise of a turn."""
    return max(_frame_s(rep), rep.of.limits.uncertainty.turn_noise_s)
