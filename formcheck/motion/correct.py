"""What the pose network is known to get wrong, undone before the fit.

Measured on rendered people whose joint centres are known (``constants.toml``): its hips and shoulders lie
beside the joint centres, and it draws their lines across the body as if the camera were level.
"""

from __future__ import annotations

import numpy as np

from formcheck.motion.body import JOINTS
from formcheck.motion.camera import Camera
from formcheck.motion.constants import constants
from formcheck.motion.geometry import Array, dot, leftwards, midpoint, trunk_axis, unit
from formcheck.names import SIDES


def shifts(placed: Array, camera: Camera) -> Array:
    """Return what to add to the placed landmarks to come nearer to the joint centres.

    Parameters
    ----------
    placed : ndarray, shape (frame, landmark, xyz)
        From `place.place`, metres in camera axes.
    camera : Camera
        Its pitch is used.

    Returns
    -------
    ndarray, shape (frame, joint, xyz)
        For the joints of `body.JOINTS`.
    """
    shift: Array = np.zeros((len(placed), len(JOINTS), 3))
    frame = _trunk_frame(placed)
    # Lying people are drawn as the camera sees them.
    legs = unit(midpoint(placed, "hip") - midpoint(placed, "ankle"))
    upright = np.clip(legs[:, 1:2], 0, 1)
    for joint in ("hip", "shoulder"):
        beside = frame @ np.array(constants().landmarks.offset(joint))
        tilt = upright * _tilted(leftwards(placed, joint), camera.pitch_deg) / 2
        for side, way in zip(SIDES, (1.0, -1.0), strict=True):
            shift[:, JOINTS.index(f"{side}_{joint}")] = way * tilt - beside
    return shift


def _tilted(line: Array, pitch_deg: float) -> Array:
    """Return how a line drawn as for a level camera changes in the view of a pitched one."""
    pitch = np.radians(pitch_deg) * constants().landmarks.pitch_blindness
    y, z = line[:, 1], line[:, 2]
    turned_y, turned_z = y * np.cos(pitch) + z * np.sin(pitch), z * np.cos(pitch) - y * np.sin(pitch)
    return np.stack([0 * y, turned_y - y, turned_z - z], axis=-1)


def _trunk_frame(placed: Array) -> Array:
    """Return the trunk's forward, upward and leftward unit vectors as columns, shape (frame, xyz, 3)."""
    up = unit(trunk_axis(placed))
    across = unit(leftwards(placed, "hip")) + unit(leftwards(placed, "shoulder"))
    left = unit(across - dot(across, up)[:, None] * up)
    return np.stack([np.cross(left, up), up, left], axis=-1)
