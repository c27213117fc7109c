"""Memory is given back, and not more often than it pays."""

from __future__ import annotations

import gc
import weakref

from formcheck.web.memory import EVERY_S, NowAndThen, bound_reserves, give_back


class Knot:
    """Something that only a collection finds once nobody holds it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_nobody_holds_any_more_is_gone() -> None:
    bound_reserves()
    gc.disable()
    try:
        gone = weakref.ref(Knot())
        assert gone() is not None
        give_back()
        assert gone() is None
    finally:
        gc.enable()


def test_however_often_it_is_asked_it_works_now_and_then() -> None:
    now_s = 100.0
    collector = NowAndThen(lambda: now_s)
    assert [collector.ask() for _ in range(3)] == [True, False, False]
    now_s += EVERY_S
    assert [collector.ask() for _ in range(2)] == [True, False]
