"""What is looked at in a live picture itself, beside the person's landmarks."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.estimate import CAMERA_EVERY_S, PersonWatch, mean_luma
from formcheck.pose.estimator import PersonPose
from formcheck.pose.steadiness import CameraWatch, small_grey
from formcheck.validation import FloatArray

_NOT_LOOKED: Final = np.full(2, np.nan, np.float32)


class PictureWatch:
    """Looks now and then at camera, sharpness and clothes, as often as in a clip."""

    def __init__(self) -> None:
        self._camera, self._person = CameraWatch(), PersonWatch()
        self._camera_s = -np.inf

    def look(
        self, rgb: NDArray[np.uint8], time_s: float, person: PersonPose | None
    ) -> tuple[FloatArray, float, float]:
        """Return ``camera_shift``, ``edge_px``, ``shank_width`` as in `PoseSequence`; NaN if not looked."""
        shift = _NOT_LOOKED
        if time_s - self._camera_s >= CAMERA_EVERY_S:
            self._camera_s = time_s
            points = None if person is None else person.image
            shift = self._camera.look(small_grey(rgb), points).astype(np.float32)
        return shift, *self._person.look(rgb, time_s, person)


def luma_around(person: PersonPose | None, rgb: NDArray[np.uint8]) -> float | None:
    """Return the mean brightness of the part of the picture that holds the person; None without one."""
    if person is None:
        return None
    size = np.array(rgb.shape[1::-1])
    low = np.clip(person.image.min(axis=0) * size, 0, size - 2).astype(int)
    high = np.clip(person.image.max(axis=0) * size, low + 2, size).astype(int)
    return mean_luma(rgb[low[1] : high[1], low[0] : high[0]])
