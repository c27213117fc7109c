"""Repetitions of a depth signal by hysteresis: what rises far enough and comes back far enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

REST_SPEED_SHARE = 0.08
"""A repetition starts where it last moved slower than this share of its top speed …"""
REST_LEVEL_SHARE = 0.25
"""… within this share of the rise from the start posture; and in any case …"""
START_SHARE = 0.01
"""… where the depth leaves the start posture by this share of the rise."""
FLANK_SHARES = (0.5, 0.2)
"""Shares of the rise below the peak from which a flank's arrival at the turn is extrapolated …"""
FLANK_REACH = 1.2
"""… by this share of the time between them (1.1 for a cosine, 1.7 for a movement of least jerk)."""
EDGE = 15
"""So many samples without a person still belong to the clip's edge: after more somebody came, or left."""
RETURN_SHARE = 0.6
"""A cycle is complete when its smaller flank is at least this share of the larger one."""


@dataclass(frozen=True)
class Cycle:
    """One rise and return of a depth signal.

    Attributes
    ----------
    start, turn, end : int
        Samples of the uniform clock.
    rise : float
        From the lower of the two valleys beside it to the peak, in the depth signal's unit.
    complete : bool
        Whether both flanks are there.
    at_edge : bool
        Whether the flank that is missing lies beyond the clip's edge.
    loaded : int
        Sample on the way to the turn at which the first quarter of the rise is done.
    held : int
        Samples spent at the turn.
    """

    start: int
    turn: int
    end: int
    rise: float
    complete: bool = True
    at_edge: bool = False
    loaded: int = -1
    held: int = 0

    def __post_init__(self) -> None:
        if self.loaded < 0:
            object.__setattr__(self, "loaded", self.start)


def find_cycles(depth: Array, *, min_rise: float, return_share: float) -> list[Cycle]:
    """Cut a depth signal into cycles.

    Two thresholds make the hysteresis: a peak counts when the depth rises by ``min_rise`` before it or falls
    by as much after it, and it is over when the depth has come back by ``return_share`` of its rise;
    shallower dips between two peaks are bounces and join them.

    Parameters
    ----------
    depth : ndarray, shape (sample,)
        On a uniform clock, growing towards the turn; NaN in gaps, which no cycle crosses.
    min_rise : float
        In the unit of ``depth``.
    return_share : float
        0…1.

    Returns
    -------
    list of Cycle
        In time order, not overlapping.
    """
    cycles: list[Cycle] = []
    for first, last in finite_runs(depth):
        run = depth[first:last]
        pivots = _without_bounces(run, _pivots(run, min_rise), return_share)
        for i in range(1, len(pivots) - 1, 2):
            edges = (
                i == 1 and first <= EDGE,
                i == len(pivots) - 2 and last >= len(depth) - EDGE,
            )
            cycles.append(_cycle(run, pivots[i - 1 : i + 2], edges, first))
    return cycles


def find_holds(depth: Array, *, enter: float, leave: float) -> list[Cycle]:
    """Return the stretches above ``leave`` that somewhere exceed ``enter``; the turn is their middle.

    Parameters
    ----------
    depth : ndarray, shape (sample,)
        On a uniform clock; NaN in gaps, which end a hold.
    enter, leave : float
        The two thresholds, ``leave`` < ``enter``, in the unit of ``depth``.
    """
    holds = []
    for first, last in finite_runs(depth):
        run = depth[first:last]
        for begin, end in runs(run > leave):
            rise = float(np.max(run[begin:end]))
            if rise > enter:
                at_edge = begin == 0 or end == len(run)
                holds.append(
                    Cycle(first + begin, first + (begin + end - 1) // 2, first + end - 1, rise, True, at_edge)
                )
    return holds


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the half-open ranges over which ``mask`` is true."""
    padded = np.concatenate([[False], mask, [False]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(padded))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def finite_runs(values: Array) -> list[tuple[int, int]]:
    """Return the half-open ranges without gaps."""
    return runs(np.isfinite(values))


def _pivots(run: Array, swing: float) -> list[int]:
    """Return valley, peak, valley … valley that differ by at least ``swing`` (at the edges, by anything)."""
    found: list[int] = []
    direction = 0
    low = high = 0
    for i, value in enumerate(run):
        low = i if value < run[low] else low
        high = i if value > run[high] else high
        if direction >= 0 and run[high] - value >= swing:
            if direction == 0:
                found.append(int(np.argmin(run[: high + 1])))
            found.append(high)
            direction, low = -1, i
        elif direction <= 0 and value - run[low] >= swing:
            found.append(low)
            direction, high = 1, i
    if direction > 0:
        found += [high, high + int(np.argmin(run[high:]))]
    elif direction < 0:
        found.append(low)
    return found


def _without_bounces(run: Array, pivots: list[int], return_share: float) -> list[int]:
    """Join peaks between which the depth comes back by less than ``return_share`` of the rise."""
    pivots = list(pivots)
    while True:
        shares = []
        for i in range(2, len(pivots) - 2, 2):
            peak = min(run[pivots[i - 1]], run[pivots[i + 1]])
            base = min(run[pivots[i - 2]], run[pivots[i + 2]], run[pivots[i]])
            shares.append((peak - run[pivots[i]]) / max(peak - base, 1e-9))
        if not shares or min(shares) >= return_share:
            return pivots
        i = 2 + 2 * int(np.argmin(shares))
        lower = i - 1 if run[pivots[i - 1]] < run[pivots[i + 1]] else i + 1
        pivots = [pivot for j, pivot in enumerate(pivots) if j not in (i, lower)]


def _cycle(run: Array, pivots: list[int], edges: tuple[bool, bool], offset: int) -> Cycle:
    before, peak, after = pivots
    flanks = run[peak] - run[before], run[peak] - run[after]
    rise = float(max(flanks))
    start = peak - _leaving(run[before : peak + 1][::-1], rise)
    end = peak + _leaving(run[peak : after + 1], rise)
    turn, held = _turn(run[start : end + 1], peak - start, rise)
    missing_before = flanks[0] < RETURN_SHARE * rise
    missing_after = flanks[1] < RETURN_SHARE * rise
    loaded = peak - int(np.argmax(run[start : peak + 1][::-1] <= run[start] + 0.25 * flanks[0]))
    return Cycle(
        offset + start,
        offset + start + turn,
        offset + end,
        rise,
        complete=not (missing_before or missing_after),
        at_edge=(missing_before and edges[0]) or (missing_after and edges[1]),
        loaded=offset + min(loaded, start + turn),
        held=held,
    )


def _turn(cycle: Array, peak: int, rise: float) -> tuple[int, int]:
    """Return the sample of the turn, and how many samples are spent around it.

    The turn is the middle of the time between the arrival at the top and the departure from it. Both are
    extrapolated from the flanks, which noise at the top hardly moves.
    """
    arrival = _arrival(cycle[: peak + 1], rise)
    departure = len(cycle) - 1 - _arrival(cycle[peak:][::-1], rise)
    turn = int(np.clip(round((arrival + departure) / 2), 0, len(cycle) - 1))
    return turn, max(round(departure - arrival), 0)


def _arrival(flank: Array, rise: float) -> float:
    """Return the sample at which a flank, peak last, is expected to reach the turn."""
    missing = flank[-1] - flank
    half, near = (int(np.argmax(missing <= share * rise)) for share in FLANK_SHARES)
    return near + FLANK_REACH * (near - half)


def _leaving(flank: Array, rise: float) -> int:
    """Return after how many samples a flank, peak first and valley last, has come to rest."""
    above = flank - flank[-1]
    level = int(np.argmax(above <= START_SHARE * rise))
    if level < 2:
        return level
    speed = -np.gradient(flank[: level + 1])
    resting = (above[: level + 1] <= REST_LEVEL_SHARE * rise) & (speed < REST_SPEED_SHARE * np.max(speed))
    return int(np.argmax(resting)) if np.any(resting) else level
