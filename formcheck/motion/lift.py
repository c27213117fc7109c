"""From landmarks to a skeleton in metres in camera axes: the best that one camera tells without learning."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import median_filter, uniform_filter1d

from formcheck.motion.camera import Camera, towards_person
from formcheck.motion.geometry import Array, midpoint
from formcheck.names import LANDMARK_INDEX
from formcheck.pose.sequence import PoseSequence

BODY = np.array(
    [
        LANDMARK_INDEX[f"{side}_{joint}"]
        for joint in ("shoulder", "hip", "knee", "ankle")
        for side in ("left", "right")
    ]
)
"""The landmarks that carry the angles."""

_Y_UP_Z_NEAR = np.array([1.0, -1.0, -1.0])
_TRAVEL_WINDOW_S = 1.0


def lift(pose: PoseSequence, camera: Camera) -> Array:
    """Return the joints in camera axes.

    Parameters
    ----------
    pose : PoseSequence
        Smoothed landmarks.
    camera : Camera
        Its focal length is used; pitch and roll are not.

    Returns
    -------
    ndarray, shape (frame, landmark, xyz)
        Metres, x to the viewer's right, y up in the picture, z towards the camera; NaN where nobody is.
    """
    world = pose.world_m.astype(np.float64) * _Y_UP_Z_NEAR
    image = pose.image_px.astype(np.float64)
    root_rays = camera.rays(midpoint(image, "hip"))
    turned = np.einsum("fij,flj->fli", towards_person(root_rays), world)
    depth = camera.focal_px / _steady(_pixels_per_metre(image, world, pose.visibility), pose.times_s)
    return turned + (root_rays * depth[:, None])[:, None, :]


def _pixels_per_metre(image: Array, world: Array, visibility: Array) -> Array:
    """Return the scale that fits each frame's world landmarks to the picture, shape (frame,)."""
    weight = np.clip(visibility[:, BODY], 0.05, 1)[..., None]
    seen = image[:, BODY] * np.array([1.0, -1.0])
    flat = world[:, BODY, :2]
    seen = seen - np.sum(weight * seen, axis=1, keepdims=True) / np.sum(weight, axis=1, keepdims=True)
    flat = flat - np.sum(weight * flat, axis=1, keepdims=True) / np.sum(weight, axis=1, keepdims=True)
    return np.sum(weight * seen * flat, axis=(1, 2)) / np.maximum(np.sum(weight * flat**2, axis=(1, 2)), 1e-9)


def _steady(scale: Array, times_s: Array) -> Array:
    """Return the scale without what a person's distance cannot do within a second; NaN stays NaN."""
    found = np.isfinite(scale)
    if not found.any():
        return scale
    filled = np.interp(times_s, times_s[found], scale[found])
    step_s = (times_s[-1] - times_s[0]) / max(len(times_s) - 1, 1)
    window = (
        1 if step_s <= 0 else int(min(2 * round(_TRAVEL_WINDOW_S / step_s / 2) + 1, 2 * len(times_s) + 1))
    )
    even = uniform_filter1d(median_filter(filled, size=window, mode="nearest"), size=window, mode="nearest")
    return np.where(found, np.maximum(even, 1e-6), np.nan)
