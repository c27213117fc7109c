"""A watcher counts on beyond its window, reads angles, gives cues and says when the form broke."""

from __future__ import annotations

import numpy as np
import pytest
from live_people import Lunges, brightness_at, somebody, still

from formcheck.coaching.live_rules import live_rules
from formcheck.coaching.live_setup import ready
from formcheck.errors import InvalidDataError
from formcheck.motion.types import Motion
from formcheck.names import ANGLES
from formcheck.pose import PoseSequence
from formcheck.scoring import load_thresholds
from formcheck.web.live_state import LiveChoices, Seen
from formcheck.web.live_watcher import MEASURED_HZ, Stages, Watcher
from formcheck.web.live_window import RollingWindow

RATE = 30.0


def watcher(stages: Stages, choices: LiveChoices | None = None) -> Watcher:
    return Watcher(choices or LiveChoices(), live_rules(), load_thresholds(), stages)


def recorded(seconds: float, recording: RollingWindow | None = None) -> RollingWindow:
    """Return a recording that goes on for so long."""
    if recording is None:
        recording = RollingWindow(320.0)
    first = round(recording.end_s * RATE) + (len(recording) > 0)
    for frame in range(first, first + round(seconds * RATE)):
        recording.add(frame / RATE, (480, 640), somebody(), brightness_at(frame / RATE))
    return recording


def follow(ours: Watcher, seconds: float, *, begun_s: float = 0.0) -> Seen:
    recording = RollingWindow(320.0)
    for _ in range(round(seconds / 0.5)):
        ours.follow(recorded(0.5, recording), begun_s)
    return ours.seen


def test_the_count_goes_on_beyond_the_window() -> None:
    seen = follow(watcher(Lunges().stages), 60.0)
    assert (seen.exercise, seen.side, seen.measured_side) == ("lunge", "right", "right")
    assert seen.repetitions in (14, 15)  # the last one may not have settled


def test_legs_in_turn_are_counted_apart_unless_one_was_chosen() -> None:
    ours, recording, said = watcher(Lunges(in_turn=True).stages), RollingWindow(320.0), set()
    for _ in range(150):
        seen = ours.follow(recorded(0.2, recording), 0.0)
        said.add((seen.legs, seen.total, seen.done))
    # Left at 2, 10, 18, 26 s, right at 6, 14, 22: the total never falls, a target waits for the leg behind.
    both = {
        ((left, right), left + right, right)
        for left, right in [(1, 1), (2, 1), (2, 2), (3, 2), (3, 3), (4, 3)]
    }
    assert said - {(None, 0, 0)} == {(None, 1, 1), ((1, 0), 1, 0), *both}
    chosen = follow(watcher(Lunges(in_turn=True).stages, LiveChoices("lunge", "right")), 30.0)
    assert (chosen.legs, chosen.total, chosen.done) == (None, chosen.repetitions, chosen.repetitions)


def test_what_turned_before_the_set_began_does_not_count() -> None:
    ours = watcher(Lunges().stages)
    ours.begin(9.0)  # turns at 2 and 6 were before, 10 and 14 come after
    assert follow(ours, 16.0).repetitions == 2


def test_angles_come_with_their_error_and_unknown_ones_are_left_out() -> None:
    seen = follow(watcher(Lunges().stages), 8.0)
    assert set(seen.angles) == set(ANGLES[1:])
    assert all((e.value, e.sd) == (5.0, 2.0) for e in seen.angles.values())


def test_what_the_person_chose_is_not_guessed() -> None:
    lunges = Lunges()
    follow(watcher(lunges.stages, LiveChoices("lunge", "right")), 5.0)
    assert lunges.asked
    assert all(asked == {"exercise": "lunge", "side": "right"} for asked in lunges.asked)
    lunges = Lunges()
    follow(watcher(lunges.stages), 5.0)
    assert all(asked == {"exercise": "auto", "side": "auto"} for asked in lunges.asked)


def test_a_sure_fault_gives_a_cue_and_an_unsure_one_none() -> None:
    seen = follow(watcher(Lunges(drop=(7.5, 1.0)).stages), 12.0)
    assert seen.cue is not None
    assert (seen.cue.measure, seen.cue.exercise) == ("pelvic_drop_deg", "lunge")
    assert seen.cue.given_s < 4.5, "after the first repetition"
    assert seen.broke is None
    assert follow(watcher(Lunges(drop=(7.5, 6.0)).stages), 12.0).cue is None


def test_two_sure_fails_in_a_row_end_the_set() -> None:
    assert follow(watcher(Lunges(drop=(20.0, 2.0)).stages), 4.0).broke is None
    assert follow(watcher(Lunges(drop=(20.0, 2.0)).stages), 12.0).broke == "pelvic_drop_deg"


def test_preparing_looks_at_the_last_seconds_thinned() -> None:
    lengths: list[tuple[int, float]] = []

    def measure(pose: PoseSequence) -> Motion:
        lengths.append((len(pose), float(pose.times_s[-1])))
        return still(pose)

    seen = watcher(Stages(measure)).prepare(recorded(20.0), 128.0)
    ((count, length_s),) = lengths
    assert length_s == pytest.approx(live_rules().setup.window_s, abs=0.1)
    assert count <= live_rules().setup.window_s * MEASURED_HZ * 1.1 + 1
    assert ready(seen.checks)


def test_a_window_that_cannot_be_measured_is_passed_over() -> None:
    def refuse(pose: PoseSequence) -> Motion:
        raise InvalidDataError("nothing to measure")

    ours = watcher(Stages(refuse))
    assert follow(ours, 6.0) == Seen()
    assert not ready(ours.prepare(recorded(6.0), None).checks)


def test_thinning_keeps_order_and_distance() -> None:
    whole = recorded(4.0)
    part = whole.since(1.0, at_most_hz=10.0)
    times = part.sequence().times_s + part.start_s
    assert part.start_s == pytest.approx(1.0)
    assert np.diff(times).min() >= 0.8 / 10.0
    assert np.diff(times).max() <= 1 / 10.0 + 1 / RATE
    assert whole.since(1.0).sequence().luma.tolist() == pytest.approx(
        [brightness_at(frame / RATE) for frame in range(30, 120)], abs=1e-3
    )
