"""``formcheck log``: the training log in the records, and what was filmed as part of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from coaching_people import LIBRARY, person, session

from formcheck import Analysis
from formcheck.coaching.assessment_file import assessment_to_dict
from formcheck.coaching.log import LoggedDay, TrainingLog
from formcheck.coaching.log_csv import read_log, write_log
from formcheck.coaching.log_form import SetForm
from formcheck.coaching.plan_context import Circumstances, context_from_log
from formcheck.coaching.plan_rules import load_plan_rules
from formcheck.commands.training_log import remembered_log, take_in
from formcheck.records import open_records
from formcheck.scoring.types import FormScore

DAY = date(2026, 9, 8)
HEAD = "date,rung,side,set,done,pain,pain_next_morning,rpe,soreness\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command line with records of its own."""
    monkeypatch.setenv("FORMCHECK_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return run


def kept() -> TrainingLog:
    records = open_records()
    try:
        return remembered_log(records, "anna", LIBRARY)
    finally:
        records.close()


def in_order(log: TrainingLog) -> TrainingLog:
    """Return the log with its sets in one order; that of a day's exercises is nobody's business."""
    return TrainingLog(tuple(sorted(log.sets, key=repr)), log.days)


def test_a_log_goes_in_once_and_comes_out_as_it_went_in(run: Run, tmp_path: Path) -> None:
    log = TrainingLog(
        (*session("SD3", DAY, form=SetForm(88)), *session("SD3", DAY + timedelta(4))),
        (LoggedDay(DAY, session_rpe=6, session_min=50, soreness=2, run_km=8.5),),
    )
    write_log(log, tmp_path / "log.csv")
    for said in (f"{len(log.sets) + 1} entries are new", f"0 completed, {len(log.sets) + 1} were here"):
        code, _, err = run("log", "log.csv", "--person", "anna", "--out", "back.csv")
        assert code == 0 and said in err
        assert in_order(read_log(tmp_path / "back.csv")) == in_order(kept()) == in_order(log)
    _, out, _ = run("log", "--person", "anna")
    assert out.count("SD3 ") == len(log.sets) and " 88" in out


def test_a_later_file_completes_an_entry_and_takes_nothing_away(run: Run, tmp_path: Path) -> None:
    rows = ["2026-09-08,SD3,left,1,8,2,,7,", "2026-09-08,SD3,left,1,8,2,,,", "2026-09-08,SD3,left,1,9,2,4,,"]
    for row in rows:
        (tmp_path / "log.csv").write_text(HEAD + row + "\n2026-09-09,,,,,,,,6\n", encoding="utf-8")
        run("log", "log.csv", "--person", "anna")
    [only] = kept().sets
    assert (only.done, only.pain, only.pain_next_morning, only.rpe) == (9, 2, 4, 7)
    assert [each.soreness for each in kept().days] == [6]


def test_weeks_say_sessions_sets_strain_and_form(run: Run, tmp_path: Path) -> None:
    sets = [
        each
        for week, score in enumerate((60, 80, 70, 90))
        for each in session("SD3", DAY + timedelta(7 * week), form=SetForm(score))
    ]
    days = (LoggedDay(DAY, session_rpe=6, session_min=50), LoggedDay(DAY + timedelta(2), session_rpe=7))
    write_log(TrainingLog(tuple(sets), days), tmp_path / "log.csv")
    run("log", "log.csv", "--person", "anna")
    code, out, _ = run("log", "--person", "anna", "--weeks")
    lines = [line.split() for line in out.splitlines()[1:]]
    assert code == 0
    assert lines[0] == ["2026-09-07", "1", "300", "SD", "4", "SD", "60"]
    assert lines[-1] == ["2026-09-28", "1", "SD", "4", "SD", "80"], "the median of the last three films"


def test_two_sets_without_numbers_are_two_sets(run: Run, tmp_path: Path) -> None:
    for count in (2, 2, 3):
        (tmp_path / "log.csv").write_text("date,rung,done\n" + "2026-09-08,GB2,12\n" * count, "utf-8")
        run("log", "log.csv", "--person", "anna")
        assert len(kept().sets) == count


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("none.csv", "--person", "anna"), "'none.csv' cannot be read"),
        (("wrong.csv", "--person", "anna"), "line 2"),
        (("ahead.csv", "--person", "anna"), "'2999-01-01' is yet to come"),
        (("--person", "nobody"), "nobody"),
    ],
)
def test_a_wrong_call_is_told_in_one_sentence_and_remembers_nobody(
    run: Run, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    (tmp_path / "wrong.csv").write_text("date,rung,done\n2026-09-08,SD9,8\n", encoding="utf-8")
    (tmp_path / "ahead.csv").write_text("date,rung,done\n2999-01-01,SD3,8\n", encoding="utf-8")
    code, out, err = run("log", *words)
    assert code == 2 and out == "" and says in err and "Traceback" not in err
    assert "Nobody" in run("people")[2]


def test_a_film_of_the_day_is_the_form_of_the_set_and_decides(
    run: Run, tmp_path: Path, sample_analysis: Callable[[str], Analysis]
) -> None:
    film = sample_analysis("step_up_front_right_good")
    film.pose.to_parquet(tmp_path / "clip.parquet")
    write_log(TrainingLog(tuple(session("SU3", DAY))), tmp_path / "log.csv")
    run("log", "log.csv", "--person", "anna")
    now = Circumstances(DAY + timedelta(1))

    def decided() -> object:
        return context_from_log(LIBRARY["step_up"], kept(), now, load_plan_rules())

    unseen = decided()
    assert unseen.score is None
    run("rescore", "clip.parquet", "--person", "anna", "--date", DAY - timedelta(1))
    assert decided() == unseen, "a film of another day is not of this set"
    run("rescore", "clip.parquet", "--person", "anna", "--date", DAY)
    seen = decided()
    score = film.bouts[0].score
    assert (seen.score, seen.fails, seen.quality) == (score.value, score.core_fails, film.quality.ok)
    filmed = [each for each in kept().sets if each.form is not None]
    assert [(each.side, each.number) for each in filmed] == [("right", 2)]

    # The week's plan speaks of it, whether the log is in the records or in a file.
    records = open_records()
    records.save_assessment("anna", assessment_to_dict(person(80)))
    records.close()
    for more in ((), ("--log", "log.csv")):
        code, out, err = run("plan", "--person", "anna", "--week", "2026-09-14", "--json", "-", *more)
        assert code == 0, err
        steps = [
            each
            for one in json.loads(out)["sessions"]
            for block in one["blocks"]
            for each in block["exercises"]
            if each["ladder"] == "step_up"
        ]
        assert steps and all(each["decision"] != "NO_DECISION" for each in steps)


def test_films_from_the_front_and_the_side_are_one_form(
    run: Run, tmp_path: Path, sample_analysis: Callable[[str], Analysis]
) -> None:
    write_log(TrainingLog(tuple(session("LU1", DAY))), tmp_path / "log.csv")
    run("log", "log.csv", "--person", "anna")
    for name in ("lunge_front_left_good", "lunge_side_left_split"):
        sample_analysis(name).pose.to_parquet(tmp_path / f"{name}.parquet")
        run("rescore", f"{name}.parquet", "--person", "anna", "--date", DAY)
    (filmed,) = [each for each in kept().sets if each.form is not None]
    assert filmed.side == "left" and filmed.form is not None
    assert filmed.form.judged, "the side view lacks measures, but the front has them"
    assert {"pelvic_drop_deg", "kmd_foot_pct", "knee_flexion_deg"} <= set(filmed.form.values)


def test_a_film_of_something_else_on_the_same_day_is_no_form(
    run: Run, sample_analysis: Callable[[str], Analysis]
) -> None:
    film = sample_analysis("step_up_front_right_good")
    (scored,) = film.bouts
    nothing = FormScore(None, None, 0.0, 0, 0, reason="unknown_exercise")
    other = replace(scored, bout=replace(scored.bout, exercise="unknown"), measures=(), score=nothing)
    records = open_records()
    records.save_analysis("anna", replace(film, bouts=(scored, other)))
    day = records.sessions("anna")[0].day
    take_in(records, "anna", TrainingLog(tuple(session("SU3", day))), LIBRARY)
    records.close()
    assert [each.side for each in kept().sets if each.form is not None] == ["right"]


def test_a_log_says_where_nobody_judged_the_form(run: Run, tmp_path: Path) -> None:
    mine = [*session("SD3", DAY), *session("LU1", DAY, self_rating=4), *session("PU1", DAY)]
    write_log(TrainingLog(tuple(mine)), tmp_path / "log.csv")
    said = run("log", "log.csv", "--person", "anna")[2]
    assert "SD3: there is no form score and no rating of your own" in said
    assert "LU1" not in said and "PU1" not in said
    assert "4 of 5" in run("log", "--person", "anna")[1]
