"""What the page shows of a whole batch: how values are spread, and left against right."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any, Final

from formcheck.names import EXERCISES
from formcheck.scoring.thresholds import Thresholds

_BINS: Final = 12
_LEAST_SETS: Final = 3
Row = dict[str, Any]


@dataclass(frozen=True)
class Spread:
    """How often which value came.

    Attributes
    ----------
    exercise, what : str
        The exercise, and the measure or ``score``.
    counts : tuple of int
        In bins of equal width from ``low`` to ``high``.
    low, high, mean : float
        In the unit of the measure.
    """

    exercise: str
    what: str
    counts: tuple[int, ...]
    low: float
    high: float
    mean: float

    @property
    def total(self) -> int:
        """Number of sets."""
        return sum(self.counts)


@dataclass(frozen=True)
class SideBySide:
    """A measure on the left and on the right.

    Attributes
    ----------
    left, right : float
        Mean over the sets.
    left_sets, right_sets : int
        How many.
    difference, error : float or None
        Right minus left and its standard error: within persons where at least two have both sides,
        else between all sets; the error is None where there are too few.
    persons : int
        How many persons have both sides; 0 where the difference is between all sets.
    """

    exercise: str
    what: str
    left: float
    right: float
    left_sets: int
    right_sets: int
    difference: float
    error: float | None
    persons: int


def main_values(thresholds: Thresholds) -> dict[str, tuple[str, ...]]:
    """Return by exercise what is worth showing: the score and the main measures."""
    return {
        exercise: ("score", *(name for name, row in rules.measures.items() if row.core))
        for exercise, rules in thresholds.exercises.items()
    }


def spreads(rows: Sequence[Row], shown: dict[str, tuple[str, ...]]) -> Iterator[Spread]:
    """Yield the spread of each value that enough sets have."""
    for exercise, what, having in _having(rows, shown):
        if len(having) < _LEAST_SETS:
            continue
        values = [float(row[what]) for row in having]
        low, high = (0.0, 100.0) if what == "score" else _round_range(min(values), max(values))
        counts = [0] * _BINS
        for value in values:
            counts[min(int((value - low) / (high - low) * _BINS), _BINS - 1)] += 1
        yield Spread(exercise, what, tuple(counts), low, high, fmean(values))


def sides(rows: Sequence[Row], shown: dict[str, tuple[str, ...]]) -> Iterator[SideBySide]:
    """Yield left against right wherever both were measured."""
    for exercise, what, having in _having(rows, shown):
        left = [float(row[what]) for row in having if row["side"] == "left"]
        right = [float(row[what]) for row in having if row["side"] == "right"]
        if not left or not right:
            continue
        within = _within_persons(having, what)
        error: float | None
        if len(within) >= 2:
            difference, error = fmean(within), stdev(within) / math.sqrt(len(within))
        else:
            difference, error, within = fmean(right) - fmean(left), _error_between(left, right), []
        yield SideBySide(
            exercise, what, fmean(left), fmean(right), len(left), len(right), difference, error, len(within)
        )


def _having(rows: Sequence[Row], shown: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str, list[Row]]]:
    for exercise in EXERCISES:
        mine = [row for row in rows if row.get("exercise") == exercise]
        for what in shown.get(exercise, ()):
            having = [row for row in mine if row.get(what) is not None]
            if having:
                yield exercise, what, having


def _within_persons(rows: Sequence[Row], what: str) -> list[float]:
    """Return right minus left of each person who has both."""
    of: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.get("person") and row.get("side"):
            of[row["person"]][row["side"]].append(float(row[what]))
    return [fmean(s["right"]) - fmean(s["left"]) for s in of.values() if s["left"] and s["right"]]


def _error_between(left: list[float], right: list[float]) -> float | None:
    if len(left) < 2 or len(right) < 2:
        return None
    return math.sqrt(stdev(left) ** 2 / len(left) + stdev(right) ** 2 / len(right))


def _round_range(low: float, high: float) -> tuple[float, float]:
    """Return a range with round ends that holds both."""
    step = 10 ** math.floor(math.log10(max(high - low, 0.01)))
    # Multiplying back may miss the value by a bit.
    start, end = min(math.floor(low / step) * step, low), max(math.ceil(high / step) * step, high)
    return start, end if end > start else start + step
