"""What the processes do that the tests start beside each other, and kill."""

from __future__ import annotations

import itertools
import os
import pickle
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas  # noqa: F401 - pyarrow loads it with the first table
import sqlalchemy.dialects.postgresql.pg8000  # noqa: F401
from records_samples import variation

from formcheck import Analysis
from formcheck.records import Records, open_records

BATCH: Final = 3
"""Entries of the log that are stored together."""


def warm_up() -> None:
    """Load what opening loads."""
    with TemporaryDirectory() as home:
        open_records(home=Path(home)).close()


@cache
def loaded(path: Path) -> Analysis:
    """Return a pickled analysis."""
    analysis: Analysis = pickle.loads(path.read_bytes())
    return analysis


def save_clips(home: Path, url: str | None, pickled: Path, code: str, numbers: range) -> None:
    """Store one clip after the other."""
    records = open_records(url, home=home)
    for number in numbers:
        records.save_analysis(code, variation(loaded(pickled), number))
        records.log_sets(code, [{"ladder": "SU", "number": number}])
    records.close()


def write_until_killed(home: Path, url: str | None, pickled: Path, journal: Path, start: int) -> None:
    """Store clips, logs and notes and delete clips, and write into ``journal`` what has been finished."""
    loaded(pickled)
    finished = os.open(journal, os.O_WRONLY | os.O_APPEND)

    def done(*words: object) -> None:
        os.write(finished, (" ".join(map(str, words)) + "\n").encode())

    done("started")
    records = open_records(url, home=home)
    for number in itertools.count(start):
        _write_some(records, pickled, number, done)


def _write_some(records: Records, pickled: Path, number: int, done) -> None:  # type: ignore[no-untyped-def]
    clip = records.save_analysis("anna", variation(loaded(pickled), number))
    done("clip", clip.id)
    records.log_sets("anna", [{"ladder": "SU", "batch": number, "set": n} for n in range(BATCH)])
    done("batch", number)
    done("note", records.add_note("anna", f"note {number}", session_id=clip.session_id).id)
    if number % 3 == 0:
        done("deleting", clip.id)
        records.delete_clip(clip.id)
        done("deleted", clip.id)


def open_and_tell(home: Path, url: str | None, journal: Path) -> None:
    """Open the records, which migrates old ones, and write into ``journal`` when that is done."""
    finished = os.open(journal, os.O_WRONLY | os.O_APPEND)
    os.write(finished, b"started\n")
    open_records(url, home=home)
    os.write(finished, b"opened\n")
