"""Memory that the C library holds in reserve, given back to the system; only glibc needs that."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Final

ARENAS: Final = 2
"""glibc gives threads reserves of their own, up to eight for each core; pages start many threads."""
_M_ARENA_MAX: Final = -8


@cache
def bound_reserves() -> None:
    """Let threads share a few reserves; twice is once. Best called before many threads have begun."""
    library = _glibc()
    if library is not None:
        library.mallopt(_M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Give memory that nobody uses any more back to the system, after work that took much of it."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


@cache
def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
