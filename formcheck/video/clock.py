"""Presentation times that always run forward, whatever the file says."""

from __future__ import annotations

from typing import Final

_USUAL_FPS: Final = 30.0
_PLAUSIBLE_FPS: Final = (1.0, 1000.0)

_SLIP_S: Final = 0.25
"""A stamp further back than this comes from a recorder that started its clock again; less is disorder."""

_LONGEST_GAP_S: Final = 600.0
"""A stamp further ahead than this is damage, not a pause."""


def plausible_fps(fps: float | None) -> float | None:
    """Return ``fps`` if a camera could have it, else None (headers say 0 or 90000, too)."""
    low, high = _PLAUSIBLE_FPS
    return fps if fps is not None and low <= fps <= high else None


class FrameClock:
    """Gives each decoded frame its time: 0 for the first, strictly increasing.

    The file's own stamps are used as they are wherever they run forward; what is missing or runs
    backwards is filled in.

    Parameters
    ----------
    fps : float or None
        The header's average rate, used only for frames without a stamp.
    """

    def __init__(self, fps: float | None) -> None:
        self._interval = 1.0 / (plausible_fps(fps) or _USUAL_FPS)
        self._origin: float | None = None
        self._last: float | None = None

    def time_of(self, stamp_s: float | None) -> float:
        """Return the time of the next frame in seconds, given its stamp in the file (None if it has none)."""
        time_s = self._forward(stamp_s)
        self._last = time_s
        return time_s

    def _forward(self, stamp_s: float | None) -> float:
        following = 0.0 if self._last is None else self._last + self._interval
        if stamp_s is None:
            return following
        if self._origin is None:
            self._origin = stamp_s - following
        time_s = stamp_s - self._origin
        if self._last is None or 0 < time_s - self._last <= _LONGEST_GAP_S:
            return time_s
        if -_SLIP_S <= time_s - self._last <= 0:
            # A repeated stamp: half a step, so that the true stamps that follow are still ahead.
            return self._last + self._interval / 2
        self._origin = stamp_s - following
        return following
