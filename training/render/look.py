"""How a person looks: which vertices are skin, hair, clothes and shoes, and their colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from training.render.body import Body
from training.render.rotations import Array, unit

Colour = tuple[float, float, float]

PATTERNS = ("", "rings", "bars", "checks", "blotches", "dots", "logo", "side_stripe", "halves")


@dataclass(frozen=True)
class Look:
    """Colours (0 to 1) and cut of clothes: ``legs`` and ``sleeves`` are the covered shares of leg and arm.

    ``waist`` is where the top ends, as a share of the way from hip to shoulder (below 0.1 it hangs over the
    hips). ``loose_top`` and ``loose_bottom`` are how far garments stand off, metres; ``pattern_top`` and
    ``pattern_bottom`` one of `PATTERNS` in the colour ``print``; ``band`` colours a waistband, ``socks`` is
    the covered share of the shank in the colour ``sock``; ``bald`` has no hair; ``cloth_seed`` draws folds.
    """

    skin: Colour = (0.80, 0.60, 0.48)
    hair: Colour = (0.16, 0.11, 0.08)
    top: Colour = (0.15, 0.30, 0.55)
    bottom: Colour = (0.10, 0.10, 0.12)
    shoes: Colour = (0.85, 0.85, 0.88)
    legs: float = 0.45
    sleeves: float = 0.35
    stripes: bool = False
    long_hair: bool = False
    waist: float = 0.17
    loose_top: float = 0.0
    loose_bottom: float = 0.0
    pattern_top: str = ""
    pattern_bottom: str = ""
    print: Colour = (0.8, 0.8, 0.8)
    band: Colour | None = None
    socks: float = 0.0
    sock: Colour = (0.9, 0.9, 0.9)
    bald: bool = False
    cloth_seed: int = 0


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
    waist = hip[2] + look.waist * (body.rest("shoulder")[2] - hip[2])
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
    if look.waist < 0.1:
        torso = ~arm & ~hand & (v[:, 2] < neck - 0.015) & (v[:, 2] > waist - 0.02)
    if look.bald:
        hair = np.zeros_like(hair)
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
    folds = _folds(body.vertices, look.cloth_seed)
    _pull_socks_up(body, look, colours)
    for name, covered in _regions(body, look).items():
        colours[covered] = getattr(look, name)
        vertices[covered] += normals[covered] * thickness[name]
        loose = {"top": look.loose_top, "bottom": look.loose_bottom}.get(name, 0.0)
        if loose:
            stand_off = loose * np.clip(0.6 + 0.4 * folds[covered], 0.0, 1.6)
            vertices[covered] += normals[covered] * stand_off[:, None]
        if name == "top" and look.stripes:
            band = covered & (np.sin(body.vertices[:, 2] * 2 * np.pi / 0.075) > 0.3)
            colours[band] = np.clip(np.array(look.top) + 0.45, 0, 1)
        pattern = {"top": look.pattern_top, "bottom": look.pattern_bottom}.get(name, "")
        if pattern:
            colours[covered & _printed(body, pattern, folds, look.cloth_seed)] = look.print
    if look.band is not None:
        _put_band_on(body, look, colours)
    _paint_eyes(body, colours)
    weave = rng.normal(0, 0.015, size=(len(vertices), 1))
    return vertices, np.clip(colours + weave, 0.02, 1.0)


def _folds(vertices: Array, seed: int) -> Array:
    """Return smooth noise over the body of standard deviation 1, with waves of 8 to 40 cm."""
    rng = np.random.default_rng(seed)
    waves = unit(rng.normal(size=(10, 3))) * (2 * np.pi / rng.uniform(0.08, 0.4, (10, 1)))
    noise: Array = np.sin(vertices @ waves.T + rng.uniform(0, 2 * np.pi, 10)).sum(axis=1) / np.sqrt(5.0)
    return noise


def _printed(body: Body, pattern: str, folds: Array, seed: int) -> Array:
    """Return which vertices a pattern colours, wherever the garment is."""
    rng = np.random.default_rng(seed + 1)
    v, hip = body.vertices, body.rest("hip")
    period, offset = rng.uniform(0.03, 0.16), rng.uniform(0, 0.1)
    rings = np.sin((v[:, 2] + offset) * 2 * np.pi / period) > rng.uniform(-0.3, 0.8)
    bars = np.sin((v[:, 0] + offset) * 2 * np.pi / period) > rng.uniform(-0.3, 0.8)
    if pattern == "logo":
        chest = np.array([rng.uniform(-0.06, 0.06), 0.0, hip[2] + rng.uniform(0.22, 0.4)])
        near = np.abs((v - chest)[:, [0, 2]]) < rng.uniform(0.03, 0.11, 2)
        found: Array = near.all(axis=1) & ((v[:, 1] < hip[1]) == (rng.random() < 0.7))
        return found
    height = hip[2] + rng.uniform(-0.3, 0.5)
    choices: dict[str, Array] = {
        "rings": rings,
        "bars": bars,
        "checks": rings ^ bars,
        "blotches": folds > rng.uniform(0.2, 1.0),
        "dots": rings & bars,
        "side_stripe": (np.abs(v[:, 1] - hip[1]) < 0.022) & (np.abs(v[:, 0]) > hip[0] * 1.1),
        "halves": v[:, 2] > height,
    }
    return choices[pattern]


def _put_band_on(body: Body, look: Look, colours: Array) -> None:
    """Colour a waistband where the top ends."""
    hip, v = body.rest("hip"), body.vertices
    at = hip[2] + look.waist * (body.rest("shoulder")[2] - hip[2])
    trunk = np.abs(v[:, 0]) < body.rest("shoulder")[0] * 1.15
    assert look.band is not None
    colours[trunk & (np.abs(v[:, 2] - at) < 0.018)] = look.band


def _pull_socks_up(body: Body, look: Look, colours: Array) -> None:
    """Colour the lower share of the shanks."""
    ankle, knee = body.rest("ankle"), body.rest("knee")
    if look.socks:
        colours[body.vertices[:, 2] < ankle[2] + look.socks * (knee[2] - ankle[2])] = look.sock


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
