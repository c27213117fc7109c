"""``formcheck assess``, end to end: rendered clips of a made-up runner with a weak left side."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pypdf
import pytest
from made_up_clips import made_set, values_at

import formcheck
from formcheck import Analysis
from formcheck.reports.tables import write_json, write_landmarks

MADE_UP = {
    "single_leg_stance_front_right_good": made_set("single_leg_stance", "right", reps=1),
    "hip_hinge_side_good": made_set("hip_hinge", reps=3),
    "step_down_front_left_drop": made_set(
        "step_down", "left", values_at("step_down", {"fppa_deg": 2}), reps=3
    ),
    "step_down_front_right_good": made_set("step_down", "right", reps=3),
    "lunge_front_left_good": made_set("lunge", "left", reps=3),
    "two_exercises_rear_left": made_set("single_leg_rdl", "left", {"hip_opening_deg": None}, reps=3),
    "single_leg_bridge_side_right_good": made_set(
        "single_leg_bridge", "right", {"pelvic_tilt_deg": None}, reps=3
    ),
}
"""What a made-up runner with a weak left side showed, measured as sharply as one could wish."""
SCHEMA = json.loads(Path(formcheck.__file__).with_name("assessment.schema.json").read_text("utf-8"))
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command line with records of its own."""
    monkeypatch.setenv("FORMCHECK_HOME", str(tmp_path / "home"))
    return run


@pytest.fixture(scope="module")
def analyses(sample_analysis: Callable[[str], Analysis], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with saved analyses: of real clips, but with the made-up runner's sets."""
    folder = tmp_path_factory.mktemp("analyses")
    real = sample_analysis("step_up_front_right_good")
    for name, shown in MADE_UP.items():
        video = replace(real.pose.video, name=f"{name}.mp4")
        pose = replace(real.pose, video=video)
        write_json(replace(real, pose=pose, bouts=(shown,)), folder / f"{name}.json")
    return folder


def by_test(document: dict[str, Any]) -> dict[str, Any]:
    return {test["test"]: test for test in document["tests"]}


def test_the_weak_left_side_is_found(run: Run, analyses: Path, tmp_path: Path) -> None:
    html, pdf = tmp_path / "report.html", tmp_path / "report.pdf"
    code, out, err = run("assess", analyses, "--json", "-", "--report", html, "--screening", "none")
    assert code == 0
    document = json.loads(out)
    jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)
    tests = by_test(document)
    assert tests["T4"]["weaker_side"] == "left"
    assert tests["T4"]["score"] < 70 < tests["T4"]["sides"][1]["score"]
    fault = document["focus_faults"][0]
    assert (fault["test"], fault["side"], fault["measure"]) == ("T4", "left", "fppa_deg")
    assert document["index"] is not None
    assert document["tier"] == "build"
    starts = {start["ladder"]: start["rung"] for start in document["start_rungs"]}
    assert (starts["step_up"], starts["step_down"]) == (2, 1)
    missing = {(part["test"], part["side"]) for part in document["missing"]}
    assert {("T1", "left"), ("T3", "left"), ("T3", "right"), ("T6", "left"), ("T6", "right")} <= missing
    assert ("T4", "left") not in missing
    assert document["screening"]["outcome"] == "clear"
    assert "! Step-down, left leg: Your left knee fell inwards" in " ".join(err.split())
    page = html.read_text("utf-8")
    assert "Your left knee fell inwards" in page
    assert "SU2" in page
    assert "does not diagnose" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert run("assess", analyses, "--report", pdf)[0] == 0
    words = " ".join(sheet.extract_text() for sheet in pypdf.PdfReader(pdf).pages)
    assert "Your left knee fell inwards" in words
    assert "Do you have chest pain" in words  # not answered this time, so the questions are asked


def test_a_video_landmarks_and_an_analysis_say_the_same(
    run: Run,
    sample_path: Callable[[str], Path],
    sample_analysis: Callable[[str], Analysis],
    tmp_path: Path,
) -> None:
    name = "hip_hinge_side_good"
    write_landmarks(sample_analysis(name), tmp_path / f"{name}.parquet")
    write_json(sample_analysis(name), tmp_path / f"{name}.json")
    shutil.copy(sample_path(name), tmp_path)
    found = []
    for suffix in (".mp4", ".parquet", ".json"):
        code, out, _ = run("assess", tmp_path / f"{name}{suffix}", "--json", "-", "--date", "2026-11-22")
        assert code == 0
        found.append(json.loads(out))
    assert found[0] == found[1] == found[2]
    assert by_test(found[0])["T2"]["sides"][0]["clips"] == [f"{name}.mp4"]


def test_a_measure_that_landmarks_cannot_tell_gives_no_score(
    run: Run, sample_analysis: Callable[[str], Analysis], tmp_path: Path
) -> None:
    name = "step_down_front_left_drop"
    write_landmarks(sample_analysis(name), tmp_path / f"{name}.parquet")
    code, out, _ = run("assess", tmp_path / f"{name}.parquet", "--json", "-", "--screening", "none")
    document = json.loads(out)
    (said,) = [part for part in document["missing"] if part["test"] == "T4" and part["side"] == "left"]
    assert code == 3
    assert by_test(document)["T4"]["score"] is None
    assert "pelvic_drop_deg" in said["measures"]
    assert document["index"] is None


def test_what_the_person_tells_counts(run: Run, analyses: Path) -> None:
    words = ("--pain", "T4:right=4", "--pain", "t2=5", "--unable", "T6:left", "--supported", "T5")
    hand = (
        "--measured",
        "T7:left=30",
        "--measured",
        "T7:right=18",
        "--age",
        "65",
        "--screening",
        "bone_pain",
    )
    code, out, _ = run("assess", analyses, "--json", "-", *words, *hand)
    assert code == 0
    document = json.loads(out)
    tests = by_test(document)
    assert [side["level"] for side in tests["T4"]["sides"]] == [1, 0]
    assert (tests["T2"]["level"], tests["T2"]["score"]) == (0, None)
    assert (tests["T6"]["level"], tests["T6"]["score"]) == (0, 0)
    assert tests["T5"]["sides"][0]["supported"]
    assert tests["T7"]["weaker_side"] == "right"
    assert document["tier"] == "foundation"
    assert document["screening"]["outcome"] == "refer"
    assert {start["rung"] for start in document["start_rungs"]} == {0}


def test_a_person_is_remembered_and_compared_with_the_last_time(run: Run, analyses: Path) -> None:
    first = run("assess", analyses, "--person", "R1", "--date", "2026-10-01", "--json", "-")
    assert first[0] == 0
    document = json.loads(first[1])
    assert document["changes"] == []
    assert [each["status"] for each in document["asymmetries"] if each["weaker"]] == ["watch"]
    again = json.loads(run("assess", analyses, "--person", "R1", "--date", "2026-11-12", "--json", "-")[1])
    assert {change["verdict"] for change in again["changes"]} == {"no_measurable_change"}
    assert [each["status"] for each in again["asymmetries"] if each["weaker"]] == ["act"]
    alone = run("assess", analyses, "--person", "R1", "--date", "2026-11-12", "--json", "-", "--no-record")
    assert json.loads(alone[1])["changes"] == []


def test_an_earlier_assessment_can_be_named(run: Run, analyses: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    assert run("assess", analyses, "--json", before)[0] == 0
    document = json.loads(run("assess", analyses, "--previous", before, "--json", "-")[1])
    assert document["changes"]


def test_the_plan_begins_where_the_assessment_says(run: Run, analyses: Path, tmp_path: Path) -> None:
    found = tmp_path / "assessment.json"
    assert run("assess", analyses, "--screening", "none", "--json", found)[0] == 0
    code, out, _ = run("plan", "--from", found, "--json", "-")
    assert code == 0
    assert json.loads(out)["schema"] == "formcheck.plan/1"
    assert "SD1" in out
    assert "left (the weaker side)" in out


def test_own_rules_and_ladders_reach_the_baseline(run: Run, analyses: Path, tmp_path: Path) -> None:
    rules, ladders = tmp_path / "baseline.toml", tmp_path / "ladders"
    rules.write_text("[tiers]\nbuild_from = 95\nload_from = 99\n", encoding="utf-8")
    ladders.mkdir()
    (ladders / "calf.toml").write_text("start_by_tier = { foundation = 5 }\n", encoding="utf-8")
    own = ("--rules", rules, "--ladders", ladders)
    document = json.loads(run("assess", analyses, "--json", "-", *own)[1])
    starts = {start["ladder"]: start["rung"] for start in document["start_rungs"]}
    assert (document["tier"], starts["calf"]) == ("foundation", 5)
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[tiers]\nbuild_form = 79\n", encoding="utf-8")
    code, _, err = run("assess", analyses, "--rules", wrong)
    assert code == 2 and "'wrong.toml', line 2" in err and "build_form" in err


def test_clips_that_show_no_test_give_exit_code_3(
    run: Run, sample_analysis: Callable[[str], Analysis], tmp_path: Path
) -> None:
    write_json(sample_analysis("bridge_side_good"), tmp_path / "bridge.json")
    code, out, err = run("assess", tmp_path / "bridge.json", "--json", "-")
    assert code == 3
    assert len(json.loads(out)["missing"]) == 11
    assert "No clip shows it." in err


def test_a_file_that_cannot_be_read_does_not_stop_the_others(
    run: Run, analyses: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"schema": "formcheck.analysis/1"}', encoding="utf-8")
    code, out, err = run("assess", analyses, broken, "--json", "-")
    assert code == 2
    assert by_test(json.loads(out))["T4"]["score"] is not None
    assert "broken.json: The analysis is damaged at 'video'" in err
    code, out, err = run("assess", broken, "--json", "-")
    assert (code, out) == (2, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pain", "T4"), "--pain T4: say TEST=a whole number from 0 to 10"),
        (("--pain", "T4=11"), "The pain in T4 is 11: give a number from 0 to 10."),
        (("--pain", "T4=2.5"), "a whole number"),
        (("--pain", "T12=3"), "name a test from T1 to T9"),
        (("--pain", "T2:left=3"), "T2 is done on both legs, so it has no side."),
        (("--measured", "T4=20"), "T4 is filmed, not entered by hand: use T7, T8, T9."),
        (("--unable", "T7"), "--unable T7: name one of T1, T2"),
        (("--screening", "knee"), "'knee' is not a safety question"),
        (("--report", "report.docx"), "--report writes .html or .pdf"),
        (("--film", "T1:left"), "--film T1:left: say TEST:SIDE=CLIP"),
        (("--film", "T7:left=a.mp4"), "T7 is not filmed; name one of T1, T2, T3, T4, T5, T6."),
        (("--film", "T1:left=nowhere.mp4"), "'nowhere.mp4' does not exist: check the name."),
        (("--model", "huge"), "'huge' is not a known pose model: use one of lite, full, heavy."),
        (("--date", "2999-01-01"), "'2999-01-01' is yet to come: give the day when it was done, "),
        (("--previous", "nowhere.json"), "'nowhere.json' cannot be read (no such file or directory): name"),
    ],
)
def test_a_wrong_call_is_said_in_a_sentence_before_any_work(
    run: Run, analyses: Path, words: tuple[str, ...], said: str
) -> None:
    code, out, err = run("assess", analyses, *words)
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())
    assert "Traceback" not in err


def test_the_person_says_what_a_clip_shows(
    run: Run, sample_analysis: Callable[[str], Analysis], tmp_path: Path
) -> None:
    name = "step_down_front_right_good"
    clip = tmp_path / f"{name}.parquet"
    write_landmarks(sample_analysis(name), clip)
    recognised = json.loads(run("assess", clip, "--json", "-", "--date", "2026-11-22")[1])
    assert [side["side"] for side in by_test(recognised)["T4"]["sides"]] == ["right"]
    words = ("--film", f"T4:right={clip}", "--json", "-", "--date", "2026-11-22")
    assert json.loads(run("assess", *words)[1])["tests"] == recognised["tests"]
    # The person's word counts more than what is recognised, also where the folder holds the clip too.
    told = json.loads(run("assess", tmp_path, "--film", f"T4:left={clip}", "--json", "-")[1])
    assert [side["side"] for side in by_test(told)["T4"]["sides"]] in ([], ["left"])
    assert not any(by_test(told)[test]["sides"] for test in ("T1", "T2", "T3", "T5", "T6"))


def test_a_clip_that_shows_nothing_known_is_named_and_can_be_said(
    run: Run, sample_analysis: Callable[[str], Analysis], tmp_path: Path
) -> None:
    real = sample_analysis("hip_hinge_side_good")
    pose = replace(real.pose, image_px=real.pose.image_px[:1].repeat(len(real.pose), axis=0),
                   world_m=real.pose.world_m[:1].repeat(len(real.pose), axis=0))  # fmt: skip
    pose.to_parquet(tmp_path / "standing.parquet")
    code, _, err = run("assess", tmp_path)
    assert code == 3
    said = " ".join(err.split())
    assert "In hip_hinge_side_good.mp4 no exercise was recognised." in said
    assert "--film T1:left=hip_hinge_side_good.mp4" in said


def test_what_a_saved_analysis_shows_is_settled(run: Run, analyses: Path) -> None:
    clip = analyses / "lunge_front_left_good.json"
    code, _, err = run("assess", analyses, "--film", f"T5:left={clip}")
    assert code == 2
    assert "give --film the clip or its landmarks" in " ".join(err.split())


def test_a_folder_with_nothing_in_it_is_said(run: Run, tmp_path: Path) -> None:
    code, _, err = run("assess", tmp_path)
    assert code == 2
    assert "has no video in it" in err
    code, _, err = run("assess")
    assert code == 2
    assert "formcheck assess FOLDER" in err
