"""Records as the first version of the tables had them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, insert, select

from formcheck import Analysis
from formcheck.records import migrate, open_records
from formcheck.records.database import postgresql_database, sqlite_database
from formcheck.records.home import DATABASE_NAME, private_file, private_folder
from formcheck.records.types import ClipInfo

FIRST = "0001"


def make_old(
    home: Path, url: str | None, analyses: Sequence[Analysis]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Make records of the first form with a clip for each analysis; return code and document by clip id."""
    folder = private_folder(home / "records")
    source = open_records(home=home.with_name(f"{home.name}-source"))
    saved: list[ClipInfo] = [source.save_analysis("anna", analysis) for analysis in analyses]
    target = postgresql_database(url) if url else sqlite_database(private_file(folder / DATABASE_NAME))
    migrate.upgrade(target, FIRST)
    with source._store.database.transaction("read") as new, target.transaction("write") as old:
        there, here = MetaData(), MetaData()
        there.reflect(new)
        here.reflect(old)
        for table in here.sorted_tables:
            columns = [there.tables[table.name].c[column.name] for column in table.columns]
            rows = [dict(row) for row in new.execute(select(*columns)).mappings()]
            if rows and table.name != "alembic_version":
                old.execute(insert(table), rows)
    for clip in saved:
        assert clip.landmarks is not None
        place = private_folder(private_folder(folder / "files") / clip.landmarks.parent.name)
        private_file(place / clip.landmarks.name).write_bytes(clip.landmarks.read_bytes())
    target.engine.dispose()
    source.close()
    return {clip.id: (clip.person, dict(clip.document)) for clip in saved}
