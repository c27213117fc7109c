"""How wide the shanks look in the picture: trousers that hang loose make them wider than any leg."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import cv2
import numpy as np

from formcheck.names import SIDES, Side, landmark, other
from formcheck.pose.sighting import Array, Picture

PARTS: Final = ((0.35, 0.6), (0.6, 0.85))
"""The parts of the shank that are looked at, from knee to ankle; the narrower one counts."""
REACH: Final = 0.5
"""How far to both sides of the shank is looked, in its lengths."""
STEPS: Final = 60
"""Steps of the look across."""
FINER: Final = 3
"""Samples a step, which are averaged."""
ALONG: Final = 12
NARROWEST: Final = 0.05
WIDEST: Final = 0.42
"""Within how much of the shank's length from its middle its edge is looked for, on either side."""
STRONG: Final = 0.5
"""The edge is the first that has this share of the strongest one's step in colour."""
LEAST_STEP: Final = 3.0
"""Step in colour (CIELAB, a step across) below which nothing stands out."""
LEAST_VISIBILITY: Final = 0.6
LEAST_LENGTH: Final = 0.12
"""A shank shorter than this share of the body points towards the camera or away."""
APART: Final = 0.35
"""How far the other leg must be, in lengths of the shank."""

_ACROSS: Final = (np.arange(STEPS) + 0.5) / STEPS * 2 * REACH - REACH


def shank_width(rgb: Picture, points: Array, visibility: Array) -> float:
    """Return how wide the narrower shank looks, as a share of its length.

    A leg has its edges where colours change most along the whole of it; what lies behind it changes with
    the next movement, so that the lowest of many looks counts.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, rgb)
    points : ndarray, shape (landmark, xy)
        The person's landmarks as shares of width and height.
    visibility : ndarray, shape (landmark,)

    Returns
    -------
    float
        NaN where no shank can be seen well, apart from the other leg.
    """
    pixels = points * np.array(rgb.shape[1::-1])
    widths = [_width(rgb, pixels, side) for side in SIDES if _clear(pixels, visibility, side)]
    return float(np.nanmin(widths)) if np.isfinite(widths).any() else float("nan")


def _clear(pixels: Array, visibility: Array, side: Side) -> bool:
    """Whether the shank is seen, lengthwise, and beside the other leg."""
    leg = [landmark(side, joint) for joint in ("hip", "knee", "ankle")]
    if visibility[leg].min() < LEAST_VISIBILITY:
        return False
    length = np.linalg.norm(pixels[leg[2]] - pixels[leg[1]])
    if length < LEAST_LENGTH * np.linalg.norm(np.ptp(pixels, axis=0)):
        return False
    middle = pixels[leg[1:]].mean(axis=0)
    joints = pixels[[landmark(other(side), joint) for joint in ("hip", "knee", "ankle")]]
    shares = np.linspace(0, 1, 11)[:, None]
    others = np.concatenate([a + shares * (b - a) for a, b in pairwise(joints)])
    return bool(np.linalg.norm(others - middle, axis=1).min() >= APART * length)


def _width(rgb: Picture, pixels: Array, side: Side) -> float:
    knee, ankle = (pixels[landmark(side, joint)] for joint in ("knee", "ankle"))
    widths = []
    for start, end in PARTS:
        steps = _steps(rgb, knee + start * (ankle - knee), knee + end * (ankle - knee), ankle - knee)
        widths.append(sum(_edge(steps[towards * _ACROSS > 0][::towards]) for towards in (-1, 1)))
    return float(min(widths))


def _steps(rgb: Picture, start: Array, end: Array, shank: Array) -> Array:
    """Return how much the colour steps at each place across a part of the shank, shape (step,)."""
    across = np.array([-shank[1], shank[0]])
    offsets = (np.arange((STEPS + 1) * FINER) + 0.5) / (STEPS * FINER) * 2 * REACH - REACH * (1 + 1 / STEPS)
    along = np.linspace(0, 1, ALONG)[:, None, None]
    places = (start + along * (end - start) + offsets[None, :, None] * across).astype(np.float32)
    colours = cv2.remap(
        rgb, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    lab = cv2.cvtColor(colours, cv2.COLOR_RGB2LAB).astype(np.float32)
    lab = cv2.GaussianBlur(lab.reshape(ALONG, STEPS + 1, FINER, 3).mean(axis=2), (0, 0), 1.2)
    return np.asarray(np.median(np.linalg.norm(np.diff(lab, axis=1), axis=2), axis=0))


def _edge(steps: Array) -> float:
    """Return how far from the shank's middle its edge is; ``steps`` go outwards."""
    away = np.abs(_ACROSS[_ACROSS > 0])
    inside = (away > NARROWEST) & (away < WIDEST)
    steps, away = steps[inside], away[inside]
    if steps.max() < LEAST_STEP:
        return float("nan")
    peaks = (steps[1:-1] >= steps[:-2]) & (steps[1:-1] >= steps[2:]) & (steps[1:-1] >= STRONG * steps.max())
    return float(away[1:-1][peaks][0]) if peaks.any() else float("nan")
