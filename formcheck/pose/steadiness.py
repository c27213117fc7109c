"""Whether the camera moves: how far the background has shifted in the picture, beside the person."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

Array = NDArray[np.floating[Any]]
Picture = NDArray[np.uint8]

SHORT_SIDE: Final = 90
"""Pixels along the shorter side of the small picture that is looked at."""
BLOCK: Final = 10
"""Side of the blocks whose shift is found, in pixels of the small picture."""
SMOOTHING: Final = 1.0
"""Standard deviation of the smoothing, which lets a shift of a pixel be seen from slopes."""
LEAST_SLOPE: Final = 2.0
"""Mean square slope in the worst direction, grey levels a pixel, below which a block is too smooth."""
LEAST_BLOCKS: Final = 8
"""With fewer blocks that show anything beside the person nobody knows."""
AGREEMENT: Final = 0.3
"""A shift counts if half of the blocks' own shifts lie within so many pixels of it."""
CLOSE: Final = 0.1
"""Pixels within which slopes tell a shift well. From farther off they read it up to a third too small, so
what is left is looked at again, moved back."""
ROUNDS: Final = 12
FARTHEST: Final = 8.0
"""Pixels beyond which a shift is taken for a mistake."""
NEW_REFERENCE: Final = 3.0
"""A shift larger than this many pixels is kept, and later ones are measured from there."""
MARGIN: Final = 0.08
"""How much larger than the landmarks' box a person is, in sides of the small picture."""


class CameraWatch:
    """Follows the background from picture to picture.

    Blocks of a small copy of the picture tell, by their slopes, how far they have shifted since a picture
    that is kept for reference (Lucas and Kanade, 1981); the median of the blocks beside the person counts.
    """

    def __init__(self) -> None:
        self._reference: Array = np.empty((0, 0))
        self._slopes: tuple[Array, ...] = ()
        self._squares: tuple[Array, ...] = ()
        self._before = np.zeros(2)
        self._box: Array | None = None

    def look(self, small: Array, points: Array | None) -> Array:
        """Return how far the background has shifted since the first picture, as shares of its longer side.

        Parameters
        ----------
        small : ndarray, shape (height, width)
            From `small_grey`.
        points : ndarray, shape (landmark, xy), optional
            The person's landmarks as shares of width and height, if somebody was found.

        Returns
        -------
        ndarray, shape (xy,)
            NaN where too little of the background can be told.
        """
        box = _box(points) if points is not None else None
        if self._reference.shape != small.shape:
            self._keep(small, box)
            return np.zeros(2)
        shift = self._shift(small, _both(box, self._box))
        if shift is None:
            return np.full(2, np.nan)
        total = self._before + shift
        if np.abs(shift).max() > NEW_REFERENCE:
            self._before = total
            self._keep(small, box)
        return np.asarray(total / max(small.shape))

    def _keep(self, small: Array, box: Array | None) -> None:
        self._reference, self._box = small, box
        across, down = np.gradient(small, axis=1), np.gradient(small, axis=0)
        self._slopes = (across, down)
        self._squares = tuple(_blocks(a * b) for a, b in ((across, across), (across, down), (down, down)))

    def _shift(self, small: Array, person: Array | None) -> Array | None:
        """Return the shift since the reference, pixels of the small picture; each round finds the rest."""
        found = np.zeros(2)
        for _ in range(ROUNDS):
            shifts = self._rest(_moved(small, -found), person)
            if shifts is None:
                return None
            rest = np.median(shifts, axis=1)
            if np.abs(rest).max() <= CLOSE:
                spread = float(np.median(np.linalg.norm(shifts - rest[:, None], axis=0)))
                return found + rest if spread <= AGREEMENT else None
            found = found + rest
            if np.abs(found).max() > FARTHEST:
                return None
        return None

    def _rest(self, small: Array, person: Array | None) -> Array | None:
        """Return how far each block beside the person lies off, pixels, shape (xy, block)."""
        across, down = self._slopes
        change = small - self._reference
        change -= _blocks(change).repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)  # light that changes
        xx, xy, yy = self._squares
        xt, yt = _blocks(across * change), _blocks(down * change)
        weakest = (xx + yy) / 2 - np.hypot((xx - yy) / 2, xy)
        usable = weakest > LEAST_SLOPE
        if person is not None:
            usable &= _beside(person, usable.shape)
        if usable.sum() < LEAST_BLOCKS:
            return None
        determinant = (xx * yy - xy * xy)[usable]
        x = -(yy * xt - xy * yt)[usable] / determinant
        y = -(xx * yt - xy * xt)[usable] / determinant
        return np.stack([x, y])


def small_grey(rgb: Picture) -> Array:
    """Return a small, smoothed, grey copy of a picture, its sides multiples of `BLOCK`.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, rgb)

    Returns
    -------
    ndarray of float32, shape (height, width)
    """
    height, width = rgb.shape[:2]
    scale = SHORT_SIDE / min(height, width)
    size = [max(round(side * scale / BLOCK), 1) * BLOCK for side in (width, height)]
    step = max(int(0.5 / scale), 1)  # two pixels each way for each of the small picture are enough
    # Grey before thinned out: single bytes are copied faster than pixels of three.
    grey = np.ascontiguousarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[::step, ::step])
    small = cv2.resize(grey, (size[0], size[1]), interpolation=cv2.INTER_AREA)
    return np.asarray(gaussian_filter(small.astype(np.float32), SMOOTHING))


def _blocks(values: Array) -> Array:
    """Return the mean of each block."""
    height, width = values.shape
    return np.asarray(values.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK).mean(axis=(1, 3)))


def _moved(small: Array, pixels: Array) -> Array:
    """Return the small picture moved to the right and down by so many pixels, its border repeated."""
    if not pixels.any():
        return small
    move = np.column_stack([np.eye(2), pixels])
    size = (small.shape[1], small.shape[0])
    return np.asarray(
        cv2.warpAffine(small, move, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    )


def _box(points: Array) -> Array:
    return np.stack([np.nanmin(points, axis=0) - MARGIN, np.nanmax(points, axis=0) + MARGIN])


def _both(a: Array | None, b: Array | None) -> Array | None:
    if a is None or b is None:
        return a if b is None else b
    return np.stack([np.minimum(a[0], b[0]), np.maximum(a[1], b[1])])


def _beside(person: Array, blocks: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return which blocks lie beside the person's box, shape (row, column)."""
    x, y = ((np.arange(count) + 0.5) / count for count in blocks[::-1])
    (left, top), (right, bottom) = person
    inside = ((y >= top) & (y <= bottom))[:, None] & ((x >= left) & (x <= right))
    return np.asarray(~inside)
