"""The standard deviation of every angle and frame.

Three parts, added as variances: the fit's own covariance of the joints and the doubt about gravity, both
propagated through the formulas to first order; and what they have been wrong by on rendered people beyond
that, by angle and by how far the camera stands off the front (``constants.toml``).
"""

from __future__ import annotations

import numpy as np

from formcheck.motion.body import JOINT_INDEX
from formcheck.motion.camera import Camera
from formcheck.motion.constants import constants
from formcheck.motion.geometry import Array, angles, wrapped
from formcheck.motion.lift import Skeleton
from formcheck.names import ANGLES, Side
from formcheck.validation import BoolArray

# Small, since flexions are magnitudes with a kink at 0 that a long step would straddle.
_STEP_M = 1e-4
_STEP_DEG = 0.01
_CARRYING = 8
"""Feet, the last of `body.JOINTS`, carry no angle."""


def propagated_sd(skeleton: Skeleton, camera: Camera, side: Side) -> Array:
    """Return what the doubt about joints and gravity makes of the angles, shape (frame, angle).

    Parameters
    ----------
    skeleton : Skeleton
        Fitted, in camera axes.
    camera : Camera
        Pitch and roll with their standard deviations.
    side : str
        Stance side.
    """
    gradient = _gradient(skeleton.landmarks, camera.to_room, side)
    size = gradient.shape[-1]
    variance = np.sum((gradient @ skeleton.covariance[:, :size, :size]) * gradient, axis=-1)
    variance += _gravity_variance(skeleton.landmarks, camera, side)
    sd: Array = np.sqrt(np.maximum(variance, 0.0))
    return sd


def angle_sd(values: Array, propagated: Array, azimuth_deg: Array, lying: BoolArray) -> Array:
    """Return the standard deviation of the angles of `geometry.angles`, shape (frame, angle).

    Parameters
    ----------
    values : ndarray, shape (frame, angle)
        The angles.
    propagated : ndarray, shape (frame, angle)
        From `propagated_sd`.
    azimuth_deg : ndarray, shape (frame,)
        From `view.azimuth_deg`.
    lying : ndarray of bool, shape (frame,)
        From `view.find_lying`.
    """
    errors = constants().errors
    scale = np.array([errors.scale[angle] for angle in ANGLES])
    unexplained = np.hypot(beyond(azimuth_deg, lying), by_posture(values, lying))
    sd: Array = np.minimum(np.hypot(scale * propagated, unexplained), errors.most)
    return sd


def _gradient(landmarks: Array, to_room: Array, side: Side) -> Array:
    """Return the derivative of each angle by the joints in camera axes, shape (frame, angle, joint × xyz)."""
    # All moved bodies at once: one by one, most of the time would go into calls on small arrays.
    step = np.zeros((3 * _CARRYING, 1, *landmarks.shape[1:]))
    for number, index in enumerate(JOINT_INDEX[:_CARRYING]):
        for axis in range(3):
            step[3 * number + axis, 0, index, axis] = _STEP_M
    ahead = landmarks + step
    back = ahead - 2 * step
    change = wrapped(angles(ahead @ to_room.T, side) - angles(back @ to_room.T, side))
    return np.moveaxis(change / (2 * _STEP_M), 0, -1)


def _gravity_variance(landmarks: Array, camera: Camera, side: Side) -> Array:
    variance = np.zeros((len(landmarks), len(ANGLES)))
    for pitch, roll, sd in ((_STEP_DEG, 0.0, camera.pitch_sd_deg), (0.0, _STEP_DEG, camera.roll_sd_deg)):
        ahead, back = (
            angles(landmarks @ camera.turned(way * pitch, way * roll).to_room.T, side) for way in (1, -1)
        )
        variance += (wrapped(ahead - back) / (2 * _STEP_DEG) * sd) ** 2
    return variance


def beyond(azimuth_deg: Array, lying: BoolArray) -> Array:
    """Return the error beyond the propagated one, shape (frame, angle), from ``constants.toml``."""
    errors = constants().errors
    off = np.abs((azimuth_deg + 180) % 360 - 180)
    upright = np.stack(
        [np.interp(off, errors.off_front_deg, errors.beyond[angle]) for angle in ANGLES], axis=-1
    )
    off_end = np.minimum(off, 180 - off)
    flat = np.stack([np.interp(off_end, (0, 90), errors.lying[angle]) for angle in ANGLES], axis=-1)
    return np.where(lying[:, None], flat, upright)


def by_posture(values: Array, lying: BoolArray) -> Array:
    """Return the further error of bent upright bodies, shape (frame, angle), from ``constants.toml``.

    The joints of a bent body hide each other, and lie in depth, where one camera sees worst.
    """
    variance = np.zeros_like(values)
    for posture in constants().posture:
        bend = values[:, ANGLES.index(posture.angle)]
        share = np.clip((bend - posture.from_deg) / (posture.full_deg - posture.from_deg), 0, 1)
        share = np.where(lying, 0.0, share)
        for angle, sd in posture.sd.items():
            variance[:, ANGLES.index(angle)] += (share * sd) ** 2
    further: Array = np.sqrt(variance)
    return further
