"""Makes small video files of every kind that the tests read, with the media library itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

RED, GREEN, BLUE, GREY = (200, 30, 40), (30, 160, 60), (40, 50, 200), (128, 128, 128)


def quarters(width: int = 96, height: int = 64) -> Picture:
    """Red, green above blue, grey: no turn and no mirror leaves it as it is."""
    picture = np.empty((height, width, 3), np.uint8)
    y, x = height // 2, width // 2
    picture[:y, :x], picture[:y, x:] = RED, GREEN
    picture[y:, :x], picture[y:, x:] = BLUE, GREY
    return picture


def corners(picture: Picture) -> NDArray[np.float64]:
    """Mean colour of the middle of each quarter, shape (quarter, rgb)."""
    height, width = picture.shape[:2]
    boxes = [
        (slice(height * (1 + 4 * row) // 8, height * (3 + 4 * row) // 8), column)
        for row in (0, 1)
        for column in (slice(width // 8, width * 3 // 8), slice(width * 5 // 8, width * 7 // 8))
    ]
    return np.array([picture[rows, columns].mean(axis=(0, 1)) for rows, columns in boxes])


def make_clip(
    path: Path,
    pictures: Iterable[Picture],
    *,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    times_s: Sequence[float] | None = None,
    fps: int = 25,
    rotation: tuple[int, bool, bool] | None = None,
    pixel_aspect: Fraction | None = None,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    metadata: dict[str, str] | None = None,
    audio_s: float = 0.0,
) -> Path:
    """Write pictures as a video file.

    ``rotation`` is the display matrix: degrees counter-clockwise, then mirrored left-right, then upside
    down, as the media library's own function writes it.
    """
    tick = Fraction(1, fps) if times_s is None else Fraction(1, 90_000)
    with av.open(str(path), "w", container_options=container_options or {}) as container:
        container.metadata.update(metadata or {})
        stream: Any = container.add_stream(codec, rate=fps, options=options or {})
        sound: Any = container.add_stream("aac", rate=8000) if audio_s else None
        for index, picture in enumerate(pictures):
            if index == 0:
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = pix_fmt
                if codec != "mjpeg":
                    stream.codec_context.time_base = tick
                if pixel_aspect is not None:
                    stream.codec_context.sample_aspect_ratio = pixel_aspect
                if rotation is not None:
                    stream.set_display_rotation(rotation[0], hflip=rotation[1], vflip=rotation[2])
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = index if times_s is None else round(Fraction(times_s[index]) / tick)
            frame.time_base = tick
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            container.mux(sound.encode(_silence(audio_s)))
            container.mux(sound.encode(None))
    return path


def make_sound(path: Path, *, cover: Picture | None = None) -> Path:
    """Write one second of silence, with a cover picture if wished."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("aac", rate=8000)
        picture: Any = None
        if cover is not None:
            picture = container.add_stream("mjpeg", rate=25)
            picture.height, picture.width = cover.shape[:2]
            picture.pix_fmt = "yuvj420p"
            picture.disposition = av.stream.Disposition.attached_pic
            frame = av.VideoFrame.from_ndarray(cover, format="rgb24")
            frame.pts = 0
            packets = [*picture.encode(frame), *picture.encode(None)]
        container.mux(stream.encode(_silence(1.0)))
        container.mux(stream.encode(None))
        if picture is not None:
            container.mux(packets)
    return path


def _silence(seconds: float) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(
        np.zeros((1, round(8000 * seconds)), np.float32), format="fltp", layout="mono"
    )
    frame.sample_rate, frame.pts = 8000, 0
    return frame


def moving(count: int, width: int = 96, height: int = 64) -> Iterable[Picture]:
    """Yield noise that differs from picture to picture, so that a file has something to hold."""
    generator = np.random.default_rng(0)
    for _ in range(count):
        yield generator.integers(0, 255, (height, width, 3), dtype=np.uint8)
