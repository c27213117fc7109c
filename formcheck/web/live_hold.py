"""The clock of a hold at the webcam, of which only the last seconds are seen at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from formcheck.exercises.definitions import is_hold
from formcheck.exercises.types import Bout
from formcheck.names import Side

GOES_ON_S: Final = 0.25
"""A hold goes on that was seen this shortly before the newest picture, where smoothing is unsure."""

SAME_HOLD_S: Final = 0.3
"""What begins this shortly after a hold of the same side is the same one, lost in between."""


@dataclass(frozen=True)
class Hold:
    """A hold, in session time.

    Attributes
    ----------
    side : str or None
        The working side.
    start_s, end_s : float
        As far as it was seen.
    goes_on : bool
        Whether it is not over yet.
    """

    side: Side | None
    start_s: float
    end_s: float
    goes_on: bool

    def seconds(self, now_s: float) -> float:
        """Return how long it lasts, or has lasted."""
        return (max(now_s, self.end_s) if self.goes_on else self.end_s) - self.start_s


class HoldClock:
    """Joins what each window shows of a hold, which may be longer than the window.

    Attributes
    ----------
    since_s : float
        What came before this moment doesn't count.
    """

    def __init__(self) -> None:
        self.since_s = float("-inf")
        self._holds: list[Hold] = []

    @property
    def last(self) -> Hold | None:
        """The newest hold; None before the first."""
        return self._holds[-1] if self._holds else None

    def longest_s(self, now_s: float) -> float:
        """Return how long the longest hold was, or has become; 0 before the first."""
        return max((hold.seconds(now_s) for hold in self._holds), default=0.0)

    def update(self, bouts: Sequence[Bout], *, offset_s: float, now_s: float) -> None:
        """Take in what was found in the window.

        Parameters
        ----------
        bouts : sequence of Bout
            With times from the window's start; those of other exercises are passed over.
        offset_s : float
            Session time of the window's start.
        now_s : float
            Session time of the newest frame.
        """
        found = [
            (bout.side, max(repetition.start_s + offset_s, self.since_s), repetition.end_s + offset_s)
            for bout in bouts
            if is_hold(bout.exercise)
            for repetition in bout.repetitions
            if repetition.end_s + offset_s > self.since_s
        ]
        for side, start_s, end_s in sorted(found, key=lambda each: each[1]):
            self._take(Hold(side, start_s, end_s, end_s >= now_s - GOES_ON_S))
        if self._holds and self._holds[-1].end_s < now_s - GOES_ON_S:
            self._holds[-1] = replace(self._holds[-1], goes_on=False)

    def _take(self, found: Hold) -> None:
        """Keep a new hold; of a known one the start that was seen first, and the newest end."""
        known = self.last
        after_s = found.start_s - known.end_s if known is not None else float("inf")
        if known is None or after_s > SAME_HOLD_S or (found.side != known.side and after_s > -SAME_HOLD_S):
            self._holds.append(found)
        elif found.end_s > known.start_s:
            self._holds[-1] = replace(found, start_s=min(found.start_s, known.start_s))
