"""Processes are killed at random moments: nothing half-written is seen, nothing finished is lost.

``FORMCHECK_KILLS=100`` kills a hundred times in each test (see ``benchmarks/records.py``).
"""

from __future__ import annotations

import os
import pickle
import random
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from nursery import Child, Nursery, opened_nursery
from old_records import make_old
from postgres_server import PostgresServer
from records_place import Place
from records_workers import BATCH, open_and_tell, save_clips, write_until_killed

from formcheck import Analysis
from formcheck.errors import NotFoundError
from formcheck.pose.sequence import PoseSequence
from formcheck.records import Records
from formcheck.records.deletion import sweep
from formcheck.records.snapshots import Snapshots, is_sound

KILLS: Final = {
    "sqlite": int(os.environ.get("FORMCHECK_KILLS", "50")),
    "postgresql": int(os.environ.get("FORMCHECK_KILLS", "10")),
}
"""How often the writing process is killed, and as often the migrating one."""
MOST_STEPS: Final = 7
"""Steps that a writing process has finished, at most, before it is killed within the next ones."""
LONGEST_WRITING_S: Final = 0.1
LONGEST_MIGRATION_S: Final = 0.25
_PATIENCE_S: Final = 60


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with opened_nursery("records_workers") as nursery:
        yield nursery


@pytest.fixture(scope="module")
def pickled(analysis: Analysis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pickled") / "analysis"
    path.write_bytes(pickle.dumps(analysis))
    return path


def kind_of(place: Place) -> str:
    return "postgresql" if place.url else "sqlite"


def killed_after(steps: int, seconds: float, journal: Path, start: Callable[[], Child]) -> list[list[str]]:
    """Start a process and kill it so long after it had finished so many steps; return those finished."""
    journal.write_bytes(b"")
    process = start()
    wait_for(b"\n", journal, steps)
    time.sleep(seconds)
    process.kill()
    process.join()
    return [line.split() for line in journal.read_text().splitlines()]


def wait_for(word: bytes, journal: Path, times: int = 1) -> None:
    patience = time.monotonic() + _PATIENCE_S
    while journal.read_bytes().count(word) < times:
        assert time.monotonic() < patience, f"the process never came to {word!r}"
        time.sleep(0.001)


class Expected:
    """What must be there, after what the killed processes said they had finished."""

    def __init__(self) -> None:
        self.clips: set[str] = set()
        self.perhaps_deleted: set[str] = set()
        self.deleted: set[str] = set()
        self.batches: set[int] = set()
        self.notes: set[str] = set()

    def add(self, journal: list[list[str]]) -> None:
        for word, *rest in journal:
            match word:
                case "clip":
                    self.clips.add(rest[0])
                case "batch":
                    self.batches.add(int(rest[0]))
                case "note":
                    self.notes.add(rest[0])
                case "deleting":
                    self.perhaps_deleted.add(rest[0])
                case "deleted":
                    self.deleted.add(rest[0])

    def check(self, records: Records, kills: int) -> None:
        """Compare with what is there; each killed process may have finished one step without saying so."""
        try:
            sessions = records.sessions("anna")
        except NotFoundError:
            assert not (self.clips or self.batches)
            return
        there = {s.clip_id for session in sessions for s in session.sets}
        assert self.clips - self.perhaps_deleted <= there
        assert not self.deleted & there
        assert len(there - self.clips) <= kills
        batches: dict[int, int] = {}
        for entry in records.entries("anna", "logged_set"):
            batches[entry.document["batch"]] = batches.get(entry.document["batch"], 0) + 1
        assert set(batches.values()) <= {BATCH}
        assert self.batches <= set(batches)
        assert self.notes <= {note.id for note in records.notes("anna")}


def check_whole(records: Records, document: dict[str, Any]) -> None:
    """Check that each clip has all its sets, measures and landmarks, and that no file is left over."""
    bout = document["bouts"][0]
    name = next(name for name, m in bout["measures"].items() if m["value"] is not None)
    trend = {p.clip_id: p.value for p in records.trend("anna", bout["exercise"], bout["side"], name)}
    names = set()
    for session in records.sessions("anna"):
        for found in session.sets:
            clip = records.clip(found.clip_id)
            assert len(clip.document["bouts"]) == len(document["bouts"])
            assert trend[clip.id] == bout["measures"][name]["value"]
            assert clip.landmarks is not None
            assert len(PoseSequence.from_parquet(clip.landmarks)) == document["video"]["frames"]
            names.add(clip.landmarks.name)
    sweep(records._store)
    assert set(records._store.files.names()) == names


def test_a_writing_process_killed_at_any_moment_loses_nothing_finished(
    place: Place, nursery: Nursery, pickled: Path, document: dict[str, Any], tmp_path: Path
) -> None:
    chance = random.Random(20261123)
    expected, journal, kills = Expected(), tmp_path / "journal", KILLS[kind_of(place)]
    for kill in range(kills):
        arguments = (place.home, place.url, pickled, journal, 3000 * kill)
        steps, seconds = chance.randint(1, MOST_STEPS), chance.uniform(0, LONGEST_WRITING_S)
        start = partial(nursery.start, write_until_killed, *arguments)
        expected.add(killed_after(steps, seconds, journal, start))
        if kill % 10 == 9 or kill == kills - 1:
            records = place.open()
            assert "damaged" not in " ".join(records.notices)
            expected.check(records, kill + 1)
            records.close()
    assert expected.clips and expected.batches and expected.deleted, "killed too early to tell anything"
    records = place.open()
    check_whole(records, document)
    records.close()
    if not place.url:
        assert is_sound(place.folder / "records.sqlite3")


def test_a_migration_killed_at_any_moment_is_done_wholly_or_not_at_all(
    place: Place, nursery: Nursery, another: Callable[[int], Analysis], tmp_path: Path, request: Any
) -> None:
    chance = random.Random(20261124)
    journal, finished = tmp_path / "journal", 0
    clips = [another(number) for number in range(12)]
    for old in old_copies(place, clips, tmp_path, request, KILLS[kind_of(place)]):
        arguments, seconds = (old.home, old.url, journal), chance.uniform(0, LONGEST_MIGRATION_S)
        said = killed_after(1, seconds, journal, partial(nursery.start, open_and_tell, *arguments))
        finished += ["opened"] in said
        records = old.open()
        assert "damaged" not in " ".join(records.notices)
        assert ["opened"] not in said or records.notices == ()
        copies = Snapshots(old.folder / "backups").all()
        assert any("migration" in path.name for path in copies) and all(map(is_sound, copies))
        assert records.person("anna").clips == len(clips)
        for session in records.sessions("anna"):
            for found in session.sets:
                told = records.clip(found.clip_id).document["bouts"][found.number]["measures"]
                for name in ("fppa_deg", "pelvic_drop_deg"):
                    points = records.trend("anna", found.exercise, found.side, name)
                    kept = {(p.clip_id, p.number): p.excursion for p in points}
                    if told[name]["value"] is not None:
                        assert kept[found.clip_id, found.number] == told[name]["excursion"]
        records.close()
    assert finished < KILLS[kind_of(place)], "killed too late to tell anything"


def old_copies(
    place: Place, clips: list[Analysis], tmp_path: Path, request: Any, number: int
) -> Iterator[Place]:
    """Yield places with the same old records."""
    if not place.url:
        make_old(place.home, None, clips)
        for copy in range(number):
            home = tmp_path / f"old-{copy}"
            shutil.copytree(place.home, home)
            yield Place(home, None)
            shutil.rmtree(home)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    make_old(place.home, place.url, clips)
    for copy in range(number):
        home = tmp_path / f"old-{copy}"
        shutil.copytree(place.home, home)
        with server.database(like=place.url) as url:
            yield Place(home, url)


def test_two_processes_that_write_at_once_lose_nothing(
    place: Place, nursery: Nursery, pickled: Path, document: dict[str, Any]
) -> None:
    each = 15
    writers = [
        nursery.start(save_clips, place.home, place.url, pickled, "anna", range(n * each, (n + 1) * each))
        for n in range(2)
    ]
    assert [writer.join() for writer in writers] == [0, 0]
    records = place.open()
    assert [(p.code, p.sessions, p.clips) for p in records.people()] == [("anna", 1, 2 * each)]
    numbers = sorted(entry.document["number"] for entry in records.entries("anna", "logged_set"))
    assert numbers == list(range(2 * each))
    check_whole(records, document)
    records.close()


def test_two_processes_that_open_old_records_at_once_migrate_them_once(
    place: Place, nursery: Nursery, another: Callable[[int], Analysis], tmp_path: Path
) -> None:
    make_old(place.home, place.url, [another(0)])
    journal = tmp_path / "journal"
    journal.write_bytes(b"")
    openers = [nursery.start(open_and_tell, place.home, place.url, journal) for _ in range(2)]
    assert [opener.join() for opener in openers] == [0, 0]
    assert len(Snapshots(place.folder / "backups").all()) == 1


def test_a_server_that_crashes_loses_nothing_finished(
    postgresql_place: Place,
    postgres_server: PostgresServer,
    nursery: Nursery,
    pickled: Path,
    document: dict[str, Any],
    tmp_path: Path,
) -> None:
    chance = random.Random(20261125)
    place, expected, journal = postgresql_place, Expected(), tmp_path / "journal"
    for crash in range(2):
        journal.write_bytes(b"")
        arguments = (place.home, place.url, pickled, journal, 3000 * crash)
        process = nursery.start(write_until_killed, *arguments)
        wait_for(b"deleted", journal)
        time.sleep(chance.uniform(0, LONGEST_WRITING_S))
        postgres_server.crash()
        assert process.join() != 0
        postgres_server.resume()
        expected.add([line.split() for line in journal.read_text().splitlines()])
        records = place.open()
        expected.check(records, crash + 1)
        check_whole(records, document)
        records.close()
