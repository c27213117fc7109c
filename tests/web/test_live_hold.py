"""The clock of a hold: longer than a window, over when the foot is down, none before the set."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_clips import analysed

from benchmarks.live_counts import person_in
from formcheck.coaching.live_rules import live_rules
from formcheck.exercises.types import Bout, Repetition
from formcheck.names import Side
from formcheck.scoring import load_thresholds
from formcheck.web.live_hold import HoldClock
from formcheck.web.live_state import LiveChoices
from formcheck.web.live_watcher import Watcher
from formcheck.web.live_window import WINDOW_S, RollingWindow

LEAST_S = 2.5
"""Recognition speaks of holds that last so long in its window."""


def stance(side: Side, *spans: tuple[float, float]) -> Bout:
    holds = tuple(Repetition(start, (start + end) / 2, end) for start, end in spans)
    return Bout("single_leg_stance", 0.9, side, side, holds[0].start_s, holds[-1].end_s, holds)


def watched(holds: list[tuple[float, float]], until_s: float, clock: HoldClock) -> HoldClock:
    """Let the clock see each window as recognition would, twice a second."""
    for now in np.arange(1.0, until_s + 0.01, 0.5):
        start = max(0.0, now - WINDOW_S)
        spans = [(max(a, start) - start, min(b, now) - start) for a, b in holds]
        seen = [(a, b) for a, b in spans if b - a >= LEAST_S]
        clock.update([stance("left", *seen)] if seen else [], offset_s=start, now_s=float(now))
    return clock


@given(first=st.floats(0.5, 5), lasts=st.floats(3, 60), pause=st.floats(1, 8), again=st.floats(3, 20))
def test_a_hold_is_as_long_as_it_was_however_short_the_window(
    first: float, lasts: float, pause: float, again: float
) -> None:
    holds = [(first, first + lasts), (first + lasts + pause, first + lasts + pause + again)]
    end = holds[-1][1]
    clock = watched(holds, end + 2.0, HoldClock())
    assert clock.longest_s(end + 2.0) == pytest.approx(max(lasts, again), abs=1e-6)
    assert clock.last is not None
    assert not clock.last.goes_on
    assert clock.last.seconds(end + 2.0) == pytest.approx(again, abs=1e-6)


def test_while_a_hold_goes_on_its_seconds_run_between_two_looks() -> None:
    clock = watched([(2.0, 100.0)], 30.0, HoldClock())
    assert clock.last is not None
    assert clock.last.goes_on
    assert clock.last.seconds(30.4) == pytest.approx(28.4)


def test_what_was_held_before_the_set_does_not_count() -> None:
    clock = HoldClock()
    clock.since_s = 10.0
    watched([(2.0, 8.0), (9.0, 20.0)], 22.0, clock)
    assert clock.longest_s(22.0) == pytest.approx(10.0)


def test_the_other_leg_is_another_hold() -> None:
    clock = HoldClock()
    clock.update([stance("left", (1.0, 6.0))], offset_s=0.0, now_s=6.1)
    clock.update([stance("left", (1.0, 6.0)), stance("right", (6.1, 9.0))], offset_s=0.0, now_s=9.0)
    assert clock.last is not None
    assert (clock.last.side, clock.last.seconds(9.0)) == ("right", pytest.approx(2.9))
    assert clock.longest_s(9.0) == pytest.approx(5.0)


def test_a_drawn_person_who_stands_on_one_leg_is_timed() -> None:
    """The sample's foot leaves the floor at 1.4 s and is down again at 46.4 s."""
    pose = analysed("single_leg_stance_front_right_good").pose
    ours = Watcher(LiveChoices("single_leg_stance", "right"), live_rules(), load_thresholds())
    recording, seconds = RollingWindow(320.0), {}
    for frame, time_s in enumerate(pose.times_s.tolist()):
        recording.add(time_s, (pose.video.width, pose.video.height), person_in(pose, frame))
        if frame % 60 == 59:
            hold = ours.follow(recording, 0.0).hold
            seconds[time_s] = hold.seconds(time_s) if hold is not None else 0.0
    ours.follow(recording, 0.0)
    during = [abs(held - (time_s - 1.4)) for time_s, held in seconds.items() if 5 < time_s < 46]
    assert len(during) > 15
    assert max(during) < 0.6
    assert ours.seen.hold is not None
    assert not ours.seen.hold.goes_on
    assert ours.seen.longest_hold_s == pytest.approx(45.0, abs=0.6)
