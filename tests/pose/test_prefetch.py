"""Items made ready in a thread: same order, errors where they belong, no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from formcheck.pose.prefetch import prefetched


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "formcheck-prefetch"]


def test_all_items_come_in_order() -> None:
    with prefetched(range(1000), depth=3) as items:
        assert list(items) == list(range(1000))
    assert not threads()


def test_it_stays_a_bounded_distance_ahead() -> None:
    made: list[int] = []

    def source() -> Iterator[int]:
        for i in range(100):
            made.append(i)
            yield i

    with prefetched(source(), depth=3) as items:
        for item in items:
            # Three wait, one is about to be put, and one may have been made since this one was taken.
            assert len(made) <= item + 1 + 3 + 2


def test_an_error_comes_where_its_item_would_have_come() -> None:
    def source() -> Iterator[int]:
        yield 0
        yield 1
        raise OSError("broken file")

    seen: list[int] = []
    with pytest.raises(OSError, match="broken file"), prefetched(source()) as items:
        for item in items:
            seen.append(item)
    assert seen == [0, 1]
    assert not threads()


def test_leaving_early_stops_the_thread() -> None:
    made: list[int] = []

    def endless() -> Iterator[int]:
        i = 0
        while True:
            made.append(i)
            yield i
            i += 1

    with prefetched(endless(), depth=2) as items:
        assert next(items) == 0
    assert not threads()
    assert len(made) <= 1 + 2 + 2


def test_an_error_of_the_consumer_stops_the_thread_and_stays_the_error() -> None:
    with pytest.raises(KeyError), prefetched(iter(int, 1)) as items:
        next(items)
        raise KeyError
    assert not threads()
