"""Series on an even clock, as the file formats of laboratories want them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.errors import InvalidDataError

_LONGEST_GAP_STEPS = 2.0
"""Between two samples that lie further apart than this, values are missing, not interpolated."""


def evenly(
    times_s: NDArray[np.float64], values: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a clock of equal steps (the median step of ``times_s``, from 0) and the values on it.

    Parameters
    ----------
    times_s : ndarray, shape (frame,)
        Seconds.
    values : ndarray, shape (frame, channel)
        NaN where missing.

    Returns
    -------
    clock_s : ndarray, shape (sample,)
    values : ndarray, shape (sample, channel)
        Between two neighbours a straight line; NaN in gaps.

    Raises
    ------
    InvalidDataError
        If there are fewer than two frames.
    """
    if len(times_s) < 2:
        raise InvalidDataError("times_s: expected at least two frames.")
    step_s = float(np.median(np.diff(times_s)))
    count = int(np.floor((times_s[-1] - times_s[0]) / step_s + 1e-6)) + 1
    clock_s = np.arange(count, dtype=np.float64) * step_s
    series = np.full((count, values.shape[1]), np.nan)
    for channel in range(values.shape[1]):
        seen = np.isfinite(values[:, channel])
        if seen.any():
            at: NDArray[np.float64] = times_s[seen] - times_s[0]
            line = np.interp(clock_s, at, values[seen, channel])
            series[:, channel] = np.where(_known(clock_s, at, step_s), line, np.nan)
    return clock_s, series


def _known(clock_s: NDArray[np.float64], at: NDArray[np.float64], step_s: float) -> NDArray[np.bool_]:
    """Return where on the clock there is a sample, or one on either side that is near enough."""
    near = 1e-3 * step_s
    after = np.searchsorted(at, clock_s - near)
    following = at[np.minimum(after, len(at) - 1)]
    on_a_sample = np.abs(following - clock_s) <= near
    between = (after > 0) & (after < len(at))
    gap_s = following - at[np.maximum(after - 1, 0)]
    known: NDArray[np.bool_] = on_a_sample | (between & (gap_s <= _LONGEST_GAP_STEPS * step_s + near))
    return known
