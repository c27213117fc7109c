"""The training log as documents of the records: one for each set and each day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from formcheck.coaching.library import Library, load_library
from formcheck.coaching.log import TrainingLog
from formcheck.coaching.log_cells import Cells
from formcheck.coaching.log_rows import day_row, read_day, read_set, set_row
from formcheck.errors import TrainingLogError

SET_SCHEMA: Final = "formcheck.set/1"
DAY_SCHEMA: Final = "formcheck.day/1"

Document = Mapping[str, Any]


def set_documents(log: TrainingLog, library: Library | None = None) -> list[dict[str, str]]:
    """Return every set as a document for the records: the cells of its row, and its ladder."""
    ladders = library or load_library()
    return [{"schema": SET_SCHEMA, "ladder": each.ladder, **set_row(each, ladders)} for each in log.sets]


def day_documents(log: TrainingLog) -> list[dict[str, str]]:
    """Return every day as a document for the records: the cells of its row."""
    return [{"schema": DAY_SCHEMA, **day_row(each)} for each in log.days]


def log_of_documents(documents: Iterable[Document], library: Library | None = None) -> TrainingLog:
    """Return the log that `set_documents` and `day_documents` were made of.

    Raises
    ------
    TrainingLogError
        If a document is neither that of a set nor that of a day.
    """
    ladders = library or load_library()
    sets, days = [], []
    for number, document in enumerate(documents, start=1):
        place = f"Entry {number} of the records"
        if document.get("schema") == SET_SCHEMA:
            sets.append(read_set(Cells(document, place), ladders))
        elif document.get("schema") == DAY_SCHEMA:
            days.append(read_day(Cells(document, place)))
        else:
            raise TrainingLogError(
                f"{place} is no '{SET_SCHEMA}' or '{DAY_SCHEMA}': it was not written by this formcheck."
            )
    return TrainingLog(tuple(sets), tuple(days))
