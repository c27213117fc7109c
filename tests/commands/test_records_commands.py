"""The commands of the records, run as a person runs them."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from formcheck import Analysis
from formcheck.cli import main
from formcheck.pose import PoseSequence
from formcheck.records import open_records


@dataclass(frozen=True)
class Done:
    """What a command said, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give the program, with an empty home of its own."""
    monkeypatch.setenv("FORMCHECK_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def formcheck(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["formcheck", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO())  # nobody answers
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Done(int(ended.value.code or 0), said.out, said.err)

    return formcheck


@pytest.fixture
def landmarks(sample_analysis: Callable[[str], Analysis], tmp_path: Path) -> Path:
    sample_analysis("step_up_front_right_good").pose.to_parquet(tmp_path / "clip.parquet")
    return tmp_path / "clip.parquet"


def test_a_mirror_image_scores_the_same_on_the_other_leg_and_stays_known_as_one(
    run: Run, landmarks: Path, tmp_path: Path
) -> None:
    def scored(path: Path, *words: object) -> dict[str, Any]:
        done = run("rescore", path, *words, "--json", "-")
        assert done.returncode == 0
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    as_filmed, turned_back = scored(landmarks), scored(landmarks, "--mirror-image")
    [before], [after] = as_filmed["bouts"], turned_back["bouts"]
    assert (before["side"], after["side"]) == ("right", "left")
    assert after["score"]["value"] == before["score"]["value"]
    assert turned_back["view"]["azimuth_deg"] == pytest.approx(-as_filmed["view"]["azimuth_deg"], abs=0.3)

    kept = tmp_path / "kept.parquet"
    PoseSequence.from_parquet(landmarks).with_mirror_image(True).to_parquet(kept)
    assert scored(kept)["video"]["mirror_image"]
    assert scored(kept)["bouts"] == turned_back["bouts"]
    assert scored(kept, "--no-mirror-image")["bouts"][0]["side"] == "right"


def test_what_was_scored_for_a_person_is_remembered_listed_and_shown(run: Run, landmarks: Path) -> None:
    assert "Nobody is in the records" in run("people").stderr
    scored = run("rescore", landmarks, "--person", "anna", "--date", "2026-10-31", "--json", "-")
    assert scored.returncode == 0
    [bout] = json.loads(scored.stdout)["bouts"]
    listed = run("people")
    assert listed.stdout.splitlines()[1].split() == ["anna", "1", "1", "2026-10-31"]
    shown = run("history", "--person", "anna").stdout
    assert "2026-10-31" in shown and bout["side"] in shown and f" {bout['score']['value']} " in shown
    drop = bout["measures"]["pelvic_drop_deg"]
    where = ("--exercise", bout["exercise"], "--side", bout["side"], "--measure", "pelvic_drop_deg")
    trend = run("history", "--person", "anna", *where).stdout
    assert f"{drop['value']:.1f}" in trend and f"± {drop['sd']:.1f}" in trend


def test_the_history_names_plans_log_and_notes(run: Run, landmarks: Path, tmp_path: Path) -> None:
    run("rescore", landmarks, "--person", "anna")
    records = open_records(home=tmp_path / "home")
    records.save_plan("anna", {"schema": "formcheck.plan/1", "date": "2026-11-02"})
    records.log_sets("anna", [{"date": "2026-11-03"}, {"date": "2026-11-04"}])
    records.add_note("anna", "left knee [sic]")
    records.close()
    shown = run("history", "--person", "anna").stdout
    assert "1 plan, the last of 2026-11-02" in shown
    assert "2 logged sets, the last of 2026-11-04" in shown
    assert shown.rstrip().endswith(": left knee [sic]")


def test_remembering_does_not_change_the_json_and_can_be_declined(run: Run, landmarks: Path) -> None:
    kept = run("rescore", landmarks, "--person", "anna", "--json", "-")
    declined = run("rescore", landmarks, "--person", "bob", "--no-record", "--json", "-")
    nobody = run("rescore", landmarks, "--json", "-")
    assert kept.stdout.replace('"anna"', "null") == declined.stdout.replace('"bob"', "null") == nobody.stdout
    assert "bob" not in run("people").stdout


def test_a_person_goes_out_and_in_is_deleted_and_restored(run: Run, landmarks: Path, tmp_path: Path) -> None:
    run("rescore", landmarks, "--person", "anna")
    assert run("export", "--person", "anna").returncode == 0
    assert run("backup", "all.zip").returncode == 0
    deleted = run("people", "--delete", "anna", "--yes")
    assert "Deleted 'anna': 1 clip," in deleted.stderr
    assert "nobody with the code 'anna'" in run("history", "--person", "anna").stderr
    assert "'anna': 1 new, 0 were here already." in run("import", "anna.zip").stderr
    assert "'anna': 0 new, 1 was here already." in run("import", "anna.zip").stderr
    run("people", "--delete", "anna", "--yes")
    assert "1 person with 1 set." in run("restore", "all.zip", "--yes").stderr
    assert "anna" in run("people").stdout


def test_an_export_and_a_backup_that_are_mixed_up_are_told_apart(run: Run, landmarks: Path) -> None:
    run("rescore", landmarks, "--person", "anna")
    run("export", "--person", "anna", "--out", "anna.zip")
    run("backup", "all.zip")
    for words, says in (
        (("import", "all.zip"), "`formcheck restore` takes backups"),
        (("restore", "anna.zip", "--yes"), "`formcheck import` takes exports"),
    ):
        done = run(*words)
        assert done.returncode == 2 and says in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="its system has no pipes with names")
@pytest.mark.parametrize("words", [("backup", "pipe"), ("export", "--person", "anna", "--out", "pipe")])
def test_what_is_no_ordinary_file_is_not_replaced_by_a_zip(
    run: Run, landmarks: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    run("rescore", landmarks, "--person", "anna")
    os.mkfifo(tmp_path / "pipe")
    done = run(*words)
    assert done.returncode == 2 and "is not an ordinary file" in done.stderr
    assert (tmp_path / "pipe").is_fifo()


WRONG = {
    "nobody": (("history", "--person", "nobody"), "nobody with the code 'nobody'"),
    "no such exercise": (
        ("history", "--person", "x", "--exercise", "sprint"),
        "'sprint' is not a known exercise",
    ),
    "measure of what": (("history", "--person", "x", "--measure", "fppa_deg"), "--exercise"),
    "export of nobody": (("export", "--person", "nobody"), "nobody with the code 'nobody'"),
    "no file": (("import", "none.zip"), "does not exist"),
    "no zip": (("import", "clip.parquet"), "not a zip that formcheck wrote"),
    "no backup": (("restore", "--yes"), "no automatic backup yet"),
    "no code": (("rescore", "clip.parquet", "--person", "../x"), "A person's code has"),
    "a day of nobody": (("rescore", "clip.parquet", "--date", "2026-01-01"), "name the --person"),
    "a day to come": (("rescore", "clip.parquet", "--person", "x", "--date", "2999-01-01"), "is yet to come"),
    "a day too long ago": (
        ("rescore", "clip.parquet", "--person", "x", "--date", "0001-01-01"),
        "too long ago",
    ),
    "delete nobody": (("people", "--delete", "nobody", "--yes"), "nobody with the code"),
}


@pytest.mark.parametrize("what", WRONG)
def test_whatever_goes_wrong_is_one_sentence_and_exit_code_2(run: Run, landmarks: Path, what: str) -> None:
    arguments, sentence = WRONG[what]
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("formcheck: ") and sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_nobody_is_deleted_without_a_yes(run: Run, landmarks: Path) -> None:
    run("rescore", landmarks, "--person", "anna")
    assert run("people", "--delete", "anna").returncode == 1
    assert "anna" in run("people").stdout


def test_records_that_cannot_be_opened_stop_before_the_work_and_say_so(
    run: Run, landmarks: Path, tmp_path: Path
) -> None:
    (tmp_path / "home").write_text("a file, not a folder")
    done = run("rescore", landmarks, "--person", "anna", "--json", "out.json")
    assert done.returncode == 2
    assert "FORMCHECK_HOME" in done.stderr
    assert not (tmp_path / "out.json").exists()
