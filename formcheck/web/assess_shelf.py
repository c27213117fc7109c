"""Where a baseline stays while it is being taken, so that reloading the page loses nothing. No page code."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from formcheck.records.opening import LOCAL_OWNER
from formcheck.web.assess import Baseline

KEPT_S: Final = 3 * 3600.0
MOST: Final = 40
"""Beyond these the one that nobody has looked at for longest goes, with its clips."""


@dataclass
class _Kept:
    owner: str
    baseline: Baseline
    seen_s: float = 0.0


class Shelf:
    """Baselines by a token that only the browser knows, which stands in the page's address."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def take(self, token: str | None, owner: str = LOCAL_OWNER) -> tuple[str, Baseline]:
        """Return the baseline of a token; a new one with a new token where the owner has none of it."""
        with self._lock:
            self._clear()
            found = self._kept.get(token or "")
            if token is None or found is None or found.owner != owner:
                token, found = secrets.token_urlsafe(16), _Kept(owner, Baseline())
            found.seen_s = self._clock()
            self._kept[token] = found
            self._kept.move_to_end(token)
            return token, found.baseline

    def drop(self, token: str) -> None:
        """Forget a baseline and stop what looks at its clips."""
        with self._lock:
            self._kept.pop(token, None)

    def _clear(self) -> None:
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept))
            if len(self._kept) < MOST and now - self._kept[oldest].seen_s < KEPT_S:
                return
            del self._kept[oldest]


SHELF: Final = Shelf()
"""The server's."""
