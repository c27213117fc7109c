"""``formcheck plan``, from a baseline's file or the records to sheets, calendars and JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import icalendar
import jsonschema
import pytest
from coaching_people import person
from made_up_clips import whole_baseline

import formcheck
from formcheck import cli
from formcheck.coaching.assessment_file import assessment_to_dict
from formcheck.coaching.baseline import assess
from formcheck.coaching.decision_table import TABLE
from formcheck.coaching.library import load_library
from formcheck.coaching.log import LoggedSet, TrainingLog
from formcheck.coaching.log_csv import write_log
from formcheck.coaching.log_documents import set_documents
from formcheck.coaching.log_form import SetForm
from formcheck.coaching.types import Screening
from formcheck.errors import ReportWriteError
from formcheck.records import open_records

SCHEMA = json.loads(Path(formcheck.__file__).with_name("plan.schema.json").read_text("utf-8"))
MONDAY = date(2026, 9, 7)
LIBRARY = load_library()
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line in this process; return exit code, standard output and standard error."""
    monkeypatch.setenv("FORMCHECK_HOME", str(tmp_path / "home"))

    def call(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["formcheck", "plan", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capfd.readouterr()
        return int(stop.value.code or 0), out, err

    return call


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    """Return the saved assessment of a runner whose left hip drops on the step-down."""
    clips = whole_baseline({("T4", "left"): {"pelvic_drop_deg": 1.4}})
    found = assess(clips, person="anna", date=MONDAY - timedelta(days=1), screening=Screening("clear"))
    path = tmp_path / "assessment.json"
    path.write_text(json.dumps(assessment_to_dict(found)), encoding="utf-8")
    return path


def exercises(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the exercises of a plan by ladder."""
    return {
        each["ladder"]: each
        for session in document["sessions"]
        for block in session["blocks"]
        for each in block["exercises"]
    }


def planned(run: Run, *words: str | Path) -> dict[str, Any]:
    code, out, err = run(*words, "--json", "-", "--runs", "tue:key,thu:easy,sun:long")
    assert code == 0, err
    document: dict[str, Any] = json.loads(out)
    jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)
    return document


def as_done(document: dict[str, Any], form: SetForm) -> list[LoggedSet]:
    """Return the plan's sets as somebody logs them who does two repetitions more than asked for."""
    sets = []
    for session in document["sessions"]:
        day = date.fromisoformat(session["date"])
        for each in (e for block in session["blocks"] for e in block["exercises"]):
            step = 10 if each["unit"] == "s" else 2
            for side in ("left", "right") if each["per_side"] else (None,):
                sets.append(
                    LoggedSet(
                        day, each["ladder"], each["rung"], side, 1, each["amount"], each["amount"] + step,
                        each["load_kg"] or 0.0, rpe=6, form=form if each["camera"] else None,
                    )
                )  # fmt: skip
    return sets


def test_a_weak_left_hip_gets_its_cue_and_after_four_good_weeks_it_progresses(
    run: Run, baseline: Path, tmp_path: Path
) -> None:
    log = TrainingLog()
    rungs = []
    for week in range(4):
        write_log(log, tmp_path / "log.csv")
        monday = MONDAY + timedelta(weeks=week)
        given = ("--from", baseline, "--week", monday, "--since", MONDAY, "--body-mass", 60, "--deload", "no")
        document = planned(run, *given, "--log", tmp_path / "log.csv")
        step = exercises(document)["step_down"]
        rungs.append(step["rung"])
        if week == 0:
            assert (step["first_side"], step["cue"]) == ("left", "Keep your belt level")
            assert any("hips dropped" in reason and "left leg" in reason for reason in step["reasons"])
            drills = [d for s in document["sessions"] for b in s["blocks"] for d in b["drills"]]
            assert any(d["name"].startswith("Hip hitch") and d["reason"] for d in drills)
        log = TrainingLog((*log.sets, *as_done(document, SetForm(95))))
    assert rungs[0] == 1 and rungs == sorted(rungs) and rungs[-1] > rungs[0]
    assert exercises(document)["step_down"]["cue"] == LIBRARY["step_down"].rungs[rungs[-1]].cues[0]


def test_all_files_are_written_and_nothing_but_json_goes_to_standard_output(
    baseline: Path, tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("plan.pdf", "plan.ics")]
    words = ["plan", "--from", baseline, "--json", "-", "--sheet", files[0], "--ics", files[1]]
    call = [sys.executable, "-m", "formcheck", *map(str, words)]
    done = subprocess.run(call, capture_output=True, check=False)
    assert done.returncode == 0
    assert json.loads(done.stdout)["schema"] == "formcheck.plan/1"
    assert files[0].read_bytes().startswith(b"%PDF")
    assert icalendar.Calendar.from_ical(files[1].read_bytes()).walk("VEVENT")
    assert "Bridge and lunge" in done.stderr.decode("utf-8")


def test_a_person_is_planned_from_the_records_and_the_plan_is_remembered(
    run: Run, baseline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMCHECK_HOME", str(tmp_path / "home"))
    records = open_records()
    records.save_assessment("anna", json.loads(baseline.read_text("utf-8")))
    day = MONDAY + timedelta(days=1)
    logged = LoggedSet(day, "push", 4, None, 1, 8, 8, 7.0, rpe=7)
    records.log_sets("anna", set_documents(TrainingLog((logged,))))
    document = planned(run, "--person", "anna", "--week", MONDAY + timedelta(weeks=1))
    assert document["person"] == "anna" and exercises(document)["push"]["code"] == "PU4"
    latest = records.latest("anna", "plan")
    assert latest is not None and latest.document == document
    records.close()


def test_a_red_flag_makes_no_plan_and_says_so(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    refer = person(80, screening=Screening("refer"))
    path.write_text(json.dumps(assessment_to_dict(refer)), encoding="utf-8")
    code, out, _ = run("--from", path, "--json", "-")
    assert code == 3
    assert json.loads(out)["stop"].endswith("see a health professional first.")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "Name the --person"),
        (("--person", "nobody"), "nobody"),
        (("--from", "none.json"), "none.json"),
        (("--from", "{baseline}", "--days", "4"), "choose 2 or 3"),
        (("--from", "{baseline}", "--runs", "monday"), "'monday' is no run day"),
        (("--from", "{baseline}", "--equipment", "rope"), "'rope' is not known"),
        (("--from", "{baseline}", "--pain", "XX=3"), "'XX' is no ladder"),
        (("--from", "{baseline}", "--pain", "SD=11"), "from 0 to 10"),
        (("--from", "{baseline}", "--pain", "SD=²"), "from 0 to 10"),
        (("--from", "{baseline}", "--week", "9999-12-31"), "correct the year"),
        (("--from", "{baseline}", "--race-date", "9999-12-31"), "correct the year"),
        (("--from", "{baseline}", "--since", "0001-01-01"), "correct the year"),
        (("--from", "{baseline}", "--phase", "summer"), "post_race, deload"),
        (("--from", "{baseline}", "--deload", "maybe"), "auto, yes or no"),
        (("--from", "{baseline}", "--sheet", "plan.docx"), "must end in"),
        (("--from", "{baseline}", "--ics", "none/plan.ics"), "create the folder"),
        (("--from", "{baseline}", "--json", "{folder}"), "is a folder: give the name of a file"),
        (("--from", "{baseline}", "--log", "none.csv"), "'none.csv' cannot be read"),
        (("--from", "{baseline}", "--ladders", "none"), "is not a folder"),
        (("--from", "{baseline}", "--rules", "none.toml"), "'none.toml' cannot be read"),
    ],
)
def test_a_wrong_call_is_told_in_one_sentence(
    run: Run, baseline: Path, words: tuple[str, ...], says: str
) -> None:
    code, out, err = run(*(word.format(baseline=baseline, folder=baseline.parent) for word in words))
    assert code == 2 and out == ""
    assert says in err and "Traceback" not in err and err.strip().count("\n") == 0


def test_a_plan_that_cannot_be_written_is_not_shown_nor_remembered(
    run: Run, baseline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads a plan on the screen believes that its sheet is there."""
    monkeypatch.setenv("FORMCHECK_HOME", str(tmp_path / "home"))
    records = open_records()
    records.save_assessment("anna", json.loads(baseline.read_text("utf-8")))

    def disk_full(*_: object, **__: object) -> None:
        raise ReportWriteError("'week.pdf' cannot be written: the disk is full.")

    monkeypatch.setattr("formcheck.reports.plan_sheet.write_plan_sheet", disk_full)
    code, out, err = run("--person", "anna", "--sheet", tmp_path / "week.pdf", "--json", "-")
    assert (code, out, err) == (2, "", "formcheck: 'week.pdf' cannot be written: the disk is full.\n")
    assert records.latest("anna", "plan") is None
    records.close()


def test_options_change_the_plan(run: Run, baseline: Path) -> None:
    given = ("--from", baseline, "--week", MONDAY)
    assert len(planned(run, *given, "--days", 3)["sessions"]) == 3
    assert planned(run, *given, "--phase", "taper")["phase"] == "taper"
    assert planned(run, *given, "--phase", "deload")["deload"]["kind"] == "planned"
    assert planned(run, *given, "--race-date", "2026-09-13")["phase"] == "race_week"
    assert "lunge" not in exercises(planned(run, *given, "--pain", "LU=6"))
    household = exercises(planned(run, *given, "--equipment", "none"))
    assert household["step_up" if "step_up" in household else "lunge"]["per_side"]


def test_an_own_table_of_decisions_reaches_the_plan(run: Run, baseline: Path, tmp_path: Path) -> None:
    own, log = tmp_path / "mine.toml", tmp_path / "log.csv"
    text = TABLE.read_text(encoding="utf-8")
    assert text.count('field = "pain", at_least = 5') == 1
    own.write_text(text.replace('field = "pain", at_least = 5', 'field = "pain", at_least = 3'), "utf-8")
    log.write_text("date,rung,side,done,pain\n2026-09-08,LU1,left,8,3\n", encoding="utf-8")
    given = ("--from", baseline, "--week", MONDAY + timedelta(weeks=1), "--log", log)
    assert "lunge" in exercises(planned(run, *given))
    assert "lunge" not in exercises(planned(run, *given, "--decisions", own)), "pain of 3 stops it now"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(text.replace("at_least = 5", "at_leest = 5"), encoding="utf-8")
    code, _, err = run(*given, "--decisions", wrong)
    assert code == 2 and "'wrong.toml', line" in err and "at_leest" in err


def test_an_own_rung_and_an_own_rule_reach_the_plan(run: Run, baseline: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ladders"
    folder.mkdir()
    code = exercises(planned(run, "--from", baseline, "--week", MONDAY))["push"]["code"]
    (folder / "push.toml").write_text(f'[rungs.{code}]\nname = "My push"\n', encoding="utf-8")
    rules = tmp_path / "rules.toml"
    rules.write_text("[week]\nbeginner_weeks = 0\n", encoding="utf-8")
    season = tmp_path / "season.toml"
    season.write_text('[phases.base]\nsays = "My base."\n', encoding="utf-8")
    given = ("--ladders", folder, "--rules", rules, "--season", season)
    own = planned(run, "--from", baseline, "--week", MONDAY, *given)
    assert own["phase_says"] == "My base."
    assert exercises(own)["push"]["name"] == "My push"
    assert max(each["sets"] for each in exercises(own).values()) == 3
