"""The body as joints and bones: which landmarks carry the angles, and how long this person's bones are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.motion.geometry import Array, length
from formcheck.names import LANDMARK_INDEX, SIDES

JOINTS: Final[tuple[str, ...]] = tuple(
    f"{side}_{joint}"
    for joint in ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")
    for side in SIDES
)
"""The joints that are solved for."""

JOINT_INDEX: Final = np.array([LANDMARK_INDEX[name] for name in JOINTS])
"""Where they are among the landmarks."""


_OFTEN_ACROSS = ("thigh", "shank", "trunk")


@dataclass(frozen=True)
class Bone:
    """A vector between two points of the body whose length stays the same over a clip.

    Attributes
    ----------
    kind : str
        Left and right bones of one kind are equally long.
    ends, starts : tuple of str
        Joints whose midpoint is the end, and the start, of the vector.
    """

    kind: str
    ends: tuple[str, ...]
    starts: tuple[str, ...]


def _bones() -> tuple[Bone, ...]:
    both = {joint: tuple(f"{side}_{joint}" for side in SIDES) for joint in ("shoulder", "hip")}
    across = [Bone(f"{joint}_line", (names[0],), (names[1],)) for joint, names in both.items()]
    limbs = [
        Bone(kind, (f"{side}_{end}",), (f"{side}_{start}",))
        for kind, end, start in (
            ("thigh", "hip", "knee"),
            ("shank", "knee", "ankle"),
            ("foot", "foot_index", "heel"),
            ("hindfoot", "ankle", "heel"),
        )
        for side in SIDES
    ]
    return (*across, Bone("trunk", both["shoulder"], both["hip"]), *limbs)


BONES: Final[tuple[Bone, ...]] = _bones()


def _incidence() -> Array:
    matrix = np.zeros((len(BONES), len(JOINTS)))
    for row, bone in enumerate(BONES):
        for names, sign in ((bone.ends, 1.0), (bone.starts, -1.0)):
            for name in names:
                matrix[row, JOINTS.index(name)] += sign / len(names)
    return matrix


INCIDENCE: Final = _incidence()
"""Bone vectors are ``INCIDENCE @ joints``, shape (bone, joint)."""


SHOULDER_LINE: Final = 0
HIP_LINE: Final = 1
"""Rows of the two lines across the body."""


def bone_vectors(joints: Array) -> Array:
    """Return the bone vectors, shape (frame, bone, xyz), of joints, shape (frame, joint, xyz)."""
    vectors: Array = INCIDENCE @ joints
    return vectors


def bone_lengths(joints: Array, sight: Array) -> Array:
    """Return how long this person's bones are, shape (bone,), metres.

    Thigh, shank and trunk lie across the line of sight at some time in most clips, and then their length in the
    picture is their length: the 90th percentile of it is taken. The lines across the body may never do so; there the
    median over the frames counts those more in which the bone lies more across the line of sight.

    Parameters
    ----------
    joints : ndarray, shape (frame, joint, xyz)
        Placed in depth by the network's own estimate alone.
    sight : ndarray, shape (frame, xyz)
        Unit vector from the person to the camera.
    """
    vectors = bone_vectors(joints)
    full = length(vectors)
    along = np.einsum("fbi,fi->fb", vectors, sight)
    across = np.sqrt(np.maximum(full**2 - along**2, 1e-12))
    lengths = np.zeros(len(BONES))
    for kind in {bone.kind for bone in BONES}:
        rows = [i for i, bone in enumerate(BONES) if bone.kind == kind]
        middle = _weighted_median(full[:, rows].ravel(), ((across / full)[:, rows] ** 8).ravel())
        if kind in _OFTEN_ACROSS:
            middle = np.clip(np.quantile(across[:, rows], 0.9), 0.85 * middle, 1.15 * middle)
        lengths[rows] = middle
    return lengths


def _weighted_median(values: Array, weights: Array) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
