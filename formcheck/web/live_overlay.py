"""What is drawn into the live picture: the skeleton and the angles of now, as on an annotated video."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.reports.annotate import LEAST_VISIBILITY
from formcheck.reports.drawing import AngleMark, Overlay, draw_overlay
from formcheck.web.live_state import LiveState

SENT_MAX_SIDE_PX: Final = 854
"""Longer side of the picture that goes back: larger ones cost time and are no clearer behind the board."""

FROM_FRONT: Final = ("pelvic_drop_deg", "fppa_deg")
FROM_SIDE: Final = ("trunk_inclination_deg", "knee_flexion_deg")
"""The angles that are drawn, by what the camera sees."""

FRESH_S: Final = 1.0
"""An angle measured longer ago is not that of now, as on a machine with other work, and is not drawn."""

LARGEST_SD: Final = 15.0
"""An angle less certain than this says nothing at a glance, and is left to the summary."""


def draw_live(rgb: NDArray[np.uint8], state: LiveState) -> NDArray[np.uint8]:
    """Return the picture, not larger than is sent, with what a live session knows drawn on it.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, rgb)
        The picture; that of the state, if the skeleton is to lie on the body.
    state : LiveState
        What is known.
    """
    picture = _sent_size(rgb)
    if state.person is None:
        return picture
    height, width = picture.shape[:2]
    seen = (state.person.visibility >= LEAST_VISIBILITY)[:, None]
    points = np.where(seen, state.person.image * np.array([width, height]), np.nan).astype(np.float32)
    angles = state.seen.angles
    shown = [a for a in (FROM_SIDE if state.seen.from_side else FROM_FRONT) if a in angles]
    fresh = state.time_s - state.seen.angles_s <= FRESH_S
    certain = [angle for angle in shown if fresh and angles[angle].sd <= LARGEST_SD]
    return draw_overlay(
        picture,
        Overlay(
            points_px=points,
            stance=state.seen.side,
            measured_side=state.seen.measured_side or "left",
            marks=tuple(AngleMark(angle, angles[angle].value, angles[angle].sd) for angle in certain),
        ),
    )


def _sent_size(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    share = SENT_MAX_SIDE_PX / max(height, width)
    if share >= 1:
        return rgb
    # Even sides, which the video codec needs.
    size = (round(width * share / 2) * 2, round(height * share / 2) * 2)
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
