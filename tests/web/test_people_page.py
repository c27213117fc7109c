"""People: found, compared, added to, exported and deleted; and a result kept only if somebody wants it."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from web_people import variation, weeks

from formcheck import Analysis
from formcheck.coaching.baseline import assess
from formcheck.coaching.screening import screen, screening_texts
from formcheck.coaching.sides import Told
from formcheck.errors import FormcheckError
from formcheck.records import Records
from formcheck.records.home import HOME_VARIABLE
from formcheck.records.types import SetInfo
from formcheck.scoring import load_thresholds
from formcheck.scoring.types import Quality, QualityProblem
from formcheck.web import people, people_ranges
from formcheck.web.camera_place import CameraPlace
from formcheck.web.desk import OUTPUTS, Result
from formcheck.web.people_clips import INTAKES
from formcheck.web.people_compare import compared, exercises, pairings
from formcheck.web.people_intake import Intake, Order
from formcheck.web.people_page import MOST_SHOWN
from formcheck.web.people_parts import CLIP, OPENED, TAB
from formcheck.web.people_sessions import STORED, outcome_text
from formcheck.web.people_stored import StoredClip, stored_analysis
from formcheck.web.plan_notebook import Notebook
from formcheck.web.result_view import unbroken
from formcheck.web.words import say

SAMPLE = "step_down_front_left_drop"
PAGE = "from formcheck.web import people_page; people_page.show()"
PATIENCE_S = 300.0


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Records:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return people.records()


@pytest.fixture
def analysis(sample_analysis: Callable[[str], Analysis]) -> Analysis:
    return sample_analysis(SAMPLE)


def opened(code: str | None = None, tab: str | None = None) -> AppTest:
    page = AppTest.from_string(PAGE, default_timeout=60)
    if code is not None:
        page.query_params[OPENED] = code
    if tab is not None:
        page.query_params[TAB] = tab
    page.run()
    assert not page.exception
    return page


def pressed(page: AppTest, label: str) -> AppTest:
    """Press the button of that label, and draw the page again."""
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception
    return page


def written(page: AppTest, label: str, text: str) -> None:
    next(one for one in (*page.text_input, *page.text_area) if one.label == label).input(text)


def test_an_empty_desk_says_how_to_begin_and_takes_the_first_person(records: Records) -> None:
    page = opened()
    assert page.info[0].value == say("people.nobody")
    written(page, say("people.code"), "anna")
    written(page, say("people.name"), "Anna Example")
    pressed(page, say("people.add_button"))
    assert page.header[0].value == "anna · Anna Example"
    assert [person.code for person in records.people()] == ["anna"]


def test_a_code_that_is_none_or_taken_is_one_sentence(records: Records) -> None:
    records.add_person("anna")
    page = opened()
    for code in ("anna", "", "../etc"):
        written(page, say("people.code"), code)
        pressed(page, say("people.add_button"))
        assert len(page.error) == 1
        assert "Traceback" not in page.error[0].value
    assert len(records.people()) == 1


def test_people_are_found_by_code_and_by_name(records: Records) -> None:
    for number in range(MOST_SHOWN + 5):
        records.add_person(f"r{number:03}", f"Runner {number}")
    page = opened()
    shown = [button for button in page.button if str(button.key).startswith("person-")]
    assert len(shown) == MOST_SHOWN
    assert say("people.more", count=5) in [caption.value for caption in page.caption]
    page.text_input(key="people-search").input("runner 24").run()
    assert [b.label for b in page.button if str(b.key).startswith("person-")] == ["r024 · Runner 24"]
    page.text_input(key="people-search").input("nobody").run()
    assert page.info[0].value == say("people.not_found", search="nobody")


def test_a_name_is_text_and_never_markup(records: Records) -> None:
    records.add_person("x1", "<script>alert(1)</script>")
    records.add_note("x1", "**not bold** <b>tag</b>")
    page = opened("x1", "notes")
    assert "**not bold** <b>tag</b>" in [text.value for text in page.text]


def first_opened(records: Records, code: str) -> AppTest:
    """Return the desk with the newest day's first clip opened."""
    page = opened(code, "sessions")
    newest = records.sessions(code)[0]
    clip = (*newest.sets, *newest.empty)[0].clip_id
    page.button(key=f"open-{clip}").click().run()
    stored: StoredClip = page.session_state[STORED]
    assert stored.desk.analysing is not None
    assert stored.desk.analysing.wait(PATIENCE_S)
    page.run()
    assert not page.exception
    return page


def test_sessions_are_listed_and_a_clip_can_be_removed(records: Records, analysis: Analysis) -> None:
    weeks(records, "anna", analysis, drops=(1, 2))
    page = opened("anna", "sessions")
    assert sum(str(button.key).startswith("open-") for button in page.button) == 4
    page = first_opened(records, "anna")
    pressed(page, say("people.remove_button"))
    assert records.person("anna").clips == 3
    assert page.success[0].value == say("people.removed_clip")
    assert sum(str(button.key).startswith("open-") for button in page.button) == 3


def test_a_clip_in_which_nothing_was_recognised_opens_and_is_named_or_removed(
    records: Records, analysis: Analysis
) -> None:
    nothing = QualityProblem("nothing_recognised", "Nothing was recognised.", "Name it with --exercise.")
    empty = replace(analysis, bouts=(), quality=Quality((nothing,)))
    kept = records.save_analysis("anna", empty)
    page = opened("anna", "sessions")
    assert [button.label for button in page.button if button.key == f"open-{kept.id}"] == [
        say("stored.empty")
    ]
    page = first_opened(records, "anna")
    assert [warning.value for warning in page.warning] == [
        f"{nothing.message} {say('check.nothing_fix')}"  # this page has no --exercise
    ]
    labels = [box.label for box in page.selectbox]
    page.selectbox[labels.index(say("check.exercise"))].select("step_down")
    pressed(page, say("correct.button"))
    pressed(page, say("stored.keep"))
    (session,) = records.sessions("anna")
    assert [one.exercise for one in session.sets] == ["step_down"]
    assert session.empty == ()
    records.delete_clip(kept.id)
    records.save_analysis("anna", empty)
    page = first_opened(records, "anna")
    pressed(page, say("people.remove_button"))
    assert records.person("anna").clips == 0
    assert say("people.no_clip") in [caption.value for caption in page.caption]


def test_where_nobody_was_seen_no_exercise_is_asked_for(records: Records, analysis: Analysis) -> None:
    unseen = np.full_like(analysis.pose.image_px, np.nan)
    pose = replace(analysis.pose, image_px=unseen)
    nobody = QualityProblem("no_person", "Nobody was found.", "Film one person.", True)
    records.save_analysis("anna", replace(analysis, pose=pose, bouts=(), quality=Quality((nobody,))))
    page = first_opened(records, "anna")
    assert [warning.value for warning in page.warning] == ["Nobody was found. Film one person."]
    assert say("correct.button") not in [button.label for button in page.button]


def test_an_old_session_shows_its_days_and_the_older_ones_when_asked(
    records: Records, analysis: Analysis
) -> None:
    weeks(records, "anna", analysis, drops=tuple(range(12)), sides=("left",))
    page = opened("anna", "sessions")
    assert sum(str(button.key).startswith("open-") for button in page.button) == 10
    pressed(page, say("stored.more", count=2))
    assert sum(str(button.key).startswith("open-") for button in page.button) == 12


@pytest.mark.parametrize(
    ("exercise", "sets", "said"),
    [
        ("single_leg_stance", 1, "1 hold, form score 90"),
        ("single_leg_stance", 2, "2 holds, form score 90"),
        ("lunge", 1, "1 repetition, form score 90"),
        ("lunge", 3, "3 repetitions, form score 90"),
    ],
)
def test_a_set_in_the_list_counts_holds_or_repetitions(exercise, sets, said):
    now = datetime(2026, 9, 1, tzinfo=UTC)
    assert outcome_text(SetInfo("clip", 0, now, exercise, "left", None, sets, 90, None, None)) == said


def test_a_stored_clip_opens_with_all_that_was_found_then(
    records: Records, analysis: Analysis, sample_path: Callable[[str], Path]
) -> None:
    kept = people.remember(records, "anna", analysis, video=sample_path(SAMPLE))
    records.add_note("anna", "Knee taped.", session_id=kept.session_id)
    page = first_opened(records, "anna")
    section = Result.of(analysis).section
    assert page.header[1].value == unbroken(section.bouts[0].headline)
    assert len(page.table[0].value) == len(section.bouts[0].rows)
    assert "Knee taped." in [info.value for info in page.info]
    assert say("stored.otherwise") not in [caption.value for caption in page.caption]
    stored: StoredClip = page.session_state[STORED]
    assert stored.desk.drawing is not None
    assert stored.desk.drawing.wait(PATIENCE_S)
    assert stored.desk.drawing.result is not None
    assert set(stored.desk.drawing.result.paths) == {output.key for output in OUTPUTS}
    page.run()
    assert not page.exception
    pressed(page, say("stored.back"))
    assert CLIP not in page.query_params
    assert STORED not in page.session_state
    assert kept.video is not None
    assert kept.video.exists()


def test_an_address_of_nobody_or_of_somebody_elses_clip_opens_neither(
    records: Records, analysis: Analysis
) -> None:
    records.add_person("ben")
    kept = records.save_analysis("anna", analysis)
    for code, clip in (("ben", kept.id), ("anna", "none"), ("nobody", kept.id)):
        page = opened()
        page.query_params[OPENED], page.query_params[CLIP] = code, clip
        page.run()
        assert not page.exception
        assert STORED not in page.session_state
    assert [warning.value for warning in page.warning] == [say("people.gone")]


def test_a_stored_clip_that_is_corrected_can_be_kept_so(records: Records, analysis: Analysis) -> None:
    records.add_person("anna")
    kept = records.save_analysis("anna", analysis)
    page = first_opened(records, "anna")
    labels = [box.label for box in page.selectbox]
    page.selectbox[labels.index(say("check.exercise"))].select("step_up")
    pressed(page, say("correct.button"))
    stored: StoredClip = page.session_state[STORED]
    assert stored.differs
    undone = stored.undone()  # at once, from what was put together before
    assert undone.desk.analysing is not None and undone.desk.analysing.wait(PATIENCE_S)
    assert not undone.differs
    assert undone.desk.result is not None
    assert [scored.bout.exercise for scored in undone.desk.result.analysis.bouts] == ["step_down"]
    page = first_opened(records, "anna")
    labels = [box.label for box in page.selectbox]
    page.selectbox[labels.index(say("check.exercise"))].select("step_up")
    pressed(page, say("correct.button"))
    stored = page.session_state[STORED]
    assert records.sessions("anna")[0].sets[0].exercise == "step_down"
    pressed(page, say("stored.keep"))
    assert [one.exercise for one in records.sessions("anna")[0].sets] == ["step_up"]
    assert records.clip(kept.id).recorded_at == kept.recorded_at
    assert page.success[0].value == say("stored.kept")


def test_a_stored_clip_without_its_body_points_is_one_sentence(records: Records, analysis: Analysis) -> None:
    records.add_person("anna")
    points = records.save_analysis("anna", analysis).landmarks
    assert points is not None
    points.unlink()
    page = first_opened(records, "anna")
    assert len(page.error) == 1
    assert "Traceback" not in page.error[0].value


@pytest.mark.parametrize("name", [SAMPLE, "hip_hinge_side_good", "bridge_side_shallow_fast"])
def test_what_is_put_together_again_is_what_was_stored(
    records: Records, sample_analysis: Callable[[str], Analysis], name: str
) -> None:
    found = sample_analysis(name)
    clip = records.save_analysis("anna", found)
    again = stored_analysis(records.clip(clip.id))
    assert again.to_dict() == clip.document
    assert [scored.bout for scored in again.bouts] == [
        replace(b.bout, repetitions=s.bout.repetitions, start_s=s.bout.start_s, end_s=s.bout.end_s)
        for b, s in zip(found.bouts, again.bouts, strict=True)
    ]
    drawn, before = Result.of(again).section.bouts[0], Result.of(found).section.bouts[0]
    assert (drawn.headline, drawn.rows, drawn.missing) == (before.headline, before.rows, before.missing)
    assert [plot.title for plot in drawn.plots] == [plot.title for plot in before.plots]


@pytest.mark.parametrize(
    ("drops", "hip"), [((9.0, -3.0), "improved"), ((0.0, 9.0), "worse"), ((1.0, 3.0), "no_measurable_change")]
)
def test_two_sessions_differ_only_beyond_what_measuring_can_tell(
    records: Records, analysis: Analysis, drops: tuple[float, ...], hip: str
) -> None:
    weeks(records, "anna", analysis, drops=drops, sides=("left",))
    (pair,) = pairings(records.sessions("anna"), "step_down")
    assert pair.key == "two_left"
    both = compared(records, pair.first[0], pair.second[-1], load_thresholds(), legs=pair.legs)
    by_name = {row.name: row for row in both.rows}
    assert by_name["Hip drop"].meaning == say(f"compare.{hip}")
    assert by_name["Trunk lean"].meaning == say("compare.no_measurable_change")
    assert by_name["Depth"].meaning == say("compare.not_measured")  # not measurable in the sample


@pytest.mark.parametrize(
    ("left", "right", "meaning"),
    [(17.0, 5.0, "left_worse"), (5.0, 17.0, "right_worse"), (17.0, 16.0, "alike"), (-2.0, 7.0, "both_good")],
)
def test_two_legs_are_alike_unless_one_is_further_from_the_aim(
    records: Records, analysis: Analysis, left: float, right: float, meaning: str
) -> None:
    seen = next(m.value for m in analysis.bouts[0].measures if m.id == "pelvic_drop_deg")
    assert seen is not None
    for number, (side, drop) in enumerate((("left", left), ("right", right))):
        other = variation(analysis, number, added={"pelvic_drop_deg": drop - seen}, side=side)  # type: ignore[arg-type]
        records.save_analysis("anna", other)
    sessions = records.sessions("anna")
    assert exercises(sessions) == ["step_down"]
    (pair,) = pairings(sessions, "step_down")
    assert pair.legs
    both = compared(records, pair.first[0], pair.second[0], load_thresholds(), legs=True)
    hip = next(row for row in both.rows if row.name == "Hip drop")
    assert hip.meaning == say(f"compare.{meaning}")
    assert hip.counts == meaning.endswith("worse")


@pytest.mark.parametrize(
    ("azimuth", "best", "alike"),
    [
        (-20, "front", True),
        (38, "front", False),
        (38, "side", True),
        (90, "side", False),
        (180, "front", False),
        (180, "any", True),
    ],
)
def test_what_another_place_of_the_camera_shows_otherwise_is_no_change(
    records: Records, analysis: Analysis, azimuth: float, best: str, alike: bool
) -> None:
    measure = {"front": "pelvic_drop_deg", "side": "knee_flexion_deg", "any": "ecc_s"}[best]
    before, after = (
        CameraPlace.of({"view": {"label": "front", "azimuth_deg": at}}, "left") for at in (0, azimuth)
    )
    assert before.shows_like(after, measure, load_thresholds().views) == alike
    if measure != "pelvic_drop_deg":
        return
    view = replace(analysis.motion.view, azimuth_deg=float(azimuth))
    turned = replace(analysis, motion=replace(analysis.motion, view=view))
    weeks(records, "anna", analysis, drops=(9.0,), sides=("left",))
    records.save_analysis("anna", variation(turned, 9, added={"pelvic_drop_deg": -3.0}, side="left"))
    (pair,) = pairings(records.sessions("anna"), "step_down")
    both = compared(records, pair.first[0], pair.second[1], load_thresholds(), legs=False)
    (hip,) = (row for row in both.rows if row.name == "Hip drop")
    assert (hip.meaning == say("compare.improved")) == hip.counts == bool(hip.difference) == alike
    assert (hip.meaning == say("compare.other_view")) == (not alike) == (not both.seen_alike)


@pytest.mark.parametrize("azimuth", [-130.0, -90.0, 10.0, 90.0])
@pytest.mark.parametrize("measure", ["pelvic_drop_deg", "knee_flexion_deg"])
def test_the_mirrored_place_shows_the_other_leg_alike(azimuth: float, measure: str) -> None:
    views = load_thresholds().views
    left = CameraPlace.of({"view": {"label": "side", "azimuth_deg": azimuth}}, "left")
    right = CameraPlace.of({"view": {"label": "side", "azimuth_deg": -azimuth}}, "right")
    assert left == right
    assert left.shows_like(right, measure, views)


def test_the_comparison_is_shown(records: Records, analysis: Analysis) -> None:
    assert opened_comparison(records, "ben").info[0].value == say("compare.nothing")
    weeks(records, "anna", analysis, drops=(9, -3))
    page = opened_comparison(records, "anna")
    table = page.table[0].value
    assert say("compare.improved") in str(table)
    page.selectbox(key="compare-step_down").select("legs").run()
    assert not page.exception
    assert list(page.table[0].value.columns)[1:3] == [say("compare.left"), say("compare.right")]


def opened_comparison(records: Records, code: str) -> AppTest:
    if not records.people(code):
        records.add_person(code)
    return opened(code, "compare")


def test_a_kept_baseline_is_read_again(records: Records) -> None:
    records.add_person("anna")
    assert opened("anna", "baselines").info[0].value == say("people.no_baseline", person="anna")
    answers = {question.id: False for question in screening_texts().questions}
    for day in (date(2026, 9, 1), date(2026, 10, 1)):
        told = Told(unable=frozenset({("T4", "left")}))
        made = assess([], told=told, date=day, screening=screen(answers))
        Notebook(records, "anna").keep_baseline(made)
    page = opened("anna", "baselines")
    assert page.selectbox[0].options == ["1 Oct 2026", "1 Sep 2026"]
    assert say("assess.tests") in [heading.value for heading in page.subheader]


def test_notes_are_written_and_deleted(records: Records) -> None:
    records.add_person("anna")
    page = opened("anna", "notes")
    pressed(page, say("notes.add"))
    assert page.error[0].value == say("notes.empty")
    written(page, say("notes.text"), "Left knee sore.")
    pressed(page, say("notes.add"))
    assert [note.text for note in records.notes("anna")] == ["Left knee sore."]
    pressed(page, say("notes.delete"))
    assert records.notes("anna") == []


def test_a_person_is_deleted_only_when_the_code_is_typed(records: Records, analysis: Analysis) -> None:
    records.save_analysis("anna", analysis)
    records.add_person("ben")
    page = opened("anna", "data")
    for wrong in ("", "ann", "ben"):
        written(page, say("data.delete_confirm", code="anna"), wrong)
        pressed(page, say("data.delete"))
        assert page.error[0].value == say("data.delete_wrong", code="anna")
    assert records.person("anna").clips == 1
    written(page, say("data.delete_confirm", code="anna"), "anna")
    pressed(page, say("data.delete"))
    assert [person.code for person in records.people()] == ["ben"]
    assert page.success[0].value.startswith("anna was deleted")
    left = [path for path in Path(os.environ[HOME_VARIABLE]).rglob("*") if path.suffix == ".parquet"]
    assert left == []


def test_somebody_whom_another_window_deleted_is_no_error(records: Records) -> None:
    records.add_person("ben")
    page = opened("anna")
    assert page.warning[0].value == say("people.gone")
    assert "person-ben" in {button.key for button in page.button}


def test_a_person_gets_another_code_and_the_desk_follows(records: Records) -> None:
    records.add_person("anna")
    page = opened("anna", "data")
    written(page, say("people.code"), "anna2")
    written(page, say("people.name"), "Anna")
    pressed(page, say("data.rename"))
    assert page.header[0].value == "anna2 · Anna"


def test_everything_of_a_person_comes_out_as_a_zip_that_goes_in_again(
    records: Records, analysis: Analysis, tmp_path: Path
) -> None:
    weeks(records, "anna", analysis, drops=(1,))
    content = people.export(records, "anna")
    assert "person.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    zipped = tmp_path / "anna.zip"
    zipped.write_bytes(content)
    records.delete_person("anna")
    records.import_person(zipped)
    assert records.person("anna").clips == 2


def test_a_reload_does_not_lose_what_became_of_added_clips(records: Records) -> None:
    records.add_person("anna")
    wrong = ("wrong.mp4", io.BytesIO(b"no video"))
    intake = Intake(records, Order("anna", date.today()), [wrong])
    INTAKES.put(intake, name="anna")
    assert intake.job.wait(PATIENCE_S)
    page = opened("anna", "clips")
    assert [error.value for error in page.error] == [outcome.sentence for outcome in intake.outcomes]
    pressed(page, say("clips.again"))
    assert page.file_uploader[0].label == say("clips.upload")


def test_several_clips_at_once_are_kept_and_a_wrong_one_stops_none(
    records: Records, sample_path: Callable[[str], Path]
) -> None:
    order = Order("anna", date(2026, 9, 1), model="lite")
    wrong = ("holiday.mp4", io.BytesIO(b"This is a text."))
    good = ("set.mp4", io.BytesIO(sample_path("bridge_side_shallow_fast").read_bytes()))
    intake = Intake(records, order, [wrong, good])
    assert intake.job.wait(PATIENCE_S)
    assert intake.job.error is None
    assert [outcome.kept for outcome in intake.outcomes] == [False, True]
    assert all(name in o.sentence for name, o in zip(("holiday", "set"), intake.outcomes, strict=True))
    (session,) = records.sessions("anna")
    assert session.day == date(2026, 9, 1)
    clip = records.clip(session.sets[0].clip_id)
    assert (clip.video_name, clip.video) == ("set.mp4", None)
    page = opened("anna", "clips")
    assert page.file_uploader[0].label == say("clips.upload")


def keeping(analysis: Analysis, clip: Path) -> AppTest:
    """Return the page that offers to keep a result, opened."""
    page = AppTest.from_string(
        "import streamlit as st\n"
        "from formcheck.web import people_keep\n"
        "people_keep.show(st.session_state['analysis'], st.session_state['clip'])",
        default_timeout=60,
    )
    page.session_state["analysis"], page.session_state["clip"] = analysis, clip
    page.session_state["keep-open"] = True
    page.run()
    assert not page.exception
    return page


def test_a_result_is_kept_only_when_somebody_is_named(
    records: Records, analysis: Analysis, sample_path: Callable[[str], Path]
) -> None:
    page = keeping(analysis, sample_path(SAMPLE))
    assert say("keep.text") in [line.value for line in page.markdown]
    pressed(page, say("keep.button"))
    assert page.error[0].value == say("keep.none")
    assert records.people() == []
    records.add_person("anna")
    page = keeping(analysis, sample_path(SAMPLE))
    page.selectbox[0].select("anna")
    pressed(page, say("keep.button"))
    assert page.success[0].value == say("keep.done", person="anna")
    (session,) = records.sessions("anna")
    assert session.day == date.today()
    assert records.clip(session.sets[0].clip_id).video is None


def test_the_video_is_kept_if_it_is_ticked(
    records: Records, analysis: Analysis, sample_path: Callable[[str], Path]
) -> None:
    records.add_person("anna")
    page = keeping(analysis, sample_path(SAMPLE))
    page.selectbox[0].select("anna")
    page.checkbox[0].check()
    pressed(page, say("keep.button"))
    video = records.clip(records.sessions("anna")[0].sets[0].clip_id).video
    assert video is not None
    assert video.read_bytes() == sample_path(SAMPLE).read_bytes()


def test_a_persons_own_ranges_hold_for_them_alone_and_travel_with_them(
    records: Records, analysis: Analysis
) -> None:
    weeks(records, "anna", analysis, drops=(9, -3))
    weeks(records, "bert", analysis, drops=(9,))
    own = b"[exercises.step_down.measures]\npelvic_drop_deg = { good = 6, fail = 11 }\n"
    with pytest.raises(FormcheckError, match=r"mine\.toml"):
        people_ranges.take(records, "anna", "mine.toml", b"[exercises.step_down]\nnonsense = 1\n")
    assert people_ranges.own(records, "anna") is None
    for _ in range(2):
        people_ranges.take(records, "anna", "mine.toml", own)
    assert len(records.entries("anna", "ranges")) == 1

    def good(code: str) -> float:
        return people_ranges.in_use(records, code).exercises["step_down"].measures["pelvic_drop_deg"].good

    ours = load_thresholds().exercises["step_down"].measures["pelvic_drop_deg"].good
    assert (good("anna"), good("bert")) == (6, ours)
    assert ours != 6
    page = opened("anna", "ranges")
    assert any("6°" in text.value for text in page.markdown)
    archive = zipfile.ZipFile(io.BytesIO(people.export_everybody(records)))
    assert archive.namelist() == ["formcheck-anna.zip", "formcheck-bert.zip"]
    one = zipfile.ZipFile(io.BytesIO(archive.read("formcheck-anna.zip")))
    assert any(b"pelvic_drop_deg = { good = 6" in one.read(name) for name in one.namelist())
    pressed(page, say("people.ranges_drop"))
    assert people_ranges.own(records, "anna") is None
