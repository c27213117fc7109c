"""Memory that is free but not given back: what only a collection finds, and what glibc holds in reserve.

Streamlit would collect after every run of the page, and so after each look of the live board, twice a second:
that takes a large part of a core from the coach. So it is told not to (``runner.postScriptGC``), and we do it
where work ends.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from functools import cache
from typing import Final

ARENAS: Final = 2
"""glibc gives threads reserves of their own, up to eight for each core; pages start many threads."""
AFTER_S: Final = 5.0
"""How long after its end a session at the webcam has let go of its connection and its model."""
_M_ARENA_MAX: Final = -8


@cache
def bound_reserves() -> None:
    """Let threads share a few reserves; twice is once. Best called before many threads have begun."""
    library = _glibc()
    if library is not None:
        library.mallopt(_M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Give memory that nobody uses any more back to the system, after work that took much of it."""
    gc.collect()
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


def give_back_later() -> None:
    """Do so once what is ending now has ended."""
    timer = threading.Timer(AFTER_S, give_back)
    timer.daemon = True
    timer.start()


@cache
def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
