"""Where feet and shoulders are beside the hips, corrected as was learned from people with known joints.

From one camera, geometry errs most about how high and how far ahead a foot is, which is what tells many
exercises apart. A small network for single frames (``models/posture.onnx``, made by
``training/motion/posture.py``) says how far the joints of `Motion` lie off. It serves recognition alone:
what is measured comes from motion.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from formcheck.exercises.signals import leg_length_m
from formcheck.motion.features import ANGLE_UNIT, mirror_sign, spread
from formcheck.motion.fitted import held_well, only
from formcheck.motion.geometry import Array, angles, horizontal, leftwards, unit
from formcheck.motion.learned import session
from formcheck.motion.types import Motion
from formcheck.motion.view import azimuth_deg, find_standing
from formcheck.names import LANDMARK_INDEX, SIDES, Side, landmark, other
from formcheck.pose.models import posture_model

TRUST: Final = 0.5
"""Share of the correction that is made: the network knows drawn people only."""
LEAST_FRAMES: Final = 3

OFFSETS: Final = (
    "free_foot_up",
    "working_foot_ahead",
    "working_foot_outwards",
    "hips_up",
    "shoulders_up",
    "hips_ahead",
    "hips_outwards",
)
"""What the network corrects, in leg lengths: the free foot over the working one, the working foot ahead of
the free one and outwards of it, hips and shoulders over the working foot, hips ahead and outwards of it."""

_BODY = ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")
_PAIRED = (*_BODY, "elbow", "wrist")
_MAIN = ("shoulder", "hip", "knee", "ankle")
_FOLLOW: Final = {"ankle": 1.0, "heel": 1.0, "foot_index": 1.0, "knee": 0.5}
"""The joints of a leg that move when its ankle is corrected, and by what share."""
_MOST = 8.0


def corrected(motion: Motion) -> Motion:
    """Return the motion with legs and shoulders where they are believed to be; a new object.

    A motion that geometry alone has estimated is left as it is, for it may be exact.

    Raises
    ------
    ModelFileError
        If the network's file is missing or altered.
    """
    found = np.flatnonzero(np.isfinite(motion.joints_m[:, 0, 0]))
    if motion.estimator == "geometry" or len(found) < LEAST_FRAMES:
        return motion
    length = leg_length_m(motion)
    joints = motion.joints_m.copy()
    joints[found] = _moved(motion.joints_m[found].astype(float), _offsets(motion), TRUST * length)
    return replace(motion, joints_m=joints)


def features(motion: Motion, side: Side) -> Array:
    """Return what the network sees of each frame with a person, shape (frame, feature), float32.

    Everything is written as for the left leg as working leg; for the right one the person is mirrored.
    """
    found = np.isfinite(motion.joints_m[:, 0, 0])
    joints = motion.joints_m[found].astype(float)
    mirror = mirror_sign(side)
    now = _shape(motion, joints, side)
    standing = find_standing(joints)
    stands = bool(standing.any())
    rest = np.median(now[standing], axis=0) if stands else np.zeros(now.shape[1])
    azimuth = np.radians(azimuth_deg(joints, motion.lying[found])) * mirror
    situation = [np.sin(azimuth), np.cos(azimuth), motion.lying[found].astype(float)]
    parts = [
        now,
        np.broadcast_to(rest, now.shape),
        np.full((len(now), 1), float(stands)),
        np.stack(situation, axis=1),
        motion.pose.visibility[found][:, _order(side, _PAIRED)],
    ]
    seen: Array = np.clip(np.nan_to_num(np.concatenate(parts, axis=1)), -_MOST, _MOST).astype(np.float32)
    return seen


def _shape(motion: Motion, joints: Array, side: Side) -> Array:
    """Return joints, picture and the pose network's own 3D estimate around the hips, and the angles."""
    found = np.isfinite(motion.joints_m[:, 0, 0])
    mirror = mirror_sign(side)
    pose, _ = held_well(only(motion.pose, np.flatnonzero(found)))
    image = pose.image_px.astype(float) * [mirror, 1.0]
    world = pose.world_m.astype(float) * [mirror, -1.0, -1.0]
    hips, paired = _order(side, ("hip",)), _order(side, _PAIRED)
    own_leg = np.median([_leg_lengths(world, each) for each in SIDES], axis=0)
    parts = [
        _around(joints * [mirror, 1.0, 1.0], _order(side, _BODY), hips) / leg_length_m(motion),
        _around(image, [LANDMARK_INDEX["nose"], *paired], hips)
        / spread(image[:, _order(side, _MAIN)])[:, None, None],
        _around(world, paired, hips) / np.median(own_leg),
    ]
    flat = [part.reshape(len(joints), -1) for part in parts]
    flexions = [angles(joints, each) / ANGLE_UNIT for each in (side, other(side))]
    shape: Array = np.concatenate([*flat, *flexions], axis=1)
    return shape


def _around(points: Array, chosen: list[int], hips: list[int]) -> Array:
    around: Array = points[:, chosen] - points[:, hips].mean(axis=1, keepdims=True)
    return around


def _leg_lengths(points: Array, side: Side) -> Array:
    hip, knee, ankle = (points[:, landmark(side, joint)] for joint in ("hip", "knee", "ankle"))
    lengths: Array = np.linalg.norm(hip - knee, axis=1) + np.linalg.norm(knee - ankle, axis=1)
    return lengths


def _order(side: Side, joints: tuple[str, ...]) -> list[int]:
    """Return landmarks pair by pair, the working side first."""
    return [landmark(which, joint) for joint in joints for which in (side, other(side))]


def _offsets(motion: Motion) -> dict[Side, Array]:
    """Return each side's `OFFSETS` as working side, shape (frame, offset)."""
    network = session(posture_model())
    return {side: network.run(["offsets"], {"features": features(motion, side)})[0] for side in SIDES}


def _moved(joints: Array, offsets: dict[Side, Array], share_m: float) -> Array:
    """Return the joints after the mean of what the network says with either side as the working side."""
    left = unit(horizontal(leftwards(joints, "hip") + leftwards(joints, "shoulder")))
    forward = np.cross(left, [0.0, 1.0, 0.0])
    shoulders_up = np.zeros(len(joints))
    ankles: dict[Side, list[Array]] = {side: [] for side in SIDES}
    for side, said in offsets.items():
        foot_up, ahead, outwards, hips_up, up, hips_ahead, hips_outwards = said.T
        lateral = mirror_sign(side)
        working = np.stack([-hips_ahead, -hips_up, -lateral * hips_outwards])
        ankles[side].append(working)
        ankles[other(side)].append(working + np.stack([-ahead, foot_up, -lateral * outwards]))
        shoulders_up += (up - hips_up) / len(SIDES)
    moved = joints.copy()
    for side in SIDES:
        along, rise, across = np.mean(ankles[side], axis=0)[..., None] * share_m
        step = along * forward + across * left + rise * np.array([0.0, 1.0, 0.0])
        for joint, share in _FOLLOW.items():
            moved[:, landmark(side, joint)] += share * step
        moved[:, landmark(side, "shoulder"), 1] += share_m * shoulders_up
    return moved
