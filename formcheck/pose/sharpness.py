"""How sharp the person is in the picture: how wide the sharpest edges along trunk and limbs are."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.names import landmark
from formcheck.pose.sighting import Array, Picture

LENGTH_PX: Final = 300
"""Pixels of the body's length, at most, in the copy that is looked at: about what the network sees."""
FINE: Final = 1.0
COARSE: Final = 2.0
"""Standard deviations of two blurs, pixels: how much less steep the second makes an edge tells its width."""
STEEPEST: Final = 90
"""Percentile of the slopes near the body above which they belong to its sharpest edges."""
LEAST_SLOPE: Final = 4.0
"""Grey levels a pixel below which a slope may be noise."""
DIRECTIONS: Final = 4
"""Edges are looked at by their direction: a camera that shakes leaves those along its movement sharp."""
LEAST_POINTS: Final = 15
LEAST_SHARE: Final = 0.07
"""A direction with fewer points on sharp edges, or a smaller share, tells nothing: corners look wide."""
SHARPEST: Final = 60
"""Percentile of a direction's edges that counts: shading and folds are wide in any picture."""
NEAR: Final = 0.1
"""How far around the bones the body's outline lies, in lengths of the body."""
MARGIN: Final = 0.06
"""How much larger than the landmarks' box a person is, in lengths of the body."""

_BORDER: Final = 3
"""Pixels at the picture's border where blurs see no neighbours."""
_BONES: Final = tuple(
    (landmark(side, one), landmark(side, two))
    for side in ("left", "right")
    for one, two in (
        *(("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"), ("heel", "foot_index")),
        *(("shoulder", "elbow"), ("elbow", "wrist")),
    )
) + tuple((landmark("left", joint), landmark("right", joint)) for joint in ("shoulder", "hip"))


def edge_width(rgb: Picture, points: Array | None) -> float:
    """Return how wide the sharpest edges of the person are.

    Of an edge that is blurred, a further blur takes the less slope the wider it is already (Zhuo and Sim,
    2011). Contrast, coarse compression and a low number of pixels hardly matter. The direction with the
    widest edges counts. A limb that moves smears its own edges only while it moves fast, so the median over
    a clip tells lens and camera.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, rgb)
    points : ndarray, shape (landmark, xy), optional
        The person's landmarks as shares of width and height; without them the whole picture is looked at.

    Returns
    -------
    float
        Standard deviation of the blur, in pixels of this picture; NaN where no edges stand out.
    """
    size = np.array(rgb.shape[1::-1])
    corner, length = np.zeros(2, dtype=int), float(size.max())
    if points is not None:
        points = points * size
        low, high = points.min(axis=0), points.max(axis=0)
        length = max(float(np.linalg.norm(high - low)), 1.0)
        corner = np.clip(low - MARGIN * length, 0, size - 1).astype(int)
        end = np.clip(high + MARGIN * length, corner + 1, size).astype(int)
        rgb = rgb[corner[1] : end[1], corner[0] : end[0]]
    scale = min(LENGTH_PX / length, 1.0)
    if min(rgb.shape[:2]) * scale <= 2 * _BORDER + 1:
        return float("nan")
    grey = _small(rgb, scale)
    near = np.ones(grey.shape, np.uint8)
    if points is not None:
        near = _near_bones((points - corner) * scale, grey.shape, max(round(NEAR * length * scale), 1))
    for edge in (slice(None, _BORDER), slice(-_BORDER, None)):
        near[edge], near[:, edge] = 0, 0
    return _width(grey, near > 0) / scale


def _small(rgb: Picture, scale: float) -> NDArray[np.float32]:
    grey = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(grey, dtype=np.float32)


def _near_bones(points: Array, shape: tuple[int, ...], thickness: int) -> Picture:
    near = np.zeros(shape, np.uint8)
    whole = points.round().astype(int)
    for one, two in _BONES:
        cv2.line(near, whole[one].tolist(), whole[two].tolist(), 1, thickness)
    return near


def _width(grey: NDArray[np.float32], near: NDArray[np.bool_]) -> float:
    """Return the width of the steepest edges in the part that counts, pixels."""
    if not near.any():
        return float("nan")
    (across, down), coarse = _slopes(grey, FINE), np.hypot(*_slopes(grey, COARSE))
    fine = np.hypot(across, down)
    steep = near & _ridge(fine) & (fine >= max(float(np.percentile(fine[near], STEEPEST)), LEAST_SLOPE))
    towards = np.round(np.arctan2(down, across)[steep] / np.pi * DIRECTIONS).astype(int) % DIRECTIONS
    falls = fine[steep] / np.maximum(coarse[steep], 1e-3)
    groups = [falls[towards == i] for i in range(DIRECTIONS)]
    least = max(LEAST_POINTS, LEAST_SHARE * len(falls))
    fall = min((float(np.percentile(one, SHARPEST)) for one in groups if len(one) >= least), default=np.nan)
    # An edge of width s has, blurred by b, a slope of contrast / √(2π (s² + b²)).
    over = COARSE**2 - fall**2 * FINE**2
    return float(np.sqrt(max(over, 0.0) / max(fall**2 - 1, 1e-3))) if np.isfinite(fall) else fall


def _slopes(grey: NDArray[np.float32], blur: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the slopes of the blurred picture across and down, grey levels a pixel."""
    soft = cv2.GaussianBlur(grey, (0, 0), blur)
    across, down = (cv2.Sobel(soft, cv2.CV_32F, *axes, ksize=3, scale=1 / 8) for axes in ((1, 0), (0, 1)))
    return np.asarray(across), np.asarray(down)


def _ridge(slopes: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return where the slope is no less than on both sides, across or down."""
    ridge = np.zeros(slopes.shape, dtype=bool)
    for axis in (0, 1):
        ridge |= (slopes >= np.roll(slopes, 1, axis)) & (slopes >= np.roll(slopes, -1, axis))
    return ridge
