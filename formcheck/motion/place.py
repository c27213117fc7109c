"""The pose network's own 3D estimate, put where the picture shows it and stood upright."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import median_filter, uniform_filter1d

from formcheck.motion.body import JOINT_INDEX
from formcheck.motion.camera import Camera, towards_person
from formcheck.motion.geometry import Array, midpoint
from formcheck.pose.sequence import PoseSequence

_Y_UP_Z_NEAR = np.array([1.0, -1.0, -1.0])
_TRAVEL_WINDOW_S = 1.0


def place(pose: PoseSequence, camera: Camera) -> Array:
    """Return the network's world landmarks where the picture shows them.

    Parameters
    ----------
    pose : PoseSequence
        Smoothed; every frame with a person.
    camera : Camera
        Its focal length is used; pitch and roll are not.

    Returns
    -------
    ndarray, shape (frame, landmark, xyz)
        Metres in camera axes (see `camera`).
    """
    world: Array = pose.world_m.astype(np.float64) * _Y_UP_Z_NEAR
    image = pose.image_px.astype(np.float64)
    root_rays = camera.rays(midpoint(image, "hip"))
    turned = np.einsum("fij,flj->fli", towards_person(root_rays), world)
    scale = _steady(_pixels_per_metre(image, world, pose.visibility), pose.times_s)
    placed: Array = turned + (root_rays * (camera.focal_px / scale)[:, None])[:, None, :]
    return placed


def stand_up(placed: Array, camera: Camera) -> Array:
    """Return the placed bodies turned about their hips so that who stands is plumb for the camera's pitch."""
    turn = np.radians(camera.seeming_pitch_deg - camera.pitch_deg)
    sine, cosine = np.sin(turn), np.cos(turn)
    rotation = np.array([[1.0, 0.0, 0.0], [0.0, cosine, -sine], [0.0, sine, cosine]])
    root = midpoint(placed, "hip")[:, None]
    upright: Array = root + (placed - root) @ rotation.T
    return upright


def _pixels_per_metre(image: Array, world: Array, visibility: Array) -> Array:
    """Return the scale that fits each frame's world landmarks to the picture, shape (frame,)."""
    weight = np.clip(visibility[:, JOINT_INDEX], 0.05, 1)[..., None]
    weight = weight / weight.sum(axis=1, keepdims=True)
    seen = image[:, JOINT_INDEX] * np.array([1.0, -1.0])
    flat = world[:, JOINT_INDEX, :2]
    seen = seen - np.sum(weight * seen, axis=1, keepdims=True)
    flat = flat - np.sum(weight * flat, axis=1, keepdims=True)
    spread = np.maximum(np.sum(weight * flat**2, axis=(1, 2)), 1e-9)
    scale: Array = np.sum(weight * seen * flat, axis=(1, 2)) / spread
    return scale


def _steady(scale: Array, times_s: Array) -> Array:
    """Return the scale without what a person's distance cannot do within a second."""
    step_s = (times_s[-1] - times_s[0]) / max(len(times_s) - 1, 1)
    half = round(_TRAVEL_WINDOW_S / step_s / 2) if step_s > 0 else 0
    window = 2 * min(half, len(times_s)) + 1
    even = uniform_filter1d(median_filter(scale, size=window, mode="nearest"), size=window, mode="nearest")
    steady: Array = np.maximum(even, 1e-6)
    return steady
