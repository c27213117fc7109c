"""Laws of the frame clock: it starts at 0, always runs forward, and changes no stamp that does so too."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.video.clock import FrameClock, plausible_fps

STAMPS = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6), st.floats(-2, 2)), min_size=1, max_size=50)
STEPS = st.lists(st.floats(0.001, 300), min_size=1, max_size=50)


def times(stamps: list[float | None], fps: float | None = 25.0) -> list[float]:
    clock = FrameClock(fps)
    return [clock.time_of(stamp) for stamp in stamps]


@given(STAMPS, st.one_of(st.none(), st.floats(0, 1e5)))
def test_always_forward_from_zero(stamps: list[float | None], fps: float | None) -> None:
    given_times = times(stamps, fps)
    assert given_times[0] == 0
    assert np.all(np.diff(given_times) > 0)


@given(STEPS, st.floats(-1000, 1000))
def test_good_stamps_are_kept_from_their_first(steps: list[float], start_s: float) -> None:
    stamps = start_s + np.concatenate([[0], np.cumsum(steps)])
    np.testing.assert_allclose(times(stamps.tolist()), stamps - start_s, atol=1e-6)


def test_missing_stamps_follow_the_rate() -> None:
    np.testing.assert_allclose(times([None] * 4), [0, 0.04, 0.08, 0.12])
    np.testing.assert_allclose(times([None, 7.0, None, 7.1]), [0, 0.04, 0.08, 0.14])


@pytest.mark.parametrize("fps", [None, 0.0, 90_000.0])
def test_absurd_rate_is_not_used(fps: float | None) -> None:
    np.testing.assert_allclose(times([None] * 3, fps), [0, 1 / 30, 2 / 30])


def test_one_repeated_stamp_does_not_shift_the_rest() -> None:
    np.testing.assert_allclose(times([0, 0.04, 0.04, 0.08, 0.12]), [0, 0.04, 0.06, 0.08, 0.12])


def test_a_restarted_clock_goes_on() -> None:
    np.testing.assert_allclose(times([50, 55, 60, 0, 1, 2]), [0, 5, 10, 10.04, 11.04, 12.04])


def test_a_leap_of_hours_is_damage() -> None:
    np.testing.assert_allclose(times([0, 0.04, 95443.7, 95443.74]), [0, 0.04, 0.08, 0.12], atol=1e-9)


def test_plausible_rates() -> None:
    assert plausible_fps(29.97) == 29.97
    assert [plausible_fps(fps) for fps in (None, 0.0, 90_000.0)] == [None] * 3
