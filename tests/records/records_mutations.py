"""Documents and files with something wrong in them."""

from __future__ import annotations

import random
from typing import Any, Final

STRANGE: Final[tuple[Any, ...]] = (
    *(None, True, -1, 1e308, 10**30, "", "\x00", "\ud800", "x" * 300, [], {}, [[]], {"schema": 1}),
    *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "../x", "0" * 24, "1900-01-01", 0.5),
)
_TAIL: Final = 1500
"""Bytes at a zip's end, where its own list of contents is."""


def change(value: Any, chance: random.Random) -> Any:
    """Return a document with one place in it changed."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(sorted(value))
        if chance.random() < 0.1:
            return {k: v for k, v in value.items() if k != key}
        return {**value, key: change(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        if chance.random() < 0.1:
            return [*value, value[at]]
        return [*value[:at], change(value[at], chance), *value[at + 1 :]]
    return chance.choice(STRANGE)


def changed_bytes(content: bytes, chance: random.Random) -> bytes:
    """Return a file with up to eight of its bytes changed, or cut off somewhere."""
    raw = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.choice((chance.randrange(len(raw)), -chance.randrange(1, min(_TAIL, len(raw)))))
        raw[at] = chance.randrange(256)
    if chance.random() < 0.1:
        del raw[chance.randrange(1, len(raw)) :]
    return bytes(raw)
