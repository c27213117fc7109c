"""Tables: exact columns, the right bout for each frame, strict JSON, whole files or none."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest
import reports_people as people

import formcheck
from formcheck.errors import ReportWriteError, UsageError
from formcheck.motion.types import View
from formcheck.names import ANGLES
from formcheck.pose.sequence import PoseSequence
from formcheck.reports.files import replacing
from formcheck.reports.tables import json_document, write_angles, write_json, write_landmarks, write_summary
from formcheck.reports.texts import measure_ids
from formcheck.reports.timeline import bout_at

COLUMNS = ["time_s", "bout", "side"] + [name for a in ANGLES for name in (a, f"{a}_sd")]
SCHEMA = json.loads(Path(formcheck.__file__).with_name("analysis.schema.json").read_text(encoding="utf-8"))


def alternating():
    left = people.scored_bout("left", ((0.2, 0.6), (1.2, 1.6)))
    right = people.scored_bout("right", ((0.7, 1.1), (1.7, 2.1)))
    return people.analysis(left, right)


def test_angles_parquet_has_the_agreed_columns_and_one_row_per_frame(tmp_path):
    found = people.analysis()
    write_angles(found, tmp_path / "angles.parquet")
    table = pq.read_table(tmp_path / "angles.parquet")
    assert table.column_names == COLUMNS
    assert table.num_rows == len(found.motion)
    inside = [bout is not None for bout in table["bout"].to_pylist()]
    assert inside == list(bout_at(found.motion.times_s, found.bouts) == 0)
    assert np.isfinite(table["fppa_deg"].to_numpy()[inside]).all()
    outside = [not each for each in inside]
    assert np.isnan(table["fppa_deg"].to_numpy()[outside]).all()
    assert {side for side, here in zip(table["side"].to_pylist(), inside, strict=True) if not here} == {None}


def test_angles_csv_says_the_same_as_parquet(tmp_path):
    found = people.analysis()
    write_angles(found, tmp_path / "a.csv")
    write_angles(found, tmp_path / "a.parquet")
    with (tmp_path / "a.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    table = pq.read_table(tmp_path / "a.parquet")
    assert list(rows[0]) == COLUMNS
    for name in ANGLES:
        written = np.array([float(row[name] or "nan") for row in rows])
        np.testing.assert_allclose(written, table[name].to_numpy(), rtol=1e-5)


def test_each_frame_of_alternating_legs_belongs_to_the_repetition_that_covers_it(tmp_path):
    found = alternating()
    write_angles(found, tmp_path / "a.parquet")
    rows = pq.read_table(tmp_path / "a.parquet").to_pylist()
    for row in rows:
        covering = [
            i
            for i, scored in enumerate(found.bouts)
            if any(r.start_s <= row["time_s"] <= r.end_s for r in scored.bout.repetitions)
        ]
        if covering:
            assert row["bout"] == covering[0]
            assert row["side"] == found.bouts[covering[0]].bout.measured_side
            assert (row["pelvic_drop_deg"] > 50) == (row["side"] == "right")


def test_bout_at_without_bouts_or_repetitions():
    times = np.arange(5.0)
    assert (bout_at(times, ()) == -1).all()
    scored = people.scored_bout()
    empty = replace(scored, bout=replace(scored.bout, repetitions=(), start_s=1.0, end_s=2.0), repetitions=())
    assert list(bout_at(times, (empty,))) == [-1, 0, 0, -1, -1]


def test_landmarks_come_back(tmp_path):
    found = people.analysis()
    write_landmarks(found, tmp_path / "l.parquet")
    back = PoseSequence.from_parquet(tmp_path / "l.parquet")
    np.testing.assert_array_equal(back.image_px, found.pose.image_px)


@pytest.mark.parametrize(
    "found",
    [
        people.analysis(),
        alternating(),
        people.without_bouts(),
        people.analysis(people.scored_bout(score=None)),
        people.analysis(people.scored_bout(None, measures=(), score=None, exercise="unknown")),
    ],
    ids=["scored", "alternating", "nothing", "no score", "unknown"],
)
def test_json_is_strict_and_fits_the_schema(found, tmp_path):
    write_json(found, tmp_path / "a.json")
    document = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document == json.loads(json.dumps(found.to_dict(), allow_nan=False))


def test_json_of_several_is_a_list_and_nan_becomes_null(capsys):
    nobody = people.without_bouts()
    nobody = replace(nobody, motion=replace(nobody.motion, view=View("front", np.nan, np.nan, np.nan)))
    write_json([people.analysis(), nobody])
    document = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert [each["view"]["azimuth_deg"] for each in document] == [3.0, None]
    assert json.loads(json_document([people.analysis()]))[0]["schema"] == "formcheck.analysis/1"


def test_schema_refuses_a_value_without_sd_and_a_number_without_reason():
    check = jsonschema.Draft202012Validator(SCHEMA)
    for change in (
        lambda m: m.update(sd=None),
        lambda m: m.update(value=None, sd=None, grade=None),
        lambda m: m.update(grade="great"),
        lambda m: m.update(surprise=1),
    ):
        document = people.analysis().to_dict()
        change(document["bouts"][0]["measures"]["pelvic_drop_deg"])
        assert not check.is_valid(document)


def test_summary_has_a_row_per_set_and_one_for_each_clip_without(tmp_path):
    nothing = people.without_bouts("empty.mp4")
    write_summary([alternating(), nothing], tmp_path / "s.csv", failures=[("broken,1.mp4", "It is empty.")])
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["video"] for row in rows] == ["clip.mp4", "clip.mp4", "empty.mp4", "broken,1.mp4"]
    assert [row["side"] for row in rows] == ["left", "right", "", ""]
    assert rows[0]["pelvic_drop_deg"] == "13.2" and rows[0]["pelvic_drop_deg_grade"] == "fail"
    assert rows[0]["trunk_rotation_deg"] == "" and rows[0]["valid_reps"] == "2"
    assert rows[2]["quality"] == "nothing_recognised" and rows[3]["error"] == "It is empty."
    for name in measure_ids():
        assert {name, f"{name}_sd", f"{name}_grade"} <= set(rows[0])


def test_wrong_suffixes_are_refused(tmp_path):
    with pytest.raises(UsageError, match=r"\.parquet or \.csv"):
        write_angles(people.analysis(), tmp_path / "a.xlsx")
    with pytest.raises(UsageError, match=r"\.parquet"):
        write_landmarks(people.analysis(), tmp_path / "a.csv")


def test_a_missing_folder_and_a_folder_as_file_are_one_clear_error(tmp_path):
    with pytest.raises(ReportWriteError, match="missing"):
        write_json(people.analysis(), tmp_path / "no" / "a.json")
    with pytest.raises(ReportWriteError, match="folder"):
        write_summary([], tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="its system has no pipes with names")
def test_a_device_is_never_replaced_and_a_link_stays_a_link(tmp_path):
    """Whoever may do anything would lose ``/dev/null`` to a report."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ReportWriteError, match="not an ordinary file"), replacing(tmp_path / "pipe"):
        pass
    assert (tmp_path / "pipe").is_fifo()
    link, target = tmp_path / "latest.json", tmp_path / "visit1.json"
    link.symlink_to(target)
    with replacing(link) as temporary:
        temporary.write_text("{}")
    assert link.is_symlink() and target.read_text() == "{}"


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "a.json"
    target.write_text("old")
    with pytest.raises(RuntimeError), replacing(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_full_disk_is_one_clear_error(tmp_path):
    with pytest.raises(ReportWriteError, match="no space left"), replacing(tmp_path / "a.json"):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="its system has no disk that is always full")
def test_a_document_that_finds_no_place_on_standard_output_is_told_in_one_sentence():
    code = (
        "from formcheck.errors import FormcheckError\n"
        "from formcheck.reports.files import to_standard_output\n"
        "import sys\n"
        "try:\n    to_standard_output('{}')\n"
        "except FormcheckError as error:\n    sys.exit(f'{error}')\n"
    )
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr == (
        "Standard output cannot be written (no space left on device): choose another place.\n"
    )
