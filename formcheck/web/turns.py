"""Analyses in turn: how many run at once on this machine, and how many one person may start. No page code."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from formcheck.errors import UsageError
from formcheck.records.opening import LOCAL_OWNER
from formcheck.web.jobs import WAITING, Report
from formcheck.web.words import say

AT_ONCE_VARIABLE: Final = "FORMCHECK_AT_ONCE"
HOURLY_VARIABLE: Final = "FORMCHECK_CLIPS_PER_HOUR"
_LOOK_S: Final = 0.2
"""How often somebody who waits looks whether their work was cancelled."""
_HOUR_S: Final = 3600.0


class Turns:
    """Lets so many in at once; the others wait, and come in the order in which they came.

    Parameters
    ----------
    at_once : int
        How many.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, report: Report) -> Iterator[None]:
        """Wait for a turn, and hold it; ``report`` is called while waiting, so that one can stop."""
        me = object()
        with self._changed:
            self._waiting.append(me)
        try:
            while not self._let_in(me):
                report(WAITING)
        finally:
            with self._changed:
                if me in self._waiting:
                    self._waiting.remove(me)
                    self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def _let_in(self, me: object) -> bool:
        with self._changed:
            if not self._changed.wait_for(lambda: self._free > 0 and self._waiting[0] is me, _LOOK_S):
                return False
            self._free -= 1
            self._waiting.popleft()
            self._changed.notify_all()
            return True


class Allowance:
    """How many clips each owner may start within an hour; 0 for as many as they like.

    On one's own machine nobody counts.
    """

    def __init__(self, hourly: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._hourly, self._clock = hourly, clock
        self._lock = threading.Lock()
        self._started: dict[str, deque[float]] = {}

    def spend(self, owner: str) -> None:
        """Count one more clip (`UsageError` if it is one too many)."""
        if not self._hourly or owner == LOCAL_OWNER:
            return
        with self._lock:
            now = self._clock()
            for name in list(self._started):
                times = self._started[name]
                while times and now - times[0] >= _HOUR_S:
                    times.popleft()
                if not times:
                    del self._started[name]
            times = self._started.setdefault(owner, deque())
            if len(times) >= self._hourly:
                minutes = max(1, round((_HOUR_S - (now - times[0])) / 60))
                raise UsageError(say("access.too_many", count=self._hourly, minutes=minutes))
            times.append(now)


def _number(variable: str, default: int) -> int:
    given = os.environ.get(variable, "").strip()
    return int(given) if given.isdecimal() else default


TURNS: Final = Turns(max(1, _number(AT_ONCE_VARIABLE, max(1, (os.cpu_count() or 2) // 2))))
"""The server's: an analysis keeps about two cores busy."""
ALLOWANCE: Final = Allowance(_number(HOURLY_VARIABLE, 60))
"""The server's, for those who signed in."""


@contextmanager
def clip_turn(owner: str, report: Report) -> Iterator[None]:
    """Count a clip of an owner, and hold a turn for its analysis (`UsageError` if it is one too many)."""
    ALLOWANCE.spend(owner)
    with TURNS.turn(report):
        yield
