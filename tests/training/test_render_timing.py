import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.render.timing import phase, plan_reps, wander

SECONDS = np.arange(0, 60, 0.02)


@given(st.integers(0, 10_000), st.floats(0.05, 0.5), st.floats(0.5, 6.0))
def test_uneven_repetitions_are_in_order_and_never_deeper_than_even_ones(seed, spread, total):
    reps = plan_reps(np.random.default_rng(seed), 1.0, 5, (0.6 * total, 0.1, 0.4 * total, 0.3), spread)
    edges = [t for rep in reps for t in (rep.start_s, rep.turn_s, rep.turn_end_s, rep.end_s)]
    assert edges == sorted(edges)
    assert all(0.0 < rep.depth <= 1.03 and rep.fault > 0.0 for rep in reps)
    deep = phase(SECONDS, reps, scaled="depth")
    assert deep.min() >= -1e-9 and deep.max() <= 1.03


@given(st.integers(0, 10_000))
def test_without_spread_repetitions_stay_as_they_were(seed):
    first, again = (
        plan_reps(np.random.default_rng(seed), 1.0, 3, (1.0, 0.1, 1.0, 0.3), *extra) for extra in ((), (0.0,))
    )
    assert first == again
    assert all(rep.stall == 0.0 and rep.bounce == 0.0 for rep in first)


def test_wandering_is_smooth_and_of_size_one():
    times = np.arange(0, 200, 0.02)
    noises = np.array([wander(np.random.default_rng(seed), times) for seed in range(40)])
    steepest = np.abs(np.diff(noises)).max(axis=1)
    assert (steepest < 2 * np.pi * 1.5 * 0.02 * np.abs(noises).max(axis=1) * 2).all()
    assert noises.std() == pytest.approx(1.0, abs=0.1)
