"""The baseline as it is being taken: what is answered and given counts, and a reload loses nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from live_people import until
from sample_clips import SAMPLES, truth_of
from streamlit.testing.v1 import AppTest

from formcheck import Analysis
from formcheck.coaching.baseline_rules import FILMED, load_baseline_rules
from formcheck.coaching.screening import screening_texts
from formcheck.web import assess
from formcheck.web.assess import BY_HAND, RESULT, SAFETY, STEPS, Baseline
from formcheck.web.assess_at_hand import SHELF
from formcheck.web.words import say

PATIENCE_S = 60.0
WEB = Path(assess.__file__).parent


def given(test: str) -> Baseline:
    """Return a baseline with a test that could not be done on the left side."""
    baseline = Baseline()
    baseline.answers = frozenset()
    baseline.sheets[test].unable.add("left")  # type: ignore[index]
    return baseline


def test_only_all_answers_are_clear_and_one_yes_is_enough() -> None:
    baseline = Baseline()
    assert baseline.screening.outcome == "not_asked"
    baseline.answers = frozenset()
    assert baseline.screening.outcome == "clear"
    for question in screening_texts().questions:
        baseline.answers = frozenset({question.id})
        assert baseline.screening.outcome == question.outcome


def test_a_step_says_how_far_it_is() -> None:
    baseline = Baseline()
    assert {baseline.state(step) for step in STEPS} == {"open"}
    baseline.answers = frozenset()
    baseline.sheets["T3"].skipped = "later"
    baseline.sheets["T4"].unable.add("right")
    states = {step: baseline.state(step) for step in STEPS}
    assert states == dict.fromkeys(STEPS, "open") | {SAFETY: "done", "T3": "skipped", "T4": "done"}
    assert baseline.has_something
    assert baseline.state(RESULT) == "open"


def test_a_file_that_is_no_video_is_a_sentence_and_the_next_clip_gets_its_turn() -> None:
    baseline = Baseline()
    for name in ("holiday.mp4", "letter.mp4"):
        baseline.take_upload("T1", name, io.BytesIO(b"This is a text."))
    takes = baseline.sheets["T1"].takes
    for take in takes:
        assert take.job.wait(PATIENCE_S)
        assert take.name in (take.job.error or "")
    assert [path for path in baseline.workspace.folder.rglob("*") if path.is_file()] == []
    assert not baseline.has_something
    assert baseline.state("T1") == "open"


def test_a_clip_waits_for_its_turn_and_can_be_taken_away() -> None:
    baseline = Baseline()
    with baseline._turn:
        baseline.take_sample("T2", SAMPLES / "hip_hinge_side_good.mp4")
        (take,) = baseline.sheets["T2"].takes
        until(lambda: take.job.waiting)
        assert take.job.seconds_left is None
        assert baseline.state("T2") == "busy"
        baseline.drop("T2", take)
        assert take.job.wait(PATIENCE_S)
    assert take.job.result is None
    assert take.job.error is None
    assert baseline.state("T2") == "open"
    assert (SAMPLES / "hip_hinge_side_good.mp4").exists()


def test_a_set_done_at_the_webcam_counts_like_a_clip(sample_analysis: Callable[[str], Analysis]) -> None:
    baseline = Baseline()
    baseline.sheets["T2"].skipped = "no_room"
    baseline.take_set("T2", "Set at the webcam", sample_analysis("hip_hinge_side_good"))
    (take,) = baseline.sheets["T2"].takes
    until(lambda: take.job.finished)
    assert (baseline.state("T2"), take.seen) == ("done", (("hip_hinge", None),))
    assert baseline.result().test("T2").score is not None


def test_what_the_person_tells_counts() -> None:
    baseline = given("T4")
    baseline.person = "anna"
    baseline.sheets["T5"].skipped = "no_room"
    assessment = baseline.result()
    assert assessment.person == "anna"
    assert assessment.test("T4").level == 0
    assert assessment.tier == "foundation"
    reasons = {(part.test, part.side): part.reason for part in assessment.missing}
    assert say("assess.skip_no_room") in reasons["T5", "left"]
    assert reasons["T1", "left"] == load_baseline_rules().say("missing_clip")


def test_pain_is_told_by_side() -> None:
    baseline = given("T4")
    baseline.sheets["T4"].pain["right"] = 4
    assert dict(baseline.told().pain) == {("T4", "right"): 4}
    baseline.sheets["T2"].supported.add(None)
    assert baseline.told().is_supported(("T2", None))


@pytest.mark.parametrize("test", FILMED)
def test_every_test_has_a_small_picture_and_samples_of_its_exercise(test: str) -> None:
    picture = files("formcheck.web").joinpath(f"assess_pictures/{test}.webp").read_bytes()
    assert 1_000 < len(picture) < 20_000
    exercises = load_baseline_rules().tests[test].exercises  # type: ignore[index]
    for name in assess.SAMPLES[test]:  # type: ignore[index]
        assert {bout["exercise"] for bout in truth_of(name)["bouts"]} <= set(exercises)


def test_every_phrase_that_the_pages_ask_for_is_there() -> None:
    for module in (*WEB.glob("assess*.py"), *WEB.glob("plan*.py"), *WEB.glob("log*.py")):
        for key in re.findall(r"""\bsay\(\s*"(\w+\.\w+)\"""", module.read_text(encoding="utf-8")):
            try:
                say(key)
            except (KeyError, IndexError) as error:
                # A value that is not given is no phrase that is missing.
                assert str(error).strip("'") not in key.split("."), f"{module.name}: {key}"


PAGE = "from formcheck.web import assess_page; assess_page.show()"


def page_of(person: str = "") -> AppTest:
    page = AppTest.from_string(PAGE, default_timeout=60)
    page.session_state["coached_person"] = person
    return page.run()


def test_the_tests_begin_only_when_the_safety_questions_allow() -> None:
    page = page_of()

    def step_after_safety() -> list[str]:
        return [button.label for button in page.button]

    assert step_after_safety() == []
    page.checkbox(key="baseline_none").check().run()
    page.checkbox(key="baseline_q_unwell").check().run()
    assert [error.value for error in page.error] == [say("assess.both")]
    page.checkbox(key="baseline_none").uncheck().run()
    assert say("assess.stopped") in page.error[0].value
    assert step_after_safety() == []
    page.checkbox(key="baseline_q_unwell").uncheck().run()
    page.checkbox(key="baseline_q_under_18").check().run()
    assert len(page.warning) == 1
    page.button(key="baseline_next_safety").click().run()
    assert load_baseline_rules().tests["T1"].name in page.header[0].value
    assert not page.exception


def test_a_step_is_marked_as_done_by_the_answer_that_does_it() -> None:
    page = page_of()
    done, open_ = (say(f"assess.mark_{mark}") + say("assess.step_safety") for mark in ("done", "open"))
    assert page.get("button_group")[0].options[0] == open_
    page.checkbox(key="baseline_none").check().run()
    assert page.get("button_group")[0].options[0] == done
    page.checkbox(key="baseline_none").uncheck().run()
    assert page.get("button_group")[0].options[0] == open_
    page.get("button_group")[0].set_value("T3").run()
    assert load_baseline_rules().tests["T3"].name in page.header[0].value


def test_tests_by_hand_are_optional_and_reach_the_result() -> None:
    page = page_of()
    page.checkbox(key="baseline_none").check().run()
    page.get("button_group")[0].set_value(BY_HAND).run()
    assert not page.exception
    page.number_input(key="baseline_T7_left").set_value(25).run()
    page.number_input(key="baseline_T7_right").set_value(15).run()
    baseline = SHELF.find(page.session_state["baseline"])
    assert baseline is not None
    assert baseline.state(BY_HAND) == "done"
    sides = baseline.result().test("T7").sides
    assert {each.side: each.value.value for each in sides if each.value} == {"left": 25, "right": 15}
    assert all(each.value is None for each in Baseline().result().test("T7").sides)


def test_the_result_comes_from_what_was_told_and_can_be_kept_for_a_new_person() -> None:
    page = page_of("wizard.person")
    page.checkbox(key="baseline_none").check().run()
    page.button(key="baseline_next_safety").click().run()
    page.checkbox(key="baseline_T1_left_unable").check().run()
    page.button(key="baseline_next_T1").click().run()
    page.selectbox(key="baseline_T2_skip").select("later").run()
    page.session_state["baseline_step"] = RESULT
    page.run()
    assert not page.exception
    assert [metric.value for metric in page.metric] == [say("assess.index_none")]
    said = " ".join(markdown.value for markdown in page.markdown)
    assert say("assess.skip_later") in said
    page.button(key="baseline_keep").click().run()
    assert [done.value for done in page.success][-1] == say("assess.kept", person="wizard.person")

    from formcheck.web import people

    kept = people.records().latest("wizard.person", "assessment")
    assert kept is not None
    assert kept.document["tier"] == "foundation"
    page.button(key="baseline_restart").click().run()
    assert not page.exception
    assert page.header[0].value == say("assess.safety")
    assert not any(box.value for box in page.checkbox)
