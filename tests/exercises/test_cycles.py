"""Laws of the hysteresis that cuts a depth signal into repetitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.exercises.cycles import EDGE, find_cycles, find_holds, runs

RULE = {"min_rise": 0.2, "return_share": 0.5}


def humps(heights: list[float], width: int = 40, rest: int = 20) -> np.ndarray:
    hump = (1 - np.cos(np.linspace(0, 2 * np.pi, width))) / 2
    quiet = np.zeros(rest)
    return np.concatenate([quiet, *[part for height in heights for part in (height * hump, quiet)]])


@given(st.lists(st.floats(0.3, 2.0), max_size=8))
def test_every_hump_is_one_cycle_with_its_turn_at_the_top(heights: list[float]) -> None:
    depth = humps(heights)
    cycles = find_cycles(depth, **RULE)
    assert len(cycles) == len(heights)
    for i, (cycle, height) in enumerate(zip(cycles, heights, strict=True)):
        assert cycle.turn == pytest.approx(20 + 60 * i + 19.5, abs=1)
        assert cycle.rise == pytest.approx(height, rel=0.01)
        assert cycle.complete
        assert 18 + 60 * i <= cycle.start <= cycle.loaded <= cycle.turn <= cycle.end <= 62 + 60 * i


@given(st.floats(0.01, 100.0), st.floats(-50.0, 50.0))
def test_scale_and_offset_of_the_signal_do_not_matter(scale: float, offset: float) -> None:
    depth = humps([1.0, 0.8, 1.2])
    usual = find_cycles(depth, **RULE)
    other = find_cycles(scale * depth + offset, min_rise=0.2 * scale, return_share=0.5)
    assert [(c.start, c.turn, c.end) for c in other] == [(c.start, c.turn, c.end) for c in usual]


def test_movement_below_the_threshold_is_none() -> None:
    assert find_cycles(humps([0.15, 0.1, 0.19]), **RULE) == []


def test_a_bounce_at_the_turn_belongs_to_its_repetition() -> None:
    depth = humps([1.0])
    depth[38:42] -= [0.2, 0.3, 0.3, 0.2]
    assert len(find_cycles(depth, **RULE)) == 1


def test_a_deep_return_separates_two_repetitions() -> None:
    depth = humps([1.0, 1.0], rest=0)
    assert len(find_cycles(depth, **RULE)) == 2


def test_the_middle_of_a_hold_is_its_turn() -> None:
    hump = humps([1.0])
    depth = np.concatenate([hump[:40], np.full(60, hump[40]), hump[40:]])
    (cycle,) = find_cycles(depth, **RULE)
    assert cycle.turn == pytest.approx(70, abs=1)


@pytest.mark.parametrize("piece", [slice(38, None), slice(None, 42)])
def test_half_a_repetition_at_the_edge_is_incomplete(piece: slice) -> None:
    (cycle,) = find_cycles(humps([1.0])[piece], **RULE)
    assert not cycle.complete
    assert cycle.at_edge


@pytest.mark.parametrize(("lost", "at_edge"), [(0, True), (EDGE, True), (EDGE + 1, False)])
@pytest.mark.parametrize("order", [1, -1])
def test_who_leaves_or_comes_in_the_middle_of_a_clip_is_not_cut_off_by_its_edge(
    lost: int, at_edge: bool, order: int
) -> None:
    depth = np.concatenate([humps([1.0])[:42], np.full(lost, np.nan)])
    (cycle,) = find_cycles(depth[::order], **RULE)
    assert not cycle.complete
    assert cycle.at_edge == at_edge


def test_no_cycle_reaches_across_a_gap() -> None:
    depth = humps([1.0, 1.0])
    depth[55:58] = np.nan
    first, second = find_cycles(depth, **RULE)
    assert first.end < 55
    assert second.start >= 58
    depth[40:44] = np.nan
    assert all(not (c.start < 40 and c.end > 43) for c in find_cycles(depth, **RULE))


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_nothing_is_found_in_nothing(count: int) -> None:
    assert find_cycles(np.full(count, np.nan), **RULE) == []
    assert find_cycles(np.zeros(count), **RULE) == []
    assert find_holds(np.zeros(count), enter=0.1, leave=0.05) == []


def test_a_hold_needs_the_higher_and_keeps_to_the_lower_threshold() -> None:
    depth = np.array([0, 0.06, 0.2, 0.06, 0.2, 0.06, 0, 0.06, 0.09, 0.06, 0])
    (hold,) = find_holds(depth, enter=0.1, leave=0.05)
    assert (hold.start, hold.turn, hold.end) == (1, 3, 5)


@given(st.lists(st.booleans(), max_size=40))
def test_runs_rebuild_the_mask(mask: list[bool]) -> None:
    rebuilt = np.zeros(len(mask), dtype=bool)
    for begin, end in runs(np.array(mask, dtype=bool)):
        rebuilt[begin:end] = True
    assert rebuilt.tolist() == mask
