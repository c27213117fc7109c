"""From landmarks to a skeleton in metres in camera axes: the best that one camera tells without learning.

A weighted least-squares fit of all joints per frame (Gauss–Newton, all frames at once) to

- where the joints are in the picture (good),
- bones that keep their length over the clip (good; it turns foreshortening into depth),
- the pose network's own depth differences along the bones (poor, but they decide the sign),
- shoulders and hips that mostly face the same way, hips above the standing feet, and people who do not
  jump in depth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import uniform_filter1d

from formcheck.motion.body import (
    BONES,
    HIP_LINE,
    INCIDENCE,
    JOINT_INDEX,
    JOINTS,
    SHOULDER_LINE,
    bone_lengths,
    bone_vectors,
)
from formcheck.motion.camera import Camera, up_vector
from formcheck.motion.constants import FitErrors, constants
from formcheck.motion.correct import shifts
from formcheck.motion.geometry import Array, dot, leftwards, length, midpoint, trunk_axis, unit
from formcheck.motion.place import stand_up
from formcheck.names import SIDES
from formcheck.pose.sequence import PoseSequence
from formcheck.validation import BoolArray

_LOOSE_STEPS, _FULL_STEPS = 2, 4
_HIPS = [JOINTS.index("left_hip"), JOINTS.index("right_hip")]
_ANKLES = [JOINTS.index("left_ankle"), JOINTS.index("right_ankle")]
_TREAD_M = 0.04
_STANDING_FRAMES = 15
_HINGE_DOUBT = 2.0
_SHOULDERS = [JOINTS.index("left_shoulder"), JOINTS.index("right_shoulder")]


@dataclass(frozen=True)
class Skeleton:
    """The fitted joints of the frames in which somebody was found.

    Attributes
    ----------
    landmarks : ndarray, shape (frame, landmark, xyz)
        Metres in camera axes.
    covariance : ndarray, shape (frame, joint × xyz, joint × xyz)
        Of the joints of `body.JOINTS`, m², as the fit's own weights imply it.
    """

    landmarks: Array
    covariance: Array


@dataclass(frozen=True)
class Build:
    """What stays the same over a clip, so that its frames can be fitted one by one.

    Attributes
    ----------
    lengths : ndarray, shape (bone,)
        Metres.
    habit : ndarray, shape (bone,)
        By how much the network makes a straight standing person's bone point to the camera, metres.
    """

    lengths: Array
    habit: Array


def hips_when_standing(placed: Array, camera: Camera, standing: BoolArray) -> Array:
    """Return the horizontal direction from the right to the left hip of the nearest standing frame.

    Parameters
    ----------
    placed, standing
        As in `measure_build`.

    Returns
    -------
    ndarray, shape (frame, xyz)
        Unit vectors in camera axes; NaN if nobody stands in the whole clip.
    """
    frames = np.flatnonzero(standing)
    if not frames.size:
        return np.full((len(placed), 3), np.nan)
    up = up_vector(camera.pitch_deg, camera.roll_deg)
    across = unit(leftwards(placed, "hip")[frames]) + unit(leftwards(placed, "shoulder")[frames])
    level = unit(across - (across @ up)[:, None] * up)
    level = uniform_filter1d(level, min(_STANDING_FRAMES, len(level)), axis=0, mode="nearest")
    after = np.clip(np.searchsorted(frames, np.arange(len(placed))), 1, max(len(frames) - 1, 1))
    before = np.minimum(after - 1, len(frames) - 1)
    after = np.minimum(after, len(frames) - 1)
    here = np.arange(len(placed))
    nearer = np.abs(frames[after] - here) < np.abs(frames[before] - here)
    directions: Array = unit(level[np.where(nearer, after, before)])
    return directions


def measure_build(pose: PoseSequence, camera: Camera, placed: Array, standing: BoolArray) -> Build:
    """Return the person's bones, from some of the frames spread over the clip (parameters as in `fit`).

    Parameters
    ----------
    standing : ndarray of bool, shape (frame,)
        Where the person stands straight on both feet (`view.find_standing`).
    """
    seen, joints, _ = _loosely(pose, camera, placed)
    lengths = bone_lengths(joints, seen.sight, standing)
    habit = np.zeros(len(BONES))
    if standing.any():
        plumb = (seen.sight[standing] @ seen.up)[:, None] * lengths
        habit = np.median(seen.depth_prior[standing] - plumb, axis=0)
    return Build(lengths, habit)


def fit(pose: PoseSequence, camera: Camera, placed: Array, build: Build, hips: Array) -> Skeleton:
    """Return the skeleton that agrees best with picture, bones and prior depth; each frame for itself.

    Parameters
    ----------
    pose : PoseSequence
        Smoothed; every frame with a person.
    camera : Camera
        With pitch and roll (`view.level`).
    placed : ndarray, shape (frame, landmark, xyz)
        From `place`: the start, and the prior for depth.
    build : Build
        From `measure_build`.
    hips : ndarray, shape (frame, xyz)
        From `hips_when_standing`: over planted feet the pelvis cannot turn far, whatever the network says of
        a body that is bent over its hips.
    """
    seen, joints, upright = _loosely(pose, camera, placed)
    seen = replace(seen, depth_prior=unfold(joints, build, seen)).hinged(upright, hips)
    joints, normal = _gauss_newton(joints, seen, constants().fit, build.lengths, _FULL_STEPS)
    landmarks: Array = upright + (joints[:, _SHOULDERS].mean(axis=1) - midpoint(upright, "shoulder"))[:, None]
    landmarks[:, JOINT_INDEX] = joints
    return Skeleton(landmarks, np.linalg.inv(normal))


def _loosely(pose: PoseSequence, camera: Camera, placed: Array) -> tuple[_Seen, Array, Array]:
    """Return what the picture shows, the joints fitted with free bones, and the upright placed bodies."""
    shift = shifts(placed, camera)
    upright = stand_up(placed, camera)
    seen = _Seen.of(pose, camera, upright, shift)
    start: Array = upright[:, JOINT_INDEX] + shift
    joints, _ = _gauss_newton(start, seen, constants().fit, None, _LOOSE_STEPS)
    return seen, joints, upright


@dataclass(frozen=True)
class _Seen:
    """What the fit is made to agree with.

    `sight` points from the person to the camera, `level` the same way horizontally; `upright` (0…1) says
    whether the legs stand, `carrying` (frame, left and right) which of them is the lower one.
    """

    offset_px: Array
    weights: Array
    depth_prior: Array
    sight: Array
    up: Array
    level: Array
    upright: Array
    carrying: Array
    distance: Array
    focal_px: float
    hips: Array
    hinge: Array

    def hinged(self, upright: Array, hips: Array) -> _Seen:
        """Return the same, with the hips' direction known and their picture doubted in a bent trunk."""
        bend = 1 - unit(trunk_axis(upright)) @ self.up
        foot = np.einsum("fs,fsi->fi", self.carrying, upright[:, JOINT_INDEX[_ANKLES]])
        legs = unit(midpoint(upright, "hip") - foot) @ self.up
        hinge = np.clip((bend - 0.2) / 0.2, 0, 1) * np.clip((legs - 0.6) / 0.3, 0, 1)
        hinge = np.where(np.isfinite(hips[:, 0]), hinge, 0.0)
        weights = self.weights.copy()
        for row in (_HIPS[1], _SHOULDERS[1]):
            weights[:, row, :, 0] /= (1 + _HINGE_DOUBT * hinge)[:, None]
        return replace(self, weights=weights, hips=np.nan_to_num(hips), hinge=hinge)

    @classmethod
    def of(cls, pose: PoseSequence, camera: Camera, upright: Array, shift: Array) -> _Seen:
        image = pose.image_px[:, JOINT_INDEX].astype(np.float64)
        root = midpoint(upright, "hip")
        sight, distance = -unit(root), -root[:, 2]
        scale = camera.focal_px / distance[:, None, None]
        offset = np.stack([image[..., 0] - camera.width / 2, camera.height / 2 - image[..., 1]], axis=-1)
        up = up_vector(camera.pitch_deg, camera.roll_deg)
        ankles = (upright[:, JOINT_INDEX[_ANKLES]] @ up) / _TREAD_M
        legs = unit(midpoint(upright, "hip") - midpoint(upright, "ankle")) @ up
        doubt = 1 / np.clip(pose.visibility[:, JOINT_INDEX], constants().fit.least_visibility, 1)
        return cls(
            offset_px=offset + scale * shift[..., :2],
            weights=_MIXING / (scale * doubt[..., None])[:, None],
            depth_prior=np.einsum("fbi,fi->fb", bone_vectors(upright[:, JOINT_INDEX] + shift), sight),
            sight=sight,
            up=up,
            level=unit(sight - (sight @ up)[:, None] * up),
            upright=np.clip((legs - 0.6) / 0.3, 0, 1),
            carrying=1 / (1 + np.exp(ankles - ankles[:, ::-1])),
            distance=distance,
            focal_px=camera.focal_px,
            hips=np.zeros_like(sight),
            hinge=np.zeros(len(sight)),
        )


def _mixing() -> Array:
    """Return which joints' picture errors are weighed together, and how: shape (row, joint, xy), per metre.

    Hips, and shoulders, count as a midpoint, which the network finds well, and a difference, whose slope it
    hardly sees; the other joints count alone.
    """
    errors = constants().fit
    mixing = np.repeat(np.eye(len(JOINTS))[..., None], 2, axis=2) / errors.image_m
    slopes = {"hip": errors.hip_line_slope_m, "shoulder": errors.shoulder_line_slope_m}
    for joint, slope in slopes.items():
        left, right = (JOINTS.index(f"{side}_{joint}") for side in SIDES)
        sigma = np.array([errors.line_width_m, slope])
        mixing[left, [left, right]] = 0.5 / errors.image_m
        mixing[right, left], mixing[right, right] = 1 / sigma, -1 / sigma
    return mixing


_MIXING = _mixing()


def unfold(joints: Array, build: Build, seen: _Seen) -> Array:
    """Return the depth prior of the bones, mended for thighs and shanks, shape (frame, bone).

    Where the picture shows such a bone much shorter than it is, it points towards or away from the camera,
    by as much as its length tells, whatever the network says; towards which, the network says if it is sure,
    else anatomy: the knee bends forwards. Where the picture shows it in full, the network's habit of bending
    the knees of people who stand straight is taken off.
    """
    prior = seen.depth_prior.copy()
    errors, lengths = constants().fit, build.lengths
    forward = np.cross(joints[:, 0] - joints[:, 1] + joints[:, 2] - joints[:, 3], [0.0, 1.0, 0.0])
    facing = dot(unit(forward), seen.sight)
    vectors = bone_vectors(joints)
    for row, bone in enumerate(BONES):
        if bone.kind not in ("thigh", "shank"):
            continue
        along = np.einsum("fi,fi->f", vectors[:, row], seen.sight)
        across = np.sqrt(np.maximum(dot(vectors[:, row], vectors[:, row]) - along**2, 0))
        prior[:, row] -= build.habit[row] * np.clip((across / lengths[row] - 0.7) / 0.3, 0, 1)
        hidden = np.sqrt(np.maximum(lengths[row] ** 2 - across**2, 0))
        bends = np.sign(facing) * (1 if bone.kind == "shank" else -1)
        way = np.where(np.abs(prior[:, row]) > errors.sure_depth_m, np.sign(prior[:, row]), bends)
        trust = np.clip((hidden / lengths[row] - 0.3) / 0.3, 0, 1) * np.clip(np.abs(facing) / 0.5, 0, 1)
        prior[:, row] += trust * (way * hidden - prior[:, row])
    return prior


def _gauss_newton(
    joints: Array, seen: _Seen, errors: FitErrors, lengths: Array | None, steps: int
) -> tuple[Array, Array]:
    """Return the joints after so many steps, and the normal matrix; no ``lengths``: free bones."""
    for _ in range(steps):
        blocks = [_picture(joints, seen), _depth(joints, seen, errors), _distance(joints, seen, errors)]
        blocks += [_balance(joints, seen, errors)]
        if lengths is not None:
            blocks += [_bones(joints, errors, lengths), _twist(joints, seen, errors, lengths)]
            blocks += [_facing(joints, seen, errors, lengths)]
        residuals = np.concatenate([block[0] for block in blocks], axis=1)
        jacobian = np.concatenate([block[1] for block in blocks], axis=1)
        jacobian = jacobian.reshape(len(joints), -1, 3 * len(JOINTS))
        transposed = np.swapaxes(jacobian, 1, 2)
        normal = transposed @ jacobian
        joints = joints - np.linalg.solve(normal, transposed @ residuals[..., None]).reshape(joints.shape)
    return joints, normal


_Block = tuple[Array, Array]
"""Residuals (frame, row) and their derivatives (frame, row, joint, xyz), in standard deviations."""


def _picture(joints: Array, seen: _Seen) -> _Block:
    depth = -joints[..., 2]
    pixels = seen.focal_px * joints[..., :2] / depth[..., None]
    residuals, jacobians = [], []
    for axis in (0, 1):
        weights = seen.weights[..., axis]
        jacobian = np.zeros((*weights.shape, 3))
        jacobian[..., axis] = weights * (seen.focal_px / depth)[:, None]
        jacobian[..., 2] = weights * (pixels[..., axis] / depth)[:, None]
        misses = (pixels - seen.offset_px)[..., axis]
        residuals.append((weights @ misses[..., None])[..., 0])
        jacobians.append(jacobian)
    return np.concatenate(residuals, axis=1), np.concatenate(jacobians, axis=1)


def _bones(joints: Array, errors: FitErrors, lengths: Array) -> _Block:
    vectors = bone_vectors(joints)
    residuals = (length(vectors) - lengths) / errors.length_m
    return residuals, INCIDENCE[None, :, :, None] * (unit(vectors) / errors.length_m)[:, :, None, :]


def _depth(joints: Array, seen: _Seen, errors: FitErrors) -> _Block:
    along = np.einsum("fbi,fi->fb", bone_vectors(joints), seen.sight)
    jacobian = INCIDENCE[None, :, :, None] * (seen.sight / errors.depth_m)[:, None, None, :]
    return (along - seen.depth_prior) / errors.depth_m, jacobian


def _twist(joints: Array, seen: _Seen, errors: FitErrors, lengths: Array) -> _Block:
    row = INCIDENCE[SHOULDER_LINE] / lengths[SHOULDER_LINE] - INCIDENCE[HIP_LINE] / lengths[HIP_LINE]
    along = np.einsum("j,fji,fi->f", row, joints, seen.sight)
    jacobian = row[None, None, :, None] * (seen.sight / errors.twist)[:, None, None, :]
    return (along / errors.twist)[:, None], jacobian


def _balance(joints: Array, seen: _Seen, errors: FitErrors) -> _Block:
    """Whoever stands has the hips above the standing feet, not before or behind them."""
    row = np.zeros((len(joints), len(JOINTS)))
    row[:, _HIPS] = 0.5
    row[:, _ANKLES] = -seen.carrying
    weight = seen.upright / errors.balance_m
    off = np.einsum("fj,fji,fi->f", row, joints, seen.level)
    jacobian = row[:, None, :, None] * (weight[:, None] * seen.level)[:, None, None, :]
    return (weight * off)[:, None], jacobian


def _facing(joints: Array, seen: _Seen, errors: FitErrors, lengths: Array) -> _Block:
    """How far the hips are turned from where they were when the person stood."""
    weight = seen.hinge / errors.facing_m
    sideways = np.cross(seen.up, seen.level)
    miss = joints[:, _HIPS[0]] - joints[:, _HIPS[1]] - lengths[HIP_LINE] * seen.hips
    residuals, jacobian = np.zeros((len(joints), 2)), np.zeros((len(joints), 2, len(JOINTS), 3))
    for row, axis in enumerate((seen.level, sideways)):
        residuals[:, row] = weight * dot(miss, axis)
        jacobian[:, row, _HIPS[0]] = weight[:, None] * axis
        jacobian[:, row, _HIPS[1]] = -weight[:, None] * axis
    return residuals, jacobian


def _distance(joints: Array, seen: _Seen, errors: FitErrors) -> _Block:
    sigma = errors.distance_share * seen.distance
    residuals = (-joints[:, _HIPS, 2].mean(axis=1) - seen.distance) / sigma
    jacobian = np.zeros((len(joints), 1, len(JOINTS), 3))
    jacobian[:, 0, _HIPS, 2] = (-0.5 / sigma)[:, None]
    return residuals[:, None], jacobian
