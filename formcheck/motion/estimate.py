"""`measure_motion`: the one door into stage 3, and the one place where a motion estimator is chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from formcheck.motion import view
from formcheck.motion.camera import Camera
from formcheck.motion.constants import constants
from formcheck.motion.geometry import Array, angles, midpoint, wrapped
from formcheck.motion.lift import fit, hips_when_standing, measure_build
from formcheck.motion.place import place
from formcheck.motion.types import AngleSet, Motion, View
from formcheck.motion.uncertainty import angle_sd, circumstances, propagated_sd
from formcheck.names import ANGLES, LANDMARK_INDEX, SIDES, Side, other
from formcheck.pose.sequence import PoseSequence
from formcheck.pose.smoothing import smooth
from formcheck.validation import BoolArray, FloatArray

_FEET = [LANDMARK_INDEX[f"{s}_{j}"] for s in ("left", "right") for j in ("ankle", "heel", "foot_index")]
_BLOCK_FRAMES = 512
_BUILD_FRAMES = 200
"""How many frames, spread over the clip, tell the lengths of the bones."""


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
        `by_geometry` if not given.

    Returns
    -------
    Motion
        On the same frames; NaN where nobody was found.
    """
    return (estimator or by_geometry)(smooth(pose))


def by_geometry(pose: PoseSequence) -> Motion:
    """Estimate the motion by geometry alone."""
    camera = Camera.assumed(pose.video.width, pose.video.height)
    found = np.flatnonzero(pose.detected)
    blank = _blank(pose)
    if not found.size:
        return blank
    part = _only(pose, found)
    placed = place(part, camera)
    camera = view.level(camera, placed)
    standing = view.find_standing(placed)
    landmarks, propagated = _fit_in_blocks(part, camera, placed, standing)
    joints = _on_floor(landmarks @ camera.to_room.T)
    lying = view.find_lying(joints, part.times_s)
    azimuth = view.azimuth_deg(joints, lying)

    values = {side: less_standing_error(angles(joints, side), standing) for side in SIDES}

    def angle_set(side: Side) -> AngleSet:
        value = values[side]
        situation = circumstances(value, values[other(side)], azimuth, lying, part.visibility, side)
        sd = angle_sd(value, propagated[side], situation)
        return AngleSet(side, _spread(value, found, len(pose)), _spread(sd, found, len(pose)))

    return replace(
        blank,
        left=angle_set("left"),
        right=angle_set("right"),
        joints_m=_spread(joints, found, len(pose)),
        azimuth_deg=_spread(azimuth, found, len(pose)),
        lying=np.isin(np.arange(len(pose)), found[lying]),
        view=view.summarise(azimuth, lying, camera),
    )


def _fit_in_blocks(
    pose: PoseSequence, camera: Camera, placed: Array, standing: BoolArray
) -> tuple[Array, dict[Side, Array]]:
    """Return the fitted landmarks in camera axes, and the propagated errors of each side's angles.

    The fit of a frame needs some 80 kB, so that an hour of video is fitted block by block.
    """
    count = len(pose)
    some = np.unique(np.linspace(0, count - 1, min(count, _BUILD_FRAMES)).round().astype(np.intp))
    build = measure_build(_only(pose, some), camera, placed[some], standing[some])
    hips = hips_when_standing(placed, camera, standing)
    landmarks = np.empty_like(placed)
    propagated: dict[Side, Array] = {side: np.empty((count, len(ANGLES))) for side in SIDES}
    for start in range(0, count, _BLOCK_FRAMES):
        block = np.arange(start, min(start + _BLOCK_FRAMES, count))
        skeleton = fit(_only(pose, block), camera, placed[block], build, hips[block])
        landmarks[block] = skeleton.landmarks
        for side in SIDES:
            propagated[side][block] = propagated_sd(skeleton, camera, side)
    return landmarks, propagated


def less_standing_error(values: Array, standing: BoolArray) -> Array:
    """Return the angles less the constant error that quiet standing betrays, shape (frame, angle).

    Standing people have little lean, rotation and valgus. What is seen of them there is partly the person's
    build, partly an error that stays all through the clip; the share that is error is taken off.

    Parameters
    ----------
    values : ndarray, shape (frame, angle)
    standing : ndarray of bool, shape (frame,)
        From `view.find_standing`; where nobody stands, nothing is taken off.
    """
    mended = values.copy()
    if standing.any():
        for angle, usual in constants().quiet_standing.items():
            column = ANGLES.index(angle)
            seen = np.median(values[standing, column])
            mended[:, column] = wrapped(values[:, column] - usual.trust * (seen - usual.mean))
    return mended


def _blank(pose: PoseSequence) -> Motion:
    """Return the motion of a clip without a person."""
    count = len(pose)
    nothing = np.full((count, len(ANGLES)), np.nan, np.float32)
    return Motion(
        times_s=pose.times_s,
        left=AngleSet("left", nothing, nothing),
        right=AngleSet("right", nothing, nothing),
        joints_m=np.full(pose.world_m.shape, np.nan, np.float32),
        azimuth_deg=np.full(count, np.nan, np.float32),
        lying=np.zeros(count, dtype=bool),
        view=View("front", 0.0, 180.0, 0.0),
        pose=pose,
    )


def _spread(values: Array, frames: NDArray[np.intp], count: int) -> FloatArray:
    """Return the values of some frames among ``count`` frames, NaN elsewhere."""
    out = np.full((count, *values.shape[1:]), np.nan, np.float32)
    out[frames] = values
    return out


def _on_floor(joints: Array) -> Array:
    """Return the joints moved so that the floor is at y = 0 and the person is around x = z = 0."""
    lowest = joints[:, _FEET, 1].min(axis=1)
    x, _, z = np.median(midpoint(joints, "hip"), axis=0)
    moved: Array = joints - np.array([x, np.quantile(lowest, 0.05), z])
    return moved


def _only(pose: PoseSequence, frames: NDArray[np.intp]) -> PoseSequence:
    """Return the sequence with some of its frames."""
    arrays = ("times_s", "image_px", "world_m", "visibility", "presence", "luma")
    return replace(pose, **{name: getattr(pose, name)[frames] for name in arrays})
