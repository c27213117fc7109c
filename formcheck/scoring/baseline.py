"""The posture that excursions are measured from: quiet standing on both feet, or for bridges quiet lying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.types import Bout
from formcheck.motion.types import Motion
from formcheck.names import landmark
from formcheck.scoring.types import Estimate
from formcheck.validation import BoolArray

Array = NDArray[np.floating[Any]]

LEVELLED: Final = ("pelvic_drop_deg", "trunk_lateral_lean_deg", "fppa_deg")
"""The angles of which an excursion is taken."""
ASSUMED_LEVEL: Final = ("pelvic_drop_deg", "trunk_lateral_lean_deg")
"""Those that are near 0 in anybody who stands on both feet, so that level can be assumed."""
MINIMUM_S: Final = 1.0
SHIFT_S: Final = 0.5
"""Quiet standing may be broken by a shift of weight of this duration, whose frames are left out."""
QUIET_M_PER_S: Final = 0.08
STRAIGHT_KNEE_DEG: Final = 20.0
UPRIGHT_TRUNK_DEG: Final = 15.0
FEET_LEVEL: Final = 0.05
"""Both feet are on one level when their ankles' heights differ by less than this share of the leg length."""
HIPS_DOWN: Final = 0.15
"""A lying person rests while the bridge is lower than this share of its greatest height."""
LYING = ("bridge", "single_leg_bridge")


@dataclass(frozen=True)
class Baseline:
    """The resting angles.

    Attributes
    ----------
    found : bool
        Whether at least a second of quiet standing (bridge: lying) was seen.
    angles : mapping of str to Estimate
        Resting values by angle; lacks what is unknown.
    """

    found: bool
    angles: Mapping[str, Estimate]

    def excursion(self, angle: str, value: float, sd: float) -> Estimate | None:
        """Return ``value`` minus its baseline; None where the baseline is unknown.

        What biases the value (the body's shape, the camera's roll) biases the baseline too, so half of
        either variance is taken to cancel: a correlation of 0.5, with which an excursion is exactly as
        uncertain as two equally uncertain values.
        """
        rest = self.angles.get(angle)
        if rest is None:
            return None
        shared = sd * rest.sd if self.found else 0.0
        return Estimate(value - rest.value, float(np.sqrt(sd**2 + rest.sd**2 - shared)))


def find_baseline(motion: Motion, bout: Bout, depth: Array, leg_m: float, prior_sd_deg: float) -> Baseline:
    """Return the baseline for ``bout``.

    Standing exercises use the stretch of quiet two-leg standing nearest to the bout's start. Without one,
    the start of a repetition would be no substitute: there the person often stands on one leg already, and
    subtracting it would hide the very drop that is sought. So people are taken to stand level, with the
    spread that people have. A lying person starts each repetition at rest, so there the first tenth of
    every repetition stands in.

    Parameters
    ----------
    motion, bout
        What was seen.
    depth : ndarray, shape (frame,)
        The exercise's depth signal.
    leg_m : float
        Leg length.
    prior_sd_deg : float
        Spread of standing people about level and upright.
    """
    if bout.exercise in LYING:
        return _lying(motion, bout, depth)
    standing = _standing(motion, leg_m)
    for rep in bout.repetitions:  # at the top of a step both feet may stand on the box, tilted as they came
        standing &= ~motion.within(rep.start_s, rep.end_s)
    run = _nearest_run(motion, standing, bout.start_s)
    if run is not None:
        return Baseline(True, _resting(motion, bout, run))
    return Baseline(False, {angle: Estimate(0.0, prior_sd_deg) for angle in ASSUMED_LEVEL})


def _standing(motion: Motion, leg_m: float) -> BoolArray:
    ankles = motion.joints_m[:, [landmark("left", "ankle"), landmark("right", "ankle")], 1]
    hips = motion.joints_m[:, [landmark("left", "hip"), landmark("right", "hip")]].mean(axis=1)
    with np.errstate(invalid="ignore"):
        standing: BoolArray = (
            ~motion.lying
            & (np.abs(ankles[:, 0] - ankles[:, 1]) < FEET_LEVEL * leg_m)
            & (motion.left.of("knee_flexion_deg") < STRAIGHT_KNEE_DEG)
            & (motion.right.of("knee_flexion_deg") < STRAIGHT_KNEE_DEG)
            & (motion.left.of("trunk_inclination_deg") < UPRIGHT_TRUNK_DEG)
            & (_speed(motion.times_s, hips) < QUIET_M_PER_S)
        )
    return standing


def _speed(times_s: NDArray[np.float64], path_m: Array, over_s: float = 0.4) -> Array:
    """Return the speed over a span that is long against jitter, metres per second, shape (frame,)."""
    before = np.searchsorted(times_s, times_s - over_s / 2).clip(0, len(times_s) - 1)
    after = np.searchsorted(times_s, times_s + over_s / 2).clip(0, len(times_s) - 1)
    took = np.maximum(times_s[after] - times_s[before], 1e-6)
    speed: Array = np.linalg.norm(path_m[after] - path_m[before], axis=1) / took
    return speed


def _nearest_run(motion: Motion, mask: BoolArray, to_s: float) -> BoolArray | None:
    """Return the frames of ``mask`` in the stretch, with at least a second of them, nearest to a time."""
    times = motion.times_s
    quiet = np.flatnonzero(mask)
    if not len(quiet):
        return None
    usual_s = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    breaks = np.flatnonzero(np.diff(times[quiet]) > SHIFT_S) + 1
    best: tuple[float, NDArray[np.intp]] | None = None
    for frames in np.split(quiet, breaks):
        steps = np.diff(times[frames])
        distance = float(max(times[frames[0]] - to_s, to_s - times[frames[-1]], 0.0))
        if steps[steps < 2 * usual_s].sum() >= MINIMUM_S - usual_s and (best is None or distance < best[0]):
            best = distance, frames
    if best is None:
        return None
    run: BoolArray = np.zeros(len(motion), dtype=bool)
    run[best[1]] = True
    return run


def _lying(motion: Motion, bout: Bout, depth: Array) -> Baseline:
    inside = motion.within(bout.start_s - 5.0, bout.end_s + 5.0) & motion.lying
    with np.errstate(invalid="ignore"):
        down: BoolArray = inside & (depth < HIPS_DOWN * np.nanmax(depth, initial=0.0, where=inside))
    run = _nearest_run(motion, down, bout.start_s)
    if run is not None:
        return Baseline(True, _resting(motion, bout, run))
    starts = np.zeros(len(motion), dtype=bool)
    for rep in bout.repetitions:
        starts |= motion.within(rep.start_s, rep.start_s + 0.1 * (rep.end_s - rep.start_s))
    return Baseline(False, _resting(motion, bout, starts))


def _resting(motion: Motion, bout: Bout, frames: BoolArray) -> dict[str, Estimate]:
    angles = motion.of(bout.measured_side)
    resting = {}
    for angle in LEVELLED:
        value, sd = angles.of(angle)[frames], angles.sd_of(angle)[frames]
        known = np.isfinite(value) & np.isfinite(sd)
        if known.any():
            resting[angle] = Estimate(float(np.median(value[known])), float(np.median(sd[known])))
    return resting
