"""The folder of a batch: a clip is there wholly or not at all, and nothing else is taken for one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from formcheck.batch.store import RESULT, SCHEMA, Journal, Store, clip_folder
from formcheck.batch.types import Clip, Outcome, Settings
from formcheck.errors import ReportWriteError, UsageError
from formcheck.scoring import load_thresholds


def finish(store: Store, folder: str, word: str) -> None:
    with store.writing(folder) as unfinished:
        (unfinished / RESULT).write_text(json.dumps({"schema": SCHEMA, "status": word, "reason": None}))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "out")
    made.prepare(resume=False)
    return made


def test_a_clip_that_breaks_off_leaves_nothing(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt), store.writing("a-1") as unfinished:
        (unfinished / RESULT).write_text("{")
        assert not store.has("a-1")
        raise KeyboardInterrupt
    assert list(store.clips.iterdir()) == []


def test_of_two_that_finish_the_same_clip_the_first_stays(store: Store) -> None:
    finish(store, "a-1", "first")
    finish(store, "a-1", "second")
    assert store.result("a-1")["status"] == "first"
    assert [path.name for path in store.clips.iterdir()] == ["a-1"]


def test_what_a_stopped_machine_left_is_removed_and_the_finished_stays(store: Store) -> None:
    finish(store, "a-1", "scored")
    (store.clips / ".unfinished-x").mkdir()
    store.tidy()
    assert [path.name for path in store.clips.iterdir()] == ["a-1"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "other"}'])
def test_a_damaged_result_is_no_result(store: Store, text: str) -> None:
    (store.clips / "a-1").mkdir()
    (store.clips / "a-1" / RESULT).write_text(text)
    assert store.result("a-1") is None


def test_a_batch_is_taken_up_only_when_asked_and_never_a_folder_of_something_else(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="--resume"):
        store.prepare(resume=False)
    store.prepare(resume=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine")
    for resume in (False, True):
        with pytest.raises(UsageError, match="not empty"):
            Store(tmp_path / "other").prepare(resume=resume)
    with pytest.raises(ReportWriteError):
        Store(tmp_path / "other" / "thesis.txt" / "out").prepare(resume=False)


HOLD = """
import sys
from pathlib import Path
from formcheck.batch.store import Store
with Store(Path(sys.argv[1])).held():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_held_by_one_process_until_that_is_killed(store: Store) -> None:
    call = [sys.executable, "-c", HOLD, str(store.folder)]
    holder = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match="Another batch is writing"), store.held():
            raise AssertionError("two hold it")
    finally:
        holder.kill()
        holder.communicate()
    assert (store.folder / "batch.lock").exists(), "it was killed, so nobody tidied up"
    with store.held():
        pass


def test_the_journal_survives_a_torn_line(store: Store) -> None:
    for number in range(3):
        journal = Journal(store.folder)
        journal.add(f"{number}.mp4", "r", Outcome(number, "scored", f"{number}-k", stamp="s"))
        journal.close()
        with (store.folder / "journal.jsonl").open("ab") as stream:
            stream.write(b'{"source": "torn.mp4", "sta\xff')
    assert Journal(store.folder).known() == {
        (f"{number}.mp4", "s", "r"): (f"{number}-k", "scored") for number in range(3)
    }


def test_a_folder_is_known_by_content_name_and_every_setting() -> None:
    clip, settings = Clip("d/a.mp4", "/d/a.mp4", "p1"), Settings(load_thresholds())
    others = [
        (Clip("d/b.mp4", "/d/a.mp4", "p1"), settings),
        (Clip("d/a.mp4", "/d/a.mp4", "p2"), settings),
        (Clip("d/a.mp4", "/d/a.mp4", "p1", exercise="lunge"), settings),
        (Clip("d/a.mp4", "/d/a.mp4", "p1", side="left"), settings),
        (Clip("d/a.mp4", "/d/a.mp4", "p1", mirror_image=True), settings),
        (clip, Settings(load_thresholds(), model="lite")),
        (clip, Settings(load_thresholds(), extras=("report",))),
        (clip, Settings(load_thresholds(), max_fps=30)),
        (clip, Settings(load_thresholds().model_copy(update={"source": "mine.toml"}))),
    ]
    names = {clip_folder(c.name, "0" * 64, s.request(c)) for c, s in [(clip, settings), *others]}
    assert len(names | {clip_folder(clip.name, "1" * 64, settings.request(clip))}) == len(others) + 2
    # Where it lies, on which day and with what pain changes nothing about its angles.
    moved = Clip("e/a.mp4", "/e/a.mp4", "p1", date="2026-01-01", pain=3)
    assert settings.request(moved) == settings.request(clip)


def test_a_folder_name_is_safe_whatever_the_clip_is_called() -> None:
    for name in ("../../x.mp4", "ä ö/ü?.mp4", ".mp4", "a" * 300 + ".mp4", "con.mp4"):
        folder = clip_folder(name, "0" * 64, "r")
        assert folder.replace("-", "").replace("_", "").isalnum() and len(folder) < 80
