"""Key pictures of a clip: the turn of the best and the worst repetition, with the lines drawn."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from PIL import Image

from formcheck.exercises.definitions import is_hold
from formcheck.reports import texts
from formcheck.reports.annotate import ClipDrawer
from formcheck.reports.drawing import draw_overlay
from formcheck.reports.grading import best_and_worst
from formcheck.reports.sprites import Picture
from formcheck.validation import FloatArray
from formcheck.video import VideoReader, read_video

if TYPE_CHECKING:
    from formcheck.analysis import Analysis

_READ_SIDE_PX: Final = 1280
_SIZE_PX: Final = 720
_LETTERS: Final = 1.25
"""Pictures in a report are seen smaller than videos."""
_GROUND: Final = (58, 66, 74)


@dataclass(frozen=True)
class KeyFrame:
    """One picture.

    Attributes
    ----------
    bout : int
        Which bout of the clip.
    caption : str
        Which repetition.
    jpeg : bytes
        The picture.
    width, height : int
        Its size in pixels.
    """

    bout: int
    caption: str
    jpeg: bytes
    width: int
    height: int


def key_frames(analysis: Analysis, video_path: str | Path | None) -> list[KeyFrame]:
    """Return the key pictures of all bouts; stick figures on a plain ground if there is no video.

    Faces are made unrecognisable, since reports get handed on.

    Raises
    ------
    UnreadableVideoError
        If the video cannot be read.
    """
    wanted = [
        (number, kind, index, scored.repetitions[index].repetition.turn_s)
        for number, scored in enumerate(analysis.bouts)
        for kind, index in best_and_worst(scored)
    ]
    drawer = ClipDrawer(analysis)
    pictures: dict[float, Picture] = {}
    if video_path is not None:
        with read_video(
            video_path, max_side_px=_READ_SIDE_PX, mirror_image=analysis.video.mirror_image
        ) as video:
            pictures = _pictures_at(video, {time for *_, time in wanted})
    frames = []
    for number, kind, index, time_s in wanted:
        picture = _draw(analysis, drawer, number, time_s, pictures.get(time_s))
        if picture is None:
            continue
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "JPEG", quality=82, optimize=True)
        what = "hold" if is_hold(analysis.bouts[number].bout.exercise) else "rep"
        caption = texts.page(
            "rep_at", kind=texts.page(f"{kind}_{what}"), number=index + 1, time=f"{time_s:.1f}"
        )
        frames.append(KeyFrame(number, caption, buffer.getvalue(), picture.shape[1], picture.shape[0]))
    return frames


def _pictures_at(video: VideoReader, times_s: Iterable[float]) -> dict[float, Picture]:
    """Return the first frame at or after each time (the last one where the clip ends before)."""
    pending = sorted(times_s)
    found: dict[float, Picture] = {}
    last: Picture | None = None
    for frame in video:
        last = frame.rgb
        # A turn lies on a frame's time, but is rounded on its way.
        while pending and frame.time_s >= pending[0] - 1e-3:
            found[pending.pop(0)] = frame.rgb
        if not pending:
            break
    if last is not None:
        found.update(dict.fromkeys(pending, last))
    return found


def _draw(
    analysis: Analysis, drawer: ClipDrawer, number: int, time_s: float, picture: Picture | None
) -> Picture | None:
    points = drawer.points_at(time_s)
    if not np.isfinite(points).any():
        return None
    video = analysis.video
    left, top, right, bottom = _around(points, video.width, video.height)
    if picture is None:
        crop: Picture = np.full((bottom - top, right - left, 3), _GROUND, np.uint8)
    else:
        scale = picture.shape[1] / max(video.width, 1)
        crop = picture[round(top * scale) : round(bottom * scale), round(left * scale) : round(right * scale)]
    zoom = _SIZE_PX / max(right - left, bottom - top)
    size = (max(round((right - left) * zoom), 2), max(round((bottom - top) * zoom), 2))
    crop = np.asarray(cv2.resize(np.ascontiguousarray(crop), size, interpolation=cv2.INTER_AREA), np.uint8)
    overlay = drawer.overlay_of(number, time_s)
    moved = ((points - np.array([left, top])) * zoom).astype(np.float32)
    return draw_overlay(
        crop,
        replace(
            overlay,
            points_px=moved,
            title="",
            subtitle="",
            counter="",
            hide_face=picture is not None,
            scale=_LETTERS,
        ),
    )


def _around(points: FloatArray, width: int, height: int) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the person with room for the labels, inside the picture."""
    x0, y0 = np.nanmin(points, axis=0)
    x1, y1 = np.nanmax(points, axis=0)
    tall, wide = float(y1 - y0), float(x1 - x0)
    middle = float(x0 + x1) / 2
    half = max(0.5 * wide + 0.22 * tall, 0.44 * tall, 20.0)
    upper, lower = 0.12 * tall + 0.06 * wide, 0.1 * tall + 0.06 * wide
    left, right = int(max(middle - half, 0)), int(min(middle + half, max(width, 2)))
    top, bottom = int(max(y0 - upper, 0)), int(min(y1 + lower, max(height, 2)))
    return left, top, max(right, left + 2), max(bottom, top + 2)
