"""What the pages say; the words stand in the TOML files of this folder, each with tables of its own."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Final

_MINUTES_FROM_S: Final = 90.0
"""A longer time is told in minutes."""


def say(key: str, **values: object) -> str:
    """Return the phrase ``table.name`` with its values put in."""
    table, name = key.split(".")
    return _words()[table][name].format(**values)


def day_text(day: date) -> str:
    """Return a day as people write it: ``3 Sep 2026``."""
    return f"{day.day} {day:%b %Y}"


def moment_text(at: datetime) -> str:
    """Return a moment here: ``3 Sep 2026, 14:05``."""
    here = at.astimezone()
    return f"{day_text(here.date())}, {here:%H:%M}"


def count_text(key: str, count: int, **values: object) -> str:
    """Return ``1 clip`` or ``3 clips``: the phrase ``key`` for several, with ``_one`` for one."""
    return say(f"{key}_one" if count == 1 else key, count=count, **values)


def left_text(words: str, seconds: float | None) -> str:
    """Return what is being done, with the time that it still takes where that is known."""
    if seconds is None:
        return words
    if seconds < _MINUTES_FROM_S:
        return say("check.left", words=words, time=count_text("check.seconds", max(round(seconds), 1)))
    return say("check.left", words=words, time=count_text("check.minutes", round(seconds / 60)))


@cache
def _words() -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    for file in files("formcheck.web").iterdir():
        if file.name.endswith(".toml"):
            tables |= tomllib.loads(file.read_text(encoding="utf-8"))
    return tables
