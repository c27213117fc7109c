"""The connection to SQLite or PostgreSQL: transactions that mean the same in both, and errors in plain words.

A reading transaction sees one moment of the database. Writing transactions come one after the other, also
those of other processes: so what one of them has looked up is still true when it writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from formcheck.errors import DamagedRecordsError, RecordsError
from formcheck.records.home import SUSPECT_NAME, private_file

BUSY_S: Final = 60
"""How long to wait for another process that writes."""
_LOCK: Final = 7_211_604_350
"""Number of PostgreSQL's advisory lock that writers take in turn."""
_COUNTED_ROWS: Final = 1_000
_MODE: Final = "formcheck_mode"
Mode = Literal["read", "write", "migrate"]


class Database:
    """A database, and the one way to begin a transaction in it.

    Parameters
    ----------
    engine : Engine
        Made by `sqlite_database` or `postgresql_database`.
    file : Path, optional
        Where an SQLite database lies.
    """

    def __init__(self, engine: Engine, file: Path | None) -> None:
        self.engine = engine
        self.file = file
        event.listen(engine, "begin", _begin)

    @contextmanager
    def transaction(self, mode: Mode) -> Iterator[Connection]:
        """Give a connection in a transaction, committed in the end or, after any error, undone.

        Raises
        ------
        DamagedRecordsError
            If SQLite finds its file damaged.
        RecordsError
            If the database can't be reached, is locked for too long, or its disk is full.
        """
        options: dict[str, Any] = {_MODE: mode}
        if mode == "read" and self.file is None:
            options["isolation_level"] = "REPEATABLE READ"
        try:
            with self.engine.execution_options(**options).begin() as connection:
                yield connection
                if mode == "migrate" and self.file is not None:
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
                    if broken is not None:
                        raise RecordsError(f"A migration broke a reference in the table '{broken[0]}'.")
                    connection.detach()  # it no longer watches the references, so nobody else may use it
        except SQLAlchemyError as error:
            raise self.plain(error) from error

    def learn_sizes(self) -> None:
        """Let SQLite count some rows: without that it reads all of an owner's to find one person's."""
        with self.transaction("write") as connection:
            connection.exec_driver_sql(f"PRAGMA analysis_limit = {_COUNTED_ROWS}")
            connection.exec_driver_sql("ANALYZE")

    def plain(self, error: SQLAlchemyError) -> RecordsError:
        """Return the sentence for a person that an error of the database calls for."""
        cause = error.orig if isinstance(error, DBAPIError) else None
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        if damaged(cause) and self.file is not None:
            private_file(self.file.with_name(SUSPECT_NAME))
            return DamagedRecordsError(
                f"The records in '{self.file}' are damaged: open them again, and the last backup is restored."
            )
        if code == sqlite3.SQLITE_BUSY:
            return RecordsError(
                f"Another program has kept the records for {BUSY_S} s: end it, or try again later; "
                "nothing was changed."
            )
        if code == sqlite3.SQLITE_FULL:
            return RecordsError("The disk of the records is full: make room; nothing was changed.")
        if code in (
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_PERM,
        ):
            return RecordsError(
                f"The records in '{self.file}' cannot be read and written: check the folder's permissions "
                "and its disk."
            )
        where = "the database of the records" if self.file else f"the database '{self.engine.url.database}'"
        if self.file is None and not isinstance(cause, self.engine.dialect.loaded_dbapi.DatabaseError):
            return RecordsError(
                f"The server of {where} cannot be reached ({cause or error}): "
                "check the address and that it runs."
            )
        return RecordsError(f"{where[:1].upper()}{where[1:]} refused: {cause or error}.")


def damaged(error: BaseException | None) -> bool:
    """Whether an error is SQLite's word for a damaged file."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def sqlite_database(file: Path) -> Database:
    """Return the SQLite database in ``file``, which is there (empty if new)."""
    engine = create_engine(URL.create("sqlite", database=str(file)), connect_args={"timeout": BUSY_S})
    event.listen(engine, "connect", _prepare_sqlite)
    return Database(engine, file)


def postgresql_database(address: str) -> Database:
    """Return the PostgreSQL database at ``address``, ``postgresql://user:password@host/database``.

    Raises
    ------
    RecordsError
        If the address is none, or the driver is not installed.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        url = URL.create("none")
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise RecordsError(
            "The address of the records' database must look like postgresql://user:password@host/database."
        )
    try:
        engine = create_engine(url.set(drivername="postgresql+pg8000"), pool_pre_ping=True)
    except (ImportError, NoSuchModuleError) as error:
        raise RecordsError(
            "Records in PostgreSQL need its driver: install it with `pip install 'formcheck[postgresql]'`."
        ) from error
    return Database(engine, None)


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # Python's own transactions would leave out table definitions: `_begin` begins them all.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # a commit has reached the disk, whatever happens to the power
        "foreign_keys = ON",
        "secure_delete = ON",  # what is deleted is overwritten
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get(_MODE, "read")
    if connection.dialect.name == "sqlite":
        if mode == "migrate":  # rebuilding a table must not empty those that refer to it
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN" if mode == "read" else "BEGIN IMMEDIATE")
    elif mode != "read":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
