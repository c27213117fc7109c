"""When things happen in a clip: repetitions with their natural variation, and smooth curves through time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from training.render.rotations import Array


@dataclass(frozen=True)
class Rep:
    """One repetition: its times (s) and how deep and how faulty it is against the others (about 1)."""

    start_s: float
    turn_s: float
    turn_end_s: float
    end_s: float
    depth: float
    fault: float


def smooth(u: Array) -> Array:
    """Minimum-jerk step from 0 at u ≤ 0 to 1 at u ≥ 1."""
    u = np.clip(u, 0.0, 1.0)
    step: Array = u**3 * (10 - 15 * u + 6 * u * u)
    return step


def ramp(times: Array, start_s: float, end_s: float) -> Array:
    """Minimum-jerk step between two times."""
    return smooth((times - start_s) / max(end_s - start_s, 1e-6))


def plan_reps(
    rng: Generator, start_s: float, count: int, tempo: tuple[float, float, float, float]
) -> list[Rep]:
    """Lay out ``count`` repetitions; ``tempo`` is (down, hold, up, pause) in seconds."""
    reps, now = [], start_s
    for _ in range(count):
        down, hold, up, pause = (max(0.08, t) * rng.uniform(0.9, 1.1) for t in tempo)
        turn = now + down
        end = turn + hold + up
        reps.append(Rep(now, turn, turn + hold, end, rng.uniform(0.95, 1.03), rng.uniform(0.8, 1.15)))
        now = end + pause
    return reps


def phase(times: Array, reps: list[Rep], *, scaled: str = "") -> Array:
    """Return how far the movement has gone: 0 at rest, 1 at the turn (times ``depth`` or ``fault``)."""
    total = np.zeros_like(times)
    for rep in reps:
        scale = getattr(rep, scaled) if scaled else 1.0
        rise = ramp(times, rep.start_s, rep.turn_s)
        total += scale * (rise - ramp(times, rep.turn_end_s, rep.end_s))
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
