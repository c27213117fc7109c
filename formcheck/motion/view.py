"""Where the camera stands: pitch and roll from the standing phase, azimuth around the person; who lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

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
    usual_direction,
)
from formcheck.motion.types import View, ViewLabel
from formcheck.names import LANDMARK_INDEX, SIDES, landmark
from formcheck.validation import BoolArray

FRONT_WITHIN_DEG = 15.0
SIDE_FROM_DEG = 70.0
MAX_PITCH_DEG = 30.0
MAX_ROLL_DEG = 35.0
MIN_TRAVEL_M = 1.0
MAX_TREAD_SHARE = 0.12
_MAJORITY_S = 0.5
STRAIGHT_WITHIN_DEG = 25.0
_FEET = [LANDMARK_INDEX[f"{s}_{j}"] for s in ("left", "right") for j in ("ankle", "heel", "foot_index")]


def level(camera: Camera, joints: Array) -> Camera:
    """Return the camera with its pitch and roll, and with how much the placed body seems to lean in depth.

    Over a clip the line from the ankles to the shoulders of a standing person is plumb: that gives the roll,
    and a pitch as good as the network's depth. Whoever walks towards or away from the camera shows the pitch
    much better: the feet stay on the floor.

    Parameters
    ----------
    camera : Camera
        With its focal length.
    joints : ndarray, shape (frame, landmark, xyz)
        Camera axes, from `place.place`.
    """
    standing = constants().standing
    upright = find_standing(joints)
    if not upright.any():
        reclined = _reclined_from_feet(joints)
        if reclined.mean() <= 0.5:
            return replace(
                camera, pitch_deg=standing.usual_pitch_deg, seeming_pitch_deg=standing.usual_pitch_deg
            )
        # The trunk of a supine person is level at rest, as the body of a standing one is plumb.
        _, y, z = np.median(unit(trunk_axis(joints[reclined])), axis=0)
        lying = constants().lying
        return replace(
            camera,
            pitch_deg=lying.usual_pitch_deg,
            pitch_sd_deg=lying.pitch_sd_deg,
            seeming_pitch_deg=float(-np.degrees(np.arctan2(y, -z))),
        )
    x, y, z = _standing_axis(joints, upright)
    left = unit(unit(leftwards(joints, "hip")) + unit(leftwards(joints, "shoulder")))[upright]
    forward_x, _, forward_z = np.median(np.cross(left, [0.0, 1.0, 0.0]), axis=0)
    roll = np.degrees(np.arctan2(x, y)) - standing.lean_deg * forward_x
    seeming = -np.degrees(np.arctan2(z, np.hypot(x, y)))
    pitch = _pitch_from_floor(joints)
    walked = pitch is not None
    if pitch is None:
        seen = seeming + standing.seeming_lean_deg * forward_z
        pitch = standing.usual_pitch_deg + standing.pitch_trust * (seen - standing.usual_pitch_deg)
    return replace(
        camera,
        pitch_deg=float(np.clip(pitch, -MAX_PITCH_DEG, MAX_PITCH_DEG)),
        roll_deg=float(np.clip(roll, -MAX_ROLL_DEG, MAX_ROLL_DEG)),
        pitch_sd_deg=standing.pitch_sd_deg / (2 if walked else 1),
        roll_sd_deg=float(np.hypot(standing.roll_sd_deg, max(abs(roll) - MAX_ROLL_DEG, 0.0))),
        seeming_pitch_deg=float(seeming + standing.lean_deg * forward_z),
    )


def find_standing(joints: Array) -> BoolArray:
    """Return in which frames the person stands on both feet, as straight as in this clip, shape (frame,).

    Parameters
    ----------
    joints : ndarray, shape (frame, landmark, xyz)
        Camera axes, from `place.place`, or gravity-aligned.
    """
    body = unit(midpoint(joints, "shoulder") - midpoint(joints, "ankle"))
    trunk = trunk_axis(joints)
    bent = np.zeros(len(joints))
    thighs_stand = np.ones(len(joints), dtype=bool)
    for side in SIDES:
        hip, knee, ankle = (joints[:, landmark(side, joint)] for joint in ("hip", "knee", "ankle"))
        bent += angle_between(trunk, hip - knee) + angle_between(hip - knee, knee - ankle)
        thighs_stand &= unit(hip - knee)[:, 1] > 0.6
    tread = np.abs((leftwards(joints, "ankle") * body).sum(axis=1))
    standing: BoolArray = (bent < 140) & (body[:, 1] > 0.8) & (unit(trunk)[:, 1] > 0.8)
    standing &= thighs_stand & (
        tread < MAX_TREAD_SHARE * length(midpoint(joints, "hip") - midpoint(joints, "ankle"))
    )
    if standing.any():
        standing &= bent <= bent[standing].min() + STRAIGHT_WITHIN_DEG
    return standing


def _reclined_from_feet(joints: Array) -> BoolArray:
    """Return in which frames the trunk leans away from the camera and the knees are raised towards it.

    So the network sees who lies on the back, feet to the camera, as if they sat reclined. Nobody who stands,
    squats or hinges raises both thighs while the trunk goes away.
    """
    raised = np.ones(len(joints), dtype=bool)
    for side in SIDES:
        thigh = unit(joints[:, landmark(side, "knee")] - joints[:, landmark(side, "hip")])
        raised &= (thigh[:, 1] > -0.6) & (thigh[:, 2] > 0)
    away: BoolArray = unit(trunk_axis(joints))[:, 2] < -0.35
    return raised & away


def _standing_axis(joints: Array, upright: BoolArray) -> Array:
    """Return the median direction from the ankles to the shoulders, shape (xyz,)."""
    body = unit(midpoint(joints, "shoulder") - midpoint(joints, "ankle"))
    axis: Array = np.median(body[upright], axis=0)
    return axis


def _pitch_from_floor(joints: Array) -> float | None:
    """Return the pitch from feet on the floor at different distances, None without enough travel in depth.

    Seen by a level camera the lower foot's height does not change with its distance; a pitch makes it a
    straight line in distance.
    """
    feet = joints[:, _FEET]
    lowest = np.argmin(feet[..., 1], axis=1)
    contact = np.take_along_axis(feet, lowest[:, None, None], axis=1)[:, 0]
    near, far = np.quantile(contact[:, 2], [0.05, 0.95])
    if far - near < MIN_TRAVEL_M:
        return None
    from scipy.stats import theilslopes  # takes half a second to load, and few clips need it

    slope = theilslopes(contact[:, 1], contact[:, 2])[0]
    return float(np.degrees(np.arctan(slope)))


def find_lying(joints: Array, times_s: Array) -> BoolArray:
    """Return in which frames the person lies on the back, shape (frame,).

    Supine means: the trunk is far from upright, the chest faces up, and the hips are not held up by the
    thighs. A deep hinge has the trunk level too, but the chest faces down and the thighs stand. Of the frames
    within half a second the majority decides.

    Parameters
    ----------
    joints : ndarray, shape (frame, landmark, xyz)
        Gravity-aligned.
    times_s : ndarray, shape (frame,)
        Times of these frames.
    """
    trunk, thigh = trunk_axis(joints), midpoint(joints, "hip") - midpoint(joints, "knee")
    chest = unit(np.cross(leftwards(joints, "shoulder") + leftwards(joints, "hip"), trunk))[:, 1]
    inclined = angle_between(trunk, np.broadcast_to([0.0, 1.0, 0.0], trunk.shape))
    hip_above_knee = thigh[:, 1] / length(thigh)
    above_feet = (midpoint(joints, "shoulder")[:, 1] - joints[:, _FEET, 1].min(axis=1)) / length(trunk)
    flat = (inclined > 50) & (chest > 0) & (hip_above_knee < 0.5) & (above_feet < 1)
    # Seen from the foot end the network draws the trunk too steep, but the knees still stand above the hips.
    foot_end = (inclined > 25) & (chest > 0.3) & (hip_above_knee < -0.2)
    lying = flat | foot_end
    first = np.searchsorted(times_s, times_s - _MAJORITY_S)
    last = np.searchsorted(times_s, times_s + _MAJORITY_S, side="right")
    total = np.concatenate([[0], np.cumsum(lying)])
    majority: BoolArray = (total[last] - total[first]) * 2 > last - first
    return majority


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


def summarise(azimuths: Array, lying: BoolArray, pitch_deg: float) -> View:
    """Return the view over the clip: the usual azimuth, its deviation and its label."""
    azimuth = usual_direction(azimuths)
    label = _label(azimuth, lying=bool(lying.mean() > 0.5))
    return View(label, azimuth, constants().view.azimuth_sd_deg, pitch_deg)


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
