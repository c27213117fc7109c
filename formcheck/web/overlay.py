"""What is drawn on the live picture: the same skeleton, angles and header as on an annotated video."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.reports import texts
from formcheck.reports.annotate import LEAST_VISIBILITY
from formcheck.reports.drawing import AngleMark, Overlay, draw_overlay
from formcheck.web.live import LiveState

SHOWN: Final = ("pelvic_drop_deg", "fppa_deg", "trunk_rotation_deg")
"""Hip, knee, trunk: the angles that are shown while somebody moves."""


def draw_live(rgb: NDArray[np.uint8], state: LiveState) -> NDArray[np.uint8]:
    """Return the picture with what a live session knows drawn on it.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, rgb)
        The newest picture, which may be newer than the skeleton.
    state : LiveState
        What is known.
    """
    if state.person is None:
        return rgb
    height, width = rgb.shape[:2]
    seen = (state.person.visibility >= LEAST_VISIBILITY)[:, None]
    points = np.where(seen, state.person.image * np.array([width, height]), np.nan).astype(np.float32)
    known = {angle: state.angles[angle] for angle in SHOWN if angle in state.angles}
    return draw_overlay(
        rgb,
        Overlay(
            points_px=points,
            stance=state.side,
            measured_side=state.measured_side or "left",
            marks=tuple(AngleMark(angle, e.value, e.sd) for angle, e in known.items()),
            title=texts.exercise_title(state.exercise, state.side, short=True) if state.exercise else "",
            counter=f"{texts.video_word('rep')} {state.repetitions}" if state.exercise else "",
        ),
    )
