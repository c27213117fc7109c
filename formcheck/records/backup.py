"""Everybody's records in a zip, and back; also what the automatic backups hold.

``records.sqlite3`` in the zip is a copy of the database (of whatever kind), ``files/`` holds the stored
files.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import Connection, func, inspect, select

import formcheck
from formcheck.errors import ArchiveError, RecordsError
from formcheck.names import counted
from formcheck.records.archive import Archive, new_archive, open_archive
from formcheck.records.columns import now
from formcheck.records.database import Database
from formcheck.records.files import Draft, FileStore, is_file_name
from formcheck.records.home import DATABASE_NAME, private_file
from formcheck.records.snapshots import copy_rows, copy_to, delete_rows, is_sound, upgraded_copy
from formcheck.records.store import Store
from formcheck.records.tables import Base, Bout, Clip, Person

SCHEMA: Final = "formcheck.backup/1"
_MANIFEST: Final = "backup.json"
_CLIP = Clip.__table__.c


def back_up(store: Store, target: Path) -> Path:
    """Write the zip ``target`` and return it (see `Records.back_up`)."""
    with store.lock.held(), TemporaryDirectory(prefix="formcheck-") as folder, new_archive(target) as archive:
        copy = private_file(Path(folder) / DATABASE_NAME)
        copy_to(store.database, copy)
        with upgraded_copy(copy) as database, database.transaction("read") as connection:
            names = [name for name in _file_names(connection) if store.files.exists(name)]
        about = {"schema": SCHEMA, "formcheck": formcheck.__version__, "made_at": now().isoformat()}
        archive.add_json(_MANIFEST, about)
        archive.add_file(DATABASE_NAME, copy, pack=True)
        for name in names:
            archive.add_file(f"files/{name}", store.files.path(name))
    return target


def restore(store: Store, source: Path | None) -> list[str]:
    """Put everything back as ``source`` or the last automatic backup has it (see `Records.restore`)."""
    with store.lock.held(), ExitStack() as passing:
        if source is None:
            snapshot = next(iter(store.snapshots.all()), None)
            if snapshot is None:
                raise RecordsError(
                    "There is no automatic backup yet: name a file that `formcheck backup` wrote."
                )
            drafts: list[Draft] = []
        else:
            folder = Path(passing.enter_context(TemporaryDirectory(prefix="formcheck-")))
            snapshot, drafts = _unpack(source, folder, store.files, passing)
        with upgraded_copy(snapshot) as copy:
            before = store.snapshots.take(store.database, "restore")
            said = _replace_all(store, copy, drafts)
    return [said, f"The records as they were before are kept in '{before}'."]


def _replace_all(store: Store, copy: Database, drafts: list[Draft]) -> str:
    with copy.transaction("read") as source, store.database.transaction("write") as target:
        if set(inspect(source).get_table_names()) != {*Base.metadata.tables, "alembic_version"}:
            raise ArchiveError("The database in the backup is not formcheck's.")
        for draft in drafts:
            store.files.keep(draft)
        delete_rows(target)
        copy_rows(source, target)
        missing = sum(not store.files.exists(name) for name in _file_names(target))
        people = target.scalar(select(func.count()).select_from(Person.__table__))
        sets = target.scalar(select(func.count()).select_from(Bout.__table__))
    said = f"Restored: {counted(people or 0, 'person', 'people')} with {counted(sets or 0, 'set')}."
    return f"{said} {missing} of their files {'is' if missing == 1 else 'are'} gone." if missing else said


def _unpack(source: Path, folder: Path, files: FileStore, to_discard: ExitStack) -> tuple[Path, list[Draft]]:
    """Return the database in the zip, put into ``folder``, and drafts of its files, all found to be sound."""
    kind = "a backup (`formcheck import` takes exports)"
    with open_archive(source, _is_expected, kind=kind) as archive:
        about = archive.json(_MANIFEST)
        if not isinstance(about, dict) or about.get("schema") != SCHEMA:
            raise ArchiveError(f"'{source.name}' is not a backup that formcheck wrote.")
        snapshot = private_file(folder / "backup.sqlite3")
        with archive.open(DATABASE_NAME) as content, snapshot.open("wb") as file:
            shutil.copyfileobj(content, file)
        if not is_sound(snapshot):
            raise ArchiveError(f"'{source.name}' is damaged: take another backup.")
        return snapshot, list(_drafts(archive, files, source.name, to_discard))


def _drafts(archive: Archive, files: FileStore, source: str, to_discard: ExitStack) -> list[Draft]:
    drafts = []
    for entry in sorted(archive.names - {_MANIFEST, DATABASE_NAME}):
        name = entry.removeprefix("files/")
        with archive.open(entry) as content:
            draft = files.draft_copy(Path(name).suffix, content)
        to_discard.callback(draft.discard)
        if draft.name() != name:
            raise ArchiveError(f"'{source}' is damaged: the file '{name}' in it is not what it was.")
        drafts.append(draft)
    return drafts


def _is_expected(name: str) -> bool:
    folder, _, file = name.partition("/")
    return name in (_MANIFEST, DATABASE_NAME) or (folder == "files" and is_file_name(file))


def _file_names(connection: Connection) -> list[str]:
    rows = connection.execute(select(_CLIP.landmarks, _CLIP.video))
    return sorted({name for row in rows for name in row if name is not None})
