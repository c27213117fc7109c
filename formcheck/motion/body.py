"""The body as joints and bones: which landmarks carry the angles, and how long this person's bones are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.motion.constants import constants
from formcheck.motion.geometry import Array, length
from formcheck.names import LANDMARK_INDEX, SIDES
from formcheck.validation import BoolArray

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
_KINDS = tuple(dict.fromkeys(bone.kind for bone in BONES))


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


def bone_lengths(joints: Array, sight: Array, standing: BoolArray) -> Array:
    """Return how long this person's bones are, shape (bone,), metres.

    Thigh, shank and trunk of a standing person lie across the line of sight, so that their length in the
    picture is their length; in a clip without standing the longer lengths in the picture are taken. Of the
    lines across the body, from the side, only the network's depth tells; the less of them the picture shows,
    the more people's usual proportions count.

    Parameters
    ----------
    joints : ndarray, shape (frame, joint, xyz)
        Placed in depth by the network's own estimate alone.
    sight : ndarray, shape (frame, xyz)
        Unit vector from the person to the camera.
    standing : ndarray of bool, shape (frame,)
        Where the person stands straight on both feet.
    """
    vectors = bone_vectors(joints)
    full = length(vectors)
    along = np.einsum("fbi,fi->fb", vectors, sight)
    across = np.sqrt(np.maximum(full**2 - along**2, 1e-12))
    lengths = np.zeros(len(BONES))
    for kind in _KINDS:
        rows = _rows(kind)
        middle = _weighted_median(full[:, rows].ravel(), ((across / full)[:, rows] ** 8).ravel())
        if kind in _OFTEN_ACROSS:
            shown = (
                np.median(across[standing][:, rows]) if standing.any() else np.quantile(across[:, rows], 0.85)
            )
            middle = np.clip(shown, 0.85 * middle, 1.15 * middle)
        lengths[rows] = middle
    stature = sum(lengths[_rows(kind)[0]] for kind in _OFTEN_ACROSS)
    for kind, usual in constants().proportions.of_stature().items():
        row = _rows(kind)[0]
        hidden = 1 - np.quantile(across[:, row] / full[:, row], 0.9)
        doubt = constants().proportions.network_share + constants().proportions.hidden_share * hidden
        weight = doubt**2 / (doubt**2 + constants().proportions.people_share ** 2)
        lengths[row] = (1 - weight) * lengths[row] + weight * usual * stature
    return lengths


def _rows(kind: str) -> list[int]:
    return [i for i, bone in enumerate(BONES) if bone.kind == kind]


def _weighted_median(values: Array, weights: Array) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
