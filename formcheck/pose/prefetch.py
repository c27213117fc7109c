"""Make the next items ready in a thread while the present one is worked on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class _Item(Generic[T]):
    value: T


@dataclass(frozen=True)
class _End:
    error: BaseException | None = None


@contextmanager
def prefetched(items: Iterable[T], depth: int = 4) -> Iterator[Iterator[T]]:
    """Give ``items`` in their order, made in a thread that stays at most ``depth`` items ahead.

    An error raised while making an item is raised where that item would have come. Leaving the block
    early stops the thread after the item it is making, and waits for it.

    Examples
    --------
    >>> with prefetched(range(3)) as numbers:
    ...     list(numbers)
    [0, 1, 2]
    """
    channel: Queue[_Item[T] | _End] = Queue(depth)
    stop = Event()
    thread = Thread(target=_produce, args=(items, channel, stop), name="formcheck-prefetch", daemon=True)
    thread.start()
    try:
        yield _consume(channel)
    finally:
        stop.set()
        # The thread looks at `stop` before each put, so it puts once more at most: make room for that.
        _empty(channel)
        thread.join()


def _produce(items: Iterable[T], channel: Queue[_Item[T] | _End], stop: Event) -> None:
    error: BaseException | None = None
    try:
        for item in items:
            if stop.is_set():
                return
            channel.put(_Item(item))
    except BaseException as caught:  # handed over: the consumer raises it
        error = caught
    if not stop.is_set():
        channel.put(_End(error))


def _consume(channel: Queue[_Item[T] | _End]) -> Iterator[T]:
    while True:
        entry = channel.get()
        if isinstance(entry, _End):
            if entry.error is not None:
                raise entry.error
            return
        yield entry.value


def _empty(channel: Queue[_Item[T] | _End]) -> None:
    try:
        while True:
            channel.get_nowait()
    except Empty:
        pass
