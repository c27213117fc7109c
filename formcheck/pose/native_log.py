"""Keep the start-up chatter of the native pose library off the terminal, and let everything else through."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

_STDERR: Final = 2
# The library offers no way to set its log level (1.2.2), so its known harmless lines are named here.
_CHATTER: Final = re.compile(
    rb"WARNING: (All log messages before absl|Logging before InitGoogle)"
    rb"|INFO: (Created TensorFlow Lite|Initialized TensorFlow Lite)"
    rb"|I\d{4} "
    rb"|W\d{4} .*(inference_feedback_manager|landmark_projection_calculator)\.cc"
)


class _Diversion:
    """Standard error of the whole process, diverted to a file for as long as anybody asks for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._terminal = -1
        self._file: BinaryIO | None = None

    def begin(self) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                sys.stderr.flush()
                self._terminal = os.dup(_STDERR)
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `end`
                os.dup2(self._file.fileno(), _STDERR)

    def end(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0 and self._file is not None:
                sys.stderr.flush()
                os.dup2(self._terminal, _STDERR)
                os.close(self._terminal)
                self._file.seek(0)
                kept = [line for line in self._file if not _CHATTER.match(line)]
                self._file.close()
                self._file = None
                if kept:
                    os.write(_STDERR, b"".join(kept))


_DIVERSION: Final = _Diversion()


@contextmanager
def without_chatter() -> Iterator[None]:
    """Drop the native library's harmless start-up lines; everything else is written when the block ends.

    Works on the file descriptor, because the lines do not pass through Python; so what other threads
    write to standard error meanwhile comes late too. Keep the block short. Blocks may overlap.
    """
    try:
        _DIVERSION.begin()
    except (OSError, AttributeError):  # no standard error at all: nothing to keep clean
        yield
        return
    try:
        yield
    finally:
        _DIVERSION.end()
