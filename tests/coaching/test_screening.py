"""Safety questions and pain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_clips import whole_baseline

from formcheck.coaching.baseline import assess
from formcheck.coaching.decide import decide
from formcheck.coaching.library import load_library
from formcheck.coaching.screening import FILE, PainReport, screen, screening_texts
from formcheck.errors import CoachingFileError, UsageError

QUESTIONS = {question.id: question.outcome for question in screening_texts().questions}
WORST_FIRST = ("emergency", "refer", "clearance_first", "clear")
ZONES = ("go", "modify", "stop")
answers = st.fixed_dictionaries({name: st.booleans() for name in QUESTIONS})
pain = st.integers(0, 10)


def test_no_answers_are_no_clearance():
    assert screen({}).outcome == "not_asked"
    assert screen(dict.fromkeys(list(QUESTIONS)[1:], False)).outcome == "not_asked"
    assert screen(dict.fromkeys(QUESTIONS, False)).outcome == "clear"


@given(answers)
def test_the_worst_answer_decides(given_answers):
    found = screen(given_answers)
    outcomes = [QUESTIONS[name] for name, yes in given_answers.items() if yes] or ["clear"]
    assert found.outcome == min(outcomes, key=WORST_FIRST.index)
    assert set(found.answered_yes) == {name for name, yes in given_answers.items() if yes}
    assert found.red_flag == (found.outcome in ("emergency", "refer"))
    assert found.advice


def test_one_yes_is_enough_even_with_open_questions():
    assert screen({"bone_pain": True}).outcome == "refer"


def test_an_unknown_question_is_said():
    with pytest.raises(UsageError, match="'knee' is not a safety question: use some of chest_or_breath"):
        screen({"knee": True})


def test_a_red_flag_begins_nowhere_and_clearance_with_support_only():
    clips = whole_baseline()
    flagged = assess(clips, screening=screen({"bone_pain": True}))
    assert {start.rung for start in flagged.start_rungs} == {0}
    assert "health professional" in flagged.start_rungs[0].reason
    waiting = assess(clips, screening=screen({"under_18": True}))
    for start in waiting.start_rungs:
        highest = load_library()[start.ladder].table.highest_before_clearance
        assert highest is None or start.rung <= highest
    free = assess(clips)
    assert any(
        mine.rung < yours.rung for mine, yours in zip(waiting.start_rungs, free.start_rungs, strict=True)
    )


@pytest.mark.parametrize(
    ("report", "zone"),
    [
        (PainReport(), "go"),
        (PainReport(during=2), "go"),
        (PainReport(during=3), "modify"),
        (PainReport(during=4), "modify"),
        (PainReport(during=2, rising=True), "modify"),
        (PainReport(before=1, during=1, next_morning=2), "go"),
        (PainReport(before=1, during=1, next_morning=3), "modify"),
        (PainReport(before=5), "stop"),
        (PainReport(during=5), "stop"),
        (PainReport(during=1, sharp=True), "stop"),
        (PainReport(limp=True), "stop"),
    ],
)
def test_pain_zones(report, zone):
    assert report.zone == zone


@given(pain, pain, st.none() | pain, st.booleans(), st.booleans(), st.booleans(), st.integers(0, 3))
def test_more_pain_is_never_a_better_zone(before, during, morning, sharp, limp, rising, more):
    report = PainReport(before, during, morning, sharp, limp, rising)
    worse = PainReport(before, min(10, during + more), morning, sharp, limp, rising)
    assert ZONES.index(worse.zone) >= ZONES.index(report.zone)
    ready = {"score": 100, "two_for_two": True, "good_streak": 2}
    progresses = decide({**ready, **worse.answers()}).code.startswith("PROGRESS")
    assert progresses == (worse.zone == "go")


def test_a_wrong_edit_names_the_line(tmp_path):
    text = FILE.read_text(encoding="utf-8").replace('outcome = "refer"', 'outcome = "wait"', 1)
    own = tmp_path / "mine.toml"
    own.write_text(text, encoding="utf-8")
    number = text[: text.index('outcome = "wait"')].count("\n") + 1
    with pytest.raises(CoachingFileError, match=f"'mine.toml', line {number}: "):
        screening_texts(own)
