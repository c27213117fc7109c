"""The cells of one row of a training log, read with errors that name the line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from formcheck.errors import TrainingLogError

_TRUE: Final = frozenset({"yes", "true", "1", "x"})
_FALSE: Final = frozenset({"no", "false", "0"})


class Cells:
    """The cells of one row, read with errors that name the line."""

    def __init__(self, row: Mapping[str, Any], place: str) -> None:
        self._row = row
        self._place = place
        if None in row:
            raise self.wrong("it has more cells than the first line has columns")

    def wrong(self, what: str) -> TrainingLogError:
        """Return the error that ``what`` is wrong in this row."""
        return TrainingLogError(f"{self._place}: {what}.")

    def text(self, column: str) -> str:
        """Return the cell without spaces around it; empty where there is none."""
        return (self._row.get(column) or "").strip()

    def number(self, column: str) -> float | None:
        """Return the cell as a number; None where it is empty."""
        text = self.text(column).replace(",", ".")
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self.wrong(f"{column} is '{text}', but must be a number")
        return number

    def whole(self, column: str) -> int | None:
        """Return the cell as a whole number; None where it is empty."""
        number = self.number(column)
        if number is None:
            return None
        if number != int(number):
            raise self.wrong(f"{column} is '{self.text(column)}', but must be a whole number")
        return int(number)

    def needed(self, column: str) -> int:
        """Return the cell as a whole number that must be there."""
        number = self.whole(column)
        if number is None:
            raise self.wrong(f"{column} is empty, but every set needs it")
        return number

    def truth(self, column: str, default: bool = False) -> bool:
        """Return whether the cell says yes; ``default`` where it is empty."""
        text = self.text(column).lower()
        if not text:
            return default
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        raise self.wrong(f"{column} is '{text}', but must be yes or no")

    def day(self) -> date:
        """Return the day of the row."""
        text = self.text("date")
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.wrong(f"the date '{text}' is not like 2026-11-23 (year-month-day)") from None
