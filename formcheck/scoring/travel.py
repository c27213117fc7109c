"""The measures of one repetition that are times and distances: tempo, depth, holds and sway."""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.scoring.context import Array, RepContext
from formcheck.scoring.reading import Missing, Outcome, Reading

STILL: Final = 0.05
"""Slower than this share of the repetition's greatest speed counts as a pause (evidence A.1)."""
SHORTEST_PAUSE_S: Final = 0.2
"""Any smooth turn is slow for a moment; only longer stillness is taken out of the phases beside it."""
LONGEST_HOLD_S: Final = 45.0
SWAY_WINDOW_S: Final = 10.0
LOWEST_BOX: Final = 0.06
"""A box lower than this share of the leg length can't be told from noise."""
END_OF_CLIP_S: Final = 0.3
"""A hold that ends this close to the end of the clip was cut off by it."""


def eccentric(rep: RepContext) -> Outcome:
    """Duration of the lowering phase, seconds."""
    return _phase(rep, first=rep.of.rules.first_phase == "eccentric")


def concentric(rep: RepContext) -> Outcome:
    """Duration of the lifting phase, seconds."""
    return _phase(rep, first=rep.of.rules.first_phase == "concentric")


def pause(rep: RepContext) -> Outcome:
    """Stillness around the turn, seconds."""
    still = _stillness(rep)
    if still is None:
        return Missing(rep.of.why_missing(rep.frames))
    return Reading(still[1][1] - still[1][0], _time_sd(rep))


def depth_ratio(rep: RepContext) -> Outcome:
    """Vertical travel of the pelvis ÷ its target.

    On a box the target is the box's height: the standing foot's ankle against the lowest that any foot's
    ankle gets in the clip, that is on the floor. Where there is no box it is the person's deepest
    repetition of the bout, so the ratio tells whether the depth was kept.
    """
    context = rep.of
    height = context.pelvis[:, 1]
    travel = _travel(rep, height)
    if travel is None:
        return Missing(context.why_missing(rep.frames))
    if context.rules.depth_target == "box":
        target = _box_height_m(rep)
        if not target >= LOWEST_BOX * context.leg_m:
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
    still = _stillness(rep)
    if still is None:
        return Missing(rep.of.why_missing(rep.frames))
    (_, start_s), (into_s, out_s), (end_s, _) = still
    if out_s - into_s < SHORTEST_PAUSE_S:
        into_s = out_s = rep.repetition.turn_s
    return Reading(into_s - start_s if first else end_s - out_s, _time_sd(rep))


def _stillness(rep: RepContext) -> tuple[tuple[float, float], ...] | None:
    """Return the still stretches at start, turn and end of a repetition; None where depth is unknown.

    Those at start and end are empty unless they last: a person who rests between repetitions isn't
    lowering slowly.
    """
    frames = rep.frames & np.isfinite(rep.of.depth)
    if frames.sum() < 3 or frames.sum() < 0.5 * rep.frames.sum():
        return None
    times = rep.of.motion.times_s[frames]
    speed = np.abs(np.gradient(rep.of.depth[frames], times))
    still = speed < STILL * speed.max()
    start_s, turn_s, end_s = rep.repetition.start_s, rep.repetition.turn_s, rep.repetition.end_s
    _, rest_until = _stretch(times, still, 0)
    rest_from, _ = _stretch(times, still, len(times) - 1)
    return (
        (start_s, rest_until if start_s + SHORTEST_PAUSE_S < rest_until < turn_s else start_s),
        _stretch(times, still, int(np.argmin(np.abs(times - turn_s)))),
        (rest_from if turn_s < rest_from < end_s - SHORTEST_PAUSE_S else end_s, end_s),
    )


def _stretch(times: Array, still: Array, at: int) -> tuple[float, float]:
    """Return the times between which ``still`` holds without a break around index ``at``."""
    if not still[at]:
        return float(times[at]), float(times[at])
    moving = np.flatnonzero(~still.astype(bool))
    first = max((i + 1 for i in moving if i < at), default=0)
    last = min((i - 1 for i in moving if i > at), default=len(times) - 1)
    return float(times[first]), float(times[last])


def _travel(rep: RepContext, height: Array) -> float | None:
    ends = [height[frames & np.isfinite(height)] for frames in (rep.start, rep.turn)]
    if any(not len(end) for end in ends):
        return None
    # The extremes of either window: a tenth of the repetition away from its ends the pelvis has moved.
    down = np.median(ends[0]) > np.median(ends[1])
    top, bottom = (ends[0].max(), ends[1].min()) if down else (ends[1].max(), ends[0].min())
    return float(top - bottom)


def _box_height_m(rep: RepContext) -> float:
    ankles = np.concatenate([rep.of.joint("ankle")[:, 1], rep.of.joint("ankle", free=True)[:, 1]])
    on_box = rep.of.joint("ankle")[rep.turn, 1]
    if not np.isfinite(on_box).any():
        return float("nan")
    return float(np.nanmedian(on_box) - np.nanpercentile(ankles, 2))


def _cut_off(rep: RepContext) -> bool:
    times = rep.of.motion.times_s
    return bool(
        rep.repetition.start_s - times[0] < END_OF_CLIP_S or times[-1] - rep.repetition.end_s < END_OF_CLIP_S
    )


def _frame_s(rep: RepContext) -> float:
    return float(np.median(np.diff(rep.of.motion.times_s))) if len(rep.of.motion) > 1 else 0.0


def _time_sd(rep: RepContext) -> float:
    """Return the sd of a duration: each of its two ends is known to a frame, or to the noise of a turn."""
    return float(np.sqrt(2.0)) * max(_frame_s(rep), rep.of.limits.uncertainty.turn_noise_s)
