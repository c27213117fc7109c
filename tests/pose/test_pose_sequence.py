"""The landmarks file gives back exactly what was written, and refuses what it did not write."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from poses import POINTS, sequence

from formcheck.errors import InvalidDataError, LandmarksFileError
from formcheck.names import LANDMARKS
from formcheck.pose import PoseSequence
from formcheck.video.types import VideoInfo


def random_sequence() -> PoseSequence:
    rng = np.random.default_rng(3)
    count = 25
    points = rng.normal(300, 100, (count, POINTS, 7)).astype(np.float32)
    points[4:7] = np.nan
    luma = rng.uniform(0, 255, count).astype(np.float32)
    luma[2] = np.nan
    info = VideoInfo("läufer 1.mov", 1080, 1920, count, 0.9, 29.97, 90, True, True)
    times_s = np.cumsum(rng.uniform(0.001, 0.05, count))
    return PoseSequence(
        times_s,
        points[..., :2],
        points[..., 2:5],
        points[..., 5],
        points[..., 6],
        info,
        "heavy",
        "ab12",
        luma,
        rng.normal(0, 0.01, (count, 2)).astype(np.float32),
        np.where(np.arange(count) % 15, np.nan, 2.5).astype(np.float32),
        np.where(np.arange(count) % 15, np.nan, 0.3).astype(np.float32),
    )


def test_round_trip_is_exact(tmp_path: Path) -> None:
    pose = random_sequence()
    pose.to_parquet(tmp_path / "a.parquet")
    back = PoseSequence.from_parquet(tmp_path / "a.parquet")
    names = "times_s image_px world_m visibility presence luma camera_shift edge_px shank_width"
    for name in names.split():
        np.testing.assert_array_equal(getattr(back, name), getattr(pose, name), strict=True)
    assert (back.video, back.model, back.model_sha256) == (pose.video, pose.model, pose.model_sha256)
    assert back.subject is None
    replace(pose, subject=(0.25, 0.6)).to_parquet(tmp_path / "b.parquet")
    assert PoseSequence.from_parquet(tmp_path / "b.parquet").subject == (0.25, 0.6)


def test_in_a_mirror_the_left_leg_is_the_right_one_and_two_mirrors_are_none() -> None:
    pose = random_sequence()
    mirrored = pose.with_mirror_image(True)
    assert mirrored.video.mirror_image and mirrored.with_mirror_image(True) is mirrored
    left, right = LANDMARKS.index("left_knee"), LANDMARKS.index("right_knee")
    x, y = np.moveaxis(pose.image_px[:, right], -1, 0)
    np.testing.assert_allclose(mirrored.image_px[:, left], np.stack([1080 - x, y], axis=-1))
    np.testing.assert_allclose(mirrored.world_m[:, left], pose.world_m[:, right] * [-1, 1, 1])
    np.testing.assert_array_equal(mirrored.visibility[:, left], pose.visibility[:, right])
    np.testing.assert_allclose(mirrored.camera_shift, pose.camera_shift * [-1, 1])
    back = mirrored.with_mirror_image(False)
    assert back.video == pose.video
    np.testing.assert_allclose(back.image_px, pose.image_px, atol=1e-3)
    np.testing.assert_array_equal(back.world_m, pose.world_m)


def test_file_has_one_row_for_each_frame_and_landmark(tmp_path: Path) -> None:
    pose = random_sequence()
    pose.to_parquet(tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    columns = "frame time_s landmark x_px y_px x_m y_m z_m visibility presence"
    assert table.column_names == columns.split()
    assert table["landmark"].to_pylist()[:POINTS] == list(LANDMARKS)
    assert table["frame"].to_pylist() == np.repeat(np.arange(25), POINTS).tolist()


@pytest.mark.parametrize("missing", ["camera_shift", "edge_px", "shank_width"])
def test_a_file_from_before_this_was_measured_is_read(missing: str, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    random_sequence().to_parquet(path)
    table = pq.read_table(path)
    meta = json.loads(table.schema.metadata[b"formcheck"])
    del meta[missing]
    pq.write_table(table.replace_schema_metadata({"formcheck": json.dumps(meta)}), path)
    assert np.isnan(getattr(PoseSequence.from_parquet(path), missing)).all()


def damaged(path: Path) -> None:
    random_sequence().to_parquet(path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def foreign(path: Path) -> None:
    pq.write_table(pa.table({"x_px": [1.0]}), path)


def half_of_a_person(path: Path) -> None:
    random_sequence().to_parquet(path)
    pq.write_table(pq.read_table(path).slice(0, POINTS + 5), path)


@pytest.mark.parametrize(
    "spoil",
    [damaged, foreign, half_of_a_person, lambda path: path.write_bytes(b""), lambda path: path.mkdir()],
)
def test_other_files_are_refused_in_one_sentence(tmp_path: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "spoilt.parquet"
    spoil(path)
    with pytest.raises(LandmarksFileError, match=r"^'spoilt\.parquet' is not a landmarks file"):
        PoseSequence.from_parquet(path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LandmarksFileError):
        PoseSequence.from_parquet(tmp_path / "none.parquet")


def test_detected_tells_the_frames_with_a_person() -> None:
    assert np.flatnonzero(~random_sequence().detected).tolist() == [4, 5, 6]


def test_wrong_shape_and_time_order_are_refused() -> None:
    pose = random_sequence()
    with pytest.raises(InvalidDataError, match="image_px"):
        pose.with_points(pose.world_m, pose.world_m)
    with pytest.raises(InvalidDataError, match="times_s"):
        sequence(np.array([0.0, 0.2, 0.1]), np.zeros(3))
