"""How a live session keeps up: pictures per second, and how old a skeleton is when it is drawn."""

from __future__ import annotations

from collections import deque

import numpy as np

from formcheck.web.live_state import Speed


class SpeedMeter:
    """Counts what comes, is looked at and is drawn, over the last seconds."""

    def __init__(self) -> None:
        self._looked_s: deque[float] = deque(maxlen=60)
        self._ages_s: deque[float] = deque(maxlen=300)
        self._looked = self._dropped = 0

    def dropped(self) -> None:
        """Note a frame that nobody had time for."""
        self._dropped += 1

    def looked(self, now_s: float) -> None:
        """Note a frame that was looked at."""
        self._looked += 1
        self._looked_s.append(now_s)

    def drawn(self, age_s: float) -> None:
        """Note how long before it was drawn a frame had come."""
        self._ages_s.append(age_s)

    def speed(self) -> Speed:
        """Return how it goes."""
        latency = np.quantile(self._ages_s, [0.5, 0.95]).tolist() if self._ages_s else (None, None)
        return Speed(self._rate(), latency[0], latency[1], self._looked, self._dropped)

    def _rate(self) -> float:
        times = self._looked_s
        if len(times) < 2 or times[-1] <= times[0]:
            return 0.0
        return (len(times) - 1) / (times[-1] - times[0])
