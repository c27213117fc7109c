"""Copies of a whole database: an SQLite file each, whatever the database is.

Before a migration and once a day the records are copied to the folder ``backups``; the stored files are not,
since they never change. A copy has the form (revision) of the database at that time.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import Connection, MetaData, Table, insert, select

from formcheck.errors import DamagedRecordsError, RecordsError
from formcheck.records import migrate
from formcheck.records.database import BUSY_S, Database, damaged, sqlite_database
from formcheck.records.home import private_file, private_folder, settle

KEPT: Final = 7
"""How many copies are kept."""
EVERY: Final = timedelta(hours=24)
_NAME: Final = re.compile(r"records-(\d{8}T\d{12}Z)(-[a-z]+)?\.sqlite3")
_TIME: Final = "%Y%m%dT%H%M%S%fZ"
_ROWS_AT_A_TIME: Final = 5_000


class Snapshots:
    """The copies in one folder.

    Parameters
    ----------
    folder : Path
        Where they lie; made if need be.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = private_folder(folder)

    def all(self) -> list[Path]:
        """Return the copies, newest first."""
        return sorted((p for p in self.folder.iterdir() if _NAME.fullmatch(p.name)), reverse=True)

    def take(self, database: Database, reason: str = "") -> Path:
        """Copy ``database`` and forget the oldest copies (see `copy_to`)."""
        stamp = datetime.now(UTC).strftime(_TIME)
        target = self.folder / f"records-{stamp}{f'-{reason}' if reason else ''}.sqlite3"
        part = private_file(target.with_suffix(".part"))
        copy_to(database, part)
        settle(part)
        part.replace(target)
        settle(target)
        for old in self.all()[KEPT:]:
            old.unlink(missing_ok=True)
        return target

    def is_due(self) -> bool:
        """Whether the newest copy is a day old, or there is none."""
        newest = next(iter(self.all()), None)
        return newest is None or datetime.now(UTC) - taken_at(newest) > EVERY

    def renew(self, database: Database) -> None:
        """Delete all copies, for somebody in them is to be deleted; an SQLite file gets a new one."""
        newest = self.take(database) if database.file is not None else None
        for path in self.all():
            if path != newest:
                path.unlink(missing_ok=True)


def taken_at(snapshot: Path) -> datetime:
    """Return when a copy was taken, from its name."""
    match = _NAME.fullmatch(snapshot.name)
    assert match is not None
    return datetime.strptime(match[1], _TIME).replace(tzinfo=UTC)


def copy_to(database: Database, target: Path) -> None:
    """Copy all rows of ``database`` into the SQLite file ``target``, as they are at one moment.

    Raises
    ------
    DamagedRecordsError
        If the database is damaged: a copy must not take the place of a good one.
    """
    if database.file is not None:
        if not is_sound(database.file):
            raise DamagedRecordsError(f"The records in '{database.file}' are damaged: open them again.")
        with closing(sqlite3.connect(database.file)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        return
    with (
        database.transaction("read") as rows,
        _built(target, migrate.revision_of(rows)) as copy_database,
        copy_database.transaction("write") as copies,
    ):
        copy_rows(rows, copies)


def copy_rows(source: Connection, target: Connection) -> None:
    """Copy the rows of all tables, which have the same form in both databases."""
    tables = MetaData()
    tables.reflect(source)
    for table in tables.sorted_tables:
        rows = source.execution_options(yield_per=_ROWS_AT_A_TIME).execute(select(table)).mappings()
        if table.name == "alembic_version":
            continue
        for some in rows.partitions():
            target.execute(insert(_same(table)), [dict(row) for row in some])


def delete_rows(connection: Connection) -> None:
    """Delete the rows of all tables."""
    tables = MetaData()
    tables.reflect(connection)
    for table in reversed(tables.sorted_tables):
        if table.name != "alembic_version":
            connection.execute(table.delete())


def is_sound(file: Path) -> bool:
    """Whether SQLite finds nothing wrong in a file, page by page.

    Raises
    ------
    RecordsError
        If it can't be read for another reason than damage.
    """
    try:
        with closing(sqlite3.connect(file, timeout=BUSY_S)) as connection:
            fine: bool = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            return fine
    except UnicodeDecodeError:  # SQLite quotes what it found
        return False
    except sqlite3.DatabaseError as error:
        return not means_damage(error)


def means_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether SQLite says that a file is damaged.

    Raises
    ------
    RecordsError
        If it says that the file can't be read now (locked, no permission, a failing disk).
    """
    if damaged(error):
        return True
    raise RecordsError(
        f"The records cannot be read ({error}): check the folder's permissions and its disk."
    ) from error


@contextmanager
def upgraded_copy(snapshot: Path) -> Iterator[Database]:
    """Give a passing copy of a snapshot in the form that this version knows.

    Raises
    ------
    NewerRecordsError
        If a newer version wrote it.
    """
    with TemporaryDirectory(prefix="formcheck-") as folder:
        file = private_file(Path(folder) / "copy.sqlite3")
        shutil.copyfile(snapshot, file)
        copy = sqlite_database(file)
        try:
            migrate.upgrade(copy)
            yield copy
        finally:
            copy.engine.dispose()


@contextmanager
def _built(file: Path, revision: str | None) -> Iterator[Database]:
    """Give an SQLite database whose tables have the form ``revision``, all in its one file in the end."""
    database = sqlite_database(file)
    try:
        migrate.upgrade(database, revision or migrate.REVISION)
        yield database
    finally:
        database.engine.dispose()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _same(table: Table) -> Table:
    """Return the table without the source's own types, which the target need not have."""
    from sqlalchemy import Column

    return Table(
        table.name, MetaData(), *(Column(column.name, column.type.as_generic()) for column in table.columns)
    )
