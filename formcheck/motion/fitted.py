"""The geometry of a clip: the skeleton fitted to every frame with a person, and the angles it shows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.motion import view
from formcheck.motion.camera import Camera, towards_person
from formcheck.motion.constants import constants
from formcheck.motion.geometry import Array, angles, midpoint, wrapped
from formcheck.motion.lift import fit, hips_when_standing, measure_build
from formcheck.motion.place import place
from formcheck.motion.uncertainty import propagated_sd
from formcheck.names import ANGLES, LANDMARK_INDEX, SIDES, Side
from formcheck.pose.sequence import PER_FRAME, PoseSequence
from formcheck.validation import BoolArray

_FEET = [LANDMARK_INDEX[f"{s}_{j}"] for s in ("left", "right") for j in ("ankle", "heel", "foot_index")]
_BLOCK_FRAMES = 512
_BUILD_FRAMES = 200
"""How many frames, spread over the clip, tell the lengths of the bones."""
USUAL_ROLL_DEG = 8.0
"""The people that the correction learned from were filmed by cameras rolled by no more than about this …"""
USUAL_HEIGHT_DEG = 3.0
"""… with their hips no higher or lower than this in the picture."""


@dataclass(frozen=True)
class Fitted:
    """What geometry tells of the frames in which somebody was found.

    Attributes
    ----------
    pose : PoseSequence
        Those frames, seen by a camera that looks at the person and is hardly aslant (see `held_well`).
    camera : Camera
        That one, with its pitch and what is left of its roll.
    tilt_deg : float
        By how much it looks further up than the real one.
    standing, lying : ndarray of bool, shape (frame,)
        Whether the person stands straight on both feet, or lies.
    joints : ndarray, shape (frame, landmark, xyz)
        Metres in the room (see `formcheck.motion.types.Motion`).
    azimuth : ndarray, shape (frame,)
        Where the camera stands around the person, degrees.
    values, propagated : dict of side → ndarray, shape (frame, angle)
        The angles with that side as the stance side, and what the doubt about joints and gravity makes
        of them.
    """

    pose: PoseSequence
    camera: Camera
    tilt_deg: float
    standing: BoolArray
    lying: BoolArray
    joints: Array
    azimuth: Array
    values: dict[Side, Array]
    propagated: dict[Side, Array]

    @classmethod
    def to(cls, pose: PoseSequence) -> Fitted:
        """Fit the skeleton to smoothed landmarks; somebody must be in every frame."""
        pose, tilt_deg = held_well(pose)
        assumed = Camera.assumed(pose.video.width, pose.video.height)
        placed = place(pose, assumed)
        camera = view.level(assumed, placed)
        standing = view.find_standing(placed)
        landmarks, propagated = _fit_in_blocks(pose, camera, placed, standing)
        joints = _on_floor(landmarks @ camera.to_room.T)
        lying = view.find_lying(joints, pose.times_s)
        return cls(
            pose=pose,
            camera=camera,
            tilt_deg=tilt_deg,
            standing=standing,
            lying=lying,
            joints=joints,
            azimuth=view.azimuth_deg(joints, lying),
            values={side: less_standing_error(angles(joints, side), standing) for side in SIDES},
            propagated=propagated,
        )

    def without_standing(self) -> Fitted:
        """Return the same as if nobody ever stood at rest."""
        nobody = np.zeros_like(self.standing)
        return replace(self, standing=nobody, values={side: angles(self.joints, side) for side in SIDES})


def only(pose: PoseSequence, frames: NDArray[np.intp]) -> PoseSequence:
    """Return the sequence with some of its frames."""
    return replace(pose, **{name: getattr(pose, name)[frames] for name in PER_FRAME})


def held_well(pose: PoseSequence) -> tuple[PoseSequence, float]:
    """Return what a camera in the same place would see that is hardly aslant and looks at the person.

    Where a camera looks does not change what can be seen from its place. The pose network's own depth picture
    stays: it is of a crop with the person in its middle anyway.

    Parameters
    ----------
    pose : PoseSequence
        Smoothed; somebody must be in every frame.

    Returns
    -------
    pose : PoseSequence
        With the hips about in the middle of the picture (over the clip), and little roll (see `turned`).
    tilt_deg : float
        By how much the camera was turned up for that.
    """
    camera = Camera.assumed(pose.video.width, pose.video.height)
    roll_deg = view.level(camera, place(pose, camera)).roll_deg
    if abs(roll_deg) > USUAL_ROLL_DEG:
        pose = turned(pose, roll_deg - np.copysign(USUAL_ROLL_DEG, roll_deg))
    image = pose.image_px.astype(float)
    x, y, z = np.median(camera.rays(midpoint(image, "hip")), axis=0)
    raised_deg = float(np.degrees(np.arctan2(y, np.hypot(x, z))))
    tilt_deg = raised_deg - float(np.clip(raised_deg, -USUAL_HEIGHT_DEG, USUAL_HEIGHT_DEG))
    aim = np.array([x, np.hypot(x, z) * np.tan(np.radians(tilt_deg)), z])
    seen = camera.project(camera.rays(image) @ towards_person(aim[None])[0])
    return replace(pose, image_px=seen.astype(np.float32)), tilt_deg


def turned(pose: PoseSequence, roll_deg: float) -> PoseSequence:
    """Return what a level camera would see in place of one with that roll (see `camera.Camera`).

    A turn about the optical axis turns the picture about its middle and the pose network's own depth picture
    with it; nothing else changes, so a camera held aslant measures the same.
    """
    sine, cosine = np.sin(np.radians(roll_deg)), np.cos(np.radians(roll_deg))
    turn = np.array([[cosine, sine], [-sine, cosine]])  # y points down in both
    middle = np.array([pose.video.width / 2, pose.video.height / 2])
    world = pose.world_m.astype(float)
    world[..., :2] = world[..., :2] @ turn.T
    image = (pose.image_px.astype(float) - middle) @ turn.T + middle
    return replace(pose, image_px=image.astype(np.float32), world_m=world.astype(np.float32))


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


def _fit_in_blocks(
    pose: PoseSequence, camera: Camera, placed: Array, standing: BoolArray
) -> tuple[Array, dict[Side, Array]]:
    """Return the fitted landmarks in camera axes, and the propagated errors of each side's angles.

    The fit of a frame needs some 80 kB, so that an hour of video is fitted block by block.
    """
    count = len(pose)
    some = np.unique(np.linspace(0, count - 1, min(count, _BUILD_FRAMES)).round().astype(np.intp))
    build = measure_build(only(pose, some), camera, placed[some], standing[some])
    hips = hips_when_standing(placed, camera, standing)
    landmarks = np.empty_like(placed)
    propagated: dict[Side, Array] = {side: np.empty((count, len(ANGLES))) for side in SIDES}
    for start in range(0, count, _BLOCK_FRAMES):
        block = np.arange(start, min(start + _BLOCK_FRAMES, count))
        skeleton = fit(only(pose, block), camera, placed[block], build, hips[block])
        landmarks[block] = skeleton.landmarks
        for side in SIDES:
            propagated[side][block] = propagated_sd(skeleton, camera, side)
    return landmarks, propagated


def _on_floor(joints: Array) -> Array:
    """Return the joints moved so that the floor is at y = 0 and the person is around x = z = 0."""
    lowest = joints[:, _FEET, 1].min(axis=1)
    x, _, z = np.median(midpoint(joints, "hip"), axis=0)
    moved: Array = joints - np.array([x, np.quantile(lowest, 0.05), z])
    return moved
