"""From landmarks to a skeleton in metres in camera axes: the best that one camera tells without learning.

A weighted least-squares fit of all joints per frame (Gauss–Newton, many frames at once) to

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

from formcheck.motion.body import BONES, JOINT_INDEX, JOINTS, bone_lengths, bone_vectors
from formcheck.motion.camera import Camera, up_vector
from formcheck.motion.constants import constants
from formcheck.motion.correct import shifts
from formcheck.motion.evidence import SHOULDERS, Seen
from formcheck.motion.geometry import Array, dot, leftwards, midpoint, unit
from formcheck.motion.place import stand_up
from formcheck.pose.sequence import PoseSequence
from formcheck.validation import BoolArray

_LOOSE_STEPS, _FULL_STEPS = 2, 4
_STANDING_FRAMES = 15


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
    position = np.interp(np.arange(len(placed)), frames, np.arange(len(frames)))
    nearest = np.ceil(position - 0.5).astype(np.intp)
    directions: Array = unit(level[nearest])
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
    joints, normal = _gauss_newton(joints, seen, build.lengths, _FULL_STEPS)
    landmarks: Array = upright + (joints[:, SHOULDERS].mean(axis=1) - midpoint(upright, "shoulder"))[:, None]
    landmarks[:, JOINT_INDEX] = joints
    return Skeleton(landmarks, np.linalg.inv(normal))


def _loosely(pose: PoseSequence, camera: Camera, placed: Array) -> tuple[Seen, Array, Array]:
    """Return what the picture shows, the joints fitted with free bones, and the upright placed bodies."""
    shift = shifts(placed, camera)
    upright = stand_up(placed, camera)
    seen = Seen.of(pose, camera, upright, shift)
    start: Array = upright[:, JOINT_INDEX] + shift
    joints, _ = _gauss_newton(start, seen, None, _LOOSE_STEPS)
    return seen, joints, upright


def unfold(joints: Array, build: Build, seen: Seen) -> Array:
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


def _gauss_newton(joints: Array, seen: Seen, lengths: Array | None, steps: int) -> tuple[Array, Array]:
    """Return the joints after so many steps, and the normal matrix; no ``lengths``: free bones."""
    for _ in range(steps):
        blocks = seen.blocks(joints, lengths)
        residuals = np.concatenate([block[0] for block in blocks], axis=1)
        jacobian = np.concatenate([block[1] for block in blocks], axis=1)
        jacobian = jacobian.reshape(len(joints), -1, 3 * len(JOINTS))
        transposed = np.swapaxes(jacobian, 1, 2)
        normal = transposed @ jacobian
        joints = joints - np.linalg.solve(normal, transposed @ residuals[..., None]).reshape(joints.shape)
    return joints, normal
