"""Which bout and which repetition each moment of a clip belongs to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.types import Bout, Repetition
from formcheck.scoring.types import ScoredBout


def bout_at(times_s: NDArray[np.float64], bouts: Sequence[ScoredBout]) -> NDArray[np.intp]:
    """Return the index of the bout of each moment, −1 outside of all, shape (time,).

    Bouts of the two sides interleave where the legs alternate: a moment belongs to the bout whose
    repetition covers it, else to that with the nearest repetition.
    """
    distance = np.full((len(bouts) + 1, len(times_s)), np.inf)
    for row, scored in zip(distance, bouts, strict=False):
        bout = scored.bout
        inside = (times_s >= bout.start_s) & (times_s <= bout.end_s)
        row[inside] = _distance_to_repetition(times_s[inside], bout)
    # The last row, never finite, wins only where no bout is: argmin takes the first of equals.
    nearest = np.argmin(distance, axis=0)
    found = np.isfinite(distance[nearest, np.arange(len(times_s))])
    return np.where(found, nearest, -1)


def repetition_at(time_s: float, bout: Bout) -> tuple[int, Repetition] | None:
    """Return the repetition that covers a moment, with its index; the earlier one at a border."""
    for index, repetition in enumerate(bout.repetitions):
        if repetition.start_s <= time_s <= repetition.end_s:
            return index, repetition
    return None


def repetitions_begun(time_s: float, bout: Bout) -> int:
    """Return how many repetitions have begun by then."""
    return sum(repetition.start_s <= time_s for repetition in bout.repetitions)


def phase_at(time_s: float, repetition: Repetition) -> int:
    """Return 0 before the turn, 1 around it (a tenth of the repetition, as the grading windows), 2 after."""
    half = 0.1 * (repetition.end_s - repetition.start_s)
    if abs(time_s - repetition.turn_s) <= half:
        return 1
    return 0 if time_s < repetition.turn_s else 2


def _distance_to_repetition(times_s: NDArray[np.float64], bout: Bout) -> NDArray[np.float64]:
    """Return seconds to the nearest repetition (0 within one; a large finite number if there is none)."""
    nearest = np.full(len(times_s), 1e9)
    for repetition in bout.repetitions:
        away = np.maximum(np.maximum(repetition.start_s - times_s, times_s - repetition.end_s), 0.0)
        nearest = np.minimum(nearest, away)
    return nearest
