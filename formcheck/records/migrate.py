"""Bringing a database's tables to the form that this version knows."""

from __future__ import annotations

import logging
from typing import Final

from sqlalchemy import Connection, inspect, text

from formcheck.errors import NewerRecordsError, RecordsError
from formcheck.records.database import Database

REVISION: Final = "0002"
"""The newest migration, and so the form of the tables that this version reads and writes."""
_VERSION_TABLE: Final = "alembic_version"


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the tables; None if there are none yet.

    Raises
    ------
    RecordsError
        If there are tables, but not formcheck's.
    """
    tables = inspect(connection).get_table_names()
    if _VERSION_TABLE in tables:
        found: str | None = connection.scalar(text(f"SELECT version_num FROM {_VERSION_TABLE}"))
        if found is not None:
            return found
    if set(tables) - {_VERSION_TABLE}:
        raise RecordsError("The database holds something else than formcheck's records: name another one.")
    return None


def check_known(revision: str | None) -> None:
    """Raise `NewerRecordsError` unless this version knows ``revision``."""
    if revision is not None and (not revision.isdecimal() or revision > REVISION):
        raise NewerRecordsError(
            f"The records were written by a newer formcheck (their form is {revision}, this version knows "
            f"{REVISION}): update formcheck; nothing was changed."
        )


def upgrade(database: Database, target: str = REVISION) -> None:
    """Bring the tables to ``target``, wholly or not at all."""
    with database.transaction("migrate") as connection:
        revision = revision_of(connection)  # another process may have done it meanwhile
        check_known(revision)
        if revision == target:
            return
        _run(connection, target)


def _run(connection: Connection, target: str) -> None:
    from alembic import command
    from alembic.config import Config

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", "formcheck.records:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, target)
