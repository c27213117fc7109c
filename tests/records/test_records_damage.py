"""A damaged or missing SQLite file: kept aside, the last backup in its place, and said what is lost."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records_place import Place

from formcheck import Analysis
from formcheck.errors import DamagedRecordsError
from formcheck.records import health, open_records
from formcheck.records.snapshots import Snapshots, is_sound

FILE = "records.sqlite3"


@pytest.fixture
def backed_up(sqlite_place: Place, another: Callable[[int], Analysis]) -> Place:
    """Give records with one clip in the backup and one after it."""
    records = sqlite_place.open()
    records.save_analysis("anna", another(0))
    records.close()
    records = sqlite_place.open()
    assert len(Snapshots(sqlite_place.folder / "backups").all()) == 1
    records.save_analysis("anna", another(1))
    records.close()
    return sqlite_place


def overwrite(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


def root_page(place: Place, name: str) -> int:
    """Return where in the file a table or an index begins."""
    with closing(sqlite3.connect(place.folder / FILE)) as connection:
        found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return (int(found[0]) - 1) * 4096


def header(path: Path) -> None:
    overwrite(path, 0, b"not a database")


def middle(path: Path) -> None:
    overwrite(path, path.stat().st_size // 2 // 4096 * 4096, os.urandom(8192))


def half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def nothing_left(path: Path) -> None:
    os.truncate(path, 0)


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [header, middle, half, nothing_left, gone])
def test_the_last_backup_takes_the_place_of_a_damaged_file(
    backed_up: Place, damage: Callable[[Path], None]
) -> None:
    file = backed_up.folder / FILE
    damage(file)
    damaged = file.read_bytes() if file.exists() else b""
    records = backed_up.open()
    [notice] = records.notices
    assert "was restored: what was recorded after that is lost" in notice
    assert records.person("anna").clips == 1
    records.add_person("bob")
    records.close()
    kept = list((backed_up.folder / "damaged").rglob(FILE))
    assert [path.read_bytes() for path in kept] == ([damaged] if damaged else [])
    again = backed_up.open()
    assert again.notices == ()
    assert [p.code for p in again.people()] == ["anna", "bob"]
    again.close()


def test_what_is_lost_is_counted_if_the_damaged_file_still_tells(backed_up: Place) -> None:
    overwrite(backed_up.folder / FILE, root_page(backed_up, "ix_bout_trend"), os.urandom(4096))
    records = backed_up.open()
    assert "is lost (1 clip, 0 entries of plans and log, 0 notes)" in records.notices[0]
    records.close()


def test_without_a_backup_a_damaged_file_is_kept_and_the_records_start_anew(
    sqlite_place: Place, analysis: Analysis
) -> None:
    records = sqlite_place.open()
    records.save_analysis("anna", analysis)
    records.close()
    header(sqlite_place.folder / FILE)
    records = sqlite_place.open()
    assert "no backup" in records.notices[0]
    assert records.people() == []
    records.close()
    assert [*(sqlite_place.folder / "damaged").rglob(FILE)]


def test_a_damaged_backup_is_passed_over(backed_up: Place) -> None:
    [good] = Snapshots(backed_up.folder / "backups").all()
    newer = good.with_name("records-29990101T000000000000Z.sqlite3")
    shutil.copy(good, newer)
    middle(newer)
    header(backed_up.folder / FILE)
    records = backed_up.open()
    assert records.person("anna").clips == 1
    assert "2999" not in records.notices[0]
    records.close()


def test_damage_in_a_large_file_is_found_by_its_query_and_mended_at_the_next_opening(
    backed_up: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CHECKED_WHOLE_BYTES", 0)
    overwrite(backed_up.folder / FILE, root_page(backed_up, "person"), os.urandom(4096))
    with pytest.raises(DamagedRecordsError, match="open them again"):
        backed_up.open().people()
    records = backed_up.open()
    assert "was restored" in records.notices[0]
    assert records.person("anna").clips == 1
    records.close()


def test_a_backup_is_never_taken_of_damage(backed_up: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECKED_WHOLE_BYTES", 0)
    [good] = Snapshots(backed_up.folder / "backups").all()
    old = good.rename(good.with_name("records-20200101T000000000000Z.sqlite3"))  # so the daily backup is due
    file = backed_up.folder / FILE
    overwrite(file, file.stat().st_size - 4096 * 3, os.urandom(4096 * 3))
    assert not is_sound(file)
    records = backed_up.open()
    assert "was restored" in records.notices[0]
    assert records.person("anna").clips == 1
    assert old.exists()
    records.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_whatever_bytes_are_damaged_the_records_open(backed_up: Place, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    home = tmp_path / f"damaged-{seed}"
    shutil.copytree(backed_up.home, home, dirs_exist_ok=True)
    file = home / "records" / FILE
    for _ in range(chance.randint(1, 4)):
        size = chance.choice((1, 16, 4096))
        overwrite(file, chance.randrange(file.stat().st_size), chance.randbytes(size))
    records = open_records(home=home)
    assert records.person("anna").clips in (1, 2)
    assert records.person("anna").clips == 2 or records.notices
    records.close()
