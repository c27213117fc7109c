"""Opening a file as a video, or saying in one sentence why it is none."""

from __future__ import annotations

import errno
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from formcheck.errors import UnreadableVideoError

_FORMATS: Final = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,ogg,asf,ivf,nut,mxf,rm,dv,gif,"
    "yuv4mpegpipe,h264,hevc,m4v,mjpeg,obu,vc1,wav,mp3,aac,flac,aiff,amr"
)
"""Formats that hold the pictures (or at least the sound) themselves. Playlists, image patterns and devices,
which would open other files or the network, are left out on purpose."""

_OPTIONS: Final = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""``http:``, ``rtsp:``, ``concat:`` …; a single letter is a drive."""

_CAPTURE_FPS: Final = "com.android.capture.fps"

_NOT_PICTURES: Final = Disposition.attached_pic | Disposition.timed_thumbnails


def shown_name(path: str | Path) -> str:
    """Return the file name without its folder, as `printable` text."""
    return printable(Path(path).name)


def printable(name: str) -> str:
    """Return a name that every table and document can hold: what is no UTF-8 on the disk becomes ``?``."""
    return name.encode("utf-8", "replace").decode()


def open_video(path: str | Path) -> tuple[InputContainer, VideoStream]:
    """Open ``path`` and choose its largest moving picture.

    Raises
    ------
    UnreadableVideoError
        If there is no such file, it may not be read, or it holds no moving picture.
    """
    file = _checked(path)
    name = shown_name(path)
    try:
        # A URL with an absolute path: no file name can be taken for an option, a pattern or a protocol.
        container = av.open(f"file:{file.absolute()}", "r", options=_OPTIONS, metadata_errors="replace")
    except PermissionError as error:
        raise UnreadableVideoError(_forbidden(name)) from error
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UnreadableVideoError(_not_a_video(name, file)) from error
    try:
        return container, _picture_stream(container, name)
    except UnreadableVideoError:
        container.close()
        raise


def capture_fps(metadata: Mapping[str, str]) -> float:
    """Return with how many frames per second a phone says to have filmed; 0 if a file doesn't say.

    Android writes it. Apple's slow motion is stored as it was filmed, in true time, unless it is exported;
    then nothing tells any more.
    """
    try:
        fps = float(metadata.get(_CAPTURE_FPS, 0))
    except ValueError:
        return 0.0
    return fps if 0 < fps < float("inf") else 0.0


def _checked(path: str | Path) -> Path:
    text = str(path)
    if not text:
        raise UnreadableVideoError("The name of the video is empty: give the path of a video file.")
    file, name = Path(path), shown_name(path)
    try:
        status = file.stat()
    except PermissionError as error:
        raise UnreadableVideoError(_forbidden(name)) from error
    except (OSError, ValueError) as error:
        if _ADDRESS.match(text):
            raise UnreadableVideoError(
                f"'{text}' is an address, not a file: download the video first and give its path."
            ) from error
        if isinstance(error, ValueError) or error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
            raise UnreadableVideoError(f"There is no file '{text!s}': check its name and folder.") from error
        raise UnreadableVideoError(f"'{name}' cannot be reached: {error.strerror}.") from error
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableVideoError(f"'{name or text}' is a folder: give the path of a video file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableVideoError(f"'{name}' is not an ordinary file: copy the video to a file first.")
    if status.st_size == 0:
        raise UnreadableVideoError(f"'{name}' is empty (0 bytes): copy or record the video again.")
    return file


def _forbidden(name: str) -> str:
    return f"'{name}' may not be read by this user: change the permissions of the file or of its folder."


def _not_a_video(name: str, file: Path) -> str:
    with file.open("rb") as start:
        is_mp4 = start.read(12)[4:8] == b"ftyp"
    if is_mp4:
        return f"'{name}' is an incomplete recording (its index is missing): copy it again or record it anew."
    return f"'{name}' is not a video that can be read: give an mp4, mov, webm, mkv or avi file."


def _picture_stream(container: InputContainer, name: str) -> VideoStream:
    streams = [stream for stream in container.streams.video if not stream.disposition & _NOT_PICTURES]
    if not streams:
        what = "only sound" if container.streams.audio else "no moving picture"
        raise UnreadableVideoError(f"'{name}' holds {what}: give a file with a video in it.")
    decodable = [stream for stream in streams if stream.codec_context is not None]
    if not decodable:
        raise UnreadableVideoError(
            f"'{name}' is coded in a way that cannot be decoded here: export it as H.264 (mp4)."
        )
    stream = max(decodable, key=lambda each: each.codec_context.width * each.codec_context.height)
    # With several, what comes of a damaged picture depends on which thread was first, and the frames in the
    # hands of the others are lost with it. Reading runs beside the network anyway.
    stream.codec_context.thread_count = 1
    return stream
