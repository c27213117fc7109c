"""Where a session's work stays while it is under way: reloading the page loses nothing. No page code."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from formcheck.records.opening import LOCAL_OWNER

T = TypeVar("T")

KEPT_S: Final = 3 * 3600.0
"""Something that nobody has looked at for so long goes, with its clips."""
MOST: Final = 40
"""Beyond these the one that nobody has looked at for longest goes."""


@dataclass
class _Kept(Generic[T]):
    owner: str
    thing: T
    seen_s: float


class Shelf(Generic[T]):
    """Things by a token that only the browser knows, which stands in the page's address.

    Parameters
    ----------
    kept_s : float
        How long each is kept after it was last looked at.
    clock : callable
        Seconds, never going back.
    """

    def __init__(self, kept_s: float = KEPT_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept_s, self._clock = kept_s, clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept[T]] = OrderedDict()
        self._cleaner: threading.Timer | None = None

    def put(self, thing: T, owner: str = LOCAL_OWNER, *, name: str | None = None) -> str:
        """Keep something, and return its token.

        With a ``name`` the owner's pages find it without the address: `token_of` makes its token.
        """
        token = secrets.token_urlsafe(16) if name is None else self.token_of(name, owner)
        with self._lock:
            self._kept.pop(token, None)
            while len(self._kept) >= MOST:
                self._kept.popitem(last=False)
            self._kept[token] = _Kept(owner, thing, self._clock())
            self._clean_later()
            return token

    @staticmethod
    def token_of(name: str, owner: str = LOCAL_OWNER) -> str:
        """Return the token of something that an owner named."""
        return f"{owner}/{name}"

    def find(self, token: str | None, owner: str = LOCAL_OWNER) -> T | None:
        """Return what a token stands for; None if it is nobody's, or somebody else's."""
        with self._lock:
            self._clear()
            kept = self._kept.get(token or "")
            if token is None or kept is None or kept.owner != owner:
                return None
            kept.seen_s = self._clock()
            self._kept.move_to_end(token)
            return kept.thing

    def drop(self, token: str) -> None:
        """Forget something, and stop what is done for it."""
        with self._lock:
            self._kept.pop(token, None)

    def _clear(self) -> None:
        now = self._clock()
        while self._kept and now - next(iter(self._kept.values())).seen_s >= self._kept_s:
            self._kept.popitem(last=False)

    def _clean_later(self) -> None:
        """Clear also if nobody ever comes again; under the lock."""
        if self._cleaner is None and self._kept:
            self._cleaner = threading.Timer(self._kept_s, self._clean)
            self._cleaner.daemon = True
            self._cleaner.start()

    def _clean(self) -> None:
        with self._lock:
            self._clear()
            self._cleaner = None
            self._clean_later()
