"""What the temporal model sees of a clip: landmarks, viewing rays and the geometric angles at 15 Hz.

Everything is written as for the left leg as stance leg; the right leg's features are those of the mirrored
person, so that both sides go through the same network and the mirror law holds by construction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.camera import Camera
from formcheck.motion.geometry import Array
from formcheck.motion.types import AngleSet, Motion
from formcheck.names import LANDMARK_INDEX, SIDES, Side, other

CLOCK_HZ = 15.0
MAX_GAP_S = 0.5
_PAIRED = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")
_MAIN = ("shoulder", "hip", "knee", "ankle")
ANGLE_UNIT = np.array([10.0, 20.0, 15.0, 10.0, 20.0, 30.0, 40.0, 40.0])
"""Size of a usual difference in each of `formcheck.names.ANGLES`: what 1 means inside the network."""


@dataclass(frozen=True)
class Stretch:
    """A part of a clip without long gaps.

    Attributes
    ----------
    frames : ndarray of int
        The clip's frames in it.
    clock_s : ndarray, shape (tick,)
        Uniform times at `CLOCK_HZ`.
    features : dict of side → ndarray, shape (tick, feature)
        float32.
    """

    frames: NDArray[np.intp]
    clock_s: NDArray[np.float64]
    features: dict[Side, Array]


def stretches(motion: Motion) -> Iterator[Stretch]:
    """Cut a clip at its gaps and give each part's features.

    Parameters
    ----------
    motion : Motion
        By geometry, with its smoothed landmarks.
    """
    found = np.flatnonzero(motion.pose.detected & np.isfinite(motion.azimuth_deg))
    if not found.size:
        return
    far = np.flatnonzero(np.diff(motion.times_s[found]) > MAX_GAP_S)
    for frames in np.split(found, far + 1):
        times = motion.times_s[frames]
        count = max(int(np.ceil((times[-1] - times[0]) * CLOCK_HZ)) + 1, 2)
        clock = times[0] + np.arange(count) / CLOCK_HZ
        yield Stretch(frames, clock, {side: _features(motion, frames, clock, side) for side in SIDES})


def resampled(values: Array, times_s: Array, wanted_s: Array) -> Array:
    """Return the columns of ``values`` (time, …) at other times, held constant beyond both ends."""
    flat = values.reshape(len(values), -1)
    columns = [np.interp(wanted_s, times_s, column) for column in flat.T]
    return np.stack(columns, axis=1).reshape(len(wanted_s), *values.shape[1:])


def _landmarks(side: Side) -> list[int]:
    """Return the landmarks in the network's order: nose, then each pair with the stance side first."""
    names = [f"{which}_{joint}" for joint in _PAIRED for which in (side, other(side))]
    return [LANDMARK_INDEX[name] for name in ("nose", *names)]


def _features(motion: Motion, frames: NDArray[np.intp], clock: Array, side: Side) -> Array:
    pose, times = motion.pose, motion.times_s[frames]
    mirror = 1.0 if side == "left" else -1.0
    camera = Camera.assumed(pose.video.width, pose.video.height)
    order = _landmarks(side)
    image = resampled(pose.image_px[frames][:, order], times, clock)
    world = resampled(pose.world_m[frames][:, order], times, clock) * [mirror, 1.0, 1.0]
    visible = resampled(pose.visibility[frames][:, order], times, clock)
    rays = camera.rays(image)[..., :2] * [mirror, 1.0]
    main = [1 + 2 * _PAIRED.index(joint) + k for joint in _MAIN for k in (0, 1)]
    hips, ankles = ([1 + 2 * _PAIRED.index(j) + k for k in (0, 1)] for j in ("hip", "ankle"))
    spread = _spread(rays[:, main]) / np.maximum(_spread(world[:, main, :2]), 1e-3)
    middle = rays[:, hips].mean(axis=1)
    within = (rays - middle[:, None]) / spread[:, None, None]
    azimuth = np.radians(motion.azimuth_deg[frames]) * mirror
    turning = resampled(np.stack([np.sin(azimuth), np.cos(azimuth)], axis=1), times, clock)
    lying = resampled(motion.lying[frames][:, None].astype(float), times, clock)
    own, free = motion.of(side), motion.of(other(side))
    parts = [
        within,
        world,
        visible,
        rays[:, ankles] * 3,
        middle * 3,
        np.log(spread)[:, None],
        *(_angle_features(angles, frames, times, clock) for angles in (own, free)),
        turning,
        lying,
    ]
    flat: Array = np.concatenate([part.reshape(len(clock), -1) for part in parts], axis=1).astype(np.float32)
    return np.clip(flat, -8, 8)


def _spread(points: Array) -> Array:
    """Return the root of the summed squared distances from the mean point, shape (frame,)."""
    spread: Array = np.sqrt(((points - points.mean(axis=1, keepdims=True)) ** 2).sum(axis=(1, 2)))
    return spread


def _angle_features(angles: AngleSet, frames: NDArray[np.intp], times: Array, clock: Array) -> Array:
    value = np.nan_to_num(angles.value[frames] / ANGLE_UNIT)
    sd = np.nan_to_num(angles.sd[frames] / ANGLE_UNIT, nan=3.0)
    return resampled(np.concatenate([value, np.log(np.maximum(sd, 1e-2))], axis=1), times, clock)
