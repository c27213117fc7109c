"""The video of a set at the webcam, for whoever asked for it: the pictures that were looked at."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from queue import Full, Queue
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from formcheck.errors import FormcheckError
from formcheck.video import VideoWriter

_WAITING: Final = 16
"""Pictures that may wait to be written."""
_WAIT_S: Final = 0.5
"""How long the coach waits for a slow disk, before the video loses a picture."""
_FPS: Final = 25.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Picture:
    rgb: NDArray[np.uint8]
    time_s: float
    begun_s: float


class Recorder:
    """Writes the pictures of one set to a file, in a thread of its own.

    Parameters
    ----------
    path : path
        The mp4 file; it appears when the set is over.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pictures: Queue[_Picture | None] = Queue(_WAITING)
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()

    def add(self, rgb: NDArray[np.uint8], time_s: float, begun_s: float) -> None:
        """Append a picture.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (height, width, rgb)
            The picture; not written to afterwards.
        time_s : float
            Its time in the stream.
        begun_s : float
            When the set began in the stream; where that changes, set and file begin anew.
        """
        if self._closing.is_set():
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._write_on, name="formcheck-recorder", daemon=True)
            self._thread.start()
        try:
            self._pictures.put(_Picture(rgb, time_s, begun_s), timeout=_WAIT_S)
        except Full:
            _log.warning("A picture is missing in the video of a set: the disk is too slow")

    def close(self) -> None:
        """Take no more pictures, and end when those that wait are written. Twice is once."""
        if not self._closing.is_set():
            self._closing.set()
            self._pictures.put(None)

    def finish(self) -> Path | None:
        """Close, wait until all is written, and return the file; None if there is none."""
        self.close()
        if self._thread is not None:
            self._thread.join()
        return self._path if self._path.exists() else None

    def _write_on(self) -> None:
        picture = self._pictures.get()
        while picture is not None:
            try:
                picture = self._write_set(picture)
            except FormcheckError:
                _log.exception("The video of a set could not be written")
                while self._pictures.get() is not None:
                    pass
                return

    def _write_set(self, first: _Picture) -> _Picture | None:
        """Write what belongs to one set; return the first picture of the next one, None at the end."""
        height, width = first.rgb.shape[:2]
        picture: _Picture | None = first
        with VideoWriter(self._path, width, height, fps=_FPS) as writer:
            while picture is not None and picture.begun_s == first.begun_s:
                writer.write(_sized(picture.rgb, width, height), picture.time_s - first.time_s)
                picture = self._pictures.get()
        return picture


def _sized(rgb: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Return a picture in the size of the first one: a webcam's stream may change it."""
    if rgb.shape[:2] == (height, width):
        return rgb
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(width, height)
    return np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
