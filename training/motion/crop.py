"""The part of a picture that shows pelvis and trunk, cut out at a size that follows the person's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.names import LANDMARK_INDEX

CROP_PX: Final = 160
CROP_M: Final = 1.1
"""Side of the square around the middle of the hips, metres of the person: shoulders to knees when upright."""

_HIPS = [LANDMARK_INDEX["left_hip"], LANDMARK_INDEX["right_hip"]]
_BODY = [
    LANDMARK_INDEX[f"{side}_{joint}"]
    for side in ("left", "right")
    for joint in ("shoulder", "hip", "knee", "ankle")
]


@dataclass(frozen=True)
class TrunkCrop:
    """A square of a picture.

    Attributes
    ----------
    rgb : ndarray of uint8, shape (CROP_PX, CROP_PX, 3)
        Black beyond the picture's edge.
    centre_px : tuple of float
        Its middle in the picture (x, y).
    side_px : float
        Its side in the picture's pixels.
    """

    rgb: NDArray[np.uint8]
    centre_px: tuple[float, float]
    side_px: float


def trunk_crop(
    rgb: NDArray[np.uint8], image_px: NDArray[np.floating], world_m: NDArray[np.floating]
) -> TrunkCrop:
    """Cut pelvis and trunk out of a picture.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, 3)
    image_px : ndarray, shape (landmark, xy)
        Landmarks in the picture's pixels.
    world_m : ndarray, shape (landmark, xyz)
        The same in metres, as the pose model gives them.

    Returns
    -------
    TrunkCrop
    """
    side = max(CROP_M * _pixels_per_metre(image_px[_BODY], world_m[_BODY, :2]), 8.0)
    x, y = image_px[_HIPS].mean(axis=0)
    height, width = rgb.shape[:2]
    whole = max(round(side), 8)
    left, top = round(float(x) - whole / 2), round(float(y) - whole / 2)
    square = np.zeros((whole, whole, 3), np.uint8)
    x0, x1 = np.clip([left, left + whole], 0, width)
    y0, y1 = np.clip([top, top + whole], 0, height)
    square[y0 - top : y1 - top, x0 - left : x1 - left] = rgb[y0:y1, x0:x1]
    how = cv2.INTER_AREA if whole > CROP_PX else cv2.INTER_LINEAR
    small = cv2.resize(square, (CROP_PX, CROP_PX), interpolation=how)
    return TrunkCrop(np.asarray(small, np.uint8), (left + whole / 2, top + whole / 2), float(whole))


def _pixels_per_metre(image: NDArray[np.floating], world: NDArray[np.floating]) -> float:
    """Return how many pixels a metre of the person takes, from how far the joints spread in both."""
    spread_px = np.sqrt(((image - image.mean(axis=0)) ** 2).sum())
    spread_m = np.sqrt(((world - world.mean(axis=0)) ** 2).sum())
    return float(spread_px / max(spread_m, 1e-3))
