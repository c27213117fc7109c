"""Is the SQLite file whole? A damaged one is kept aside, and the last backup takes its place."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from formcheck.names import counted
from formcheck.records.home import DATABASE_NAME, SUSPECT_NAME, private_file, private_folder, settle
from formcheck.records.snapshots import Snapshots, is_sound, means_damage, taken_at

CHECKED_WHOLE_BYTES: Final = 32 << 20
"""Files up to this size are checked page by page each time they are opened, which takes less than 0.1 s.

A larger one is checked before each daily backup, and when a query has found damage in it.
"""
_SIDECARS: Final = ("-wal", "-shm")
_COUNTED: Final = {
    "clip": ("clip", "clips"),
    "entry": ("entry of plans and log", "entries of plans and log"),
    "note": ("note", "notes"),
}


def make_whole(folder: Path, snapshots: Snapshots) -> list[str]:
    """See to it that ``folder`` has a sound database, empty if new; return what there is to say of it.

    Only one process at a time may be here.
    """
    file = folder / DATABASE_NAME
    is_there = file.exists() and file.stat().st_size > 0
    notices: list[str] = []
    if is_there and not _looks_sound(folder, file):
        kept = _keep_aside(folder, file)
        notices = _restore(
            file, snapshots, f"The database of the records was damaged; it is kept in '{kept}'.", kept
        )
    elif not is_there and snapshots.all():
        _remove_sidecars(file)
        notices = _restore(file, snapshots, "The database of the records was missing.", None)
    (folder / SUSPECT_NAME).unlink(missing_ok=True)
    private_file(file)
    return notices


def _looks_sound(folder: Path, file: Path) -> bool:
    if file.stat().st_size <= CHECKED_WHOLE_BYTES or (folder / SUSPECT_NAME).exists():
        return is_sound(file)
    try:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except UnicodeDecodeError:
        return False
    except sqlite3.DatabaseError as error:
        return not means_damage(error)
    return True


def _keep_aside(folder: Path, file: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    kept = private_folder(private_folder(folder / "damaged") / stamp)
    # The log first: if the process is killed in between, it must not be taken for the restored file's log.
    for name in (*(f"{file.name}{end}" for end in _SIDECARS), file.name):
        if (folder / name).exists():
            (folder / name).replace(kept / name)
    return kept / file.name


def _remove_sidecars(file: Path) -> None:
    for end in _SIDECARS:
        file.with_name(f"{file.name}{end}").unlink(missing_ok=True)


def _restore(file: Path, snapshots: Snapshots, what: str, damaged: Path | None) -> list[str]:
    """Put the newest sound backup in the place of ``file`` in one step."""
    for snapshot in snapshots.all():
        if not is_sound(snapshot):
            continue
        part = file.with_suffix(".part")
        private_file(part)
        shutil.copyfile(snapshot, part)
        settle(part)
        part.replace(file)
        settle(file)
        when = f"{taken_at(snapshot):%Y-%m-%d %H:%M} UTC"
        return [
            f"{what} The backup of {when} was restored: "
            f"what was recorded after that is lost{_lost(damaged, file)}."
        ]
    return [f"{what} There is no backup, so the records start anew."]


def _lost(damaged: Path | None, restored: Path) -> str:
    """Return how much is lost, as far as the damaged file can still be counted."""
    if damaged is None:
        return ""
    found = []
    for table, words in _COUNTED.items():
        with contextlib.suppress(sqlite3.Error, UnicodeDecodeError):  # SQLite quotes what it found
            missing = _count(damaged, table) - _count(restored, table)
            found.append(counted(max(missing, 0), *words))
    return f" ({', '.join(found)})" if found else " (how much can't be told, it can't be read)"


def _count(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        count: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return count
