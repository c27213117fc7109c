"""The training log: what it refuses, and that CSV gives back what it was given."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from coaching_people import GOOD, LIBRARY, MONDAY, session
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_clips import made_set, values_at, withheld

from formcheck.coaching.log import LoggedDay, LoggedSet, TrainingLog, attach_forms, weekly_load
from formcheck.coaching.log_csv import log_text, parse_log, read_log, write_log
from formcheck.coaching.log_documents import day_documents, log_of_documents, set_documents
from formcheck.coaching.log_form import SetForm, form_break, form_from
from formcheck.coaching.log_rows import COLUMNS
from formcheck.errors import InvalidDataError, TrainingLogError
from formcheck.scoring.types import Estimate, ScoredRepetition

dates = st.dates(date(2026, 1, 1), date(2026, 12, 31))
words = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20).map(str.strip)
numbers = st.floats(0, 10).map(lambda x: round(x, 2))
forms = st.builds(
    SetForm,
    score=st.none() | st.integers(0, 100),
    fails=st.integers(0, 3),
    core_cautions=st.integers(0, 3),
    quality=st.booleans(),
    faults=st.sampled_from([(), ("fppa_deg",), ("fppa_deg", "pelvic_drop_deg")]),
    break_after=st.none() | st.integers(0, 20),
    values=st.dictionaries(
        st.sampled_from(["fppa_deg", "ecc_s"]), st.builds(Estimate, st.floats(-90, 90), st.floats(0, 9))
    ),
)
logged_sets = st.builds(
    LoggedSet,
    date=dates,
    ladder=st.sampled_from([ladder.id for ladder in LIBRARY]),
    rung=st.integers(0, 7),
    side=st.sampled_from(["left", "right", None]),
    number=st.integers(1, 5),
    target=st.integers(1, 60),
    done=st.integers(0, 60),
    load_kg=st.floats(0, 99),
    rpe=st.none() | numbers,
    pain=st.integers(0, 10),
    pain_before=st.none() | st.integers(0, 10),
    pain_next_morning=st.none() | st.integers(0, 10),
    sharp=st.booleans(),
    limp=st.booleans(),
    self_rating=st.none() | st.integers(1, 5),
    form=st.none() | forms,
    easy=st.booleans(),
    notes=words,
)
logged_days = st.builds(
    LoggedDay, dates, numbers, st.none() | st.floats(0, 90), st.none() | st.integers(0, 10), notes=words
)


@settings(max_examples=60, deadline=None)
@given(st.lists(logged_sets, max_size=8), st.lists(logged_days, max_size=3))
def test_csv_gives_back_the_log(sets, days):
    log = TrainingLog(tuple(sets), tuple(days))
    assert parse_log(log_text(log)) == log
    assert log_of_documents([*set_documents(log), *day_documents(log)]) == log


def test_a_form_keeps_its_uncertainty_through_csv():
    filmed = form_from(made_set("step_down", "left", values_at("step_down", {"fppa_deg": 0.95}), sd=1.0))
    assert filmed.alternatives and not filmed.faults
    log = TrainingLog(tuple(session("SD3", form=filmed)))
    assert parse_log(log_text(log)) == log


def test_a_film_without_a_score_keeps_what_it_allows_through_csv():
    filmed = form_from(withheld("step_down", {"pelvic_drop_deg": (9.0, 4.0), "ecc_s": (2.1, 2.0)}))
    assert filmed.score is None and filmed.judged and filmed.score_range[1] == 100
    assert filmed.ungraded == ("pelvic_drop_deg", "ecc_s") and not filmed.faults
    log = TrainingLog(tuple(session("SD3", form=filmed)))
    assert parse_log(log_text(log)) == log


def test_a_file_written_is_a_file_read(tmp_path):
    log = TrainingLog(tuple(session("SD3", form=GOOD)))
    write_log(log, tmp_path / "log.csv")
    assert read_log(tmp_path / "log.csv") == log
    with pytest.raises(TrainingLogError, match="cannot be written"):
        write_log(log, tmp_path / "none" / "log.csv")
    with pytest.raises(TrainingLogError, match="cannot be read"):
        read_log(tmp_path / "none.csv")


def test_a_spreadsheets_semicolons_and_decimal_commas_are_taken():
    log = parse_log("date;rung;done;load_kg\n2026-09-08;sd3;8;7,5\n")
    assert log.sets == (LoggedSet(date(2026, 9, 8), "step_down", 3, None, 1, 8, 8, 7.5),)


GOOD_ROW = {"date": "2026-09-08", "rung": "SD3", "side": "left", "target": "8", "done": "8"}


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"date": "8.9.2026"}, "'8.9.2026' is not like"),
        ({"rung": "SD9"}, "'SD9' is no rung"),
        ({"side": "up"}, "left, right or empty"),
        ({"done": ""}, "done is empty"),
        ({"done": "many"}, "must be a number"),
        ({"done": "2.5"}, "whole number"),
        ({"pain": "11"}, "expected 0 to 10, came 11"),
        ({"rpe": "-1"}, "expected 0 to 10"),
        ({"load_kg": "nan"}, "must be a number"),
        ({"pain": "inf"}, "must be a number"),
        ({"sharp": "maybe"}, "yes or no"),
        ({"form_score": "120"}, "from 0 to 100"),
        ({"measures": "fppa_deg:12"}, "must look like"),
        ({"self_rating": "6"}, "expected 1 to 5"),
    ],
)
def test_a_wrong_cell_is_told_with_its_line(cells, says):
    rows = [GOOD_ROW, {**GOOD_ROW, **cells}]
    body = "\n".join(",".join(row.get(column, "") for column in COLUMNS) for row in rows)
    with pytest.raises(TrainingLogError, match=r"'log', line 3: ") as caught:
        parse_log(",".join(COLUMNS) + "\n" + body)
    assert says in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: the column 'date' is missing"),
        ("date,rung\n", "line 1: the column 'done' is missing"),
        ("date,rung,done,colour\n", "line 1: 'colour' is not a known column"),
        ("date,rung,done\n2026-09-08,SD3,8,9\n", "line 2: it has more cells"),
    ],
)
def test_a_wrong_table_is_told(text, says):
    with pytest.raises(TrainingLogError, match=says):
        parse_log(text)


def test_a_document_of_something_else_is_refused():
    with pytest.raises(TrainingLogError, match="Entry 1"):
        log_of_documents([{"schema": "formcheck.plan/1"}])


@pytest.mark.parametrize("wrong", [{"pain": 11}, {"rpe": 10.5}, {"rung": 8}, {"done": -1}, {"number": 0}])
def test_a_set_refuses_what_cannot_be(wrong):
    with pytest.raises(InvalidDataError):
        replace(session("SD3")[0], **wrong)


def test_a_form_goes_to_the_last_set_of_its_exercise_side_and_day():
    log = TrainingLog((*session("SD3"), *session("SD3", MONDAY + timedelta(4)), *session("GB2")))
    found = attach_forms(log, MONDAY + timedelta(1), [("step_down", "left", GOOD)], LIBRARY)
    changed = [(s.date, s.ladder, s.side, s.number) for s in found.sets if s.form is not None]
    assert changed == [(MONDAY + timedelta(1), "step_down", "left", 2)]
    assert attach_forms(log, MONDAY, [("step_down", "left", GOOD)], LIBRARY) == log
    assert attach_forms(log, MONDAY + timedelta(1), [("lunge", "left", GOOD)], LIBRARY) == log
    side_view = [("step_down", "left", SetForm(None))]
    assert attach_forms(found, MONDAY + timedelta(1), side_view, LIBRARY) == found


@pytest.mark.parametrize(
    ("drops", "broke"),
    [
        ([5, 5, 5, 5, 5], None),
        ([5, 13, 5, 13, 5], None),
        ([5, 5, 13, 13, 5], 4),
        ([13, 13, 5, 5, 5], 2),
        ([1, 1, 5, 9, 9], 5),
        ([9, 9, 1, 1, 1], None),
        ([5], None),
    ],
)
def test_the_form_breaks_at_two_faults_in_a_row_or_when_it_drifts(drops, broke):
    scored = made_set("step_down", "left", reps=len(drops))
    reps = tuple(
        ScoredRepetition(rep, {"pelvic_drop_deg": Estimate(float(drop), 1.0)})
        for rep, drop in zip(scored.bout.repetitions, drops, strict=True)
    )
    assert form_break(replace(scored, repetitions=reps)) == broke


def test_repetitions_after_the_form_broke_earn_nothing():
    done = session("SD3", target=8, over=4, form=SetForm(90, break_after=8))
    assert [each.good_done for each in done if each.number == 2] == [8, 8]


def test_the_weeks_load_is_effort_times_minutes():
    days = (
        LoggedDay(MONDAY, 6, 50),
        LoggedDay(MONDAY + timedelta(6), 7, 40),
        LoggedDay(MONDAY + timedelta(7), 9, 60),
    )
    assert weekly_load(TrainingLog(days=days), MONDAY) == 580
