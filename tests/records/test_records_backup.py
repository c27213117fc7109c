"""Backups: taken each day and by hand, restored into the same or another kind of database."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from records_place import Place
from sqlalchemy import text

from formcheck import Analysis
from formcheck.errors import ArchiveError, NewerRecordsError, RecordsError
from formcheck.records import Records, snapshots
from formcheck.records.snapshots import Snapshots, is_sound, taken_at
from formcheck.records.types import ClipInfo


@pytest.fixture
def stored(records: Records, another: Callable[[int], Analysis]) -> ClipInfo:
    clip = records.save_analysis("anna", another(0))
    records.save_plan("anna", {"schema": "formcheck.plan/1"})
    records.of_owner("colleague").save_analysis("bob", another(1))
    return clip


def test_a_backup_brings_back_everything_of_everybody(
    records: Records, stored: ClipInfo, another: Callable[[int], Analysis], tmp_path: Path
) -> None:
    written = records.back_up(tmp_path / "all.zip")
    colleague = records.of_owner("colleague")
    records.delete_person("anna")
    colleague.delete_person("bob")
    records.save_analysis("after", another(2))
    said = records.restore(written)
    assert said[0] == "Restored: 2 people with 2 sets."
    assert records.clip(stored.id) == stored
    assert stored.landmarks is not None and stored.landmarks.exists()
    assert [p.code for p in records.people()] == ["anna"]
    assert [p.code for p in colleague.people()] == ["bob"]
    assert records.latest("anna", "plan") is not None
    # What was there before the restoration is kept.
    records.restore()
    assert [p.code for p in records.people()] == ["after"]


@pytest.fixture(params=["to sqlite", "to postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    with ExitStack() as passing:
        server = request.getfixturevalue("postgres_server") if "postgresql" in request.param else None
        url = passing.enter_context(server.database()) if server else None
        opened = Place(tmp_path / "moved", url).open()
        yield opened
        opened.close()


def test_a_backup_moves_the_records_to_another_database(
    records: Records, stored: ClipInfo, tmp_path: Path, target: Records
) -> None:
    written = records.back_up(tmp_path / "all.zip")
    target.restore(written)
    moved = target.clip(stored.id)
    assert (moved.document, moved.recorded_at, moved.person) == (stored.document, stored.recorded_at, "anna")
    assert moved.landmarks is not None and stored.landmarks is not None
    assert moved.landmarks.read_bytes() == stored.landmarks.read_bytes()
    target.of_owner("a third").add_person("carl")  # new rows go on as usual
    target.save_plan("anna", {})


def test_each_day_a_copy_is_taken_and_seven_are_kept(
    sqlite_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = sqlite_place.open()
    records.add_person("anna")
    records.close()
    copies = Snapshots(sqlite_place.folder / "backups")
    start = datetime.now(UTC)

    class Clock(datetime):
        now_is = start

        @classmethod
        def now(cls, _: object = None) -> datetime:  # type: ignore[override]
            return cls.now_is

    monkeypatch.setattr(snapshots, "datetime", Clock)
    for hours in range(0, 24 * 10, 12):
        Clock.now_is = start + timedelta(hours=hours)
        sqlite_place.open().close()
    times = [taken_at(path) for path in copies.all()]
    assert len(times) == snapshots.KEPT
    assert all(newer - older >= timedelta(hours=24) for newer, older in pairwise(times))
    assert all(is_sound(path) for path in copies.all())


def test_nothing_is_copied_while_there_is_nobody(sqlite_place: Place) -> None:
    for _ in range(2):
        sqlite_place.open().close()
    assert Snapshots(sqlite_place.folder / "backups").all() == []


def test_restoring_without_any_backup_is_one_clear_sentence(records: Records) -> None:
    with pytest.raises(RecordsError, match="no automatic backup yet"):
        records.restore()


def changed(source: Path, target: Path, name: str, content: bytes | None) -> Path:
    """Copy a zip with another content of one entry (None: without it)."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        if content is not None:
            new.writestr(name, content)
    return target


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("records.sqlite3", b"not a database"),
        ("records.sqlite3", None),
        ("records.sqlite3", b"SQLite format 3\x00" + bytes(4000)),
        ("backup.json", b"{}"),
        ("backup.json", b"[1"),
        ("backup.json", None),
        ("../escaped", b"x"),
        (f"files/{'0' * 64}.parquet", b"x"),
        ("records.sqlite3", bytes(20 << 20)),
    ],
)
def test_a_broken_or_harmful_backup_is_refused_and_changes_nothing(
    records: Records, stored: ClipInfo, tmp_path: Path, name: str, content: bytes | None
) -> None:
    bad = changed(records.back_up(tmp_path / "all.zip"), tmp_path / "bad.zip", name, content)
    with pytest.raises(ArchiveError, match=r"bad\.zip"):
        records.restore(bad)
    assert records.clip(stored.id) == stored


def altered(source: Path, target: Path, tmp_path: Path, statement: str) -> Path:
    """Copy a backup with a statement done to its database."""
    from formcheck.records.database import sqlite_database

    with zipfile.ZipFile(source) as zipped:
        zipped.extract("records.sqlite3", tmp_path)
    file = tmp_path / "records.sqlite3"
    database = sqlite_database(file)
    with database.transaction("write") as connection:
        connection.execute(text(statement))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    database.engine.dispose()
    return changed(source, target, "records.sqlite3", file.read_bytes())


def test_a_backup_of_a_newer_version_is_refused(records: Records, stored: ClipInfo, tmp_path: Path) -> None:
    newer = altered(
        records.back_up(tmp_path / "all.zip"),
        tmp_path / "newer.zip",
        tmp_path,
        "UPDATE alembic_version SET version_num = '0099'",
    )
    with pytest.raises(NewerRecordsError):
        records.restore(newer)
    assert records.clip(stored.id) == stored


def test_a_backup_with_other_tables_is_refused(records: Records, stored: ClipInfo, tmp_path: Path) -> None:
    other = altered(
        records.back_up(tmp_path / "all.zip"),
        tmp_path / "other.zip",
        tmp_path,
        "CREATE TABLE planted (x TEXT)",
    )
    with pytest.raises(RecordsError, match="not formcheck's"):
        records.restore(other)
    assert records.clip(stored.id) == stored


def test_a_place_that_cannot_be_written_is_one_clear_sentence(records: Records, tmp_path: Path) -> None:
    records.add_person("anna")
    with pytest.raises(RecordsError, match="cannot be written"):
        records.back_up(tmp_path / "none" / "all.zip")
    with pytest.raises(RecordsError, match="cannot be written"):
        records.export_person("anna", tmp_path / "none" / "anna.zip")


def test_the_manifest_says_what_wrote_it(records: Records, stored: ClipInfo, tmp_path: Path) -> None:
    with zipfile.ZipFile(records.back_up(tmp_path / "all.zip")) as zipped:
        about = json.loads(zipped.read("backup.json"))
    assert about["schema"] == "formcheck.backup/1"
    assert datetime.fromisoformat(about["made_at"]) <= datetime.now(UTC)
