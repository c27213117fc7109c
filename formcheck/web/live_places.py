"""How many live sessions run at once: each needs about a core of the machine, so their number is bounded."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Final

from formcheck.errors import UsageError

SETTING: Final = "FORMCHECK_LIVE_SESSIONS"
"""Environment variable: how many people may use the webcam at the same time (``docs/live.md``)."""

LEASE_S: Final = 40.0
"""A place that nobody has used for so long is free again: its browser has gone."""


class Places:
    """A number of places, each of which one session can have.

    Parameters
    ----------
    number : int
        How many.
    clock : callable
        Seconds, never going back.
    """

    def __init__(self, number: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.number, self._clock = number, clock
        self._lock = threading.Lock()
        self._used_s: dict[Place, float] = {}

    def take(self) -> Place | None:
        """Return a place, or None if all are taken."""
        with self._lock:
            now = self._clock()
            self._used_s = {p: at for p, at in self._used_s.items() if now - at < LEASE_S}
            if len(self._used_s) >= self.number:
                return None
            place = Place(self)
            self._used_s[place] = now
            return place

    def keep(self, place: Place) -> None:
        """Note that a place is still used."""
        with self._lock:
            if place in self._used_s:
                self._used_s[place] = self._clock()

    def give_back(self, place: Place) -> None:
        """Let others have the place; twice is once."""
        with self._lock:
            self._used_s.pop(place, None)


class Place:
    """One of the `Places`, until it is given back or not kept for `LEASE_S`."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def keep(self) -> None:
        """Say that it is still used."""
        self._places.keep(self)

    def give_back(self) -> None:
        """Let others have it."""
        self._places.give_back(self)


def allowed_sessions() -> int:
    """Return how many live sessions this machine takes: as set, else one for every two cores.

    Raises
    ------
    UsageError
        If the setting is not a whole number from 1.
    """
    given = os.environ.get(SETTING, "").strip()
    if not given:
        return max(1, (os.cpu_count() or 1) // 2)
    if not given.isdigit() or int(given) < 1:
        raise UsageError(f"{SETTING} is '{given}': give a whole number from 1, or leave it out.")
    return int(given)
