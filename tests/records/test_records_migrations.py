"""Old records are brought up to date after a backup; newer ones and other programs' are left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from old_records import make_old
from records_place import Place
from sqlalchemy import text

from formcheck import Analysis
from formcheck.errors import NewerRecordsError, RecordsError
from formcheck.records import Records, migrate
from formcheck.records.database import Database
from formcheck.records.snapshots import Snapshots
from formcheck.records.tables import Base


def database_of(place: Place) -> Database:
    """Return the database of a place without opening its records."""
    records = place.open()
    return records._store.database


def test_the_newest_migration_is_the_one_that_this_version_knows() -> None:
    config = Config()
    config.set_main_option("script_location", "formcheck.records:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.REVISION]


def test_the_migrations_make_the_tables_that_the_code_has(place: Place) -> None:
    database = database_of(place)
    with database.transaction("read") as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    database.engine.dispose()


def test_old_records_keep_their_data_and_are_backed_up_first(
    place: Place, another: Callable[[int], Analysis]
) -> None:
    clips = [another(number) for number in range(3)]
    expected = make_old(place.home, place.url, clips)
    records = place.open()
    assert "migration" in records.notices[0]
    for clip_id, (code, document) in expected.items():
        clip = records.clip(clip_id)
        assert (clip.person, clip.document) == (code, document)
        for bout in document["bouts"]:
            for name, measure in bout["measures"].items():
                if measure["value"] is not None:
                    points = {p.clip_id: p for p in records.trend(code, bout["exercise"], bout["side"], name)}
                    assert points[clip_id].excursion == measure["excursion"]
    assert any(
        m["excursion"] is not None
        for _, d in expected.values()
        for b in d["bouts"]
        for m in b["measures"].values()
    )
    [copy] = Snapshots(place.folder / "backups").all()
    assert str(copy) in records.notices[0]
    records.close()
    assert place.open().notices == ()


def test_the_copy_before_a_migration_restores_all(place: Place, another: Callable[[int], Analysis]) -> None:
    expected = make_old(place.home, place.url, [another(0)])
    records = place.open()
    records.delete_clip(next(iter(expected)))
    assert records.person("anna").clips == 0
    assert "1 person with" in records.restore()[0]
    assert records.person("anna").clips == 1
    records.close()


def test_newer_records_are_refused_and_left_alone(place: Place, records: Records) -> None:
    records.add_person("anna")
    with records._store.database.transaction("write") as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(NewerRecordsError, match=r"newer formcheck .* 0099, .* update formcheck"):
        place.open()
    assert not Snapshots(place.folder / "backups").all()
    assert [p.code for p in records.people()] == ["anna"]


def test_another_programs_database_is_refused(place: Place, records: Records) -> None:
    with records._store.database.transaction("write") as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(RecordsError, match="something else"):
        place.open()


def test_a_migration_that_fails_changes_nothing(
    place: Place, another: Callable[[int], Analysis], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_old(place.home, place.url, [another(0)])

    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("alembic.op.add_column", fail)  # when half of the tables are made
    with pytest.raises(RuntimeError):
        place.open()
    monkeypatch.undo()
    assert len(Snapshots(place.folder / "backups").all()) == 1
    records = place.open()
    assert records.person("anna").clips == 1
    records.close()


def test_a_file_named_elsewhere_is_made_with_its_folders(tmp_path: Path) -> None:
    place = Place(tmp_path / "a" / "b", None)
    place.open().close()
    assert (place.folder / "records.sqlite3").exists()
