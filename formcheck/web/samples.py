"""The sample videos: what each shows, in words and in one picture. No page code."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from formcheck import assets
from formcheck.reports import texts
from formcheck.web.words import say

PICTURE_PX = 320


@dataclass(frozen=True)
class Sample:
    """A sample video with what its maker says of it."""

    path: Path
    title: str
    shows: str
    turn_s: float
    """A moment that shows the exercise: its first turn."""


@cache
def samples() -> tuple[Sample, ...]:
    """Return the sample videos by name; those without a truth file are named after their file."""
    return tuple(_sample(path) for path in sorted(assets.folder("sample_videos").glob("*.mp4")))


@cache
def picture(path: Path, at_s: float) -> bytes:
    """Return the picture of a clip at a moment, as a small JPEG.

    Raises
    ------
    UnreadableVideoError
        If the clip can't be read.
    """
    from PIL import Image

    from formcheck.video import read_video

    with read_video(path, max_side_px=PICTURE_PX) as video:
        frame = next((frame for frame in video if frame.time_s >= at_s), None)
    if frame is None:
        return b""
    image = Image.fromarray(frame.rgb)
    if image.height > image.width:
        # Above the head of an upright picture is much room.
        bottom = round(0.98 * image.height)
        image = image.crop((0, bottom - round(1.6 * image.width), image.width, bottom))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def _sample(path: Path) -> Sample:
    try:
        truth = json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))
        bouts = truth["bouts"]
        first = bouts[0]
        title = texts.exercise_title(first["exercise"], first["side"], short=True)
        faults = ", ".join(say(f"samples.{fault}") for fault in truth["faults"]) or say("samples.good")
        return Sample(
            path,
            say("samples.two") if len(bouts) > 1 else title,
            f"{faults}; {texts.view_name(truth['view'])}",
            first["repetitions"][0][1],
        )
    except (OSError, ValueError, KeyError, IndexError):
        return Sample(path, path.stem.replace("_", " ").capitalize(), "", 0.0)
