"""One processor core for each worker process, so that no core is used twice and none is left idle."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def usable_cores() -> list[int]:
    """Return the numbers of the processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def keep_to_one_core() -> int | None:
    """Let this process use one core that no other worker on this machine uses, and return its number.

    The pose library then starts one thread for its network instead of several that wait for each other.
    A locked file says which cores are taken; the lock goes with the process, however it ends. None, and no
    change, where all are taken or the system cannot do it.
    """
    if sys.platform != "linux":
        return None
    import fcntl

    for core in usable_cores():
        path = Path(tempfile.gettempdir()) / f"formcheck-core-{core}.lock"
        try:
            handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            continue
        os.sched_setaffinity(0, {core})
        return core
    return None
