"""Writing frames as an H.264 file that every browser plays."""

from __future__ import annotations

import math
import os
import secrets
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

import av
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from formcheck.errors import InvalidDataError, VideoWriteError

_ENCODERS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("libx264", {"preset": "veryfast", "crf": "21"}),
    ("libopenh264", {}),
    ("h264_videotoolbox", {}),
    ("h264_mf", {}),
)
"""In order of preference; what there is depends on how the media libraries were built."""

_TICKS_PER_S: Final = 90_000
_BT709: Final = 1
_LIMITED_RANGE: Final = 1
_BITS_PER_PIXEL: Final = 0.15
_THREADS: Final = 4


class VideoWriter:
    """Writes H.264 (yuv420p, BT.709) in an mp4 whose index comes first.

    A context manager. The file appears under its name only when all is written; after an error or a
    crash there is no half file under that name.

    Parameters
    ----------
    path : str or Path
        The file to write, in a folder that exists. A file of that name is replaced.
    width, height : int
        Size of the frames; an odd one is made even by repeating the last column or row.
    fps : float
        Frame rate, used for frames without a time of their own.

    Raises
    ------
    VideoWriteError
        If the folder does not exist or may not be written to, or there is no H.264 encoder.
    InvalidDataError
        If the size or the rate is not positive.
    """

    def __init__(self, path: str | Path, width: int, height: int, *, fps: float) -> None:
        if width < 1 or height < 1:
            raise InvalidDataError(f"width, height: expected positive sizes, came {width} × {height}.")
        if not (math.isfinite(fps) and fps > 0):
            raise InvalidDataError(f"fps: expected a positive number, came {fps}.")
        self._path = Path(path)
        self._width, self._height, self._fps = width, height, fps
        self._next_s = 0.0
        self._last_tick = -1
        self._partial = _reserve(self._path)
        try:
            self._container = av.open(
                f"file:{self._partial.absolute()}",
                "w",
                format="mp4",
                container_options={"movflags": "+faststart"},
            )
            self._stream = _add_stream(self._container, width + width % 2, height + height % 2, fps)
        except (av.FFmpegError, OSError) as error:
            self._partial.unlink(missing_ok=True)
            raise _cannot_write(self._path, error) from error
        except BaseException:
            self._partial.unlink(missing_ok=True)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._abandon()

    def write(self, rgb: NDArray[np.uint8], time_s: float | None = None) -> None:
        """Append one frame.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (height, width, rgb)
            The picture.
        time_s : float, optional
            When it is shown: 0 for the first, later than the frame before for the others. Without it,
            one step of ``fps`` after the frame before.

        Raises
        ------
        InvalidDataError
            If the picture has another size or type, or the time does not run forward.
        VideoWriteError
            If the disk is full, say.
        """
        if rgb.shape != (self._height, self._width, 3) or rgb.dtype != np.uint8:
            raise InvalidDataError(
                f"rgb: expected uint8 ({self._height}, {self._width}, 3), came {rgb.dtype} {rgb.shape}."
            )
        frame = av.VideoFrame.from_ndarray(_even(rgb), format="rgb24").reformat(
            format="yuv420p", dst_colorspace=_BT709, dst_color_range=_LIMITED_RANGE
        )
        frame.pts = self._tick(self._next_s if time_s is None else time_s)
        frame.time_base = Fraction(1, _TICKS_PER_S)
        self._encode(frame)

    def close(self) -> None:
        """Finish the file and give it its name.

        Raises
        ------
        VideoWriteError
            If no frame was written, or the file cannot be finished.
        """
        try:
            if self._last_tick < 0:
                raise VideoWriteError(f"'{self._path.name}' was not written: there was no frame to write.")
            self._encode(None)
            self._container.close()
            self._partial.replace(self._path)
        except (av.FFmpegError, OSError) as error:
            self._abandon()
            raise _cannot_write(self._path, error) from error
        except VideoWriteError:
            self._abandon()
            raise

    def _tick(self, time_s: float) -> int:
        tick = round(time_s * _TICKS_PER_S) if math.isfinite(time_s) else -1
        if tick <= self._last_tick:
            last_s = self._last_tick / _TICKS_PER_S
            raise InvalidDataError(f"time_s: expected a time after {last_s:.6f} s, came {time_s}.")
        self._last_tick = tick
        self._next_s = time_s + 1 / self._fps
        return tick

    def _encode(self, frame: av.VideoFrame | None) -> None:
        try:
            for packet in self._stream.encode(frame):
                self._container.mux(packet)
        except (av.FFmpegError, OSError) as error:
            raise _cannot_write(self._path, error) from error

    def _abandon(self) -> None:
        try:
            self._container.close()
        except (av.FFmpegError, OSError):
            pass  # The file is thrown away: why it could not be finished does not matter.
        finally:
            self._partial.unlink(missing_ok=True)


def _reserve(path: Path) -> Path:
    """Create the empty file that is written first, beside ``path``, and return its path."""
    folder = path.parent
    if not folder.is_dir():
        raise VideoWriteError(f"There is no folder '{folder}': create it, or write the video elsewhere.")
    if path.is_dir():
        raise VideoWriteError(f"'{path}' is a folder: give the name of a file in it.")
    partial = folder / f".{path.stem[:80]}.{secrets.token_hex(4)}.part"
    try:
        partial.touch(exist_ok=False)
    except OSError as error:
        raise _cannot_write(path, error) from error
    return partial


def _cannot_write(path: Path, error: Exception) -> VideoWriteError:
    why = getattr(error, "strerror", None) or os.strerror(getattr(error, "errno", None) or 5)
    return VideoWriteError(f"'{path}' cannot be written ({why}): choose a folder that you may write to.")


def _add_stream(container: OutputContainer, width: int, height: int, fps: float) -> VideoStream:
    rate = Fraction(fps).limit_denominator(1001)
    for name, options in _ENCODERS:
        if name not in av.codecs_available:
            continue
        stream = cast(VideoStream, container.add_stream(name, rate=rate, options=dict(options)))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, _TICKS_PER_S)
        stream.gop_size = max(1, round(2 * fps))
        stream.thread_count = _THREADS
        for tag in ("colorspace", "color_primaries", "color_trc"):
            setattr(stream, tag, _BT709)
        stream.color_range = _LIMITED_RANGE
        if not options:
            stream.bit_rate = max(500_000, round(width * height * fps * _BITS_PER_PIXEL))
        return stream
    raise VideoWriteError("There is no H.264 encoder here: install the PyAV wheel (`pip install av`).")


def _even(rgb: NDArray[Any]) -> NDArray[Any]:
    """Repeat the last row and column where the size is odd: yuv420p halves both."""
    rows, columns = rgb.shape[0] % 2, rgb.shape[1] % 2
    if rows or columns:
        return np.pad(rgb, ((0, rows), (0, columns), (0, 0)), mode="edge")
    return np.ascontiguousarray(rgb)
