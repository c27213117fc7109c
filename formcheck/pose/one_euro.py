"""The One-Euro filter for live use: little lag when the point moves, little jitter when it rests."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


class OneEuroFilter:
    """Adaptive low-pass for a stream of arrays, each element by itself.

    Parameters
    ----------
    min_cutoff_hz : float
        Cut-off at rest: lower means less jitter.
    beta : float
        How fast the cut-off rises with speed, in Hz per unit per second: higher means less lag. It depends
        on the unit of the data.
    derivative_cutoff_hz : float
        Cut-off of the speed's own filter.

    Notes
    -----
    G. Casiez, N. Roussel, D. Vogel, "1 € Filter", CHI 2012, algorithm 1. An element that is NaN gives NaN
    and starts anew when it comes back.
    """

    def __init__(
        self, *, min_cutoff_hz: float = 1.0, beta: float = 0.0, derivative_cutoff_hz: float = 1.0
    ) -> None:
        self._min_cutoff_hz = min_cutoff_hz
        self._beta = beta
        self._derivative_cutoff_hz = derivative_cutoff_hz
        self.reset()

    def reset(self) -> None:
        """Forget the past."""
        self._time_s: float | None = None
        self._value: NDArray[np.float64] = np.empty(0)
        self._speed: NDArray[np.float64] = np.empty(0)

    def __call__(self, values: Any, time_s: float) -> NDArray[np.float64]:
        """Return the filtered ``values`` (any shape, the same at each call) at ``time_s``.

        Raises
        ------
        ValueError
            If the time is not later than the last one.
        """
        values = np.asarray(values, dtype=np.float64)
        if self._time_s is None:
            self._value, self._speed = values, np.zeros_like(values)
        else:
            step_s = time_s - self._time_s
            if step_s <= 0:
                raise ValueError(f"time_s: expected later than {self._time_s}, came {time_s}.")
            self._advance(values, step_s)
        self._time_s = time_s
        return self._value.copy()

    def _advance(self, values: NDArray[np.float64], step_s: float) -> None:
        fresh = np.isnan(self._value)
        speed = np.where(fresh, 0.0, (values - self._value) / step_s)
        share = _share(self._derivative_cutoff_hz, step_s)
        speed = np.where(fresh, 0.0, share * speed + (1 - share) * self._speed)
        share = _share(self._min_cutoff_hz + self._beta * np.abs(speed), step_s)
        self._value = np.where(fresh, values, share * values + (1 - share) * self._value)
        self._speed = speed


def _share(cutoff_hz: Any, step_s: float) -> Any:
    """Return the weight of the new sample in exponential smoothing with ``cutoff_hz``."""
    return 1.0 / (1.0 + 1.0 / (2 * math.pi * cutoff_hz * step_s))
