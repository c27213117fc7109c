"""The database, the files and the backups that belong together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from formcheck.errors import RecordsError
from formcheck.records.database import Database
from formcheck.records.files import FileStore
from formcheck.records.home import FILE_MODE, private_folder
from formcheck.records.snapshots import Snapshots

_LOCK_S: Final = 600
"""How long to wait for another process that migrates, backs up or restores."""


class FolderLock:
    """Lets one process at a time open, back up and restore; ends with its process, however that ends."""

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / "lock", timeout=_LOCK_S, mode=FILE_MODE)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; who holds it already may take it again."""
        try:
            self._lock.acquire()
        except Timeout as error:
            raise RecordsError(
                f"Another program has been opening or restoring the records for {_LOCK_S} s: "
                "end it, or try again later."
            ) from error
        try:
            yield
        finally:
            self._lock.release()


class Store:
    """Everything in one folder of records.

    Parameters
    ----------
    folder : Path
        Holds the files and the backups, and the database unless that is PostgreSQL.
    database : Database
        All owners' rows.
    lock : FolderLock
        That of the folder.
    """

    def __init__(self, folder: Path, database: Database, lock: FolderLock) -> None:
        self.folder = private_folder(folder)
        self.database = database
        self.lock = lock
        self.files = FileStore(folder / "files")
        self.snapshots = Snapshots(folder / "backups")

    def out_of_reach(self) -> str | None:
        """Return what a deletion cannot reach, if there is something that it would."""
        damaged = self.folder / "damaged"
        if damaged.is_dir() and any(damaged.iterdir()):
            return (
                f"Damaged databases are still kept in '{damaged}' and may hold them too: delete that folder."
            )
        return None
