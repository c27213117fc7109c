"""When things happen in a clip: repetitions with their natural variation, and smooth curves through time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from training.render.rotations import Array


@dataclass(frozen=True)
class Rep:
    """One repetition: its times (s) and how deep and how faulty it is against the others (about 1).

    ``stall`` is the share of the way down at which it waits a while, ``bounce`` the share of the depth that
    it comes up and goes down again in the hold at the turn.
    """

    start_s: float
    turn_s: float
    turn_end_s: float
    end_s: float
    depth: float
    fault: float
    stall: float = 0.0
    bounce: float = 0.0


def smooth(u: Array) -> Array:
    """Minimum-jerk step from 0 at u ≤ 0 to 1 at u ≥ 1."""
    u = np.clip(u, 0.0, 1.0)
    step: Array = u**3 * (10 - 15 * u + 6 * u * u)
    return step


def ramp(times: Array, start_s: float, end_s: float) -> Array:
    """Minimum-jerk step between two times."""
    return smooth((times - start_s) / max(end_s - start_s, 1e-6))


def plan_reps(
    rng: Generator,
    start_s: float,
    count: int,
    tempo: tuple[float, float, float, float],
    spread: float = 0.0,
) -> list[Rep]:
    """Lay out ``count`` repetitions; ``tempo`` is (down, hold, up, pause) in seconds.

    With a ``spread`` their tempo, depth and faults differ by about that share, and some are partial, wait
    on the way down, or bounce at the turn.
    """
    reps, now = [], start_s
    for _ in range(count):
        down, hold, up, pause = (max(0.08, t) * rng.uniform(0.9, 1.1) for t in tempo)
        depth, fault, stall, bounce = rng.uniform(0.95, 1.03), rng.uniform(0.8, 1.15), 0.0, 0.0
        if spread:
            down, hold, up, pause = np.array([down, hold, up, pause]) * np.exp(rng.normal(0, spread, 4))
            depth *= (
                1
                - min(abs(rng.normal(0, 0.4 * spread)), 0.4)
                - (rng.uniform(0.2, 0.5) if rng.random() < 0.05 else 0.0)
            )
            fault *= rng.uniform(1 - 2 * spread, 1 + spread)
            stall = rng.uniform(0.3, 0.7) if rng.random() < 0.05 else 0.0
            if rng.random() < 0.08:
                hold, bounce = max(hold, rng.uniform(0.4, 0.9)), rng.uniform(0.1, 0.3)
        turn = now + down * (1.6 if stall else 1.0)
        end = turn + hold + up
        reps.append(Rep(now, turn, turn + hold, end, depth, fault, stall, bounce))
        now = end + pause
    return reps


def phase(times: Array, reps: list[Rep], *, scaled: str = "") -> Array:
    """Return how far the movement has gone: 0 at rest, 1 at the turn (times ``depth`` or ``fault``)."""
    total = np.zeros_like(times)
    for rep in reps:
        scale = getattr(rep, scaled) if scaled else 1.0
        rise = ramp(times, rep.start_s, rep.turn_s)
        if rep.stall:
            third = (rep.turn_s - rep.start_s) / 3
            rise = rep.stall * ramp(times, rep.start_s, rep.start_s + third)
            rise += (1 - rep.stall) * ramp(times, rep.turn_s - third, rep.turn_s)
        if rep.bounce:
            held = np.clip((times - rep.turn_s) / (rep.turn_end_s - rep.turn_s), 0.0, 1.0)
            rise = rise - rep.bounce * np.sin(np.pi * held) ** 2
        total += scale * (rise - ramp(times, rep.turn_end_s, rep.end_s))
    return total


def wander(rng: Generator, times: Array, low_hz: float = 0.1, high_hz: float = 1.5) -> Array:
    """Return smooth noise of standard deviation about 1 with frequencies between two limits."""
    hz = np.exp(rng.uniform(np.log(low_hz), np.log(high_hz), 7))
    size = rng.normal(0, 1, 7) / np.sqrt(hz)
    waves = size[:, None] * np.sin(2 * np.pi * (hz[:, None] * times + rng.random((7, 1))))
    total: Array = waves.sum(axis=0) / (np.sqrt(0.5 * np.sum(size**2)) + 1e-9)
    return total


def sway(rng: Generator, times: Array, size: float, hz: float = 0.4) -> Array:
    """Return slow random wandering of standard deviation ``size``."""
    total = np.zeros_like(times)
    for k in range(4):
        total += (
            rng.normal(0, 1)
            * np.sin(2 * np.pi * hz * (0.5 + 0.55 * k) * times + rng.uniform(0, 2 * np.pi))
            / (1 + k)
        )
    return size * total / 0.85
