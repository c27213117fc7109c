"""``formcheck batch`` as a person calls it: refusals before any work, exit codes, files on request."""

from __future__ import annotations

import csv
import os
import sys
import threading
from pathlib import Path

import pytest
from batch_clips import cut
from typer.testing import CliRunner

from formcheck.cli import app
from formcheck.errors import FormcheckError
from formcheck.records import open_records


def call(*words: object) -> int:
    result = CliRunner().invoke(app, ["batch", *map(str, words)], catch_exceptions=True)
    if isinstance(result.exception, FormcheckError):
        raise result.exception
    return result.exit_code


def test_clips_with_a_person_go_into_the_records_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMCHECK_HOME", str(tmp_path / "home"))
    cut("hip_hinge_side_good", tmp_path / "x.mp4", 0.0, 2.0)
    (tmp_path / "m.csv").write_text("path,person,date\nx.mp4,p7,2026-03-31\nx.mp4,,\n")
    words = (tmp_path / "m.csv", "--out", tmp_path / "out", "--model", "lite", "--workers", 1, "--record")
    for again in ((), ("--resume",)):
        assert call(*words, *again) in (0, 3)
        records = open_records(home=tmp_path / "home")
        assert [(p.code, p.clips, str(p.last_day)) for p in records.people()] == [("p7", 1, "2026-03-31")]
        records.close()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--engine", "slurm"], "not a known engine"),
        (["--also", "gif"], "not a known kind of file"),
        (["--exercise", "squat"], "not a known exercise"),
        (["--side", "up"], "not a known side"),
        (["--model", "huge"], "not a known pose model"),
        (["--time-limit", "0"], "must be above 0"),
        (["--memory-limit", "nan"], "must be above 0"),
        (["--max-fps", "0"], "must be above 0"),
        (["--address", "x:1"], "--engine ray only"),
    ],
)
def test_wrong_words_are_refused_before_anything_is_written(
    clip_folder: Path, tmp_path: Path, words: list[str], says: str
) -> None:
    with pytest.raises(FormcheckError, match=says):
        call(clip_folder, "--out", tmp_path / "out", *words)
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names are always Unicode on its disks")
def test_a_name_from_an_old_disk_does_not_cost_the_tables(tmp_path: Path) -> None:
    """Names on old disks are Latin-1, which no table can hold as it stands."""
    clips = tmp_path / "clips"
    clips.mkdir()
    for name in (b"leer\xfc.mp4", b"kaputt\xfc.mp4"):
        Path(os.fsdecode(os.fsencode(clips) + b"/" + name)).write_bytes(b"x" * (name[0] == ord("k")))
    Path(os.fsdecode(os.fsencode(clips) + b"/weg\xfc.mp4")).symlink_to("nowhere")
    assert call(clips, "--out", tmp_path / "out", "--model", "lite", "--workers", 1) == 4
    with (tmp_path / "out" / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["video"] for row in rows] == ["kaputt?.mp4", "leer?.mp4", "weg?.mp4"]
    assert all(row["error"] for row in rows)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="its system has no pipes with names")
def test_a_pipe_is_no_video_and_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    os.mkfifo(tmp_path / "clips" / "pipe.mp4")
    words = ("--model", "lite", "--workers", 1, "--time-limit", 60)
    done = threading.Event()

    def batch() -> None:
        assert call(tmp_path / "clips", "--out", tmp_path / "out", *words) == 4
        done.set()

    threading.Thread(target=batch, daemon=True).start()
    assert done.wait(240), "the batch waits for somebody to fill the pipe"
    assert "not an ordinary file" in (tmp_path / "out" / "summary.csv").read_text(encoding="utf-8")


def test_a_manifest_becomes_tables_with_its_own_columns_and_the_files_asked_for(tmp_path: Path) -> None:
    cut("hip_hinge_side_good", tmp_path / "x.mp4", 0.0, 3.0)
    table = "path;person;exercise;date;pain\nx.mp4;p7;hip_hinge;2026-03-31;2\ngone.mp4;p8;;;\n"
    (tmp_path / "m.csv").write_text(table)
    out = tmp_path / "out"
    extras = [
        word for extra in ("report", "annotated", "angles", "trc", "mot", "c3d") for word in ("--also", extra)
    ]
    assert call(tmp_path / "m.csv", "--out", out, "--model", "lite", "--workers", 1, *extras) == 4
    with (out / "summary.csv").open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["clip"], first["person"], first["date"], first["pain"]) == (
        "x.mp4",
        "p7",
        "2026-03-31",
        "2",
    )
    assert second["person"] == "p8" and "gone.mp4" in second["error"]
    assert {path.name for path in (out / first["folder"]).iterdir()} == {
        *("result.json", "analysis.json", "landmarks.parquet", "report.html"),
        *("annotated.mp4", "angles.parquet", "markers.trc", "angles.mot", "markers.c3d"),
    }

    # What can be scored is, so without the missing one the batch ends as a whole.
    (tmp_path / "m.csv").write_text(table.rsplit("gone", 1)[0])
    assert call(tmp_path / "m.csv", "--out", out, "--model", "lite", "--resume", *extras) in (0, 3)
