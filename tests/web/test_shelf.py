"""What a session does stays on the server for a while, for whoever has its token."""

from __future__ import annotations

import gc
import threading
import weakref

from formcheck.web.shelf import KEPT_S, MOST, Shelf

PATIENCE_S = 20.0


class Thing:
    """Something to keep."""


def test_a_token_finds_its_thing_again_and_a_wrong_one_finds_nobodys() -> None:
    shelf: Shelf[Thing] = Shelf()
    thing = Thing()
    token = shelf.put(thing)
    assert shelf.find(token) is thing
    assert shelf.find("guessed") is shelf.find(None) is None
    assert shelf.put(Thing()) != token
    shelf.drop(token)
    assert shelf.find(token) is None


def test_what_has_a_name_is_found_by_it_and_each_owner_finds_their_own() -> None:
    shelf: Shelf[Thing] = Shelf()
    mine, yours, newer = Thing(), Thing(), Thing()
    for owner, thing in (("me", mine), ("you", yours), ("me", newer)):
        assert shelf.put(thing, owner, name="anna") == shelf.token_of("anna", owner)
    assert shelf.find(shelf.token_of("anna", "me"), "me") is newer
    assert shelf.find(shelf.token_of("anna", "you"), "you") is yours
    assert shelf.find(shelf.token_of("anna", "you"), "me") is None


def test_the_shelf_is_bounded_in_number_and_time() -> None:
    now = [0.0]
    shelf: Shelf[Thing] = Shelf(clock=lambda: now[0])
    first = shelf.put(Thing())
    for _ in range(MOST):
        last = shelf.put(Thing())
    assert shelf.find(first) is None
    now[0] += KEPT_S - 1
    assert shelf.find(last) is not None
    now[0] += KEPT_S + 1
    assert shelf.find(last) is None


def test_what_nobody_comes_back_for_goes_by_itself() -> None:
    shelf: Shelf[Thing] = Shelf(kept_s=0.01)
    gone, thing = threading.Event(), Thing()
    weakref.finalize(thing, gone.set)
    shelf.put(thing)
    del thing
    gc.collect()
    assert gone.wait(PATIENCE_S)
