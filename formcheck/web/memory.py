"""Memory that is free but not given back: what only a collection finds, and what glibc holds in reserve.

Streamlit would collect after every run of the page, and so after each look of the live board, twice a second:
that takes a large part of a core from the coach. So it is told not to (``runner.postScriptGC``), and we do it
where work ends, and now and then while somebody is at the webcam.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Final

ARENAS: Final = 2
"""glibc gives threads reserves of their own, up to eight for each core; pages start many threads."""
EVERY_S: Final = 20.0
"""How often somebody's set at the webcam lets us collect."""
AFTER_S: Final = 5.0
"""How long after its end a session at the webcam has let go of its connection and its model."""
LARGE_BYTES: Final = 256 * 1024
"""What is larger, as each picture is, goes back to the system as soon as nobody holds it.

glibc would raise this bound to the size of what was given back last, and keep pictures among small things
that live longer: its reserves would grow from set to set by what lies between those.
"""
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8


@cache
def bound_reserves() -> None:
    """Let threads share a few reserves, for small things; twice is once. Best called before many begin."""
    library = _glibc()
    if library is not None:
        library.mallopt(_M_ARENA_MAX, ARENAS)
        library.mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)


def give_back() -> None:
    """Give memory that nobody uses any more back to the system, after work that took much of it."""
    gc.collect()
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


def give_back_later(after_s: float = AFTER_S) -> None:
    """Do so once what is ending now has ended."""
    timer = threading.Timer(after_s, give_back)
    timer.daemon = True
    timer.start()


class NowAndThen:
    """Gives memory back every `EVERY_S` at most, however often it is asked, for all sessions together."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._next_s = 0.0

    def ask(self) -> bool:
        """Return whether it was time to do so."""
        with self._lock:
            now_s = self._clock()
            if now_s < self._next_s:
                return False
            self._next_s = now_s + EVERY_S
        give_back_later(0.0)
        return True


NOW_AND_THEN: Final = NowAndThen()
"""The server's."""


@cache
def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
