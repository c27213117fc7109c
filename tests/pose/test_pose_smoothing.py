"""The laws of smoothing: what it keeps, what it damps, and what it must not touch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from poses import sequence

from formcheck.pose import PoseSequence, smooth
from formcheck.pose.smoothing import without_spikes

law = settings(deadline=None, max_examples=25)
rates = st.sampled_from([24.0, 25.0, 29.97, 30.0, 50.0, 60.0, 120.0, 240.0])
seeds = st.integers(0, 2**16)


def clock(fps: float, seconds: float = 3.0) -> NDArray[np.float64]:
    return np.arange(int(seconds * fps)) / fps


def walk(times_s: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return a slow movement with noise, in pixels."""
    rng = np.random.default_rng(seed)
    phase, height = rng.uniform(0, 6), rng.uniform(20, 80)
    return 300 + height * np.sin(4 * times_s + phase) + rng.normal(0, 2, len(times_s))


def assert_same(one: PoseSequence, other: PoseSequence, tolerance: float = 2e-3) -> None:
    np.testing.assert_allclose(one.image_px, other.image_px, atol=tolerance)
    np.testing.assert_allclose(one.world_m, other.world_m, atol=tolerance)


def amplitude(values: NDArray[np.floating], times_s: NDArray[np.float64], hz: float) -> float:
    """Return the amplitude at ``hz``, leaving out the ends."""
    inner = slice(len(times_s) // 6, -len(times_s) // 6)
    t = times_s[inner]
    base = np.column_stack([np.sin(2 * np.pi * hz * t), np.cos(2 * np.pi * hz * t), np.ones_like(t)])
    sine, cosine, _ = np.linalg.lstsq(base, np.asarray(values[inner], float), rcond=None)[0]
    return float(np.hypot(sine, cosine))


@law
@given(rates, st.floats(-1000, 1000))
def test_a_constant_stays_constant(fps: float, value: float) -> None:
    times_s = clock(fps)
    pose = sequence(times_s, np.full(len(times_s), value))
    assert_same(smooth(pose), pose)


@law
@given(rates, seeds, st.floats(0, 3600))
def test_starting_the_clock_elsewhere_changes_nothing(fps: float, seed: int, shift_s: float) -> None:
    times_s = clock(fps)
    signal = walk(times_s, seed)
    assert_same(smooth(sequence(times_s, signal)), smooth(sequence(times_s + shift_s, signal)))


@law
@given(rates, seeds, st.floats(0.1, 10))
@example(fps=29.97, seed=6633, scale=1.5)  # a sample lies on the very limit of a spike
def test_scaling_the_picture_scales_the_result(fps: float, seed: int, scale: float) -> None:
    times_s = clock(fps)
    signal = walk(times_s, seed)
    small, large = smooth(sequence(times_s, signal)), smooth(sequence(times_s, signal * scale))
    np.testing.assert_allclose(large.image_px, small.image_px * scale, rtol=1e-4)


@law
@given(rates, seeds)
def test_mirroring_the_picture_mirrors_the_result(fps: float, seed: int) -> None:
    times_s = clock(fps)
    pose = sequence(times_s, walk(times_s, seed))
    flip = np.array([-1, 1], np.float32)
    mirrored = smooth(pose.with_points(pose.image_px * flip, pose.world_m))
    np.testing.assert_allclose(mirrored.image_px, smooth(pose).image_px * flip, atol=1e-3)


@law
@given(rates, seeds)
def test_playing_backwards_gives_the_result_backwards(fps: float, seed: int) -> None:
    """No lag: the past and the future count alike."""
    times_s = clock(fps)
    signal = walk(times_s, seed)
    forwards = smooth(sequence(times_s, signal)).image_px
    backwards = smooth(sequence(times_s, signal[::-1])).image_px
    inner = slice(int(fps / 2), -int(fps / 2))
    np.testing.assert_allclose(backwards[::-1][inner], forwards[inner], atol=0.1)


@law
@given(rates)
def test_a_slow_movement_is_kept_and_in_time(fps: float) -> None:
    times_s = clock(fps, 5)
    pose = sequence(times_s, 100 * np.sin(2 * np.pi * times_s))
    kept = smooth(pose).image_px[:, 0, 0]
    raw = pose.image_px[:, 0, 0]
    inner = slice(len(times_s) // 6, -len(times_s) // 6)
    assert np.abs(kept - raw)[inner].max() <= 0.02 * raw.max()


@law
@given(st.sampled_from([50.0, 60.0, 120.0, 240.0]))
def test_a_fast_tremor_is_damped(fps: float) -> None:
    times_s = clock(fps)
    pose = sequence(times_s, 10 * np.sin(2 * np.pi * 15 * times_s))
    before = amplitude(pose.image_px[:, 0, 0], times_s, 15)
    assert amplitude(smooth(pose).image_px[:, 0, 0], times_s, 15) <= 0.06 * before


def test_the_cut_off_halves_the_power() -> None:
    times_s = clock(60, 6)
    pose = sequence(times_s, 10 * np.sin(2 * np.pi * 6 * times_s))
    ratio = amplitude(smooth(pose).image_px[:, 0, 0], times_s, 6) / amplitude(
        pose.image_px[:, 0, 0], times_s, 6
    )
    assert ratio == pytest.approx(0.5**0.5, abs=0.02)


@law
@given(rates, seeds, st.floats(0.25, 1.0))
def test_a_long_gap_stays_and_nothing_crosses_it(fps: float, seed: int, gap_s: float) -> None:
    times_s = clock(fps)
    start, length = int(fps), int(np.ceil(gap_s * fps))
    gap = range(start, start + length)
    signal = walk(times_s, seed)
    signal[start + length :] += 500
    whole = smooth(sequence(times_s, signal, gap))
    assert np.flatnonzero(~whole.detected).tolist() == list(gap)
    alone = smooth(sequence(times_s[:start], signal[:start]))
    np.testing.assert_allclose(whole.image_px[:start], alone.image_px, atol=1e-3)


@law
@given(rates, seeds)
def test_a_short_gap_is_bridged_and_marked_as_not_seen(fps: float, seed: int) -> None:
    times_s = clock(fps)
    count = int(0.15 * fps)
    gap = list(range(int(fps), int(fps) + count))
    signal = 300 + 50 * np.sin(3 * times_s + seed)
    pose, truth = sequence(times_s, signal, gap), sequence(times_s, signal)
    bridged = smooth(pose)
    assert bridged.detected.all()
    assert np.abs(bridged.image_px - truth.image_px)[gap].max() < 5
    assert (bridged.visibility[gap] == 0).all()
    assert not pose.detected[gap].any()


@law
@given(seeds)
def test_uneven_frame_times_keep_the_movement_in_time(seed: int) -> None:
    rng = np.random.default_rng(seed)
    times_s = np.cumsum(rng.uniform(1 / 60, 1 / 20, 120))
    pose = sequence(times_s, 100 * np.sin(2 * np.pi * 0.5 * times_s))
    off = np.abs(smooth(pose).image_px - pose.image_px)[20:-20]
    assert off.max() <= 0.03 * pose.image_px.max()


@law
@given(st.integers(1, 9), st.floats(4, 240))
def test_a_very_short_straight_movement_is_kept(count: int, fps: float) -> None:
    times_s = np.arange(count) / fps
    pose = sequence(times_s, 100 + 3 * np.arange(count, dtype=float))
    assert_same(smooth(pose), pose, tolerance=0.1)


def test_few_frames_a_second_still_keep_a_slow_movement() -> None:
    times_s = clock(10, 10)
    pose = sequence(times_s, 100 * np.sin(2 * np.pi * 0.5 * times_s))
    assert amplitude(smooth(pose).image_px[:, 0, 0], times_s, 0.5) == pytest.approx(50, rel=0.02)


def test_nobody_at_all_stays_nobody() -> None:
    times_s = clock(30)
    assert not smooth(sequence(times_s, times_s, range(len(times_s)))).detected.any()


@law
@given(seeds, st.integers(5, 80), st.floats(40, 400))
def test_a_single_spike_is_removed_and_only_it(seed: int, where: int, height: float) -> None:
    times_s = clock(30)
    clean = walk(times_s, seed)[:, None]
    spoilt = clean.copy()
    spoilt[where] += height
    assert abs(without_spikes(spoilt)[where] - clean[where]).item() < 20


def test_turns_and_short_plateaus_are_no_spikes() -> None:
    parabola = -(np.arange(-8.0, 9.0) ** 2)[:, None]
    plateau = np.repeat([0.0, 1.0, 0.0], [7, 2, 7])[:, None]
    np.testing.assert_array_equal(without_spikes(parabola), parabola)
    np.testing.assert_array_equal(without_spikes(plateau), plateau)
