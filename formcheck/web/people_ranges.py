"""Coaching ranges of one person, kept with their records. No page code."""

from __future__ import annotations

from typing import Final

from formcheck.records import Records
from formcheck.records.types import EntryInfo
from formcheck.scoring.thresholds import Thresholds
from formcheck.web import settings

_KIND: Final = "ranges"


def own(records: Records, code: str) -> Thresholds | None:
    """Return the ranges that were made for a person; None while the others hold for them too."""
    kept = records.latest(code, _KIND)
    return None if kept is None else _read(kept)


def in_use(records: Records, code: str) -> Thresholds:
    """Return the ranges that hold for a person: theirs, or else those of whoever uses the page.

    Raises
    ------
    ThresholdsFileError
        If the file went wrong.
    """
    return own(records, code) or settings.thresholds_in_use()


def take(records: Records, code: str, name: str, content: bytes) -> None:
    """Let a file of ranges hold for a person from now on (`ThresholdsFileError` if something is wrong)."""
    settings.read_thresholds(name, content)
    before = records.entries(code, _KIND)
    records.remember(code, _KIND, [{"name": name, "toml": content.decode("utf-8")}])
    for each in before:
        records.delete_entry(each.id)


def drop(records: Records, code: str) -> None:
    """Let the others hold for a person again."""
    for each in records.entries(code, _KIND):
        records.delete_entry(each.id)


def _read(kept: EntryInfo) -> Thresholds:
    return settings.read_thresholds(str(kept.document["name"]), str(kept.document["toml"]).encode())
