"""The standard deviation of every angle and frame.

The fit's own covariance of the joints and the doubt about gravity, propagated through the formulas to first
order, say how well the geometry determines an angle. How wrong it really is depends on the circumstances too:
where the camera stands, how far which joints are bent, what is hidden. That was learned from people with
known angles (``training/fit_motion_errors.py``) as a log-linear law; its weights are in ``constants.toml``.
"""

from __future__ import annotations

import numpy as np

from formcheck.motion.body import JOINT_INDEX
from formcheck.motion.camera import Camera
from formcheck.motion.constants import constants
from formcheck.motion.geometry import Array, angles, wrapped
from formcheck.motion.lift import Skeleton
from formcheck.names import ANGLES, LANDMARK_INDEX, Side, other
from formcheck.validation import BoolArray

# Small, since flexions are magnitudes with a kink at 0 that a long step would straddle.
_STEP_M = 1e-4
_STEP_DEG = 0.01
_CARRYING = 8
"""Feet, the last of `body.JOINTS`, carry no angle."""
_BENT_FROM_DEG, _BENT_OVER_DEG, _BENT_MOST = 15.0, 60.0, 1.5
_LARGE_DEG = 20.0
"""From where on the size of an angle counts in its error."""


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


def angle_sd(values: Array, propagated: Array, learned: Array, situation: Array) -> Array:
    """Return the standard deviation of the angles of `geometry.angles`, shape (frame, angle).

    Parameters
    ----------
    values : ndarray, shape (frame, angle)
        The angles.
    propagated : ndarray, shape (frame, angle)
        From `propagated_sd`.
    learned : ndarray, shape (frame, angle)
        The correcting network's own standard deviation (`learned.correct`).
    situation : ndarray, shape (frame, term)
        From `circumstances`.
    """
    errors = constants().errors
    log_sd = situation @ errors.weight_table() + np.array([errors.constant[angle] for angle in ANGLES])
    gains = (errors.propagated, errors.learned, errors.large)
    for gain, size in zip(gains, sizes(values, propagated, learned), strict=True):
        log_sd += np.array([gain[angle] for angle in ANGLES]) * size
    sd: Array = np.exp(np.clip(log_sd, np.log(errors.least), np.log(errors.most)))
    return sd


def sizes(values: Array, propagated: Array, learned: Array) -> tuple[Array, Array, Array]:
    """Return the logarithms of both errors and of the angle's own size, each (frame, angle)."""
    return np.log(np.hypot(1.0, propagated)), np.log(learned), np.log1p(np.abs(values) / _LARGE_DEG)


def circumstances(
    values: Array, others: Array, azimuth_deg: Array, lying: BoolArray, visibility: Array, side: Side
) -> Array:
    """Return what an angle's error depends on, shape (frame, term), in the order of ``errors.terms``.

    Parameters
    ----------
    values, others : ndarray, shape (frame, angle)
        The angles with ``side``, and with the other side, as the stance side.
    azimuth_deg : ndarray, shape (frame,)
        From `view.azimuth_deg`.
    lying : ndarray of bool, shape (frame,)
        From `view.find_lying`.
    visibility : ndarray, shape (frame, landmark)
        As the landmark network gives it.
    side : str
        The stance side.
    """
    off = np.abs(wrapped(azimuth_deg))
    upright = (~lying).astype(float)[:, None]
    knots = constants().errors.off_front_deg
    near = np.stack([np.interp(off, knots, row) for row in np.eye(len(knots))], axis=1)
    beside = np.minimum(off, 180 - off)[:, None] / 90
    knee, hip, inclination = (
        ANGLES.index(a) for a in ("knee_flexion_deg", "hip_flexion_deg", "trunk_inclination_deg")
    )
    bent = np.stack([values[:, knee], others[:, knee], values[:, hip], values[:, inclination]], axis=1)
    bent = upright * np.clip((bent - _BENT_FROM_DEG) / _BENT_OVER_DEG, 0, _BENT_MOST)
    facing = np.cos(np.radians(off))[:, None] ** 2
    hidden = 1 - np.stack(
        [
            _visible(visibility, [f"{leg}_{joint}" for joint in ("hip", "knee", "ankle")])
            for leg in (side, other(side))
        ]
        + [_visible(visibility, ["left_shoulder", "right_shoulder"])],
        axis=1,
    )
    lain = (1 - upright) * np.concatenate([1 - beside, beside], axis=1)
    return np.concatenate([upright * near, lain, facing * bent, (1 - facing) * bent, hidden], axis=1)


def _visible(visibility: Array, names: list[str]) -> Array:
    shown: Array = visibility[:, [LANDMARK_INDEX[name] for name in names]].mean(axis=1)
    return shown


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
