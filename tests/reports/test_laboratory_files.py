"""Files for OpenSim and motion laboratories, read back by another program or by their own rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import ezc3d
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports_people import FPS, analysis

from formcheck.analysis import Analysis
from formcheck.errors import InvalidDataError
from formcheck.names import ANGLES, LANDMARKS
from formcheck.reports.c3d import write_c3d
from formcheck.reports.opensim import write_mot, write_trc
from formcheck.reports.uniform import evenly

UNSEEN = slice(20, 31)


@pytest.fixture
def moving() -> Analysis:
    """Somebody who moves through the room and is not seen for half a second."""
    still = analysis()
    frames = len(still.motion)
    along = np.linspace(0, 1, frames)[:, None, None]
    at = np.random.default_rng(3).normal(size=(1, len(LANDMARKS), 3))
    joints = (at + along * np.array([0.5, 0.1, -0.3])).astype(np.float32)
    joints[UNSEEN] = np.nan
    return replace(still, motion=replace(still.motion, joints_m=joints))


def test_the_markers_of_a_trc_are_the_joints(moving: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "markers.trc"
    write_trc(moving, path)
    lines = path.read_text().split("\n")
    assert lines[0].split("\t") == ["PathFileType", "4", "(X/Y/Z)", "markers.trc"]
    head = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=True))
    frames = len(moving.motion)
    assert float(head["DataRate"]) == pytest.approx(FPS)
    assert (head["NumFrames"], head["NumMarkers"], head["Units"]) == (str(frames), "33", "m")
    assert [name for name in lines[3].split("\t")[2:] if name] == list(LANDMARKS)
    assert lines[4].split("\t")[2:5] == ["X1", "Y1", "Z1"] and lines[5] == ""
    rows = [line.split("\t") for line in lines[6:] if line]
    assert {len(row) for row in rows} == {2 + 3 * len(LANDMARKS)}
    table = np.array([[float(cell or "nan") for cell in row] for row in rows])
    assert table[:, 0].tolist() == list(range(1, frames + 1))
    np.testing.assert_allclose(table[:, 1], moving.motion.times_s, atol=1e-6)
    np.testing.assert_allclose(table[:, 2:].reshape(frames, -1, 3), moving.motion.joints_m, atol=1e-4)


def test_the_columns_of_a_mot_are_the_angles_of_both_sides(moving: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "angles.mot"
    write_mot(moving, path)
    head, _, body = path.read_text().partition("endheader\n")
    said = dict(line.split("=") for line in head.splitlines() if "=" in line)
    names, *rows = [line.split("\t") for line in body.splitlines()]
    assert said == {
        "version": "1",
        "nRows": str(len(rows)),
        "nColumns": str(len(names)),
        "inDegrees": "yes",
    }
    table = np.array(rows, dtype=float)
    assert names[0] == "time" and len(rows) == len(moving.motion)
    for name, angle, side in (
        ("knee_angle_l", "knee_flexion_deg", "left"),
        ("hip_flexion_r", "hip_flexion_deg", "right"),
        ("pelvic_drop_deg_r", "pelvic_drop_deg", "right"),
    ):
        expected = moving.motion.of(side).of(angle)
        np.testing.assert_allclose(table[:, names.index(name)], expected, atol=1e-3)


def test_a_laboratorys_library_reads_the_c3d(moving: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "markers.c3d"
    write_c3d(moving, path)
    file = ezc3d.c3d(str(path))
    point = file["parameters"]["POINT"]
    labels = point["LABELS"]["value"]
    assert labels[: len(LANDMARKS)] == list(LANDMARKS)
    assert point["RATE"]["value"][0] == pytest.approx(FPS) and point["UNITS"]["value"] == ["m"]
    points = file["data"]["points"][:3].transpose(2, 1, 0)
    joints = moving.motion.joints_m
    seen = np.isfinite(joints[:, 0, 0])
    written = points[:, : len(LANDMARKS)]
    # x stays, y is away from the camera, z is up: a right-handed turn about x.
    turned = np.stack([joints[..., 0], -joints[..., 2], joints[..., 1]], axis=2)
    np.testing.assert_allclose(written[seen], turned[seen], atol=1e-5)
    residuals = file["data"]["meta_points"]["residuals"][0].T[:, : len(LANDMARKS)]
    assert np.all(residuals[~seen] < 0) and np.all(residuals[seen] >= 0)
    column = labels.index("fppa_deg_r")
    right = moving.motion.of("right")
    np.testing.assert_allclose(points[:, column, 0], right.value[:, ANGLES.index("fppa_deg")], atol=1e-3)
    np.testing.assert_allclose(points[:, column, 1], right.sd[:, ANGLES.index("fppa_deg")], atol=1e-3)


@settings(max_examples=50)
@given(
    steps=st.lists(st.floats(0.02, 0.05), min_size=2, max_size=30),
    slope=st.floats(-5, 5),
    lost=st.sets(st.integers(0, 29)),
)
def test_on_the_even_clock_a_straight_line_stays_one_and_gaps_stay_gaps(steps, slope, lost) -> None:
    times_s = np.concatenate([[1.0], 1.0 + np.cumsum(steps)])
    values = (slope * (times_s - 1.0))[:, None]
    values[[i for i in lost if i < len(values)]] = np.nan
    clock_s, even = evenly(times_s, values)
    np.testing.assert_allclose(np.diff(clock_s), np.median(np.diff(times_s)))
    found = np.isfinite(even[:, 0])
    np.testing.assert_allclose(even[found, 0], slope * clock_s[found], atol=1e-6)
    seen_s = times_s[np.isfinite(values[:, 0])] - 1.0
    for time_s in clock_s[found]:
        assert np.min(np.abs(seen_s - time_s)) <= 2 * np.median(np.diff(times_s)) + 1e-9


def test_a_single_picture_is_no_motion(moving: Analysis, tmp_path: Path) -> None:
    one = analysis(frames=1)
    for write, name in ((write_trc, "a.trc"), (write_mot, "a.mot"), (write_c3d, "a.c3d")):
        with pytest.raises(InvalidDataError):
            write(one, tmp_path / name)
    assert list(tmp_path.iterdir()) == []
