"""What the trunk reader said, frame by frame and in camera axes, as evidence for the fit (`evidence`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from formcheck.motion.body import BONES
from formcheck.motion.camera import Camera, towards_person
from formcheck.motion.constants import constants
from formcheck.motion.geometry import Array, midpoint
from formcheck.pose.sequence import PoseSequence
from formcheck.pose.trunk import DIRECTIONS, TrunkReadings

_HOLDS_S = 0.3
"""How far from the nearest reading it still says something."""
_AWAY_IS_MINUS_Z = np.array([1.0, 1.0, -1.0])


def _rows() -> tuple[list[int], Array]:
    """Return the bone of each direction, and whether it points the same way (1) or the other (−1)."""
    kinds = [bone.kind for bone in BONES]
    thigh = kinds.index("thigh")
    rows = [kinds.index("hip_line"), kinds.index("shoulder_line"), kinds.index("trunk"), thigh, thigh + 1]
    return rows, np.array([1.0, 1.0, 1.0, -1.0, -1.0])


ROWS, WAYS = _rows()


@dataclass(frozen=True)
class Read:
    """The reader's directions on every frame.

    Attributes
    ----------
    axes : ndarray, shape (frame, axis, xyz)
        The axes of the ray to the person, in camera axes: right, up, towards the camera.
    along : ndarray, shape (frame, direction, axis)
        The component of each direction along each axis.
    weight : ndarray, shape (frame, direction, axis)
        One over its standard deviation; 0 where nothing was read.
    """

    axes: Array
    along: Array
    weight: Array

    @classmethod
    def of(cls, pose: PoseSequence, camera: Camera) -> Self:
        """Spread a clip's readings over its frames."""
        hips = midpoint(pose.image_px.astype(np.float64), "hip")
        axes = np.swapaxes(towards_person(camera.rays(hips)), 1, 2)
        along, weight = _spread(pose.trunk, pose.times_s)
        return cls(axes, along, weight)

    def part(self, frames: Array) -> Read:
        """Return some of the frames."""
        return replace(self, axes=self.axes[frames], along=self.along[frames], weight=self.weight[frames])


def _spread(readings: TrunkReadings, times_s: Array) -> tuple[Array, Array]:
    shape = (len(times_s), len(DIRECTIONS), 3)
    along, weight = np.zeros(shape), np.zeros(shape)
    if not len(readings):
        return along, weight
    known = times_s[readings.frames]
    trust = np.array([getattr(constants().readings, BONES[row].kind) for row in ROWS])
    sd = readings.sd.astype(np.float64) * trust[:, None]
    smooth = _smoothed(readings.direction.astype(np.float64) * _AWAY_IS_MINUS_Z, 1 / sd**2, known)
    after = np.clip(np.searchsorted(known, times_s), 0, len(known) - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.minimum(np.abs(known[after] - times_s), np.abs(known[before] - times_s))
    for i in range(len(DIRECTIONS)):
        for k in range(3):
            along[:, i, k] = np.interp(times_s, known, smooth[:, i, k])
            weight[:, i, k] = 1 / np.interp(times_s, known, sd[:, i, k])
    weight[nearest > _HOLDS_S] = 0.0
    return along, weight


def _smoothed(values: Array, precision: Array, times_s: Array) -> Array:
    """Return the readings averaged with their neighbours in time (Gaussian, ``smoothing_s``)."""
    near = np.exp(-0.5 * ((times_s[:, None] - times_s[None]) / constants().readings.smoothing_s) ** 2)
    near[near < 0.01] = 0.0
    total = np.einsum("rs,sdk->rdk", near, precision * values)
    smooth: Array = total / np.einsum("rs,sdk->rdk", near, precision)
    return smooth
