"""Opening the records: restored if damaged, migrated if old, backed up once a day."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from formcheck.errors import DamagedRecordsError
from formcheck.records import migrate
from formcheck.records.database import Database, postgresql_database, sqlite_database
from formcheck.records.deletion import finish, sweep
from formcheck.records.health import make_whole
from formcheck.records.home import (
    DATABASE_NAME,
    DATABASE_VARIABLE,
    SUSPECT_NAME,
    private_file,
    records_folder,
)
from formcheck.records.records import Records
from formcheck.records.snapshots import Snapshots
from formcheck.records.store import FolderLock, Store
from formcheck.records.tables import Person

LOCAL_OWNER: Final = "local"
"""Who owns the records on a machine where nobody signs in."""


def open_records(url: str | None = None, *, owner: str = LOCAL_OWNER, home: Path | None = None) -> Records:
    """Open the records; made if there are none.

    A server opens them once and takes each user's with `Records.of_owner`.

    Parameters
    ----------
    url : str, optional
        A PostgreSQL database, ``postgresql://user:password@host/database``; None for the one that
        ``FORMCHECK_DATABASE`` names, or else SQLite in the user's data folder (``FORMCHECK_HOME`` moves it).
    owner : str
        Whose records are meant.
    home : Path, optional
        Takes the place of ``FORMCHECK_HOME``.

    Raises
    ------
    NewerRecordsError
        If a newer formcheck wrote them.
    RecordsError
        If they can't be read and written.
    """
    folder = records_folder(home)
    address = url or os.environ.get(DATABASE_VARIABLE, "").strip()
    lock = FolderLock(folder)
    with lock.held():
        if address:
            store = Store(folder, postgresql_database(address), lock)
            notices = _bring_up_to_date(store)
        else:
            store, notices = _open_file(folder, lock)
        finish(store)
    return Records(store, owner, notices)


def _open_file(folder: Path, lock: FolderLock) -> tuple[Store, list[str]]:
    """Open the SQLite file; if only its daily backup finds the damage, restore it after all."""
    notices = make_whole(folder, Snapshots(folder / "backups"))
    store = Store(folder, sqlite_database(folder / DATABASE_NAME), lock)
    try:
        return store, notices + _bring_up_to_date(store)
    except DamagedRecordsError:
        store.database.engine.dispose()
        private_file(folder / SUSPECT_NAME)
        notices += make_whole(folder, store.snapshots)
        store = Store(folder, sqlite_database(folder / DATABASE_NAME), lock)
        return store, notices + _bring_up_to_date(store)


def _bring_up_to_date(store: Store) -> list[str]:
    with store.database.transaction("read") as connection:
        revision = migrate.revision_of(connection)
    migrate.check_known(revision)
    notices = []
    if revision != migrate.REVISION:
        if revision is not None:
            copy = store.snapshots.take(store.database, "migration")
            notices.append(
                f"The records were brought into this version's form; as they were, they are kept in '{copy}'."
            )
        migrate.upgrade(store.database)
    # A PostgreSQL server has backups of its own.
    if store.database.file is not None and store.snapshots.is_due() and _has_people(store.database):
        store.snapshots.take(store.database)
        store.database.learn_sizes()
        sweep(store)
    return notices


def _has_people(database: Database) -> bool:
    with database.transaction("read") as connection:
        return bool(connection.scalar(select(func.count()).select_from(Person.__table__)))
