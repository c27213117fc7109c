"""Bodies: the shape of a person, its joint centres, and the mesh in a posture.

The shape comes from `anny` (code Apache-2.0, body data CC0). Only its rest shape is taken; posing is
linear blend skinning with one world rotation per bone, so that a foot can be planted exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np

from training.render.rotations import Array, apply, between, frame, swing, unit

SIDES = ("left", "right")
JOINT_BONES = {
    "hip": "upperleg01",
    "knee": "lowerleg01",
    "ankle": "foot",
    "ball": "toe3-1",
    "shoulder": "upperarm01",
    "elbow": "lowerarm01",
    "wrist": "wrist",
}
"""Joint centre → the bone whose head it is."""

_TRUNK = ("spine05", "spine04", "spine03", "spine02", "spine01")
_NECK = ("neck01", "neck02", "neck03", "head")
_LIMBS = ("upperleg01", "lowerleg01", "foot", "toe3-1", "upperarm01", "lowerarm01")


@dataclass(frozen=True)
class BodyShape:
    """What makes one body differ from another; shares from 0 to 1 as in `anny` (gender 0 = man)."""

    gender: float = 0.5
    age: float = 0.67
    muscle: float = 0.5
    weight: float = 0.5
    proportions: float = 0.5
    stature_m: float = 1.72


@dataclass(frozen=True)
class Posture:
    """The pose of a person over time, as the motions write it.

    Attributes
    ----------
    pelvis, thorax, head : ndarray, shape (frame, 3, 3)
        World rotations from upright standing.
    anchor : str
        The joint that stands at ``anchor_at``: ``pelvis``, ``left_hip`` or ``shoulders``.
    anchor_at : ndarray, shape (frame, 3)
        Where it is, metres.
    ankle, foot, knee_towards : dict of side → ndarray
        Ankle centre (frame, 3); foot rotation (frame, 3, 3); where the knee bends to (frame, 3).
    toes : dict of side → ndarray, shape (frame, 3, 3)
        Rotation of the toes (flat while the heel lifts).
    arms : dict of side → (upper, fore), each ndarray, shape (frame, 3)
        Directions of upper arm and forearm.
    """

    pelvis: Array
    thorax: Array
    head: Array
    anchor: str
    anchor_at: Array
    ankle: dict[str, Array]
    foot: dict[str, Array]
    toes: dict[str, Array]
    knee_towards: dict[str, Array]
    arms: dict[str, tuple[Array, Array]]


class RestShapes(Protocol):
    """Where rest shapes come from, all with the same topology.

    Attributes
    ----------
    faces : ndarray, shape (face, 3)
    labels, parents : sequence
        Name and parent of every bone.
    weights : ndarray, shape (vertex, bone)
        How much each bone moves each vertex.
    """

    faces: Array
    labels: Sequence[str]
    parents: Sequence[int]
    weights: Array

    def rest_shape(self, shape: BodyShape) -> tuple[Array, Array]:
        """Return the vertices and bone heads of a body before it is scaled to its stature."""
        ...


@cache
def _model() -> Any:
    import anny

    return anny.Anny()


class AnnyShapes:
    """Rest shapes straight from `anny` (needs ``torch``)."""

    def __init__(self) -> None:
        model = _model()
        self.faces: Array = model.get_triangular_faces().numpy()
        self.labels: list[str] = list(model.bone_labels)
        self.parents = [int(p) for p in model.bone_parents]
        indices = model.vertex_bone_indices.numpy()
        self.weights: Array = np.zeros((len(indices), len(self.labels)), dtype=np.float32)
        np.add.at(
            self.weights, (np.arange(len(indices))[:, None], indices), model.vertex_bone_weights.numpy()
        )

    def rest_shape(self, shape: BodyShape) -> tuple[Array, Array]:
        """Return the vertices and bone heads of a body before it is scaled to its stature."""
        import torch

        kinds = {k: getattr(shape, k) for k in ("gender", "age", "muscle", "weight", "proportions")}
        with torch.no_grad():
            rest = _model()(phenotype_kwargs={**kinds, "height": 0.5})
        return rest["rest_vertices"][0].numpy().astype(float), rest["rest_bone_heads"][0].numpy().astype(
            float
        )


class Body:
    """A body in its rest shape, ready to be posed."""

    def __init__(self, shape: BodyShape, source: RestShapes | None = None) -> None:
        source = source or AnnyShapes()
        vertices, heads = source.rest_shape(shape)
        scale = shape.stature_m / np.ptp(vertices[:, 2])
        floor = vertices[:, 2].min()
        lift = np.array([0.0, 0.0, floor])
        self.vertices: Array = (vertices - lift) * scale
        self.heads: Array = (heads - lift) * scale
        self.faces = source.faces
        self.labels: list[str] = list(source.labels)
        self.parents: list[int] = list(source.parents)
        self.weights = source.weights
        self._driver = [self._driving_bone(i) for i in range(len(self.labels))]

    def _driving_bone(self, bone: int) -> str:
        """Return the bone that turns ``bone``: itself, or its nearest ancestor with a rotation of its own."""
        while bone > 0:
            stem, _, suffix = self.labels[bone].partition(".")
            if stem in (*_TRUNK, *_NECK) or stem in _LIMBS:
                return self.labels[bone]
            if stem.startswith("toe") and stem.endswith("-1"):
                return f"toe3-1.{suffix}"
            bone = self.parents[bone]
        return "root"

    def rest(self, joint: str, side: str = "left") -> Array:
        """Return a joint centre in the rest shape, metres."""
        centre: Array = self.heads[self.labels.index(f"{JOINT_BONES[joint]}.{side[0].upper()}")]
        return centre

    def length(self, start: str, end: str) -> float:
        """Return the distance of two joint centres of one limb, metres."""
        return float(np.linalg.norm(self.rest(start) - self.rest(end)))

    @property
    def leg_m(self) -> float:
        """Length of the straight leg from hip to ankle centre."""
        return self.length("hip", "knee") + self.length("knee", "ankle")

    def trunk(self, posture_rotations: tuple[Array, Array, Array]) -> dict[str, Array]:
        """Return the positions of hips and shoulders relative to the middle of the hips."""
        turned = self._trunk_rotations(*posture_rotations)
        heads = self._chain(turned, np.zeros((len(posture_rotations[0]), 3)))
        middle = (self.joint(heads, "hip", "left") + self.joint(heads, "hip", "right")) / 2
        found = {
            f"{side}_{joint}": self.joint(heads, joint, side) - middle
            for side in SIDES
            for joint in ("hip", "shoulder")
        }
        found["shoulders"] = (found["left_shoulder"] + found["right_shoulder"]) / 2
        found["pelvis"] = np.zeros_like(middle)
        return found

    def joint(self, heads: Array, joint: str, side: str) -> Array:
        """Pick a joint centre from posed bone heads; shape (frame, 3)."""
        centre: Array = heads[:, self.labels.index(f"{JOINT_BONES[joint]}.{side[0].upper()}")]
        return centre

    def _trunk_rotations(self, pelvis: Array, thorax: Array, head: Array) -> dict[str, Array]:
        turned = {"root": pelvis}
        for bone, share in zip(_TRUNK, (0.3, 0.55, 0.75, 0.9, 1.0), strict=True):
            turned[bone] = between(pelvis, thorax, share)
        for i, bone in enumerate(_NECK):
            turned[bone] = between(thorax, head, (i + 1) / len(_NECK))
        return turned

    def _chain(self, turned: dict[str, Array], root_at: Array) -> Array:
        """Run the chain of bones; return the bone heads, shape (frame, bone, 3)."""
        heads = np.zeros((len(root_at), len(self.labels), 3))
        for i, parent in enumerate(self.parents):
            if parent < 0 or i == 0:
                heads[:, i] = root_at
                continue
            rotation = turned.get(self._driver[parent], turned["spine01"])
            heads[:, i] = heads[:, parent] + apply(rotation, self.heads[i] - self.heads[parent])
        return heads

    def pose(self, posture: Posture) -> tuple[Array, Array]:
        """Return the world rotation (frame, bone, 3, 3) and head (frame, bone, 3) of every bone."""
        turned = self._trunk_rotations(posture.pelvis, posture.thorax, posture.head)
        trunk = self.trunk((posture.pelvis, posture.thorax, posture.head))
        hips_middle = posture.anchor_at - trunk[posture.anchor]
        for side in SIDES:
            self._turn_leg(turned, posture, side, hips_middle + trunk[f"{side}_hip"])
            self._turn_arm(turned, posture, side)
        heads = self._chain(turned, np.zeros_like(hips_middle))
        middle = (self.joint(heads, "hip", "left") + self.joint(heads, "hip", "right")) / 2
        heads += (hips_middle - middle)[:, None]
        rotations = np.stack([turned[name] for name in self._driver], axis=1)
        return rotations, heads

    def _turn_leg(self, turned: dict[str, Array], posture: Posture, side: str, hip: Array) -> None:
        """Two-bone inverse kinematics from the hip to the ankle."""
        thigh, shank = self.length("hip", "knee"), self.length("knee", "ankle")
        reach = posture.ankle[side] - hip
        distance = np.clip(np.linalg.norm(reach, axis=-1), abs(thigh - shank) + 0.02, 0.9995 * self.leg_m)
        along = unit(reach)
        x = (distance**2 + thigh**2 - shank**2) / (2 * distance)
        out = np.sqrt(np.maximum(thigh**2 - x**2, 0.0))
        towards = posture.knee_towards[side]
        towards = unit(towards - np.sum(towards * along, axis=-1, keepdims=True) * along)
        knee = hip + along * x[:, None] + towards * out[:, None]
        ankle = hip + along * distance[:, None]
        hinge = np.cross(towards, along)
        letter, suffix = side, side[0].upper()
        for bone, start, end, at in (
            ("upperleg01", "hip", "knee", knee - hip),
            ("lowerleg01", "knee", "ankle", ankle - knee),
        ):
            straight = self.rest(end, letter) - self.rest(start, letter)
            rest_frame = frame(straight[None], np.array([[1.0, 0.0, 0.0]]))
            turned[f"{bone}.{suffix}"] = frame(at, hinge) @ np.swapaxes(rest_frame, -1, -2)
        turned[f"foot.{suffix}"] = posture.foot[side]
        turned[f"toe3-1.{suffix}"] = posture.toes[side]

    def _turn_arm(self, turned: dict[str, Array], posture: Posture, side: str) -> None:
        suffix = side[0].upper()
        rotation = posture.thorax
        for bone, start, end, towards in (
            ("upperarm01", "shoulder", "elbow", posture.arms[side][0]),
            ("lowerarm01", "elbow", "wrist", posture.arms[side][1]),
        ):
            straight = apply(rotation, self.rest(end, side) - self.rest(start, side))
            rotation = swing(straight, towards) @ rotation
            turned[f"{bone}.{suffix}"] = rotation

    def mesh(self, rotations: Array, heads: Array, rest_vertices: Array) -> Array:
        """Return the skinned vertices of one frame, shape (vertex, 3)."""
        offsets = heads - apply(rotations, self.heads)
        blend = self.weights @ np.concatenate([rotations.reshape(-1, 9), offsets], axis=1).astype(np.float32)
        turned = blend[:, :9].reshape(-1, 3, 3)
        posed: Array = np.einsum("vij,vj->vi", turned, rest_vertices) + blend[:, 9:]
        return posed


def mirrored(labels: list[str], rotations: Array, heads: Array) -> tuple[Array, Array]:
    """Reflect posed bones left to right: what the left leg did, the right leg does."""
    swap = {".L": ".R", ".R": ".L"}
    order = [
        labels.index(name[:-2] + swap[name[-2:]]) if name[-2:] in swap else i for i, name in enumerate(labels)
    ]
    flip = np.array([-1.0, 1.0, 1.0])
    return (rotations * np.outer(flip, flip))[:, order], (heads * flip)[:, order]
