"""What the small networks of recognition see of a frame: joints, picture, angles, and the person standing.

Everything is written as for the left leg as working leg; for the right one the person is mirrored, so that
left and right are read alike.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.exercises.signals import leg_length_m
from formcheck.motion.features import ANGLE_UNIT, mirror_sign, spread
from formcheck.motion.fitted import held_well, only
from formcheck.motion.geometry import Array, angles
from formcheck.motion.types import Motion
from formcheck.motion.view import azimuth_deg, find_standing
from formcheck.names import ANGLES, LANDMARK_INDEX, SIDES, Side, landmark, other
from formcheck.pose.sequence import PoseSequence

LEAST_FRAMES: Final = 3

_BODY = ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")
_PAIRED = (*_BODY, "elbow", "wrist")
_MAIN = ("shoulder", "hip", "knee", "ankle")
_MOST = 8.0

_NOW: Final = 3 * 2 * len(_BODY) + (2 + 3) * 2 * len(_PAIRED) + 2 + 2 * len(ANGLES)
STANDING: Final = slice(_NOW, 2 * _NOW + 1)
"""Where the person standing stands among the features, 0 where nobody stands."""

Features = dict[Side, Array]
"""By working side, what is seen of the frames with a person, shape (frame, feature), float32."""


def features(motion: Motion) -> Features | None:
    """Return what the networks see of a clip, or None where they have nothing to say.

    That is a motion that geometry alone has estimated (it may be exact, and the networks know estimates), or
    one with fewer than `LEAST_FRAMES` frames with a person.
    """
    found = np.flatnonzero(np.isfinite(motion.joints_m[:, 0, 0]))
    if motion.estimator == "geometry" or len(found) < LEAST_FRAMES:
        return None
    joints = motion.joints_m[found].astype(float)
    pose, _ = held_well(only(motion.pose, found))
    size_m = leg_length_m(motion)
    standing = find_standing(joints)
    azimuth = np.radians(azimuth_deg(joints, motion.lying[found]))
    seen: Features = {}
    for side in SIDES:
        now = np.concatenate([_shape(joints, size_m, pose, side), _flexions(joints, side)], axis=1)
        rest = np.median(now[standing], axis=0) if standing.any() else np.zeros(now.shape[1])
        parts = [
            now,
            np.broadcast_to(rest, now.shape),
            np.full((len(now), 1), float(standing.any())),
            np.stack([mirror_sign(side) * np.sin(azimuth), np.cos(azimuth), motion.lying[found]], axis=1),
            pose.visibility[:, _order(side, _PAIRED)],
        ]
        together = np.nan_to_num(np.concatenate(parts, axis=1))
        seen[side] = np.clip(together, -_MOST, _MOST).astype(np.float32)
    return seen


def _shape(joints: Array, size_m: float, pose: PoseSequence, side: Side) -> Array:
    """Return joints, picture and the pose network's own 3D estimate around the hips, shape (frame, …)."""
    mirror = mirror_sign(side)
    image = pose.image_px.astype(float) * [mirror, 1.0]
    world = pose.world_m.astype(float) * [mirror, -1.0, -1.0]
    hips, paired = _order(side, ("hip",)), _order(side, _PAIRED)
    own_leg = np.median([_leg_lengths(world, each) for each in SIDES], axis=0)
    parts = [
        _around(joints * [mirror, 1.0, 1.0], _order(side, _BODY), hips) / size_m,
        _around(image, [LANDMARK_INDEX["nose"], *paired], hips)
        / spread(image[:, _order(side, _MAIN)])[:, None, None],
        _around(world, paired, hips) / np.median(own_leg),
    ]
    return np.concatenate([part.reshape(len(joints), -1) for part in parts], axis=1)


def _flexions(joints: Array, side: Side) -> Array:
    return np.concatenate([angles(joints, each) / ANGLE_UNIT for each in (side, other(side))], axis=1)


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
