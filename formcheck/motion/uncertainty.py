"""The standard deviation of every angle and frame, propagated from the joints through the formulas."""

from __future__ import annotations

import numpy as np

from formcheck.motion.geometry import Array, angles
from formcheck.names import LANDMARK_INDEX, Side
from formcheck.validation import FloatArray

_STEP_M = 0.005
_LATERAL_M, _DEPTH_M = 0.012, 0.06


def angle_sd(joints: Array, side: Side, visibility: FloatArray) -> Array:
    """Return the standard deviation of the angles of `geometry.angles`, shape (frame, angle).

    First-order propagation of each joint's error across the picture and in depth.

    Parameters
    ----------
    joints : ndarray, shape (frame, landmark, xyz)
        Gravity-aligned, z towards the camera, metres.
    side : str
        Stance side.
    visibility : ndarray, shape (frame, landmark)
        The network's own confidence.
    """
    base = angles(joints, side)
    variance = np.full_like(base, 4.0)
    for joint in ("shoulder", "hip", "knee", "ankle"):
        for which in ("left", "right"):
            index = LANDMARK_INDEX[f"{which}_{joint}"]
            doubt = 1 / np.clip(visibility[:, index], 0.2, 1)
            for axis, sd in enumerate((_LATERAL_M, _LATERAL_M, _DEPTH_M)):
                moved = joints.copy()
                moved[:, index, axis] += _STEP_M
                change = (angles(moved, side) - base + 180) % 360 - 180
                variance += (change / _STEP_M * (sd * doubt)[:, None]) ** 2
    return np.sqrt(variance)
