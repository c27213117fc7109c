"""The training log as a CSV file that any spreadsheet opens: one row a set, or one row for a whole day."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from formcheck.coaching.library import Library, load_library
from formcheck.coaching.log import TrainingLog
from formcheck.coaching.log_cells import Cells
from formcheck.coaching.log_rows import COLUMNS, DAY_COLUMNS, day_row, read_day, read_set, set_row
from formcheck.errors import TrainingLogError

_NEEDED: Final = ("date", "rung", "done")


def write_log(log: TrainingLog, target: Path, library: Library | None = None) -> None:
    """Write the log as CSV (UTF-8).

    Raises
    ------
    TrainingLogError
        If the file cannot be written.
    """
    try:
        target.write_text(log_text(log, library), encoding="utf-8")
    except OSError as error:
        raise TrainingLogError(f"'{target}' cannot be written: {error.strerror or error}.") from error


def log_text(log: TrainingLog, library: Library | None = None) -> str:
    """Return the log as the text of a CSV file."""
    ladders = library or load_library()
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    rows = [(each.date, 0, set_row(each, ladders)) for each in log.sets]
    rows += [(each.date, 1, day_row(each)) for each in log.days]
    writer.writerows(row for _, _, row in sorted(rows, key=lambda item: item[:2]))
    return buffer.getvalue()


def read_log(source: Path, library: Library | None = None) -> TrainingLog:
    """Return the log that a CSV file holds.

    Needed are the columns ``date``, ``rung`` and ``done``; all others may be missing or empty.

    Raises
    ------
    TrainingLogError
        If the file cannot be read or a row is wrong; the message names the line and what is wrong with it.
    """
    try:
        text = source.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TrainingLogError(f"'{source.name}' cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise TrainingLogError(
            f"'{source.name}' is not text in UTF-8: save it as a UTF-8 CSV file."
        ) from error
    return parse_log(text, source.name, library)


def parse_log(text: str, name: str = "log", library: Library | None = None) -> TrainingLog:
    """Return the log in the text of a CSV file (see `read_log`); spreadsheets' semicolons are taken too."""
    ladders = library or load_library()
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    _check_columns(reader.fieldnames or [], name)
    sets, days = [], []
    for row in _rows(reader, name):
        cell = Cells(row, f"'{name}', line {reader.line_num}")
        if cell.text("rung"):
            sets.append(read_set(cell, ladders))
        elif any(cell.text(column) for column in (*DAY_COLUMNS, "notes")):
            days.append(read_day(cell))
    return TrainingLog(tuple(sets), tuple(days))


def _rows(reader: csv.DictReader[str], name: str) -> Iterator[Mapping[str, Any]]:
    try:
        yield from reader
    except csv.Error as error:
        raise TrainingLogError(
            f"'{name}', line {reader.line_num}: this is not a CSV row ({error})."
        ) from error


def _check_columns(columns: Any, name: str) -> None:
    missing = [column for column in _NEEDED if column not in columns]
    if missing:
        raise TrainingLogError(
            f"'{name}', line 1: the column '{missing[0]}' is missing; the columns are {', '.join(COLUMNS)}."
        )
    unknown = [column for column in columns if column not in COLUMNS]
    if unknown:
        raise TrainingLogError(
            f"'{name}', line 1: '{unknown[0]}' is not a known column; the columns are {', '.join(COLUMNS)}."
        )
