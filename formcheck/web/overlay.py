"""What is drawn on the live picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.web.live import LiveState

B = [(11, 12), (11, 23), (12, 24), (23, 24), (23, 25), (25, 27), (24, 26), (26, 28), (27, 31), (28, 32)]


def draw_live(rgb: NDArray[np.uint8], state: LiveState) -> NDArray[np.uint8]:
    """Return the picture with the skeleton and the count drawn in."""
    out = rgb.copy()
    if state.person is not None:
        h, w = out.shape[:2]
        p = (state.person.image * [w, h]).astype(int)
        for a, b in B:
            cv2.line(out, tuple(map(int, p[a])), tuple(map(int, p[b])), (0, 255, 0), 3)
    return out
