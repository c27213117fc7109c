"""What a measure gives for one repetition: a reading with its error, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from formcheck.scoring.context import RepContext
from formcheck.validation import BoolArray

Array = NDArray[np.floating[Any]]

NEEDED_SHARE: Final = 0.5
"""Share of a window's frames in which an angle must be known."""


@dataclass(frozen=True)
class Reading:
    """A measure of one repetition.

    Attributes
    ----------
    value, sd : float
        In the unit of the measure.
    signed : float or None
        The value with its sign, where the value is a magnitude.
    excursion : float or None
        Value minus baseline, where the value is absolute.
    """

    value: float
    sd: float
    signed: float | None = None
    excursion: float | None = None


@dataclass(frozen=True)
class Missing:
    """Why a measure has no value."""

    reason: str


Outcome = Reading | Missing


def read_window(rep: RepContext, angle: str, frames: BoolArray) -> Outcome:
    """Return the median of an angle in a window.

    The errors of neighbouring frames are nearly the same error, so the sd is that of a typical frame and
    doesn't shrink with their number.
    """
    return read_series(rep, rep.of.angles.of(angle), rep.of.angles.sd_of(angle), frames)


def read_events(rep: RepContext, angle: str, *, magnitude: bool = False) -> Outcome:
    """Return the worst median of an angle over the windows of the repetition's events (see `read_window`)."""
    outcomes = [read_window(rep, angle, frames) for frames in rep.events]
    readings = [outcome for outcome in outcomes if isinstance(outcome, Reading)]
    if not readings:
        return outcomes[0]
    return max(readings, key=lambda reading: abs(reading.value) if magnitude else reading.value)


def read_series(rep: RepContext, value: Array, sd: Array, frames: BoolArray) -> Outcome:
    """Return the median of any series in a window (see `read_window`)."""
    known = frames & np.isfinite(value) & np.isfinite(sd)
    if known.sum() < max(1.0, NEEDED_SHARE * frames.sum()):
        return Missing(rep.of.why_missing(frames if frames.any() else rep.frames))
    return Reading(float(np.median(value[known])), float(np.median(sd[known])))


def difference_sd(first: Reading, last: Reading) -> float:
    """Return the sd of the change between two readings of one angle, half of whose variance is shared."""
    return float(np.sqrt(first.sd**2 + last.sd**2 - first.sd * last.sd))
