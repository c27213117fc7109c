"""The live page without a browser: what it offers before a set, and what it says after one."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

import pytest
from live_people import FakeEstimator, until
from streamlit.testing.v1 import AppTest

from formcheck import Analysis
from formcheck.coaching.library import load_library
from formcheck.coaching.live_flow import End
from formcheck.coaching.plan_types import Prescription
from formcheck.reports import texts
from formcheck.reports.content import report_of
from formcheck.web.jobs import Job
from formcheck.web.live_desk import LastSet, LiveDesk, Summary
from formcheck.web.live_places import SETTING, Places
from formcheck.web.live_state import LiveChoices, LiveState, Seen
from formcheck.web.plan_live import PlannedSet
from formcheck.web.plan_person import NOTEBOOK
from formcheck.web.plan_week_desk import SetToDo
from formcheck.web.result_view import unbroken
from formcheck.web.words import say

SAMPLE = "hip_hinge_side_good"
PAGE = "from formcheck.web import live_page; live_page.show()"
TODAY = datetime.date.today()


def live_page(desk: LiveDesk | None = None, errand: object = None) -> AppTest:
    page = AppTest.from_string(PAGE, default_timeout=120)
    if desk is not None:
        page.session_state["live_desk"] = desk
    page.session_state["live_for"] = errand
    return page.run()


def after(
    summary: Summary | None, *, end: End = "asked", error: str | None = None, errand: object = None
) -> AppTest:
    """Return the page after a set that ended so."""
    job = None if summary is None else Job(lambda _: summary)
    until(lambda: job is None or job.finished)
    desk = LiveDesk(FakeEstimator, Places(1))
    state = LiveState(
        phase="over", end=end, seen=Seen(exercise="hip_hinge", broke="hinge_ratio"), error=error, closed=True
    )
    desk.last = LastSet(LiveChoices(), state, job)
    return live_page(desk, errand)


def test_before_a_set_it_offers_choices_and_says_where_the_camera_stands() -> None:
    page = live_page()
    assert not page.exception
    assert [box.label for box in page.selectbox] == [
        say(f"live.{name}") for name in ("exercise", "side", "target")
    ]
    page.selectbox(key="live_exercise").select("hip_hinge").run()
    assert page.selectbox(key="live_side").disabled, "on two feet there is no working leg"
    assert [box.value for box in page.selectbox] == ["hip_hinge", "", 0]
    assert say("live.where", where=say("live.where_sagittal")) in [caption.value for caption in page.caption]
    assert say("live.private") in [caption.value for caption in page.caption]


def test_what_was_chosen_stands_there_after_the_set_too() -> None:
    page = AppTest.from_string(
        "import streamlit as st\n"
        "from formcheck.web import live_page\n"
        "if not st.session_state['during_a_set']:\n"
        "    live_page.show()",
        default_timeout=120,
    )
    page.session_state["during_a_set"] = False
    page.run()
    page.selectbox(key="live_exercise").select("step_down")
    page.selectbox(key="live_target").select(8).run()
    for during in (True, False):
        page.session_state["during_a_set"] = during
        page.run()
    assert [box.value for box in page.selectbox] == ["step_down", "", 8]


def test_a_wrong_number_of_places_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from formcheck.web.live_desk import server_places

    server_places.cache_clear()
    monkeypatch.setenv(SETTING, "many")
    page = live_page()
    assert not page.exception
    assert SETTING in page.error[0].value


def test_after_a_set_it_says_why_it_ended_and_how_it_went(
    sample_analysis: Callable[[str], Analysis],
) -> None:
    analysis = sample_analysis(SAMPLE)
    section = report_of([analysis], [None]).clips[0]
    page = after(Summary(analysis, section), end="form_break")
    assert not page.exception
    assert texts.measure_name("hinge_ratio") in page.info[0].value
    assert [header.value for header in page.header] == [unbroken(bout.headline) for bout in section.bouts]
    assert any(button.label == say("live.again") for button in page.button)
    again = AppTest.from_string(PAGE, default_timeout=120)
    for name, values in page.query_params.items():
        again.query_params[name] = values
    again.run()
    assert [header.value for header in again.header] == [header.value for header in page.header]
    again.session_state["live_desk"].last = None  # as the next set begins
    again.run()
    stranger = AppTest.from_string(PAGE, default_timeout=120)
    for name, values in page.query_params.items():
        stranger.query_params[name] = values
    assert not stranger.run().header


def test_a_set_of_the_plan_is_ticked_off_after_it_and_the_next_one_stands_ready(
    sample_analysis: Callable[[str], Analysis],
) -> None:
    analysis = sample_analysis("step_down_front_left_drop")
    counted = sum(each.repetition.valid for each in analysis.bouts[0].repetitions)
    summary = Summary(analysis, report_of([analysis], [None]).clips[0])
    rungs = load_library()["step_down"].rungs
    rung = next(number for number, each in enumerate(rungs) if each.filmed_as == "step_down")
    exercise = Prescription("step_down", rung, f"SD{rung}", rungs[rung].name, 1, 7, "reps", True, 60, 8)
    wanted = PlannedSet(None, TODAY, None, exercise, "step_down", SetToDo("left", 1))
    page = after(summary, errand=replace(wanted, which=SetToDo("right", 1)))
    other = texts.exercise_title("step_down", "right", short=True).lower()
    assert say("plan.live_other", exercise=other) in [warning.value for warning in page.warning]
    page = after(summary, errand=wanted)
    assert not page.exception
    assert next(n.value for n in page.number_input if n.label == say("plan.amount_reps")) == counted
    next(n for n in page.number_input if n.label == say("plan.pain")).set_value(2)
    next(button for button in page.button if button.label == say("plan.live_tick")).click().run()
    assert not page.exception
    (kept,) = (each.set for each in page.session_state[NOTEBOOK].sets())
    assert (kept.side, kept.done, kept.pain) == ("left", counted, 2)
    assert kept.form is not None
    assert say("plan.live_done", name=wanted.name) in [done.value for done in page.success]
    assert page.session_state["live_for"].which == SetToDo("right", 1)
    choices = {box.key: box.value for box in page.selectbox}
    assert (choices["live_side"], choices["live_target"]) == ("right", 7)


def test_after_a_set_that_never_began_and_after_an_error_it_says_so() -> None:
    assert after(None).info[0].value == say("live.no_start")
    assert after(None, error="The pose model is missing.").error[0].value == "The pose model is missing."
