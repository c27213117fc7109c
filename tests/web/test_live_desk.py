"""Live places are bounded and come free again; a set is scored from its landmarks; words fit the state."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_people import PICTURE, FakeEstimator, somebody, until

from formcheck.coaching.live_cues import CueGiven
from formcheck.coaching.live_flow import End
from formcheck.coaching.live_setup import ITEMS, Check, Problem
from formcheck.errors import UsageError
from formcheck.names import EXERCISES
from formcheck.reports import texts
from formcheck.scoring import load_thresholds
from formcheck.scoring.types import Estimate
from formcheck.web.live_desk import SILENT_S, LiveDesk
from formcheck.web.live_hold import Hold
from formcheck.web.live_places import LEASE_S, SETTING, Places, allowed_sessions
from formcheck.web.live_state import LiveChoices, LiveState, Seen, Speed
from formcheck.web.live_summary import end_text
from formcheck.web.live_words import CUE_SHOWN_S, FIX_AGAIN_S, Speaker, board, cue_of, done_text
from formcheck.web.words import say

RUNNING = Speed(frames_per_s=25.0, latency_p50_s=0.05, latency_p95_s=0.09, processed=100)
FINE = tuple(Check(item, True) for item in ITEMS)
FAR = (Check("body", True), Check("distance", False, "far"), *(Check(item, None) for item in ITEMS[2:]))


@given(turns=st.lists(st.booleans(), max_size=60), number=st.integers(1, 5))
def test_there_are_never_more_than_the_allowed_places(turns: list[bool], number: int) -> None:
    places, taken = Places(number, clock=lambda: 0.0), []
    for take in turns:
        if take:
            place = places.take()
            assert (place is None) == (len(taken) == number)
            taken += [place] if place is not None else []
        elif taken:
            taken.pop().give_back()


def test_a_place_whose_browser_has_gone_comes_free() -> None:
    now = [0.0]
    places = Places(1, clock=lambda: now[0])
    first = places.take()
    assert first is not None
    now[0] += LEASE_S - 1
    first.keep()
    now[0] += LEASE_S - 1
    assert places.take() is None
    now[0] += 2
    second = places.take()
    assert second is not None
    first.keep()  # too late
    first.give_back()
    assert places.take() is None


def test_the_number_of_places_is_set_or_follows_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    assert allowed_sessions() >= 1
    monkeypatch.setenv(SETTING, "3")
    assert allowed_sessions() == 3
    for wrong in ("0", "-2", "many", "1.5"):
        monkeypatch.setenv(SETTING, wrong)
        with pytest.raises(UsageError, match=SETTING):
            allowed_sessions()


def test_a_second_desk_waits_until_the_first_has_finished() -> None:
    places = Places(1)
    first, second = LiveDesk(FakeEstimator, places), LiveDesk(FakeEstimator, places)
    assert first.start(LiveChoices())
    assert first.start(LiveChoices()), "twice is once"
    assert not second.start(LiveChoices())
    assert not second.running
    first.stop()
    assert first.last is not None
    assert first.last.summary is None, "the set never began"
    assert second.start(LiveChoices())
    second.stop()


def test_five_sessions_run_at_once_and_the_sixth_waits() -> None:
    places = Places(5)
    desks = [LiveDesk(FakeEstimator, places) for _ in range(6)]
    assert [desk.start(LiveChoices()) for desk in desks] == [True] * 5 + [False]
    for _ in range(3):
        for desk in desks[:5]:
            session = desk.session
            assert session is not None
            session.offer(PICTURE, session.state.time_s + 0.1, patience_s=30.0)
    assert all(desk.look() is not None and desk.running for desk in desks[:5])
    desks[2].stop()
    assert desks[5].start(LiveChoices())
    for desk in desks:
        desk.stop()


def test_sessions_do_not_mix() -> None:
    desks = [LiveDesk(lambda: FakeEstimator(sees=False), Places(2)) for _ in range(2)]
    for number, desk in enumerate(desks):
        desk.start(LiveChoices(target=number + 5))
        assert desk.session is not None
        desk.session.offer(PICTURE, 0.0, patience_s=30.0)
    assert desks[0].session is not desks[1].session
    desks[0].stop()
    state = desks[1].look()
    assert state is not None
    assert not state.closed
    assert desks[1].session is not None
    assert desks[1].session.choices.target == 6
    desks[1].stop()


def test_a_set_that_is_over_is_scored_from_its_landmarks() -> None:
    desk = LiveDesk(FakeEstimator, Places(1))
    desk.start(LiveChoices(), load_thresholds())
    session = desk.session
    assert session is not None
    session.offer(PICTURE, 0.0, patience_s=30.0)
    session.start_now()
    for frame in range(1, 90):
        session.offer(PICTURE, frame / 10, patience_s=30.0)
    assert session.state.phase == "moving"
    desk.stop()
    assert desk.look() is None
    last = desk.last
    assert last is not None
    assert last.end == "asked"
    assert last.summary is not None
    until(lambda: last.summary is not None and last.summary.finished)
    assert last.summary.error is None
    assert last.summary.result is not None
    assert len(last.summary.result.analysis.pose) == 90
    assert last.state.picture is None, "no picture is kept"


def test_a_lost_connection_ends_the_session() -> None:
    desk = LiveDesk(FakeEstimator, Places(1))
    desk.start(LiveChoices())
    assert desk.session is not None
    desk.session.close()
    desk.look()
    assert not desk.running
    assert desk.start(LiveChoices()), "its place is free again"
    desk.stop()


def test_a_camera_that_stops_is_said_aloud_and_on_the_board_and_is_why_the_set_ended() -> None:
    now = [0.0]
    desk = LiveDesk(FakeEstimator, Places(1), clock=lambda: now[0])
    desk.start(LiveChoices())
    assert desk.session is not None
    desk.session.offer(PICTURE, 0.1, patience_s=20)
    until(lambda: desk.session is not None and desk.session.state.speed.processed > 0)
    desk.look()
    now[0] += SILENT_S - 0.1
    assert not desk.silent
    now[0] += 0.2
    state = desk.look()
    assert desk.silent and state is not None
    assert board(state, silent=True)["title"] == say("live_lost.title")
    speaker = Speaker()
    for _ in range(3):
        said = [each["text"] for each in speaker.listen(state, silent=True)]
    assert said.count(say("live_lost.title")) == 1
    desk.session.offer(PICTURE, 9.0, patience_s=20)
    desk.look()
    assert not desk.silent, "it goes on by itself"
    desk.session.close()  # as it does where no picture comes for long
    desk.look()
    assert desk.last is not None
    assert end_text(desk.last) == say("live_lost.ended")


def test_every_problem_and_every_end_has_its_words() -> None:
    for problem in get_args(Problem):
        assert say(f"live_fix.{problem}")
        assert say(f"live_fix.{problem}_more").endswith(".")
    for end in get_args(End):
        assert say(f"live.ended_{end}", done="5 repetitions", measure="Hip drop", minutes=5)


def test_every_measure_that_may_get_a_cue_has_one() -> None:
    for exercise in EXERCISES:
        for measure in load_thresholds().exercises[exercise].measures:
            assert cue_of(measure, exercise).endswith("."), (exercise, measure)


def test_the_board_shows_one_problem_then_the_countdown_then_count_and_cue() -> None:
    state = LiveState(speed=RUNNING, seen=Seen(checks=FAR))
    shown = board(state)
    assert shown["title"] == say("live_fix.far")
    assert [check["mark"] for check in shown["checks"]] == ["ok", "wrong", *["wait"] * len(ITEMS[2:])]
    shown = board(LiveState(phase="countdown", seconds_left=4, speed=RUNNING, seen=Seen(checks=FINE)))
    assert (shown["countdown"], shown["title"]) == (4, say("live_board.still"))

    cue = CueGiven("pelvic_drop_deg", "step_down", 20.0, Estimate(14, 1))
    seen = Seen(exercise="step_down", side="left", repetitions=3, cue=cue)
    moving = LiveState(phase="moving", speed=RUNNING, seen=seen, time_s=20.0 + CUE_SHOWN_S - 1)
    shown = board(moving, target=8)
    assert (shown["count"], shown["of"], shown["cue"]) == (3, "/ 8", cue_of("pelvic_drop_deg", "step_down"))
    assert board(replace(moving, time_s=20.0 + CUE_SHOWN_S))["cue"] == ""
    assert board(moving)["title"] == say("live_board.nobody"), "no person in the last frame"
    assert board(moving)["word"] == say("live_board.reps")


def test_the_board_and_the_voice_keep_the_legs_apart_where_both_have_moved() -> None:
    speaker, told = Speaker(), {}

    def shown(side: str, *, legs: tuple[int, int] | None, count: int) -> dict[str, object]:
        seen = Seen(exercise="lunge", side=side, repetitions=count, legs=legs)  # type: ignore[arg-type]
        state = LiveState(phase="moving", time_s=20.0, person=somebody(), speed=RUNNING, seen=seen)
        told.update({one["number"]: one["text"] for one in speaker.listen(state)})
        return board(state, target=8)

    first = shown("left", legs=None, count=1)
    assert (first["count"], first["title"]) == (1, texts.exercise_title("lunge", "left", short=True))
    steps = [("right", (1, 1), 1), ("left", (2, 1), 2), ("left", (2, 1), 2), ("right", (2, 2), 2)]
    boards = [shown(side, legs=legs, count=count) for side, legs, count in steps]
    assert [each["count"] for each in boards] == ["1 · 1", "2 · 1", "2 · 1", "2 · 2"]
    assert [each["total"] for each in boards] == [2, 3, 3, 4]
    assert {(each["title"], each["word"]) for each in boards} == {
        (texts.exercise_title("lunge", None, short=True), say("live_board.legs_each"))
    }
    assert [told[number] for number in sorted(told)] == [
        say("live_say.go"),
        "1",
        "right 1",
        "left 2",
        "right 2",
    ]
    state = LiveState(phase="over", end="away", speed=RUNNING, seen=Seen(exercise="lunge", legs=(2, 2)))
    assert "2 on the left leg, 2 on the right" in speaker.listen(state)[-1]["text"]
    assert done_text(Seen(exercise="lunge", side="left", legs=(0, 8))) == say("live.counted", count=8)


def test_a_hold_shows_its_seconds_and_says_every_tenth() -> None:
    def standing(start_s: float, end_s: float, *, goes_on: bool, now_s: float) -> LiveState:
        hold = Hold("left", start_s, end_s, goes_on)
        seen = Seen(exercise="single_leg_stance", side="left", hold=hold, longest_hold_s=hold.seconds(now_s))
        return LiveState(phase="moving", speed=RUNNING, seen=seen, time_s=now_s, person=somebody())

    shown = board(standing(5.0, 16.8, goes_on=True, now_s=17.3), target=45)
    assert (shown["count"], shown["of"], shown["word"], shown["ticks"]) == (12, "/ 45", "seconds", True)
    down = standing(5.0, 26.8, goes_on=False, now_s=40.0)
    assert (board(down)["count"], board(down)["more"]) == (21, say("live_board.hold_over", longest=21))

    speaker, said = Speaker(), {}
    moments = [standing(5.0, now, goes_on=True, now_s=now) for now in np.arange(8.0, 26.8, 0.4)]
    for state in [*moments, down, down, standing(40.0, 43.0, goes_on=True, now_s=43.0)]:
        said |= {each["number"]: each["text"] for each in speaker.listen(state)}
    assert list(said.values())[1:] == ["10", "20", "21 seconds held"]  # after "Go"
    speaker.listen(replace(down, phase="over", end="asked"))
    assert speaker.said[-1]["text"] == say("live_say.over", counted="21 seconds held")


def test_the_voice_says_each_thing_once_and_counts_aloud() -> None:
    speaker = Speaker()
    said: list[str] = []

    def hear(state: LiveState) -> None:
        for each in speaker.listen(state):
            if each["number"] > len(said):
                said.append(each["text"])

    setup = LiveState(speed=RUNNING, seen=Seen(checks=FAR))
    for tenth in range(round(10 * FIX_AGAIN_S)):
        hear(replace(setup, time_s=tenth / 10))
    assert len(said) == 1, "a problem is said once, not with every frame"
    for left in (5, 5, 4, 3, 3, 2, 1):
        hear(LiveState(phase="countdown", seconds_left=left, speed=RUNNING))
    assert said[2:] == ["3", "2", "1"]
    cue = CueGiven("ecc_s", "step_down", 3.0, Estimate(0.5, 0.1))
    for count in (0, 1, 1, 2):
        seen = Seen(exercise="step_down", repetitions=count, cue=cue if count == 2 else None)
        hear(LiveState(phase="moving", speed=RUNNING, seen=seen))
    assert said[5:] == [say("live_say.go"), "1", "2", cue_of("ecc_s", "step_down")]
    hear(LiveState(phase="over", end="form_break", speed=RUNNING, seen=Seen(repetitions=2)))
    assert said[-1] == say("live_say.form_break")
