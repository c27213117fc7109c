"""A mailbox with one slot, through which only the newest frame reaches the thread that looks at it."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestOnly(Generic[T]):
    """A mailbox with one slot: what is put in replaces what nobody took."""

    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._item: T | None = None
        self._closed = False

    def put(self, item: T) -> bool:
        """Put ``item`` in; return whether it replaced one that nobody took."""
        with self._arrived:
            replaced = self._item is not None
            self._item = item
            self._arrived.notify()
            return replaced

    def take(self, timeout_s: float | None = None) -> T | None:
        """Wait for an item and take it; None once the mailbox is closed, or if nothing comes for so long."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._closed or self._item is not None, timeout_s)
            item, self._item = self._item, None
            return None if self._closed else item

    def close(self) -> None:
        """Wake whoever waits, and give nothing out any more."""
        with self._arrived:
            self._closed = True
            self._arrived.notify_all()
