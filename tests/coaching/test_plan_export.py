"""The plan as JSON, calendar and sheet: each says the same, and what other programs can read."""

import json
from datetime import date, timedelta
from pathlib import Path

import icalendar
import pytest
from coaching_people import person
from jsonschema import Draft202012Validator, FormatChecker
from pypdf import PdfReader
from reportlab.lib.pagesizes import A4, LETTER

import formcheck
from benchmarks.coaching.runners import random_runner
from benchmarks.coaching.simulate import MONDAY, season
from formcheck.coaching.export_ics import plan_to_ics
from formcheck.coaching.export_json import plan_to_dict
from formcheck.coaching.plan import make_plan
from formcheck.coaching.plan_types import PlanRequest
from formcheck.coaching.plan_words import dose_words, load_words
from formcheck.coaching.types import Screening
from formcheck.errors import ReportWriteError, UsageError
from formcheck.reports.plan_content import sheet_of
from formcheck.reports.plan_sheet import write_plan_sheet

SCHEMA = json.loads(Path(formcheck.__file__).with_name("plan.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
RACE = MONDAY + timedelta(days=6)


def made(**more):
    return make_plan(PlanRequest(person(70), MONDAY, body_mass_kg=70.0, **more))


@pytest.mark.parametrize("seed", range(4))
def test_every_week_of_a_season_fits_the_schema(seed):
    for week in season(random_runner(seed, MONDAY)):
        VALIDATOR.validate(json.loads(json.dumps(plan_to_dict(week.plan))))


def test_the_schema_refuses_what_is_not_a_plan():
    document = plan_to_dict(made())
    assert not VALIDATOR.is_valid({**document, "schema": "formcheck.plan/2"})
    assert not VALIDATOR.is_valid({key: value for key, value in document.items() if key != "reasons"})


def test_the_calendar_has_every_session_with_its_length_and_exercises():
    plan = made()
    calendar = icalendar.Calendar.from_ical(plan_to_ics(plan))
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    for session in plan.sessions:
        event = events[f"session-{session.date}-anna@formcheck"]
        assert event.decoded("dtstart").date() == session.date
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=session.minutes)
        said = str(event["description"])
        assert all(f"{e.code} {e.name}: {dose_words(e)}" in said for e in session.exercises)
    assert len(events) == len(plan.sessions) + 1 + len(plan.activation.dates)


def test_the_same_plan_is_the_same_calendar_and_a_new_one_replaces_its_events():
    assert plan_to_ics(made()) == plan_to_ics(made())
    uids = [
        {str(e["uid"]) for e in icalendar.Calendar.from_ical(plan_to_ics(plan)).walk("VEVENT")}
        for plan in (made(), made(equipment=frozenset()))
    ]
    assert uids[0] == uids[1]


def test_the_re_test_is_in_the_calendar_when_it_is_due():
    plan = make_plan(PlanRequest(person(70), MONDAY + timedelta(weeks=6)))
    assert b"Repeat the movement tests" in plan_to_ics(plan)
    assert b"Repeat the movement tests" not in plan_to_ics(made())


@pytest.mark.parametrize("suffix", [".html", ".pdf"])
def test_the_sheet_says_every_exercise_its_dose_and_its_reason(tmp_path, suffix):
    plan = made(races=(RACE + timedelta(weeks=8),))
    path = tmp_path / f"week{suffix}"
    write_plan_sheet(plan, path)
    if suffix == ".pdf":
        reader = PdfReader(path)
        text = "\n".join(page.extract_text() for page in reader.pages)
        # The week, then one page for each session, then how it is done.
        assert len(reader.pages) in (len(plan.sessions) + 2, len(plan.sessions) + 3)
    else:
        text = path.read_text(encoding="utf-8")
        assert "http" not in text.replace("http://www.w3.org", "")
    flat = " ".join(text.split()).replace("&#39;", "'")
    for each in (e for session in plan.sessions for e in session.exercises):
        assert each.code in flat and dose_words(each) in flat
        assert " ".join(each.cue.split()[:2]) in flat
    assert all(reason.split(":")[0] in flat for reason in plan.reasons)


def test_each_session_of_the_pdf_fits_its_page(tmp_path):
    for seed in range(3):
        plans = [week.plan for week in season(random_runner(seed, MONDAY), 6)]
        write_plan_sheet(plans[-1], tmp_path / "week.pdf")
        pages = [page.extract_text() for page in PdfReader(tmp_path / "week.pdf").pages]
        assert sum("WARM-UP" in page for page in pages) == len(plans[-1].sessions)
        assert sum("Tempo: seconds" in page for page in pages) == len(plans[-1].sessions)
        for page in pages:
            assert ("WARM-UP" in page) == ("Tempo: seconds" in page)


def test_the_pages_fit_on_a4_and_on_us_letter_without_scaling(tmp_path):
    write_plan_sheet(made(), tmp_path / "week.pdf")
    for page in PdfReader(tmp_path / "week.pdf").pages:
        assert page.mediabox.width <= min(A4[0], LETTER[0]) + 0.01
        assert page.mediabox.height <= min(A4[1], LETTER[1]) + 0.01


def test_a_strangers_code_is_only_text_on_the_sheet(tmp_path):
    baseline = person(70)
    named = type(baseline)(**{**vars(baseline), "person": "<b>&{{x}}"})
    for suffix in (".html", ".pdf"):
        write_plan_sheet(make_plan(PlanRequest(named, MONDAY)), tmp_path / f"x{suffix}")
    assert "&lt;b&gt;&amp;{{x}}" in (tmp_path / "x.html").read_text(encoding="utf-8")


def test_a_stopped_plan_makes_a_sheet_that_says_so(tmp_path):
    plan = make_plan(PlanRequest(person(70, screening=Screening("refer")), MONDAY))
    for suffix in (".html", ".pdf"):
        write_plan_sheet(plan, tmp_path / f"x{suffix}")
    assert "see a health professional first" in (tmp_path / "x.html").read_text(encoding="utf-8")
    VALIDATOR.validate(plan_to_dict(plan))
    assert sheet_of(plan).sessions == ()


def test_the_sheet_marks_race_day():
    days = sheet_of(made(races=(RACE,))).days
    assert [tile.text for tile in days[6].tiles] == ["Race"]


def test_a_sheet_refuses_other_endings_and_missing_folders(tmp_path):
    with pytest.raises(UsageError, match="must end in"):
        write_plan_sheet(made(), tmp_path / "week.docx")
    with pytest.raises(ReportWriteError, match="is missing"):
        write_plan_sheet(made(), tmp_path / "none" / "week.pdf")


def test_a_load_to_be_found_by_feel_is_said_so():
    plan = make_plan(PlanRequest(person(90), date(2026, 9, 7)))
    loaded = [e for s in plan.sessions for e in s.exercises if e.load_kg is None]
    assert loaded and all("feels like effort 6" in load_words(e) for e in loaded)
