"""Opening the records for a command, and saying what that brought about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from formcheck.records import Records

console = Console(stderr=True)


def say(sentence: str) -> None:
    """Print a sentence to standard error, as it is."""
    console.print(sentence, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def opened_records() -> Iterator[Records]:
    """Give the records of this machine's person."""
    from formcheck.records import open_records

    records = open_records()
    for notice in records.notices:
        say(f"formcheck: {notice}")
    try:
        yield records
    finally:
        records.close()
