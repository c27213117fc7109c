"""Rotations over time. World axes: x to the person's left, y backwards, z up; angles in degrees."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.transform import Rotation

Array = NDArray[np.float64]


def about(axis: str, angle_deg: ArrayLike) -> Array:
    """Return rotations about a world axis, shape (frame, 3, 3).

    About ``x`` positive leans forwards, about ``y`` positive leans to the left, about ``z`` positive
    turns to the left.
    """
    angle = np.atleast_1d(np.asarray(angle_deg, dtype=float))
    matrices: Array = Rotation.from_euler(axis, angle[:, None], degrees=True).as_matrix()
    return matrices


def unit(vectors: ArrayLike) -> Array:
    """Return the vectors at length one along the last axis."""
    array = np.asarray(vectors, dtype=float)
    scaled: Array = array / np.maximum(np.linalg.norm(array, axis=-1, keepdims=True), 1e-9)
    return scaled


def apply(matrices: Array, vector: ArrayLike) -> Array:
    """Rotate one vector, or one per frame; shape (frame, 3)."""
    turned: Array = np.einsum("...ij,...j->...i", matrices, np.asarray(vector, dtype=float))
    return turned


def frame(axis: Array, lateral: Array) -> Array:
    """Return the orthonormal frames whose third column is ``axis`` and whose first leans on ``lateral``."""
    z = unit(axis)
    x = unit(lateral - np.sum(lateral * z, axis=-1, keepdims=True) * z)
    stacked: Array = np.stack([x, np.cross(z, x), z], axis=-1)
    return stacked


def swing(start: Array, end: Array) -> Array:
    """Return the shortest rotations that take ``start`` to ``end``, shape (frame, 3, 3)."""
    a, b = unit(start), unit(end)
    cross = np.cross(a, b)
    angle = np.arctan2(np.linalg.norm(cross, axis=-1), np.sum(a * b, axis=-1))
    matrices: Array = Rotation.from_rotvec(unit(cross) * angle[:, None]).as_matrix()
    return matrices


def between(first: Array, last: Array, share: ArrayLike) -> Array:
    """Return the rotations ``share`` (one, or one per frame) of the way from ``first`` to ``last``."""
    relative = Rotation.from_matrix(np.swapaxes(first, -1, -2) @ last).as_rotvec()
    matrices: Array = first @ Rotation.from_rotvec(np.asarray(share)[..., None] * relative).as_matrix()
    return matrices
