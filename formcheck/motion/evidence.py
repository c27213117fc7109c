"""What the fit of the skeleton (`lift`) is made to agree with, as residuals in standard deviations."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formcheck.motion.body import HIP_LINE, INCIDENCE, JOINT_INDEX, JOINTS, SHOULDER_LINE, bone_vectors
from formcheck.motion.camera import Camera, up_vector
from formcheck.motion.constants import FitErrors, constants
from formcheck.motion.geometry import Array, dot, length, midpoint, trunk_axis, unit
from formcheck.names import SIDES
from formcheck.pose.sequence import PoseSequence

SHOULDERS = [JOINTS.index("left_shoulder"), JOINTS.index("right_shoulder")]
_HIPS = [JOINTS.index("left_hip"), JOINTS.index("right_hip")]
_ANKLES = [JOINTS.index("left_ankle"), JOINTS.index("right_ankle")]
_TREAD_M = 0.04
_HINGE_DOUBT = 2.0

Block = tuple[Array, Array]
"""Residuals (frame, row) and their derivatives (frame, row, joint, xyz), in standard deviations."""


@dataclass(frozen=True)
class Seen:
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

    def hinged(self, upright: Array, hips: Array) -> Seen:
        """Return the same, with the hips' direction known and their picture doubted in a bent trunk."""
        bend = 1 - unit(trunk_axis(upright)) @ self.up
        foot = np.einsum("fs,fsi->fi", self.carrying, upright[:, JOINT_INDEX[_ANKLES]])
        legs = unit(midpoint(upright, "hip") - foot) @ self.up
        hinge = np.clip((bend - 0.2) / 0.2, 0, 1) * np.clip((legs - 0.6) / 0.3, 0, 1)
        hinge = np.where(np.isfinite(hips[:, 0]), hinge, 0.0)
        weights = self.weights.copy()
        for row in (_HIPS[1], SHOULDERS[1]):
            weights[:, row, :, 0] /= (1 + _HINGE_DOUBT * hinge)[:, None]
        return replace(self, weights=weights, hips=np.nan_to_num(hips), hinge=hinge)

    def blocks(self, joints: Array, lengths: Array | None) -> list[Block]:
        """Return how far joints, shape (frame, joint, xyz), miss each; no ``lengths``: free bones."""
        errors = constants().fit
        found = [
            _picture(joints, self),
            _depth(joints, self, errors),
            _distance(joints, self, errors),
            _balance(joints, self, errors),
        ]
        if lengths is not None:
            found += [
                _bones(joints, errors, lengths),
                _twist(joints, self, errors, lengths),
                _facing(joints, self, errors, lengths),
            ]
        return found

    @classmethod
    def of(cls, pose: PoseSequence, camera: Camera, upright: Array, shift: Array) -> Seen:
        """Gather it from landmarks, upright placed bodies and the `correct.shifts` of their joints."""
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


def _picture(joints: Array, seen: Seen) -> Block:
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


def _bones(joints: Array, errors: FitErrors, lengths: Array) -> Block:
    vectors = bone_vectors(joints)
    residuals = (length(vectors) - lengths) / errors.length_m
    return residuals, INCIDENCE[None, :, :, None] * (unit(vectors) / errors.length_m)[:, :, None, :]


def _depth(joints: Array, seen: Seen, errors: FitErrors) -> Block:
    along = np.einsum("fbi,fi->fb", bone_vectors(joints), seen.sight)
    jacobian = INCIDENCE[None, :, :, None] * (seen.sight / errors.depth_m)[:, None, None, :]
    return (along - seen.depth_prior) / errors.depth_m, jacobian


def _twist(joints: Array, seen: Seen, errors: FitErrors, lengths: Array) -> Block:
    row = INCIDENCE[SHOULDER_LINE] / lengths[SHOULDER_LINE] - INCIDENCE[HIP_LINE] / lengths[HIP_LINE]
    along = np.einsum("j,fji,fi->f", row, joints, seen.sight)
    jacobian = row[None, None, :, None] * (seen.sight / errors.twist)[:, None, None, :]
    return (along / errors.twist)[:, None], jacobian


def _balance(joints: Array, seen: Seen, errors: FitErrors) -> Block:
    """Whoever stands has the hips above the standing feet, not before or behind them."""
    row = np.zeros((len(joints), len(JOINTS)))
    row[:, _HIPS] = 0.5
    row[:, _ANKLES] = -seen.carrying
    weight = seen.upright / errors.balance_m
    off = np.einsum("fj,fji,fi->f", row, joints, seen.level)
    jacobian = row[:, None, :, None] * (weight[:, None] * seen.level)[:, None, None, :]
    return (weight * off)[:, None], jacobian


def _facing(joints: Array, seen: Seen, errors: FitErrors, lengths: Array) -> Block:
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


def _distance(joints: Array, seen: Seen, errors: FitErrors) -> Block:
    sigma = errors.distance_share * seen.distance
    residuals = (-joints[:, _HIPS, 2].mean(axis=1) - seen.distance) / sigma
    jacobian = np.zeros((len(joints), 1, len(JOINTS), 3))
    jacobian[:, 0, _HIPS, 2] = (-0.5 / sigma)[:, None]
    return residuals[:, None], jacobian
