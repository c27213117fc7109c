"""Real batches by real processes: shared out, broken, hung, killed and taken up again."""

from __future__ import annotations

import contextlib
import csv
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from batch_clips import BROKEN, SOUND, cut

from formcheck.batch.plan import clips_of
from formcheck.batch.run import Options, run_batch
from formcheck.batch.types import Limits
from formcheck.errors import ReportWriteError, UsageError


def command(folder: Path, out: Path, *more: str) -> list[str]:
    batch = [sys.executable, "-m", "formcheck", "batch", str(folder), "--out", str(out), "--model", "lite"]
    return [*batch, *more]


def rows(out: Path) -> list[dict[str, str]]:
    with (out / "summary.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def workers_of(pid: int) -> list[psutil.Process]:
    found = []
    for child in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            found += [child] * ("formcheck.batch.worker" in child.cmdline())
    return found


def wait_until(true, seconds: float = 240.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def finished_in(out: Path) -> int:
    clips = out / "clips"
    return sum(not p.name.startswith(".") for p in clips.iterdir()) if clips.is_dir() else 0


def test_broken_clips_fail_alone_with_their_reason(undisturbed) -> None:
    out, finished = undisturbed
    failed = {one.clip.name: one.outcome.reason for one in finished if one.outcome.status == "failed"}
    assert set(failed) == {"empty.mov", "noise.avi", "torn.mp4"}
    assert all(Path(name).name in reason for name, reason in failed.items())
    assert len(finished) == SOUND + BROKEN
    told = {row["clip"]: row["error"] for row in rows(out) if row["error"]}
    assert told == failed


def test_the_tables_agree_with_each_other_and_with_the_clips(undisturbed) -> None:
    out, finished = undisturbed
    sets = [row for row in rows(out) if row["bout"] != ""]
    assert [row["clip"] for row in rows(out)] == [
        one.clip.name for one in finished for row in rows(out) if row["clip"] == one.clip.name
    ]
    assert any(int(row["valid_reps"]) >= 3 for row in sets), "one clip holds a whole set"
    measures = pq.read_table(out / "measures.parquet").to_pylist()
    by_set = {(row["clip"], str(row["bout"]), row["measure"]): row for row in measures}
    known = [row for row in sets if row["exercise"] != "unknown"]
    assert {key[:2] for key in by_set} == {(row["clip"], row["bout"]) for row in known}
    for row in sets:
        for key in (key for key in by_set if key[:2] == (row["clip"], row["bout"])):
            value = by_set[key]["value"]
            assert row[key[2]] == ("" if value is None else str(value))
    repetitions = pq.read_table(out / "reps.parquet").to_pylist()
    for row in sets:
        assert int(row["reps"]) == sum(
            (rep["clip"], str(rep["bout"])) == (row["clip"], row["bout"]) for rep in repetitions
        )
    for one in finished:
        files = {path.name for path in (out / "clips" / one.outcome.folder).iterdir()}
        sound = one.outcome.status != "failed"
        assert files == ({"result.json"} | ({"analysis.json", "landmarks.parquet"} if sound else set()))


def test_two_workers_give_every_byte_that_one_gives(
    clip_folder, settings, undisturbed, tmp_path, contents_of
) -> None:
    run_batch(clips_of(str(clip_folder)), tmp_path / "out", settings, Options(workers=2))
    assert contents_of(tmp_path / "out") == contents_of(undisturbed[0])


def test_killed_without_warning_and_resumed_it_ends_as_if_undisturbed(
    clip_folder, undisturbed, tmp_path, contents_of
) -> None:
    out = tmp_path / "out"
    orphans: list[psutil.Process] = []
    for done in (1, 4):
        batch = subprocess.Popen(
            command(clip_folder, out, "--workers", "2", "--resume"), stderr=subprocess.DEVNULL
        )
        wait_until(lambda done=done: finished_in(out) >= done)
        orphans += workers_of(batch.pid)
        batch.kill()
        batch.wait()
    assert orphans
    wait_until(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in orphans))
    kept = {path: path.stat().st_mtime_ns for path in (out / "clips").glob("[!.]*/result.json")}
    last = subprocess.run(
        command(clip_folder, out, "--resume"), check=False, stderr=subprocess.PIPE, text=True
    )
    assert last.returncode == 4, last.stderr
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "what was finished is not done again"
    assert contents_of(out) == contents_of(undisturbed[0])
    assert [p for p in (out / "clips").iterdir() if p.name.startswith(".")] == []


def test_ctrl_c_keeps_what_is_finished_and_leaves_no_process(clip_folder, tmp_path) -> None:
    out = tmp_path / "out"
    # tests that run in the background ignore ctrl-C, and so would whatever they start
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    batch = subprocess.Popen(
        command(clip_folder, out, "--workers", "1"), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    signal.signal(signal.SIGINT, before)
    wait_until(lambda: finished_in(out) >= 1 and len(workers_of(batch.pid)) == 1)
    workers = workers_of(batch.pid)
    os.killpg(batch.pid, signal.SIGINT)
    _, said = batch.communicate(timeout=240)
    assert batch.returncode == 130
    assert "Traceback" not in said and "kept" in said
    wait_until(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in workers))
    assert finished_in(out) >= 1 and not (out / "summary.csv").exists()


def test_a_second_batch_into_the_same_folder_is_refused_and_disturbs_nothing(
    clip_folder, settings, tmp_path
) -> None:
    clips = [clip for clip in clips_of(str(clip_folder)) if clip.name == "empty.mov"]
    refusals = []

    def meanwhile(_) -> None:
        with pytest.raises(UsageError, match="Another batch is writing") as refused:
            run_batch(clips, tmp_path / "out", settings, Options(workers=1, resume=True))
        refusals.append(refused)

    run_batch(clips, tmp_path / "out", settings, Options(workers=1), report=meanwhile)
    assert refusals and [row["clip"] for row in rows(tmp_path / "out")] == ["empty.mov"]


def test_a_crash_and_a_hang_fail_their_clip_alone(settings, tmp_path) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    for name, seconds in (("crash", 10.0), ("hang", 10.0), ("sound", 0.4)):
        cut("hip_hinge_side_good", folder / f"{name}.mp4", 0.0, seconds)
    store = tmp_path / "out"
    limits = Limits(seconds=15.0)

    def disturb() -> None:
        # Clips come in the order of their names: the first one's process is shot, the second one's stopped.
        for name, blow in (("crash", signal.SIGSEGV), ("hang", signal.SIGSTOP)):
            wait_until(lambda name=name: reading(folder / f"{name}.mp4"))
            reading(folder / f"{name}.mp4")[0].send_signal(blow)

    def reading(path: Path) -> list[psutil.Process]:
        found = []
        for worker in workers_of(os.getpid()):
            with contextlib.suppress(psutil.Error):
                found += [worker for file in worker.open_files() if file.path == str(path)]
        return found

    helper = threading.Thread(target=disturb)
    helper.start()
    finished = run_batch(clips_of(str(folder)), store, settings, Options(workers=1, limits=limits))
    helper.join()
    said = {one.clip.name: (one.outcome.status, one.outcome.reason) for one in finished}
    assert said["crash.mp4"] == ("failed", "Scoring this clip crashed the process (SIGSEGV).")
    assert said["hang.mp4"] == ("failed", "Scoring this clip took longer than the limit of 15 s.")
    assert said["sound.mp4"][0] != "failed"

    # Neither is met again by a resumed batch, but both on request.
    again = run_batch(clips_of(str(folder)), store, settings, Options(workers=1, resume=True))
    assert [one.outcome.status for one in again] == [one.outcome.status for one in finished]
    assert [row["error"] for row in rows(store)][:2] == [said[f"{name}.mp4"][1] for name in ("crash", "hang")]
    once_more = run_batch(
        clips_of(str(folder)), store, settings, Options(workers=1, resume=True, retry_failed=True)
    )
    assert {one.outcome.status for one in once_more} <= {"scored", "not_scored"}


def test_a_clip_that_needs_too_much_memory_fails_with_that_reason(settings, clip_folder, tmp_path) -> None:
    clips = [clip for clip in clips_of(str(clip_folder)) if clip.name == "set.mp4"]
    options = Options(workers=1, limits=Limits(memory_mb=50))
    (one,) = run_batch(clips, tmp_path / "out", settings, options)
    assert one.outcome.reason == "Scoring this clip needed more memory than the limit of 50 MB."


def test_a_changed_video_is_scored_anew_and_a_moved_one_is_not(settings, tmp_path) -> None:
    folder, out = tmp_path / "clips", tmp_path / "out"
    folder.mkdir()
    path = cut("hip_hinge_side_good", folder / "x.mp4", 0.0, 2.0)
    (first,) = run_batch(clips_of(str(folder)), out, settings, Options(workers=1))
    moved = tmp_path / "moved"
    folder.rename(moved)
    (second,) = run_batch(clips_of(str(moved)), out, settings, Options(workers=1, resume=True))
    assert second.outcome.folder == first.outcome.folder and second.outcome.video_s == 0
    cut("hip_hinge_side_good", moved / path.name, 0.0, 3.0)
    (third,) = run_batch(clips_of(str(moved)), out, settings, Options(workers=1, resume=True))
    assert third.outcome.folder != first.outcome.folder and third.outcome.video_s > 2.5


def test_results_that_cannot_be_written_stop_the_batch_with_a_sentence(
    settings, clip_folder, tmp_path
) -> None:
    out = tmp_path / "out"
    clips = clips_of(str(clip_folder))

    def take_away(_) -> None:
        (out / "clips").rename(out / "gone")

    with pytest.raises(ReportWriteError, match="cannot be written"):
        run_batch(clips, out, settings, Options(workers=1), report=take_away)
