"""`measure_motion`: the one door into stage 3, and the one place where a motion estimator is chosen."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from formcheck.motion import view
from formcheck.motion.camera import Camera
from formcheck.motion.geometry import Array, angles, midpoint
from formcheck.motion.lift import lift
from formcheck.motion.types import AngleSet, Motion
from formcheck.motion.uncertainty import angle_sd
from formcheck.names import LANDMARK_INDEX, Side
from formcheck.pose.sequence import PoseSequence

_FEET = [LANDMARK_INDEX[f"{s}_{j}"] for s in ("left", "right") for j in ("ankle", "heel", "foot_index")]


class MotionEstimator(Protocol):
    """Whatever turns smoothed landmarks into motion: geometry now, a learned network later."""

    def __call__(self, pose: PoseSequence) -> Motion:
        """Return the motion on the same frames."""
        ...


def measure_motion(pose: PoseSequence, *, estimator: MotionEstimator | None = None) -> Motion:
    """Return how the person moved: every angle with its standard deviation, and the camera's place.

    Parameters
    ----------
    pose : PoseSequence
        Raw landmarks of one person; frames without a person may lie between.
    estimator : MotionEstimator, optional
        `geometry` if not given.

    Returns
    -------
    Motion
        On the same frames; NaN where nobody was found.
    """
    return (estimator or geometry)(pose)


def geometry(pose: PoseSequence) -> Motion:
    """Estimate the motion by geometry alone."""
    camera = Camera.assumed(pose.video.width, pose.video.height)
    seen = lift(pose, camera)
    camera = view.level(camera, seen)
    joints = _on_floor(seen @ camera.to_room.T)
    lying = view.find_lying(joints)
    azimuth = view.azimuth_deg(joints, lying)
    return Motion(
        times_s=pose.times_s,
        left=_angle_set(joints, "left", pose),
        right=_angle_set(joints, "right", pose),
        joints_m=joints.astype(np.float32),
        azimuth_deg=azimuth.astype(np.float32),
        lying=lying,
        view=view.summarise(azimuth, 8.0, lying, camera),
        pose=pose,
    )


def _angle_set(joints: Array, side: Side, pose: PoseSequence) -> AngleSet:
    return AngleSet(
        side=side,
        value=angles(joints, side).astype(np.float32),
        sd=angle_sd(joints, side, pose.visibility).astype(np.float32),
    )


def _on_floor(joints: Array) -> Array:
    """Return the joints moved so that the floor is at y = 0 and the person is around x = z = 0."""
    root = midpoint(joints, "hip")
    found = np.isfinite(root[:, 0])
    if not found.any():
        return joints
    lowest = joints[found][:, _FEET, 1].min(axis=1)
    x, _, z = np.median(root[found], axis=0)
    return joints - np.array([x, np.quantile(lowest, 0.05), z])
