"""The One-Euro filter: quiet at rest, quick in motion."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.pose.one_euro import OneEuroFilter

FPS = 30.0
law = settings(deadline=None, max_examples=50)


def run(values: np.ndarray, **settings: float) -> np.ndarray:
    keep = OneEuroFilter(**settings)
    return np.array([keep(value, i / FPS) for i, value in enumerate(values)])


@law
@given(st.floats(-1e3, 1e3), st.floats(0, 10))
def test_a_constant_stays_constant(value: float, beta: float) -> None:
    np.testing.assert_allclose(run(np.full(40, value), beta=beta), value)


@law
@given(st.floats(0.2, 5.0))
def test_without_beta_it_is_exponential_smoothing(cutoff_hz: float) -> None:
    values = np.random.default_rng(1).normal(size=50)
    share = 1 / (1 + FPS / (2 * math.pi * cutoff_hz))
    expected = [values[0]]
    for value in values[1:]:
        expected.append(share * value + (1 - share) * expected[-1])
    np.testing.assert_allclose(run(values, min_cutoff_hz=cutoff_hz), expected)


def test_jitter_at_rest_is_damped() -> None:
    noise = np.random.default_rng(2).normal(0, 1, (300, 33, 2))
    assert run(noise, min_cutoff_hz=1.0).std() < 0.4 * noise.std()


def test_beta_shortens_the_lag() -> None:
    ramp = np.arange(60.0) * 10
    lag_slow = (ramp - run(ramp))[-1]
    lag_quick = (ramp - run(ramp, beta=0.05))[-1]
    assert 0 < lag_quick < 0.5 * lag_slow


@law
@given(st.floats(0.1, 10))
def test_elements_do_not_touch_each_other(factor: float) -> None:
    values = np.random.default_rng(4).normal(size=(30, 2))
    other = values * [1, factor]
    np.testing.assert_allclose(run(values, beta=0.1)[:, 0], run(other, beta=0.1)[:, 0])


def test_a_lost_point_starts_anew() -> None:
    values = np.zeros((20, 2))
    values[5:10, 1] = np.nan
    values[10:, 1] = 7.0
    filtered = run(values)
    assert np.isnan(filtered[5:10, 1]).all()
    np.testing.assert_allclose(filtered[10:, 1], 7.0)
    np.testing.assert_array_equal(filtered[:, 0], 0.0)


def test_time_must_go_on() -> None:
    keep = OneEuroFilter()
    keep(np.zeros(2), 1.0)
    with pytest.raises(ValueError, match="time_s"):
        keep(np.zeros(2), 1.0)


def test_reset_forgets() -> None:
    keep = OneEuroFilter()
    keep(np.zeros(2), 5.0)
    keep.reset()
    np.testing.assert_array_equal(keep(np.ones(2), 0.0), 1.0)
