"""A person goes out in a zip and comes in again, once; what is not such a zip is refused."""

from __future__ import annotations

import io
import json
import random
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records_mutations import change, changed_bytes
from records_place import Place

from formcheck import Analysis
from formcheck.errors import ArchiveError, RecordsError
from formcheck.records import Records


@pytest.fixture
def exported(place: Place, another: Callable[[int], Analysis], tmp_path: Path) -> Path:
    records = place.open()
    records.add_person("anna", "Anna A.")
    clips = [records.save_analysis("anna", another(number)) for number in range(2)]
    records.save_plan("anna", {"schema": "formcheck.plan/1", "date": "2026-11-01"})
    records.log_sets("anna", [{"ladder": "SU", "done": 8}] * 3)
    records.add_note("anna", "of the day", session_id=clips[0].session_id)
    written = records.export_person("anna", tmp_path / "anna.zip")
    records.close()
    return written


def entries_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def written(path: Path, entries: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as zipped:
        for name, content in entries.items():
            zipped.writestr(name, content)
    return path


def test_out_and_in_again_is_the_same(exported: Path, another_place: Place, tmp_path: Path) -> None:
    records = another_place.open()
    done = records.import_person(exported)
    assert (done.person, done.new, done.known) == ("anna", 7, 0)
    assert entries_of(records.export_person("anna", tmp_path / "again.zip")) == entries_of(exported)
    records.close()


def test_a_second_import_changes_nothing(place: Place, exported: Path, tmp_path: Path) -> None:
    records = place.open()
    for _ in range(2):
        done = records.import_person(exported)
        assert (done.new, done.known) == (0, 7)
    assert entries_of(records.export_person("anna", tmp_path / "again.zip")) == entries_of(exported)
    records.close()


def test_what_was_deleted_comes_back_and_nothing_twice(place: Place, exported: Path, tmp_path: Path) -> None:
    records = place.open()
    records.delete_clip(records.sessions("anna")[0].sets[0].clip_id)
    records.delete_note(records.notes("anna")[0].id)
    done = records.import_person(exported)
    assert (done.new, done.known) == (2, 5)
    assert entries_of(records.export_person("anna", tmp_path / "again.zip")) == entries_of(exported)
    records.close()


def test_another_owner_gets_a_copy_of_their_own(place: Place, exported: Path) -> None:
    mine = place.open()
    theirs = mine.of_owner("colleague")
    assert theirs.import_person(exported).new == 7
    theirs.delete_person("anna")
    assert mine.person("anna").clips == 2
    assert all(
        c.landmarks and c.landmarks.exists()
        for c in (mine.clip(s.clip_id) for s in mine.sessions("anna")[0].sets)
    )
    mine.close()


def test_a_clip_that_is_here_under_another_id_is_known(
    exported: Path, another_place: Place, another: Callable[[int], Analysis]
) -> None:
    records = another_place.open()
    records.import_person(exported)
    for session in records.sessions("anna"):
        records.delete_clip(session.sets[0].clip_id)
    records.save_analysis("anna", another(0))
    done = records.import_person(exported)
    assert done.new <= 1
    assert records.person("anna").clips == 2
    records.close()


def test_a_code_of_somebody_else_is_refused_unless_another_is_given(
    exported: Path, another_place: Place
) -> None:
    records = another_place.open()
    records.add_person("anna")
    with pytest.raises(RecordsError, match="somebody else's"):
        records.import_person(exported)
    assert records.import_person(exported, code="anna-2").person == "anna-2"
    assert records.import_person(exported).person == "anna-2"
    assert (records.person("anna").clips, records.person("anna-2").clips) == (0, 2)
    records.close()


def test_the_tables_hold_every_measure_with_its_error(exported: Path, document: dict[str, Any]) -> None:
    found = entries_of(exported)
    measures = pq.read_table(io.BytesIO(found["tables/measures.parquet"])).to_pylist()
    sets = pq.read_table(io.BytesIO(found["tables/sets.parquet"])).to_pylist()
    reps = pq.read_table(io.BytesIO(found["tables/reps.parquet"])).to_pylist()
    bouts = document["bouts"]
    assert len(sets) == 2 * len(bouts)
    assert {row["score"] for row in sets} == {bout["score"]["value"] for bout in bouts}
    first = [row for row in measures if row["clip"] == sets[0]["clip"] and row["set"] == 0]
    assert {r["measure"]: (r["value"], r["sd"]) for r in first} == {
        name: (m["value"], m["sd"]) for name, m in bouts[0]["measures"].items()
    }
    assert len(reps) == 2 * sum(len(rep["measures"]) for bout in bouts for rep in bout["reps"])


HARM: dict[str, Callable[[dict[str, bytes], Path], Path]] = {}


def harm(attempt: Callable[[dict[str, bytes], Path], Path]) -> Callable[[dict[str, bytes], Path], Path]:
    HARM[attempt.__name__] = attempt
    return attempt


@harm
def upwards(entries: dict[str, bytes], path: Path) -> Path:
    return written(path, {**entries, "../../escaped.parquet": b"x"})


@harm
def upwards_below_files(entries: dict[str, bytes], path: Path) -> Path:
    return written(path, {**entries, "files/../../escaped.parquet": b"x"})


@harm
def absolute(entries: dict[str, bytes], path: Path) -> Path:
    return written(path, {**entries, "/escaped.parquet": b"x"})


@harm
def backwards_slashes(entries: dict[str, bytes], path: Path) -> Path:
    return written(path, {**entries, "files\\..\\..\\escaped.parquet": b"x"})


@harm
def unexpected(entries: dict[str, bytes], path: Path) -> Path:
    return written(path, {**entries, "run_me.py": b"x"})


@harm
def link(entries: dict[str, bytes], path: Path) -> Path:
    name = next(name for name in entries if name.startswith("files/"))
    written(path, {other: content for other, content in entries.items() if other != name})
    with zipfile.ZipFile(path, "a") as zipped:
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        zipped.writestr(info, "/etc/passwd")
    return path


@harm
def bomb(entries: dict[str, bytes], path: Path) -> Path:
    return written(path, {**entries, "person.json": entries["person.json"] + b" " * (20 << 20)})


@harm
def bomb_that_lies_of_its_size(entries: dict[str, bytes], path: Path) -> Path:
    written(path, {**entries, "person.json": entries["person.json"] + b" " * (8 << 20)})
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"person.json"))
    raw[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    path.write_bytes(raw)
    return path


@harm
def the_same_name_twice(entries: dict[str, bytes], path: Path) -> Path:
    written(path, entries)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as zipped:
        zipped.writestr("person.json", b"{}")
    return path


@harm
def another_content(entries: dict[str, bytes], path: Path) -> Path:
    return written(path, {name: b"x" if name.startswith("files/") else c for name, c in entries.items()})


@harm
def a_file_is_missing(entries: dict[str, bytes], path: Path) -> Path:
    return written(path, {name: c for name, c in entries.items() if not name.startswith("files/")})


@harm
def packed_in_another_way(entries: dict[str, bytes], path: Path) -> Path:
    return written(path, entries, zipfile.ZIP_LZMA)


@harm
def truncated(entries: dict[str, bytes], path: Path) -> Path:
    written(path, entries)
    path.write_bytes(path.read_bytes()[:-100])
    return path


@harm
def no_zip(entries: dict[str, bytes], path: Path) -> Path:
    path.write_bytes(b"hello")
    return path


@harm
def empty(entries: dict[str, bytes], path: Path) -> Path:
    return written(path, {})


@harm
def a_folder(entries: dict[str, bytes], path: Path) -> Path:
    path.mkdir()
    return path


@harm
def landmarks_that_are_none(entries: dict[str, bytes], path: Path) -> Path:
    import hashlib

    content = entries["tables/sets.parquet"]
    name = f"{hashlib.sha256(content).hexdigest()}.parquet"
    document = json.loads(entries["person.json"])
    document["clips"][0]["landmarks"] = name
    changed = {**entries, "person.json": json.dumps(document).encode(), f"files/{name}": content}
    return written(path, changed)


@pytest.mark.parametrize("attempt", HARM)
def test_a_harmful_or_broken_zip_is_refused_and_changes_nothing(
    exported: Path, another_place: Place, tmp_path: Path, attempt: str
) -> None:
    bad = HARM[attempt](entries_of(exported), tmp_path / f"{attempt}.zip")
    records = another_place.open()
    with pytest.raises(ArchiveError, match=f"{attempt}.zip"):
        records.import_person(bad)
    assert records.people() == []
    assert not [path for path in (another_place.folder / "files").rglob("*") if path.is_file()]
    assert not list(tmp_path.parent.rglob("escaped*"))
    records.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_a_changed_document_is_taken_whole_or_refused_whole(
    exported: Path, records: Records, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    entries = entries_of(exported)
    document = json.loads(entries["person.json"])
    for _ in range(chance.randint(1, 3)):
        document = change(document, chance)
    bad = written(tmp_path / "changed.zip", {**entries, "person.json": json.dumps(document).encode()})
    theirs = records.of_owner(f"owner {seed}")
    try:
        done = theirs.import_person(bad)
    except RecordsError as error:
        assert str(error).endswith((".", ")."))
        assert theirs.people() == []
    else:
        again = theirs.import_person(theirs.export_person(done.person, tmp_path / "out.zip"))
        assert (again.new, again.known) == (0, done.new + done.known) or done.known


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_a_zip_with_changed_bytes_is_taken_whole_or_refused_whole(
    exported: Path, another_place: Place, tmp_path: Path, seed: int
) -> None:
    bad = tmp_path / "bytes.zip"
    bad.write_bytes(changed_bytes(exported.read_bytes(), random.Random(seed)))
    theirs = another_place.open().of_owner(f"owner {seed}")
    try:
        theirs.import_person(bad)
    except RecordsError:
        assert theirs.people() == []
    else:
        assert theirs.person("anna").clips == 2
    theirs.close()
