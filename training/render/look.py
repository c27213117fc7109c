"""How a person looks: which vertices are skin, hair, clothes and shoes, and their colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from training.render.body import Body
from training.render.rotations import Array, unit

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Look:
    """Colours (0 to 1) and cut of clothes: ``legs`` and ``sleeves`` are the covered shares of leg and arm."""

    skin: Colour = (0.80, 0.60, 0.48)
    hair: Colour = (0.16, 0.11, 0.08)
    top: Colour = (0.15, 0.30, 0.55)
    bottom: Colour = (0.10, 0.10, 0.12)
    shoes: Colour = (0.85, 0.85, 0.88)
    legs: float = 0.45
    sleeves: float = 0.35
    stripes: bool = False
    long_hair: bool = False


def normals_operator(body: Body) -> sparse.csr_matrix:
    """Return the matrix that sums face normals into vertex normals."""
    faces = body.faces
    rows = faces.T.ravel()
    columns = np.tile(np.arange(len(faces)), 3)
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(body.vertices), len(faces)))


def vertex_normals(vertices: Array, faces: Array, operator: sparse.csr_matrix) -> Array:
    """Return smooth vertex normals."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    return unit(operator @ np.cross(b - a, c - a))


def _regions(body: Body, look: Look) -> dict[str, Array]:
    """Return which vertices each region covers."""
    owner = np.array([body.labels[i] for i in body.weights.argmax(axis=1)])
    stem = np.array([name.partition(".")[0] for name in owner])
    v = body.vertices
    hip, ankle = body.rest("hip"), body.rest("ankle")
    waist = hip[2] + 0.17 * (body.rest("shoulder")[2] - hip[2])
    arm = np.isin(stem, ["upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "shoulder01"])
    hand = np.char.startswith(stem, "finger") | np.char.startswith(stem, "metacarpal") | (stem == "wrist")
    shoulder, wrist = body.rest("shoulder"), body.rest("wrist")
    along = (np.abs(v[:, 0]) - shoulder[0]) / (wrist[0] - shoulder[0])
    is_leg = (
        np.char.startswith(stem, "upperleg")
        | np.char.startswith(stem, "lowerleg")
        | np.isin(stem, ["root", "pelvis"])
    )
    hem = hip[2] - 0.02 - look.legs * (hip[2] - ankle[2])
    head_bone = body.heads[body.labels.index("head")]
    crown = v[:, 2].max()
    neck = body.heads[body.labels.index("neck01")][2]
    in_head = v[:, 2] > head_bone[2] - 0.02
    height = (v[:, 2] - head_bone[2]) / (crown - head_bone[2])
    face_front = v[in_head, 1].min()
    depth = (v[:, 1] - face_front) / (v[in_head, 1].max() - face_front)
    hair = in_head & (
        (height > 0.78) | ((height > 0.30 - (0.25 if look.long_hair else 0.0)) & (depth > 0.52))
    )
    torso = ~arm & ~hand & ~is_leg & (v[:, 2] < neck - 0.015) & (v[:, 2] > waist - 0.02)
    return {
        "top": (torso | (arm & (along < look.sleeves))) & (v[:, 2] > waist - 0.05),
        "bottom": (is_leg | (~arm & ~hand)) & (v[:, 2] < waist + 0.01) & (v[:, 2] > hem) & ~hand & ~arm,
        "shoes": (v[:, 2] < ankle[2] * 0.95) & ~hand,
        "hair": hair,
    }


def dress(body: Body, look: Look, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return the rest vertices with clothes, hair and shoes on, and the colour of every vertex (0 to 1)."""
    operator = normals_operator(body)
    normals = vertex_normals(body.vertices, body.faces, operator)
    colours = np.tile(np.array(look.skin), (len(body.vertices), 1))
    vertices = body.vertices.copy()
    thickness = {"top": 0.010, "bottom": 0.011, "shoes": 0.006, "hair": 0.014}
    for name, covered in _regions(body, look).items():
        colours[covered] = getattr(look, name)
        vertices[covered] += normals[covered] * thickness[name]
        if name == "top" and look.stripes:
            band = covered & (np.sin(body.vertices[:, 2] * 2 * np.pi / 0.075) > 0.3)
            colours[band] = np.clip(np.array(look.top) + 0.45, 0, 1)
    _paint_eyes(body, colours)
    weave = rng.normal(0, 0.015, size=(len(vertices), 1))
    return vertices, np.clip(colours + weave, 0.02, 1.0)


def _paint_eyes(body: Body, colours: Array) -> None:
    """Darken eyes and brows and redden the lips: without them a face is not found as a face."""
    head = body.heads[body.labels.index("head")]
    size = body.vertices[:, 2].max() - head[2]
    eyes = [body.heads[body.labels.index(f"eye.{side}")] for side in "LR"]
    facing = body.vertices[:, 1] < eyes[0][1]
    middle = (eyes[0] + eyes[1]) / 2
    for eye in eyes:
        away = (body.vertices - eye) / size
        colours[facing & (np.abs(away[:, 0]) < 0.085) & (np.abs(away[:, 2]) < 0.035)] *= 0.22
        colours[facing & (np.abs(away[:, 0]) < 0.13) & (np.abs(away[:, 2] - 0.125) < 0.03)] *= 0.5
    v = (body.vertices - middle) / size
    colours[facing & (np.abs(v[:, 0]) < 0.15) & (np.abs(v[:, 2] + 0.46) < 0.05)] *= np.array([0.9, 0.6, 0.6])
