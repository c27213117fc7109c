"""The angles of a skeleton with known joint centres: the reference definitions of ``docs/angles.md``.

World axes: x, y horizontal, z up; metres in, degrees out (``kmd_foot_pct`` in % of shank length).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from formcheck.names import ANGLES, BILATERAL, Side, other
from training.render.rotations import Array, unit

UP = np.array([0.0, 0.0, 1.0])


def _dot(a: Array, b: Array) -> Array:
    product: Array = np.sum(a * b, axis=-1)
    return product


def _bend(a: Array, b: Array) -> Array:
    """Return the angle between two directions, degrees."""
    angle: Array = np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b), axis=-1), _dot(a, b)))
    return angle


def reference_angles(joints: Mapping[str, Array], side: Side) -> dict[str, Array]:
    """Compute every angle with ``side`` as stance side.

    Parameters
    ----------
    joints : mapping of name (``left_hip``, ``right_knee`` …) to ndarray, shape (frame, 3)
        Centres of hips, knees, ankles and shoulders in the world, metres.
    side : str
        The stance side.

    Returns
    -------
    dict of angle → ndarray, shape (frame,)
        In the order and with the signs of `formcheck.names.ANGLES`; not baseline-subtracted.
    """
    hip, knee, ankle = (joints[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle"))
    free_hip = joints[f"{other(side)}_hip"]
    hip_line = hip - free_hip
    across = unit(hip_line * (1.0 - UP))
    trunk = (joints["left_shoulder"] + joints["right_shoulder"] - hip - free_hip) / 2
    thigh, shank = hip - knee, knee - ankle
    shoulder_line = joints[f"{side}_shoulder"] - joints[f"{other(side)}_shoulder"]
    found = {
        "pelvic_drop_deg": np.degrees(np.arcsin(_dot(unit(hip_line), UP))),
        "fppa_deg": np.degrees(
            np.arctan2(_dot(thigh, across), thigh[..., 2]) - np.arctan2(_dot(shank, across), shank[..., 2])
        ),
        "kmd_foot_pct": -100 * _dot(shank, across) / np.linalg.norm(shank, axis=-1),
        "trunk_lateral_lean_deg": np.degrees(np.arcsin(_dot(unit(trunk), across))),
        "trunk_rotation_deg": _rotation_about(trunk, hip_line, shoulder_line) * (1 if side == "left" else -1),
        "trunk_inclination_deg": _bend(trunk, np.broadcast_to(UP, trunk.shape)),
        "knee_flexion_deg": _bend(thigh, shank),
        "hip_flexion_deg": _bend(trunk, thigh),
    }
    found["fppa_deg"] = (found["fppa_deg"] + 180) % 360 - 180
    return {name: found[name] for name in ANGLES}


def _rotation_about(axis: Array, start: Array, end: Array) -> Array:
    """Return the signed angle from ``start`` to ``end`` seen along ``axis``, degrees (right-handed)."""
    a = unit(axis)
    flat_start = start - _dot(start, a)[..., None] * a
    flat_end = end - _dot(end, a)[..., None] * a
    angle: Array = np.degrees(np.arctan2(_dot(np.cross(flat_start, flat_end), a), _dot(flat_start, flat_end)))
    return angle


def hip_opening(joints: Mapping[str, Array], side: Side) -> Array:
    """Return how far the hinged pelvis opens, degrees; NaN where the trunk is within 40° of upright."""
    angles = reference_angles(joints, side)
    inclination = np.radians(angles["trunk_inclination_deg"])
    upward = np.sin(np.radians(-angles["pelvic_drop_deg"]))
    opening: Array = np.degrees(np.arcsin(np.clip(upward / np.sin(inclination), -1, 1)))
    return np.where(inclination >= np.radians(40), opening, np.nan)


def table_columns(
    joints: Mapping[str, Array], times_s: Array, bouts: list[dict[str, object]]
) -> dict[str, list[object]]:
    """Return the columns of the truth table: the angles of the stance side of the bout that each frame is in.

    Frames outside every bout take the side of the nearest one and have ``bout`` null.
    """
    numbers = np.full(len(times_s), -1)
    nearest = np.zeros(len(times_s), dtype=int)
    spans = [(float(b["start_s"]), float(b["end_s"])) for b in bouts]  # type: ignore[arg-type]
    gaps = np.stack([np.maximum(start - times_s, times_s - end) for start, end in spans])
    nearest = np.argmin(gaps, axis=0)
    numbers = np.where(gaps.min(axis=0) <= 0, nearest, -1)
    by_side = {side: reference_angles(joints, side) for side in ("left", "right")}  # type: ignore[arg-type]
    sides = [bouts[i]["side"] for i in nearest]
    columns: dict[str, list[object]] = {
        "time_s": [float(t) for t in times_s],
        "bout": [int(n) if n >= 0 else None for n in numbers],
        "side": list(sides),
    }
    for name in ANGLES:
        columns[name] = [float(by_side[str(s or "left")][name][i]) for i, s in enumerate(sides)]
    return columns


def is_bilateral(exercise: str) -> bool:
    """Whether the exercise has no stance side."""
    return exercise in BILATERAL
