"""Series on an even clock, as the file formats of laboratories want them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.errors import InvalidDataError

_LONGEST_GAP_FRAMES = 2.0
"""What lies further from its neighbours than this many steps is missing, not interpolated."""


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
        if not seen.any():
            continue
        at: NDArray[np.float64] = times_s[seen] - times_s[0]
        line = np.interp(clock_s, at, values[seen, channel].astype(np.float64), left=np.nan, right=np.nan)
        series[:, channel] = np.where(_in_gap(clock_s, at, step_s), np.nan, line)
    return clock_s, series


def _in_gap(clock_s: NDArray[np.float64], at: NDArray[np.float64], step_s: float) -> NDArray[np.bool_]:
    after = np.clip(np.searchsorted(at, clock_s), 1, max(len(at) - 1, 1))
    if len(at) < 2:
        far: NDArray[np.bool_] = np.abs(clock_s - at[0]) > step_s / 2
        return far
    wide = at[after] - at[after - 1] > _LONGEST_GAP_FRAMES * step_s
    on_a_frame = (np.abs(clock_s - at[after]) < 1e-6) | (np.abs(clock_s - at[after - 1]) < 1e-6)
    in_gap: NDArray[np.bool_] = wide & ~on_a_frame
    return in_gap
