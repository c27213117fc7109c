"""Reading a video file frame by frame: upright RGB pictures with their real times."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Self, cast

import av
import numpy as np
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from formcheck.errors import InvalidDataError, UnreadableVideoError
from formcheck.video.clock import FrameClock, plausible_fps
from formcheck.video.opening import capture_fps, open_video, shown_name
from formcheck.video.types import Frame, VideoInfo
from formcheck.video.upright import Orientation, UprightConverter, display_size, fit

_WITHOUT_PTS: Final = frozenset({"avi", "h264", "hevc", "m4v", "mpegvideo"})
"""Formats that store pictures in coded order without presentation times: the demuxer's guesses at these go
wrong where pictures are reordered, while the decoding times run evenly."""

_STATES_DURATION: Final = frozenset({"mov", "matroska", "avi", "flv", "asf"})
"""Formats whose header says how long the recording is (others let it be guessed from the file's size)."""

_MISSING_S: Final = 0.1
"""A recording that ends this much before its header says has lost its end."""

_MOST_DAMAGED_PACKETS: Final = 1000


def read_video(
    path: str | Path, *, max_side_px: int | None = None, mirror_image: bool = False
) -> VideoReader:
    """Open a video for reading.

    Parameters
    ----------
    path : str or Path
        A file: mp4, mov, webm, mkv, avi … Never an address on the network.
    max_side_px : int, optional
        Scale frames down while decoding so that the longer side has at most so many pixels. Without it
        they come at the display size.
    mirror_image : bool
        Whether the clip shows what a mirror does and is to be turned back (`VideoInfo.mirror_image`).

    Returns
    -------
    VideoReader
        A context manager and an iterable of `Frame`, to be read once.

    Raises
    ------
    UnreadableVideoError
        If the file is missing, may not be read, is no video, or none of its frames decodes.
    """
    return VideoReader(path, max_side_px=max_side_px, mirror_image=mirror_image)


class VideoReader:
    """The frames of a video file, in the order of presentation (see `read_video`).

    Only the frame at hand is kept, so memory does not grow with the length of the video.

    Attributes
    ----------
    expected_frames : int or None
        How many frames the header promises: for progress bars only, it may lie.
    """

    def __init__(
        self, path: str | Path, *, max_side_px: int | None = None, mirror_image: bool = False
    ) -> None:
        if max_side_px is not None and max_side_px < 1:
            raise InvalidDataError(f"max_side_px: expected a positive number of pixels, came {max_side_px}.")
        self._path, self._name, self._mirror_image = path, shown_name(path), mirror_image
        self._container, self._stream = open_video(path)
        fps = plausible_fps(float(self._stream.average_rate or 0))
        self.expected_frames = self._promised_frames(fps)
        self._clock = FrameClock(fps)
        self._truncated = False
        self._count = 0
        self._last_s = 0.0
        self._last_duration_s = 0.0
        self._packets_end_s = 0.0
        self._started = False
        self._decoded = self._decode()
        first = next(self._decoded, None)
        if first is None:
            self.close()
            raise UnreadableVideoError(
                f"'{self._name}' holds no frame that can be decoded: copy it again or record it anew."
            )
        self._first: av.VideoFrame | None = first
        self._orientation = Orientation.of(first)
        pixel_aspect = self._stream.sample_aspect_ratio
        self._size = display_size(first.width, first.height, pixel_aspect, self._orientation)
        scaled = self._size
        if max_side_px is not None and max(scaled) > max_side_px:
            scaled = fit(scaled, (max_side_px, max_side_px))
        shown = self._orientation.turned_back() if mirror_image else self._orientation
        self._converter = UprightConverter(shown, pixel_aspect, scaled)

    @property
    def info(self) -> VideoInfo:
        """What is known of the file by now; final after the last frame."""
        spread_s = self._last_s / (self._count - 1) if self._count > 1 else 0.0
        last_s = self._last_duration_s
        if not 0 < last_s <= 4 * spread_s:
            last_s = spread_s
        return VideoInfo(
            name=self._name,
            width=self._size[0],
            height=self._size[1],
            frames=self._count,
            duration_s=self._last_s + last_s,
            mean_fps=1 / spread_s if spread_s else 0.0,
            rotation_deg=self._orientation.rotation_deg,
            mirrored=self._orientation.mirrored,
            truncated=self._truncated,
            mirror_image=self._mirror_image,
            capture_fps=capture_fps(self._container.metadata),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def again(self, max_side_px: int) -> VideoReader:
        """Open the same file once more, from its first frame, for frames of at most so many pixels a side.

        Raises
        ------
        UnreadableVideoError
            If it can't be read any more.
        """
        return VideoReader(self._path, max_side_px=max_side_px, mirror_image=self._mirror_image)

    def close(self) -> None:
        """Close the file; what `info` says stays."""
        self._container.close()

    def __iter__(self) -> Iterator[Frame]:
        if self._started:
            raise RuntimeError("A VideoReader can be read once: open the video again with read_video.")
        self._started = True
        return self._frames()

    def _promised_frames(self, fps: float | None) -> int | None:
        if self._stream.frames > 0:
            return int(self._stream.frames)
        duration_s = (self._container.duration or 0) / av.time_base
        return round(fps * duration_s) if fps and duration_s > 0 else None

    def _frames(self) -> Iterator[Frame]:
        decoded, self._first = self._first, None
        while decoded is not None:
            stamp = decoded.dts if decoded.pts is None or self._is_one_of(_WITHOUT_PTS) else decoded.pts
            tick_s = decoded.time_base or self._stream.time_base or Fraction(1, av.time_base)
            time_s = self._clock.time_of(float(stamp * tick_s) if stamp is not None else None)
            frame = Frame(index=self._count, time_s=time_s, rgb=self._upright(decoded))
            self._count += 1
            self._last_s = time_s
            self._last_duration_s = float((decoded.duration or 0) * tick_s)
            yield frame
            decoded = next(self._decoded, None)

    def _upright(self, decoded: av.VideoFrame) -> NDArray[np.uint8]:
        try:
            return self._converter.convert(decoded)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise UnreadableVideoError(
                f"'{self._name}' holds pictures of a kind ({decoded.format.name}) that cannot be used here: "
                "export it as H.264 (mp4)."
            ) from error

    def _decode(self) -> Iterator[av.VideoFrame]:
        """Yield every sound frame; note in `_truncated` if anything was lost."""
        for packet in self._packets():
            try:
                frames = self._stream.codec_context.decode(packet)
            except (av.FFmpegError, OSError, ValueError):
                self._truncated = True
                continue
            for frame in frames:
                if frame.is_corrupt:
                    self._truncated = True
                else:
                    yield frame
        self._truncated = self._truncated or self._ends_early()

    def _packets(self) -> Iterator[Packet[VideoStream] | None]:
        """Yield the stream's packets that are whole, then None to flush the decoder.

        The other streams are demuxed as well, to learn where the recording ends.
        """
        failures = 0
        packets = self._container.demux()
        while failures < _MOST_DAMAGED_PACKETS:
            try:
                packet = next(packets)
            except (StopIteration, EOFError):
                break
            except (av.FFmpegError, OSError, ValueError):
                # Some formats find the next sound packet behind a damaged one.
                failures += 1
                self._truncated = True
                packets = self._container.demux()
                continue
            if packet.size == 0:
                continue
            if packet.pts is not None and packet.time_base:
                end_s = float((packet.pts + (packet.duration or 0)) * packet.time_base)
                self._packets_end_s = max(self._packets_end_s, end_s)
            if packet.stream.index != self._stream.index:
                continue
            if packet.is_corrupt:
                self._truncated = True
            else:
                yield cast("Packet[VideoStream]", packet)
        yield None

    def _ends_early(self) -> bool:
        """Whether the header promises more than the file holds."""
        stated = self._container.duration
        if not stated or not self._is_one_of(_STATES_DURATION):
            return False
        return self._packets_end_s < stated / av.time_base - _MISSING_S

    def _is_one_of(self, formats: frozenset[str]) -> bool:
        return not formats.isdisjoint(self._container.format.name.split(","))
