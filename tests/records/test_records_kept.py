"""What is stored comes back as it was, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_place import Place

from formcheck import Analysis
from formcheck.errors import NotFoundError, RecordsError
from formcheck.pose.sequence import PoseSequence
from formcheck.records import Records
from formcheck.records.columns import pack, unpack
from formcheck.records.tables import Base

LAST_WEEK = datetime.now(UTC).replace(microsecond=0) - timedelta(days=7)


def test_an_analysis_comes_back_whole_also_after_opening_again(
    place: Place, analysis: Analysis, document: dict[str, Any]
) -> None:
    first = place.open()
    saved = first.save_analysis("anna", analysis, recorded_at=LAST_WEEK)
    first.close()
    records = place.open()
    clip = records.clip(saved.id)
    assert clip == saved
    assert clip.document == document
    assert (clip.person, clip.recorded_at, clip.video) == ("anna", LAST_WEEK, None)
    assert clip.landmarks is not None
    again = PoseSequence.from_parquet(clip.landmarks)
    np.testing.assert_array_equal(again.image_px, analysis.pose.image_px)
    [session] = records.sessions("anna")
    assert session.id == clip.session_id
    assert session.day == LAST_WEEK.astimezone().date()
    assert [(s.exercise, s.side, s.score) for s in session.sets] == [
        (b["exercise"], b["side"], b["score"]["value"]) for b in document["bouts"]
    ]
    records.close()


def test_every_measure_of_a_clip_is_a_point_of_its_trend(
    records: Records, analysis: Analysis, document: dict[str, Any]
) -> None:
    records.save_analysis("anna", analysis)
    for bout in document["bouts"]:
        for name, measure in bout["measures"].items():
            points = records.trend("anna", bout["exercise"], bout["side"], name)
            if measure["value"] is None:
                assert points == []
            else:
                [point] = points
                told = (point.value, point.sd, point.unit, point.grade, point.borderline, point.excursion)
                fields = ("value", "sd", "unit", "grade", "borderline", "excursion")
                assert told == tuple(measure[field] for field in fields)


def test_a_trend_is_in_the_order_of_filming_whatever_the_order_of_storing(
    records: Records, another: Callable[[int], Analysis], document: dict[str, Any]
) -> None:
    for number, days in enumerate((3, 1, 2)):
        records.save_analysis("anna", another(number), recorded_at=LAST_WEEK - timedelta(days=days))
    bout = document["bouts"][0]
    measure = next(name for name, m in bout["measures"].items() if m["value"] is not None)
    times = [p.recorded_at for p in records.trend("anna", bout["exercise"], bout["side"], measure)]
    assert times == [LAST_WEEK - timedelta(days=days) for days in (3, 2, 1)]
    assert [s.day for s in records.sessions("anna")] == sorted(
        (t.astimezone().date() for t in times), reverse=True
    )


def test_scoring_a_clip_again_replaces_what_was_stored_of_it(records: Records, analysis: Analysis) -> None:
    first = records.save_analysis("anna", analysis, recorded_at=LAST_WEEK)
    renamed = replace(analysis.pose.video, name="renamed.mp4")
    moved = replace(analysis.pose, video=renamed, model="heavy", image_px=analysis.pose.image_px + 1)
    second = records.save_analysis("anna", replace(analysis, pose=moved, video=renamed, bouts=()))
    assert second.id == first.id
    assert second.recorded_at == LAST_WEEK
    assert second.video_name == "renamed.mp4"
    [session] = records.sessions("anna")
    assert session.sets == ()
    assert first.landmarks is not None and not first.landmarks.exists()
    assert second.landmarks is not None and second.landmarks.exists()


def test_the_same_clip_of_two_people_is_two_clips_and_one_file(records: Records, analysis: Analysis) -> None:
    anna, bob = (records.save_analysis(code, analysis) for code in ("anna", "bob"))
    assert anna.id != bob.id
    assert anna.landmarks == bob.landmarks
    records.delete_clip(anna.id)
    assert bob.landmarks is not None and bob.landmarks.exists()
    records.delete_clip(bob.id)
    assert not bob.landmarks.exists()


def test_a_video_is_kept_only_if_asked(records: Records, analysis: Analysis, sample_path: Any) -> None:
    video = sample_path("step_down_front_left_drop")
    assert records.save_analysis("anna", analysis).video is None
    kept = records.save_analysis("anna", analysis, video=video).video
    assert kept is not None and kept.read_bytes() == video.read_bytes()
    assert records.save_analysis("anna", analysis).video == kept


def test_people_are_listed_searched_and_renamed(records: Records, analysis: Analysis) -> None:
    records.save_analysis("runner-07", analysis)
    records.add_person("runner-12", "Änne Müller")
    assert [p.code for p in records.people()] == ["runner-07", "runner-12"]
    assert [p.code for p in records.people("ÄNNE")] == ["runner-12"]
    assert [p.code for p in records.people("07")] == ["runner-07"]
    records.rename_person("runner-12", new_code="anne", name="")
    assert (records.person("anne").name, records.person("anne").clips) == (None, 0)
    with pytest.raises(NotFoundError, match="nobody with the code 'runner-12'"):
        records.person("runner-12")
    with pytest.raises(RecordsError, match="taken"):
        records.rename_person("anne", new_code="runner-07")
    with pytest.raises(RecordsError, match="taken"):
        records.add_person("anne")


@pytest.mark.parametrize(
    "code", ["", " ", "../anna", "-anna", "a/b", "a\x00b", "a\nb", "x" * 65, "\ud800", "a "]
)
def test_a_code_is_refused_or_comes_back_as_it_is_found(sqlite_place: Place, code: str) -> None:
    records = sqlite_place.open()
    try:
        added = records.add_person(code)
    except RecordsError as error:
        assert "code" in str(error)
        assert records.people() == []
    else:
        assert records.person(code) == added
        assert added.code == code.strip()
    records.close()


def test_documents_of_the_coaching_come_back_in_order(records: Records) -> None:
    plans = [{"schema": "formcheck.plan/1", "number": n, "date": f"2026-11-{9 - n:02}"} for n in range(3)]
    for plan in plans:
        records.save_plan("anna", plan)
    assert [e.document for e in records.entries("anna", "plan")] == plans[::-1]
    latest = records.latest("anna", "plan")
    assert latest is not None and latest.document == plans[0]
    assert records.latest("anna", "assessment") is None
    logged = [{"ladder": ladder, "done": 8} for ladder in ("SU", "SD", "SU")]
    assert len(records.log_sets("anna", logged, at=LAST_WEEK)) == 3
    assert [e.document for e in records.entries("anna", "logged_set", exercise="SU")] == logged[::2]
    assert records.entries("anna", "logged_set", since=LAST_WEEK + timedelta(seconds=1)) == []
    records.delete_entry(records.entries("anna", "logged_set")[1].id)
    assert len(records.entries("anna", "logged_set")) == 2


def test_of_a_batch_of_log_entries_all_are_stored_or_none(records: Records) -> None:
    with pytest.raises(RecordsError, match="JSON"):
        records.log_sets("anna", [{"done": 8}, {"done": float("nan")}])
    with pytest.raises(NotFoundError):
        records.person("anna")


def test_notes_belong_to_a_person_or_to_a_day(records: Records, analysis: Analysis) -> None:
    day = records.save_analysis("anna", analysis).session_id
    of_person, of_day = (
        records.add_note("anna", "left knee"),
        records.add_note("anna", "tired", session_id=day),
    )
    assert records.notes("anna") == [of_person, of_day]
    assert records.notes("anna", session_id=day) == [of_day]
    with pytest.raises(NotFoundError):
        records.add_note("bob", "whose day?", session_id=day)
    records.delete_note(of_person.id)
    assert records.notes("anna") == [of_day]


def test_deleting_a_person_leaves_no_trace_of_them(place: Place, analysis: Analysis) -> None:
    records = place.open()
    records.add_person("trace-me", "Trace Surname")
    clip = records.save_analysis("trace-me", analysis, video=None)
    records.save_plan("trace-me", {"schema": "formcheck.plan/1"})
    records.add_note("trace-me", "Trace Note")
    records.save_analysis("other", analysis)
    records.close()
    records = place.open()  # takes the daily backup, which has the person in it
    removed = records.delete_person("trace-me")
    assert (removed.clips, removed.entries, removed.files) == (1, 1, 0)
    with pytest.raises(NotFoundError):
        records.clip(clip.id)
    records.close()
    for path in place.home.rglob("*"):
        assert not path.is_file() or b"trace" not in path.read_bytes().lower(), path
    again = place.open()
    assert [p.code for p in again.people()] == ["other"]
    assert again.delete_person("other").files == 1
    assert not [path for path in (place.folder / "files").rglob("*") if path.is_file()]
    again.close()


def test_folders_and_files_are_closed_to_others(place: Place, analysis: Analysis, tmp_path: Path) -> None:
    records = place.open()
    records.save_analysis("anna", analysis)
    written = [records.export_person("anna", tmp_path / "anna.zip"), records.back_up(tmp_path / "all.zip")]
    place.open().close()
    modes = {path: path.stat().st_mode & 0o777 for path in place.folder.rglob("*")}
    assert all(mode == (0o700 if path.is_dir() else 0o600) for path, mode in modes.items()), modes
    assert place.folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in written] == [0o600, 0o600]
    records.close()


def test_sqlite_runs_with_a_log_and_watches_references(sqlite_place: Place) -> None:
    records = sqlite_place.open()
    with records._store.database.transaction("write") as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "secure_delete")
        }
    assert told == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "secure_delete": 1}
    records.close()


def test_every_table_but_two_knows_its_owner() -> None:
    without = {
        name for name, table in Base.metadata.tables.items() if "owner_id" not in table.primary_key.columns
    }
    assert without == {"owner", "doomed_file"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON, max_size=5))
@settings(max_examples=100)
def test_any_json_document_is_packed_and_unpacked(document: dict[str, Any]) -> None:
    assert unpack(pack(document)) == document


def test_no_server_is_one_clear_sentence(tmp_path: Path) -> None:
    place = Place(tmp_path, "postgresql://nobody:x@127.0.0.1:9/none")
    with pytest.raises(RecordsError, match="cannot be reached"):
        place.open()
    with pytest.raises(RecordsError, match="must look like postgresql://"):
        Place(tmp_path, "mysql://somewhere/else").open()


def test_a_folder_that_cannot_be_used_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordsError, match="FORMCHECK_HOME"):
        Place(tmp_path / "file", None).open()
