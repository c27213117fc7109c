"""A video of the body points alone, for a result whose own video was not kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from formcheck.names import SIDES, landmark
from formcheck.reports.annotate import ClipDrawer
from formcheck.reports.drawing import draw_overlay
from formcheck.reports.sprites import Picture
from formcheck.validation import FloatArray
from formcheck.video import VideoWriter

if TYPE_CHECKING:
    from formcheck.analysis import Analysis

MAX_SIDE_PX: Final = 720
_GROUND: Final = (58, 66, 74)
"""As behind the figures of a report."""
_USUAL_FPS: Final = 30.0
_HEAD: Final = (150, 160, 170)
_HEAD_SHARE: Final = 0.5
"""Of the way from the shoulders to the ears."""


def write_figure(analysis: Analysis, path: Path, *, progress: Callable[[float], None] | None = None) -> None:
    """Write the moving figure with its angles and grades on a plain ground.

    Parameters
    ----------
    analysis : Analysis
        With the body points of each frame.
    path : Path
        The mp4 to write.
    progress : callable, optional
        Called with the share done.

    Raises
    ------
    VideoWriteError
        If it cannot be written.
    """
    video, times_s = analysis.video, analysis.motion.times_s
    scale = min(1.0, MAX_SIDE_PX / max(video.width, video.height, 1))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (video.width, video.height))
    drawer = ClipDrawer(analysis, hide_face=False)
    ground = np.full((height, width, 3), _GROUND, np.uint8)
    with VideoWriter(path, width, height, fps=video.mean_fps or _USUAL_FPS) as writer:
        for number, time_s in enumerate(times_s):
            overlay = drawer.overlay_at(float(time_s), width)
            picture = draw_overlay(_with_head(ground, overlay.points_px), overlay)
            writer.write(picture, float(time_s - times_s[0]))
            if progress is not None:
                progress((number + 1) / len(times_s))


def _with_head(ground: Picture, points_px: FloatArray) -> Picture:
    """Return the ground with a disc where the head is; the skeleton itself has none."""
    ears, shoulders = (
        points_px[[landmark(side, part) for side in SIDES]].mean(axis=0) for part in ("ear", "shoulder")
    )
    if not np.isfinite([*ears, *shoulders]).all():
        return ground
    radius = round(_HEAD_SHARE * float(np.hypot(*(ears - shoulders))))
    picture = ground.copy()
    cv2.circle(picture, (round(float(ears[0])), round(float(ears[1]))), radius, _HEAD, -1, cv2.LINE_AA)
    return picture
