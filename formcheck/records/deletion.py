"""Deleting for good: what a deleted row leaves outside the tables.

The transaction that deletes a row also notes which files go with it. They are deleted after it; if the
process is killed before that, the next opening does it. Files and backups belong to no owner alone, so the
scope does not apply here: a file goes when nobody's clip wants it any more.
"""

from __future__ import annotations

from contextlib import closing
from typing import Final

from sqlalchemy import Connection, delete, or_, select
from sqlalchemy.orm import Session as DbSession

from formcheck.records.store import Store
from formcheck.records.tables import Clip, DoomedFile

_BACKUPS: Final = "backups"
"""Stands among the doomed files for all automatic backups."""
_CLIP = Clip.__table__.c
_DOOMED = DoomedFile.__table__.c.name


def doom_backups(session: DbSession) -> None:
    """Note that the automatic backups are to go: somebody in them is deleted for good."""
    session.merge(DoomedFile(name=_BACKUPS))


def finish(store: Store) -> int:
    """Delete what was noted and return the number of files that went."""
    with store.database.transaction("read") as connection:
        doomed = set(connection.scalars(select(_DOOMED)))
    if not doomed:
        return 0
    gone = 0
    with store.lock.held():
        with store.database.transaction("write") as connection:
            for name in doomed - {_BACKUPS}:
                if not _is_wanted(connection, name):
                    store.files.remove(name)
                    gone += 1
                connection.execute(delete(DoomedFile).where(name == _DOOMED))
        if _BACKUPS in doomed:
            _empty_log(store)
            store.snapshots.renew(store.database)
            with store.database.transaction("write") as connection:
                connection.execute(delete(DoomedFile).where(_DOOMED == _BACKUPS))
    return gone


def sweep(store: Store) -> None:
    """Delete the files that a killed process left and no clip wants."""
    with store.database.transaction("write") as connection:
        wanted = set(connection.scalars(select(_CLIP.landmarks).where(_CLIP.landmarks.is_not(None))))
        wanted |= set(connection.scalars(select(_CLIP.video).where(_CLIP.video.is_not(None))))
        store.files.sweep(wanted)


def _is_wanted(connection: Connection, name: str) -> bool:
    query = select(_CLIP.id).where(or_(_CLIP.landmarks == name, _CLIP.video == name)).limit(1)
    return connection.scalar(query) is not None


def _empty_log(store: Store) -> None:
    """Move SQLite's log into the file and cut it off: it still holds what was deleted."""
    if store.database.file is not None:
        with closing(store.database.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
