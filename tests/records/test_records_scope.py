"""Nobody sees or changes another's people: not by ids and codes, nor by a query that forgets the owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

import formcheck.records
from formcheck import Analysis
from formcheck.errors import NotFoundError
from formcheck.records import Records
from formcheck.records.scope import Scope
from formcheck.records.tables import Bout, Clip, Entry, Measure, Note, Owned, Owner, Person, Session

TABLES: tuple[type[Owned], ...] = (Person, Session, Clip, Bout, Measure, Entry, Note)


@pytest.fixture
def hers(records: Records, analysis: Analysis) -> dict[str, str]:
    """Store something in every table for one owner, and give the ids."""
    clip = records.save_analysis("anna", analysis)
    return {
        "code": "anna",
        "clip": clip.id,
        "session": clip.session_id,
        "entry": records.save_plan("anna", {"schema": "formcheck.plan/1"}).id,
        "note": records.add_note("anna", "hers").id,
    }


ATTEMPTS: dict[str, Callable[[Records, dict[str, str]], object]] = {
    "person": lambda r, ids: r.person(ids["code"]),
    "rename": lambda r, ids: r.rename_person(ids["code"], name="mine"),
    "delete person": lambda r, ids: r.delete_person(ids["code"]),
    "clip": lambda r, ids: r.clip(ids["clip"]),
    "delete clip": lambda r, ids: r.delete_clip(ids["clip"]),
    "sessions": lambda r, ids: r.sessions(ids["code"]),
    "trend": lambda r, ids: r.trend(ids["code"], "step_down", "left", "pelvic_drop_deg"),
    "entries": lambda r, ids: r.entries(ids["code"], "plan"),
    "latest": lambda r, ids: r.latest(ids["code"], "plan"),
    "delete entry": lambda r, ids: r.delete_entry(ids["entry"]),
    "notes": lambda r, ids: r.notes(ids["code"]),
    "note on her day": lambda r, ids: r.add_note("eves", "x", session_id=ids["session"]),
    "delete note": lambda r, ids: r.delete_note(ids["note"]),
    "export": lambda r, ids: r.export_person(ids["code"], r._store.folder / "stolen.zip"),
}


def contents(records: Records) -> list[object]:
    """Return all that an owner has."""
    with records._scope.reading() as session:
        return [session.execute(select(*table.__table__.c).select_from(table)).all() for table in TABLES]


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_whoever_guesses_an_id_finds_nothing(records: Records, hers: dict[str, str], attempt: str) -> None:
    before = contents(records)
    eve = records.of_owner("eve")
    with pytest.raises(NotFoundError):
        ATTEMPTS[attempt](eve, hers)
    assert contents(records) == before


def test_two_owners_may_use_the_same_code(records: Records, hers: dict[str, str]) -> None:
    eve = records.of_owner("eve")
    eve.add_person("anna", "another Anna")
    assert records.person("anna").clips == 1
    assert eve.person("anna").clips == 0
    eve.delete_person("anna")
    assert records.clip(hers["clip"]).person == "anna"


def test_a_query_that_forgets_the_owner_sees_nothing_of_others(
    records: Records, hers: dict[str, str]
) -> None:
    with records.of_owner("eve")._scope.reading() as session:
        for table in TABLES:
            assert session.scalars(select(table)).all() == []
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert (
            session.execute(
                select(Clip.document, Person.code).join(Person, Person.id == Clip.person_id)
            ).all()
            == []
        )
        inner = select(Person.id).where(Person.code == hers["code"]).scalar_subquery()
        assert session.scalar(select(inner)) is None
        assert session.get(Clip, {"owner_id": 1, "id": hers["clip"]}) is None
    with records._scope.reading() as session:
        assert all(session.scalars(select(table)).all() for table in TABLES)


def test_a_change_that_forgets_the_owner_changes_nothing_of_others(
    records: Records, hers: dict[str, str]
) -> None:
    before = contents(records)
    with records.of_owner("eve")._scope.writing() as session:
        session.execute(update(Person).values(name="mine"))
        session.execute(update(Clip).values(video_name="mine"))
        for table in reversed(TABLES):
            session.execute(delete(table))
    assert contents(records) == before


def test_a_new_row_is_its_makers_whatever_it_says(records: Records, hers: dict[str, str]) -> None:
    eve = records.of_owner("eve")
    eve.add_person("e")
    with eve._scope.writing() as session:
        mine = session.scalars(select(Person)).one()
        session.add(Note(owner_id=1, person_id=mine.id, at=mine.created_at, text="planted"))
    assert [note.text for note in records.notes("anna")] == ["hers"]
    assert [note.text for note in eve.notes("e")] == ["planted"]


def test_the_database_refuses_a_row_that_refers_to_anothers(records: Records, hers: dict[str, str]) -> None:
    with records._scope.reading() as session:
        anna = session.scalars(select(Person.id)).one()
    eve = Scope(records._store.database, "eve")
    with eve.writing() as session:
        owner_id = session.scalars(select(Owner.id).where(Owner.name == "eve")).one()
    row = {"owner_id": owner_id, "id": "f" * 24, "person_id": anna, "day": date(2026, 1, 1)}
    with (
        records._store.database.engine.connect() as connection,
        pytest.raises(DBAPIError, match=r"(?i)foreign key"),
    ):
        connection.execute(insert(Session.__table__).values(row))


def test_only_the_scope_the_copies_and_the_deletion_of_files_ask_the_database_themselves() -> None:
    folder = Path(formcheck.records.__file__).parent
    asking = {
        path.name for path in folder.glob("*.py") if ".transaction(" in path.read_text(encoding="utf-8")
    }
    assert asking == {
        *("scope.py", "database.py", "opening.py", "migrate.py", "snapshots.py", "backup.py", "deletion.py")
    }
