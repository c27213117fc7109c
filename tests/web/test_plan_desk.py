"""A person's week and log: what is ticked off is kept, decides, and can be taken back."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from formcheck import Analysis
from formcheck.coaching.assessment_types import Assessment
from formcheck.coaching.baseline import assess
from formcheck.coaching.library import load_library
from formcheck.coaching.log import LoggedDay, LoggedSet, TrainingLog, monday_of
from formcheck.coaching.log_csv import log_text
from formcheck.coaching.log_merge import TakenIn
from formcheck.coaching.plan_types import Prescription
from formcheck.coaching.screening import screen, screening_texts
from formcheck.coaching.sides import Told
from formcheck.errors import UsageError
from formcheck.records import open_records
from formcheck.web import people
from formcheck.web.plan_film import attach_film
from formcheck.web.plan_live import PlannedSet
from formcheck.web.plan_notebook import Notebook
from formcheck.web.plan_person import NOTEBOOK
from formcheck.web.plan_week_desk import (
    Done,
    SetToDo,
    Week,
    Wishes,
    made_as,
    made_sets,
    runs_of,
    sets_of,
    wishes_of,
)
from formcheck.web.words import say

TODAY = datetime.date.today()
MONDAY = monday_of(TODAY)
DAY = datetime.timedelta(days=1)


def baseline(day: datetime.date = MONDAY, yes: str = "") -> Assessment:
    """Return a baseline of somebody who could not do the left step-down."""
    answers = {question.id: question.id == yes for question in screening_texts().questions}
    return assess([], told=Told(unable=frozenset({("T4", "left")})), date=day, screening=screen(answers))


@pytest.fixture(params=["records", "nobody"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Notebook]:
    if request.param == "nobody":
        yield Notebook(None, None)
        return
    records = open_records(home=tmp_path)
    yield Notebook(records, "anna")
    records.close()


def week_of(book: Notebook, wishes: Wishes | None = None) -> Week:
    return Week(baseline(), wishes or Wishes(), MONDAY, book.sets(), book.days())


def made(number: int = 1, day: datetime.date = MONDAY, **more: int) -> LoggedSet:
    return LoggedSet(day, "lunge", 0, "left", number, target=8, done=8, **more)


def test_an_empty_notebook_says_so(book: Notebook) -> None:
    assert book.baseline() is None
    assert book.wishes() == {}
    assert book.sets() == ()
    assert wishes_of(book.wishes()) is None


def test_the_last_baseline_counts_and_one_of_the_same_day_is_replaced(book: Notebook) -> None:
    book.keep_baseline(baseline(MONDAY - 30 * DAY))
    book.keep_baseline(baseline(MONDAY, yes="unwell"))
    book.keep_baseline(baseline(MONDAY))
    latest, before = book.baseline(), book.baseline_before(MONDAY)
    assert latest is not None
    assert before is not None
    assert (latest.date, latest.screening.outcome) == (MONDAY, "clear")
    assert before.date == MONDAY - 30 * DAY
    assert book.baseline_before(before.date) is None


def test_wishes_come_back_and_what_is_damaged_counts_as_nothing_said(book: Notebook) -> None:
    wanted = Wishes(days=3, runs={0: "long"}, race=TODAY, equipment=(), body_mass_kg=61.5, experienced=True)
    book.keep_wishes(Wishes().document())
    book.keep_wishes(wanted.document())
    assert wishes_of(book.wishes()) == wanted
    assert wishes_of({"days": 9}) is None


def test_sets_come_back_in_order_and_can_be_taken_back(book: Notebook) -> None:
    sets = [made(number, day) for day in (MONDAY, MONDAY + DAY) for number in (1, 2)]
    book.log_sets(reversed(sets))
    assert [each.set.date for each in book.sets()] == sorted(each.date for each in sets)
    assert {(each.set.date, each.set.number) for each in book.sets()} == {(s.date, s.number) for s in sets}
    book.drop_sets(book.sets()[:2])
    assert {each.set.date for each in book.sets()} == {MONDAY + DAY}


def test_the_next_morning_is_asked_for_once(book: Notebook) -> None:
    book.keep_baseline(baseline())
    book.log_sets([made(1, TODAY - DAY), made(2, TODAY - DAY), made(1, TODAY - 2 * DAY)])
    asked = week_of(book).mornings(TODAY)
    assert [each.set.date for each in asked] == [TODAY - DAY] * 2
    book.tell_next_morning(asked, 3)
    assert len(book.sets()) == 3
    assert sorted(k.set.pain_next_morning or 0 for k in book.sets()) == [0, 3, 3]
    assert week_of(book).mornings(TODAY) == ()


def test_a_log_added_twice_is_there_once(book: Notebook) -> None:
    log = TrainingLog((made(1), made(2)))
    assert book.take_log(log) == TakenIn(new=2)
    assert book.take_log(log) == TakenIn(known=2)
    assert book.log() == log


def test_a_log_completes_what_is_there_and_brings_its_days(book: Notebook) -> None:
    book.take_log(TrainingLog((made(1),)))
    day = LoggedDay(MONDAY, soreness=7, sleep_h=5)
    completed = replace(made(1), pain_next_morning=4)
    assert book.take_log(TrainingLog((completed,), (day,))) == TakenIn(new=1, changed=1)
    assert book.log() == TrainingLog((completed,), (day,))
    assert week_of(book).log == book.log(), "a day's soreness and sleep reach the plan"


def test_a_reload_does_not_lose_nobodys_plan() -> None:
    code, book = "from formcheck.web import plan_page; plan_page.show()", Notebook(None, None)
    page = AppTest.from_string(code, default_timeout=60)
    book.keep_baseline(baseline(TODAY))
    page.session_state[NOTEBOOK] = book
    page.run()
    again = AppTest.from_string(code, default_timeout=60)
    for name, values in page.query_params.items():
        again.query_params[name] = values
    again.run()
    assert not page.exception and not again.exception
    assert again.session_state[NOTEBOOK] is book
    stranger = AppTest.from_string(code, default_timeout=60).run()
    assert stranger.session_state[NOTEBOOK] is not book


def test_a_log_of_days_to_come_is_refused_in_one_sentence() -> None:
    page = AppTest.from_string(
        "from formcheck.web import log_view\n"
        "from formcheck.web.plan_notebook import Notebook\n"
        "log_view.take_log(Notebook(None, None), 'log.csv', b'date,rung,done\\n2999-01-01,SD3,8\\n')",
        default_timeout=60,
    ).run()
    assert not page.exception
    assert "'2999-01-01' is yet to come" in page.error[0].value


def test_a_day_has_one_kind_of_run() -> None:
    assert runs_of({"key": [1], "long": [6], "easy": []}) == {1: "key", 6: "long"}
    with pytest.raises(UsageError, match="Tuesday is there twice"):
        runs_of({"key": [1], "easy": [1]})


def test_every_set_of_a_session_can_be_ticked_off(book: Notebook) -> None:
    first = week_of(book)
    session = first.plan.sessions[0]
    day = first.day_of(session, TODAY)
    assert not first.is_done(session, day)
    for exercise in session.exercises:
        to_do = week_of(book).to_do(exercise, day)
        assert to_do == sets_of(exercise)
        assert len(to_do) == exercise.sets * (2 if exercise.per_side else 1) + bool(exercise.extra_set_side)
        book.log_sets(made_sets(exercise, to_do[:1], day, Done(exercise.amount)))
        assert week_of(book).to_do(exercise, day) == to_do[1:]
        book.log_sets(made_sets(exercise, to_do[1:], day, Done(exercise.amount)))
    after = week_of(book)
    assert after.is_done(session, day)
    assert after.day_of(session, TODAY) == day or day < session.date
    assert after.plan.sessions == first.plan.sessions, "what is logged must not change the week under way"
    book.drop_sets(after.logged(session.exercises[0], day))
    assert not week_of(book).is_done(session, day)


def test_the_weaker_side_has_its_set_more_and_goes_first() -> None:
    exercise = next(e for e in week_of(Notebook(None, None)).plan.sessions[0].exercises if e.per_side)
    more = replace(exercise, sets=2, first_side="right", extra_set_side="right")
    assert sets_of(more) == tuple(
        SetToDo(side, number)  # type: ignore[arg-type]
        for side, number in (("right", 1), ("left", 1), ("right", 2), ("left", 2), ("right", 3))
    )


@pytest.mark.parametrize(
    ("pain", "code"), [(0, "HOLD_BUILD"), (4, "MODIFY"), (6, "STOP")], ids=["none", "some", "much"]
)
def test_what_was_done_decides_what_follows(pain: int, code: str) -> None:
    book = Notebook(None, None)
    session = week_of(book).plan.sessions[0]
    exercise = next(each for each in session.exercises if not each.easy)
    assert week_of(book).after(exercise.ladder, MONDAY) is None
    done = Done(exercise.amount, effort=6, pain=pain, looked=5)
    book.log_sets(made_sets(exercise, sets_of(exercise), MONDAY, done))
    standing = week_of(book).after(exercise.ladder, MONDAY)
    assert standing is not None
    assert standing.decision is not None
    assert standing.decision.code == code
    assert standing.decision.reasons


def test_a_film_gives_the_last_set_of_the_day_its_form(
    book: Notebook, sample_analysis: Callable[[str], Analysis]
) -> None:
    found = sample_analysis("hip_hinge_side_good")
    ladder = load_library()["hinge"]
    rung = next(n for n, each in enumerate(ladder.rungs) if each.filmed_as == "hip_hinge")
    sets = [LoggedSet(MONDAY, "hinge", rung, None, number, target=8, done=8) for number in (1, 2)]
    book.log_sets([*sets, LoggedSet(MONDAY - DAY, "hinge", rung, None, 1, target=8, done=8)])
    attach_film(book, found, "hip_hinge", MONDAY)
    forms = {(k.set.date, k.set.number): k.set.form for k in book.sets()}
    assert len(forms) == 3
    with_form = {place: form for place, form in forms.items() if form is not None}
    assert list(with_form) == [(MONDAY, 2)]
    assert with_form[MONDAY, 2].score == found.bouts[0].score.value


def planned_set(number: int) -> PlannedSet:
    """Return a left set of a step-down of the plan, as it is asked for at the webcam."""
    rungs = load_library()["step_down"].rungs
    rung = next(n for n, each in enumerate(rungs) if each.filmed_as == "step_down")
    exercise = Prescription("step_down", rung, f"SD{rung}", rungs[rung].name, 3, 8, "reps", True, 60, 8)
    return PlannedSet("anna", MONDAY, 1, exercise, "step_down", SetToDo("left", number))


def test_a_film_of_the_webcam_belongs_to_its_set_ticked_off_before_or_with_it(
    book: Notebook, sample_analysis: Callable[[str], Analysis]
) -> None:
    found = sample_analysis("step_down_front_left_drop")
    first = planned_set(1)
    book.log_sets(
        made_sets(first.exercise, [SetToDo("left", 1), SetToDo("left", 3)], MONDAY, Done(8, effort=7))
    )
    for planned in (first, planned_set(2)):
        assert planned.fitting(found)
        assert planned.is_logged(book) == (planned is first)
        planned.tick_off(book, found, Done(5, effort=8, pain=2, pain_before=1))
    kept = {made_as(each): each.set for each in book.sets()}
    assert {which.number: (one.done, one.form is not None) for which, one in kept.items()} == {
        1: (8, True),
        2: (5, True),
        3: (8, False),
    }
    assert kept[SetToDo("left", 2)].pain == 2
    following = first.following(book)
    assert following is not None
    assert following.which == SetToDo("right", 1)
    if book.records is not None:
        assert book.records.person("anna").clips == 1
    assert not replace(first, which=SetToDo("right", 1)).fitting(found), "the other leg's film is not its own"


PAGE = "from formcheck.web import plan_page; plan_page.show()"


def page_of(person: str = "", kept: Assessment | None = None) -> AppTest:
    """Return the page for a person, who has a baseline if one is given."""
    if kept is not None:
        Notebook(people.records(), person).keep_baseline(kept)
    page = AppTest.from_string(PAGE, default_timeout=60)
    page.session_state["coached_person"] = person
    return page.run()


def test_without_a_baseline_the_page_says_where_to_begin() -> None:
    page = page_of()
    assert not page.exception
    assert [info.value for info in page.info] == [say("plan.no_baseline")]
    page.file_uploader[0].upload("holiday.json", b"[1", "application/json").run()
    assert [error.value for error in page.error] == [say("plan.no_json", name="holiday.json")]


def test_from_the_baseline_to_the_decision() -> None:
    page = page_of("plan.person", baseline())
    page.button(key="plan_make").click().run()
    assert not page.exception
    assert people.records().latest("plan.person", "plan") is not None
    first = next(button for button in page.button if str(button.key).endswith("_tick"))
    prefix = str(first.key).removesuffix("_tick")
    page.number_input(key=f"{prefix}_pain").set_value(6)
    first.click().run()
    assert not page.exception
    said = " ".join(markdown.value for markdown in page.markdown)
    assert say("plan.code_STOP") in said
    assert "Pain was 6 of 10." in said
    assert {each.label for each in page.get("download_button")} == {
        say(f"plan.{name}") for name in ("sheet_pdf", "sheet_html", "calendar", "log_csv")
    }
    back = next(button for button in page.button if str(button.key).startswith("plan_back_"))
    back.click().run()
    assert say("plan.log_none") in [caption.value for caption in page.caption]


def test_a_wrong_log_is_one_sentence_and_a_right_one_is_added() -> None:
    page = page_of("log.person", baseline())
    page.button(key="plan_make").click().run()
    page.file_uploader[0].upload("log.csv", b"date,rung,done\n2026-11-23,XX9,8\n", "text/csv").run()
    assert "line 2" in page.error[0].value
    page.run()
    right = log_text(TrainingLog((made(1), made(2)))).encode()
    page.file_uploader[0].upload("log.csv", right, "text/csv").run()
    assert [done.value for done in page.success] == [say("plan.log_added", new=2, changed=0, known=0)]
    assert len(Notebook(people.records(), "log.person").sets()) == 2


def test_a_yes_to_a_safety_question_stops_the_plan() -> None:
    page = page_of("stop.person", baseline(yes="bone_pain"))
    page.button(key="plan_make").click().run()
    assert "health professional" in page.error[0].value
    assert not [button for button in page.button if str(button.key).endswith("_tick")]
