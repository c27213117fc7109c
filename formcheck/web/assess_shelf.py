"""Where a baseline stays while it is being taken, so that reloading the page loses nothing. No page code."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from formcheck.web.assess import Baseline

KEPT_S: Final = 3 * 3600.0
MOST: Final = 40
"""Beyond these the one that nobody has looked at for longest goes, with its clips."""


class Shelf:
    """Baselines by a token that only the browser knows, which stands in the page's address."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, Baseline]] = OrderedDict()

    def take(self, token: str | None) -> tuple[str, Baseline]:
        """Return the baseline of a token; a new one with a new token where there is none any more."""
        with self._lock:
            self._clear()
            found = self._kept.get(token or "")
            if token is None or found is None:
                token, found = secrets.token_urlsafe(16), (0.0, Baseline())
            self._kept[token] = (self._clock(), found[1])
            self._kept.move_to_end(token)
            return token, found[1]

    def drop(self, token: str) -> None:
        """Forget a baseline and stop what looks at its clips."""
        with self._lock:
            self._kept.pop(token, None)

    def _clear(self) -> None:
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept))
            if len(self._kept) < MOST and now - self._kept[oldest][0] < KEPT_S:
                return
            del self._kept[oldest]


SHELF: Final = Shelf()
"""The server's."""
