"""Where the camera stands: pitch and roll from the standing phase, azimuth around the person, lying or not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.stats import theilslopes

from formcheck.motion.camera import Camera
from formcheck.motion.constants import constants
from formcheck.motion.geometry import (
    Array,
    angle_between,
    horizontal,
    leftwards,
    length,
    midpoint,
    trunk_axis,
    unit,
)
from formcheck.motion.types import View, ViewLabel
from formcheck.names import LANDMARK_INDEX
from formcheck.validation import BoolArray

FRONT_WITHIN_DEG = 15.0
SIDE_FROM_DEG = 70.0
MAX_PITCH_DEG = 30.0
MAX_ROLL_DEG = 8.0
MIN_TRAVEL_M = 1.0
_FEET = [LANDMARK_INDEX[f"{s}_{j}"] for s in ("left", "right") for j in ("ankle", "heel", "foot_index")]


def level(camera: Camera, joints: Array) -> Camera:
    """Return the camera with its pitch and roll, and with how much the placed body seems to lean in depth.

    Over a clip the line from the ankles to the shoulders of a standing person is plumb: that gives the roll, and a
    pitch as good as the network's depth. Whoever walks towards or away from the camera shows the pitch much better:
    the feet stay on the floor.

    Parameters
    ----------
    camera : Camera
        With its focal length.
    joints : ndarray, shape (frame, landmark, xyz)
        Camera axes, from `lift.place`.
    """
    plumb = _plumb(joints)
    if plumb is None:
        return camera
    x, y, z = plumb
    seeming = -np.degrees(np.arctan2(z, np.hypot(x, y)))
    roll = np.clip(np.degrees(np.arctan2(x, y)), -MAX_ROLL_DEG, MAX_ROLL_DEG)
    walked = _pitch_from_floor(joints)
    pitch = np.clip(seeming if walked is None else walked, -MAX_PITCH_DEG, MAX_PITCH_DEG)
    return replace(
        camera,
        pitch_deg=float(pitch),
        roll_deg=float(roll),
        pitch_sd_deg=4.0 if walked is None else 2.0,
        roll_sd_deg=1.5,
        seeming_pitch_deg=float(seeming),
    )


def _plumb(joints: Array) -> Array | None:
    """Return the direction of upright bodies in camera axes, None where nobody stands."""
    body = unit(midpoint(joints, "shoulder") - midpoint(joints, "ankle"))
    thigh = midpoint(joints, "hip") - midpoint(joints, "knee")
    shank = midpoint(joints, "knee") - midpoint(joints, "ankle")
    trunk = trunk_axis(joints)
    bent = angle_between(trunk, thigh) + angle_between(thigh, shank)
    upright = (bent < 60) & (body[:, 1] > 0.8) & (unit(trunk)[:, 1] > 0.8)
    if not upright.any():
        return None
    straightest = upright & (bent <= np.quantile(bent[upright], 0.5))
    direction: Array = np.median(body[straightest], axis=0)
    return direction


def _pitch_from_floor(joints: Array) -> float | None:
    """Return the pitch from feet on the floor at different distances, None without enough travel in depth.

    Seen by a level camera the lower foot's height does not change with its distance; a pitch makes it a straight
    line in distance.
    """
    feet = joints[:, _FEET]
    lowest = np.argmin(feet[..., 1], axis=1)
    contact = np.take_along_axis(feet, lowest[:, None, None], axis=1)[:, 0]
    near, far = np.quantile(contact[:, 2], [0.05, 0.95])
    if far - near < MIN_TRAVEL_M:
        return None
    slope = theilslopes(contact[:, 1], contact[:, 2])[0]
    return float(np.degrees(np.arctan(slope)))


def find_lying(joints: Array) -> BoolArray:
    """Return in which frames the person lies on the back, shape (frame,).

    Supine means: the chest faces up and the shoulders are near the level of the feet. A deep hinge has the
    trunk level too, but the chest faces down and the shoulders are a leg's length above the feet.

    Parameters
    ----------
    joints : ndarray, shape (frame, landmark, xyz)
        Gravity-aligned.
    """
    trunk = trunk_axis(joints)
    chest = unit(np.cross(leftwards(joints, "shoulder") + leftwards(joints, "hip"), trunk))
    above_feet = midpoint(joints, "shoulder")[:, 1] - joints[:, _FEET, 1].min(axis=1)
    lying: BoolArray = (
        (angle_between(trunk, np.broadcast_to([0.0, 1.0, 0.0], trunk.shape)) > 50)
        & (chest[:, 1] > 0)
        & (above_feet < 0.9 * length(trunk))
    )
    return lying


def azimuth_deg(joints: Array, lying: BoolArray) -> Array:
    """Return where the camera stands around the person in each frame, −180…180, shape (frame,).

    Standing: from the directions of the hip line and the shoulder line on the floor. Lying: together with the
    direction from the shoulders to the hips, since the foot end counts as the front.

    Parameters
    ----------
    joints : ndarray, shape (frame, landmark, xyz)
        Gravity-aligned, z towards the camera.
    lying : ndarray of bool, shape (frame,)
        From `find_lying`.
    """
    left = unit(horizontal(leftwards(joints, "hip"))) + unit(horizontal(leftwards(joints, "shoulder")))
    footwards = unit(horizontal(-trunk_axis(joints)))
    lying_left = np.stack([footwards[:, 2], 0 * footwards[:, 1], -footwards[:, 0]], axis=-1)
    left = np.where(lying[:, None], 0.5 * left + 2 * lying_left, left)
    return np.degrees(np.arctan2(left[:, 2], left[:, 0]))


def summarise(azimuths: Array, lying: BoolArray, camera: Camera) -> View:
    """Return the view over the clip: the circular median of the azimuth, its deviation and its label."""
    radians = np.radians(azimuths)
    mean = np.degrees(np.arctan2(np.sin(radians).mean(), np.cos(radians).mean()))
    azimuth = _wrapped(mean + np.median(_wrapped(azimuths - mean)))
    label = _label(float(azimuth), lying=bool(lying.mean() > 0.5))
    return View(label, float(azimuth), constants().view.azimuth_sd_deg, camera.pitch_deg)


def _wrapped(degrees: Array) -> Array:
    return (degrees + 180) % 360 - 180


def _label(azimuth: float, *, lying: bool) -> ViewLabel:
    off_front = abs(azimuth)
    if lying:
        return "foot_end" if off_front < 45 else "head_end" if off_front > 135 else "side"
    if off_front <= FRONT_WITHIN_DEG:
        return "front"
    if off_front < SIDE_FROM_DEG:
        return "front_oblique"
    if off_front <= 180 - SIDE_FROM_DEG:
        return "side"
    return "rear_oblique" if off_front < 180 - FRONT_WITHIN_DEG else "rear"
