"""The reference angle formulas: joints in 3D in, named angles out.

Coordinates are right-handed with y up: x to the viewer's right and z towards the camera in a room, though
the formulas only need y to be up. They hold for any body size, any direction that the person faces, and
both sides by one code path. Signs follow `formcheck.names.POSITIVE_MEANS`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.names import ANGLES, Side, landmark, other

Array = NDArray[np.floating[Any]]

UP = np.array([0.0, 1.0, 0.0])


def angles(joints: Array, side: Side) -> Array:
    """Return the reference angles with ``side`` as the stance side.

    Parameters
    ----------
    joints : ndarray, shape (..., landmark, xyz)
        BlazePose landmarks in any length unit, y up. NaN joints give NaN angles.
    side : str
        The stance side: it fixes every sign.

    Returns
    -------
    ndarray, shape (..., angle)
        In the order of `formcheck.names.ANGLES`: degrees, ``kmd_foot_pct`` in % of shank length. Ranges:
        drop and lean −90…90; FPPA and rotation −180…180; inclination and flexions 0…180.

    Notes
    -----
    ``u`` is up and ``e`` the horizontal unit vector from the free hip to the stance hip. FPPA loses its
    meaning as the thigh comes near the direction in which the person faces (deep lunge): both of its lateral
    inclinations are taken in the plane of ``e`` and ``u``. Rotation loses it as the trunk axis comes near the
    hip line, which no living trunk does.
    """
    free = other(side)
    hip, knee, ankle = (joints[..., landmark(side, name), :] for name in ("hip", "knee", "ankle"))
    hip_line = hip - joints[..., landmark(free, "hip"), :]
    shoulder_line = joints[..., landmark(side, "shoulder"), :] - joints[..., landmark(free, "shoulder"), :]
    trunk = trunk_axis(joints)
    lateral = unit(horizontal(hip_line))
    thigh, shank = hip - knee, knee - ankle

    turn = _signed_turn(hip_line, shoulder_line, trunk)
    values = {
        "pelvic_drop_deg": _asin_deg(unit(hip_line)[..., 1]),
        "fppa_deg": wrapped(_lateral_tilt(thigh, lateral) - _lateral_tilt(shank, lateral)),
        "kmd_foot_pct": -100 * dot(shank, lateral) / length(shank),
        "trunk_lateral_lean_deg": _asin_deg(dot(unit(trunk), lateral)),
        "trunk_rotation_deg": turn if side == "left" else -turn,
        "trunk_inclination_deg": angle_between(trunk, np.broadcast_to(UP, trunk.shape)),
        "knee_flexion_deg": angle_between(thigh, shank),
        "hip_flexion_deg": angle_between(trunk, thigh),
    }
    return np.stack([values[name] for name in ANGLES], axis=-1)


def hip_opening_deg(pelvic_drop_deg: Array, trunk_inclination_deg: Array) -> Array:
    """Return how far the pelvis opens in a hinge: positive when the free hip turns up.

    Parameters
    ----------
    pelvic_drop_deg, trunk_inclination_deg : ndarray, shape (...)
        From `angles`.

    Returns
    -------
    ndarray, shape (...)
        Degrees; NaN below 40° of trunk inclination, where the hip line shows drop, not opening.
    """
    sine = np.sin(np.radians(trunk_inclination_deg))
    hinged = trunk_inclination_deg >= 40
    elevation = -np.sin(np.radians(pelvic_drop_deg)) / np.where(hinged, np.maximum(sine, 1e-6), 1.0)
    return np.where(hinged, _asin_deg(elevation), np.nan)


def midpoint(joints: Array, joint: str) -> Array:
    """Return the midpoint of the left and right ``joint``, shape (..., xyz)."""
    middle: Array = (joints[..., landmark("left", joint), :] + joints[..., landmark("right", joint), :]) / 2
    return middle


def trunk_axis(joints: Array) -> Array:
    """Return the vector from the hip midpoint to the shoulder midpoint, shape (..., xyz)."""
    return midpoint(joints, "shoulder") - midpoint(joints, "hip")


def leftwards(joints: Array, joint: str) -> Array:
    """Return the vector from the right to the left ``joint``, shape (..., xyz)."""
    line: Array = joints[..., landmark("left", joint), :] - joints[..., landmark("right", joint), :]
    return line


def horizontal(vectors: Array) -> Array:
    """Return the vectors without their upward part."""
    return vectors * np.array([1, 0, 1], dtype=vectors.dtype)


def dot(a: Array, b: Array) -> Array:
    """Return the inner product over the last axis."""
    product: Array = np.sum(a * b, axis=-1)
    return product


def length(vectors: Array) -> Array:
    """Return the Euclidean length over the last axis, never exactly 0."""
    norms: Array = np.sqrt(np.maximum(dot(vectors, vectors), 1e-18))
    return norms


def unit(vectors: Array) -> Array:
    """Return the vectors scaled to length 1."""
    return vectors / length(vectors)[..., None]


def angle_between(a: Array, b: Array) -> Array:
    """Return the unsigned angle between two vectors in degrees, 0…180."""
    return np.degrees(np.arctan2(length(np.cross(a, b)), dot(a, b)))


def _lateral_tilt(v: Array, lateral: Array) -> Array:
    """Return the inclination of ``v`` from up, positive towards ``lateral``, in degrees."""
    return np.degrees(np.arctan2(dot(v, lateral), v[..., 1]))


def _signed_turn(start: Array, end: Array, axis: Array) -> Array:
    """Return the right-handed angle from ``start`` to ``end`` about ``axis``, both projected across it."""
    axis = unit(axis)
    across = np.cross(axis, start)
    return np.degrees(np.arctan2(dot(across, end), dot(np.cross(across, axis), end)))


def _asin_deg(sine: Array) -> Array:
    return np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))


def wrapped(degrees: Array) -> Array:
    """Return the angle in −180…180 degrees."""
    return (degrees + 180) % 360 - 180


def usual_direction(degrees: Array) -> float:
    """Return the usual one of some directions, −180…180; NaN if none is known.

    The median around the circular mean, so that the frames of a deep hinge, where a direction is known badly,
    weigh little.
    """
    known = np.asarray(degrees, dtype=float)[np.isfinite(degrees)]
    if not len(known):
        return float("nan")
    radians = np.radians(known)
    mean = np.degrees(np.arctan2(np.sin(radians).mean(), np.cos(radians).mean()))
    return float(wrapped(mean + np.median(wrapped(known - mean))))
