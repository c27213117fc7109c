"""What is remembered of a person in a picture: where, how large, in which clothes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from formcheck.names import LANDMARK_INDEX, SIDES, landmark
from formcheck.pose.estimator import PersonPose

Array = NDArray[np.floating[Any]]
Picture = NDArray[np.uint8]

LIKENESS: Final = 0.45
"""Clothes this unlike those of the last seconds (0 nothing in common, 1 the same) are somebody else's."""
COLOURS: Final = 4
"""Levels of red, green and blue that clothes are told apart by."""

_STEPS = np.linspace(0.15, 0.85, 12)
_ACROSS, _DOWN = _STEPS[:, None, None], _STEPS[None, :, None]
"""Where on the trunk clothes are looked at, as shares of its width and length."""
_PLACES = np.array([COLOURS**2, COLOURS, 1])

_TORSO = [LANDMARK_INDEX[name] for name in ("left_shoulder", "right_shoulder", "right_hip", "left_hip")]
HIPS: Final = [landmark(side, "hip") for side in SIDES]


@dataclass(frozen=True)
class Sighting:
    """A person when last seen: lengths and places in heights of the picture.

    Attributes
    ----------
    box : ndarray, shape (low and high, xy)
        Corners around the landmarks.
    hips : ndarray, shape (xy,)
        Their midpoint.
    length : float
        Diagonal of the box.
    looks : ndarray, shape (colour,)
        How often each colour is met on the trunk; sums to 1.
    """

    time_s: float
    box: Array
    hips: Array
    length: float
    looks: Array


def sighting(rgb: Picture, pose: PersonPose, time_s: float) -> Sighting:
    """Return what is remembered of a person in a picture."""
    points = pose.image * [rgb.shape[1] / rgb.shape[0], 1]
    corners = box(rgb, points)
    left, right = points[HIPS]
    length = float(np.linalg.norm(corners[1] - corners[0]))
    return Sighting(time_s, corners, (left + right) / 2, length, _looks(rgb, pose))


def box(rgb: Picture, points: Array) -> Array:
    """Return the corners around landmarks, in heights of the picture, shape (low and high, xy)."""
    low, high = points.min(axis=0), points.max(axis=0)
    corners: Array = np.clip([low, high], 0, [rgb.shape[1] / rgb.shape[0], 1])
    return corners


def prominence(rgb: Picture, corners: Array) -> float:
    """Return how large and central a person is: the area of the box, half of it counting at the border."""
    width = rgb.shape[1] / rgb.shape[0]
    middle = corners.mean(axis=0)
    return float(np.prod(corners[1] - corners[0]) * (1 - abs(middle[0] / width - 0.5)))


def likeness(a: Array, b: Array) -> float:
    """Return how alike two people's clothes are: 0 nothing in common, 1 the same colours."""
    return float(np.sqrt(a * b).sum())


def _looks(rgb: Picture, pose: PersonPose) -> Array:
    a, b, c, d = pose.image[_TORSO]
    points = (a + _ACROSS * (b - a)) * (1 - _DOWN) + (d + _ACROSS * (c - d)) * _DOWN
    height, width = rgb.shape[:2]
    at = np.clip(points.reshape(-1, 2) * [width, height], 0, [width - 1, height - 1]).astype(np.intp)
    levels = rgb[at[:, 1], at[:, 0]] // (256 // COLOURS)
    counts = np.bincount(levels @ _PLACES, minlength=COLOURS**3)
    share: Array = counts / len(at)
    return share
