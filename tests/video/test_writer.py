"""What is written can be read again with the same times and pictures, and plays in a browser."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import av
import numpy as np
import pytest
from clip_maker import corners, moving, quarters
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.errors import InvalidDataError, VideoWriteError
from formcheck.video import VideoWriter, read_video


def test_round_trip_of_times_size_and_colours(tmp_path: Path) -> None:
    times = [0, 0.04, 0.05, 0.21, 0.9, 1.433]
    with VideoWriter(tmp_path / "out.mp4", 96, 64, fps=30) as writer:
        for time_s in times:
            writer.write(quarters(), time_s)
    with read_video(tmp_path / "out.mp4") as video:
        frames = list(video)
    np.testing.assert_allclose([frame.time_s for frame in frames], times, atol=1e-5)
    assert frames[0].rgb.shape == (64, 96, 3)
    np.testing.assert_allclose(corners(frames[0].rgb), corners(quarters()), atol=8)
    assert not video.info.truncated


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(0.001, 2), min_size=1, max_size=12))
def test_any_rising_times_survive(steps: list[float]) -> None:
    times = np.concatenate([[0], np.cumsum(steps)])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.mp4"
        with VideoWriter(path, 64, 64, fps=30) as writer:
            for time_s in times:
                writer.write(quarters(64, 64), float(time_s))
        with read_video(path) as video:
            np.testing.assert_allclose([frame.time_s for frame in video], times, atol=1e-5)


def test_without_times_the_rate_counts(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "out.mp4", 96, 64, fps=29.97) as writer:
        for _ in range(10):
            writer.write(quarters())
    with read_video(tmp_path / "out.mp4") as video:
        np.testing.assert_allclose([frame.time_s for frame in video], np.arange(10) / 29.97, atol=1e-5)


@pytest.mark.parametrize("size", [(97, 64), (96, 63), (97, 63), (1, 1)])
def test_odd_sizes_become_even(size: tuple[int, int], tmp_path: Path) -> None:
    width, height = size
    with VideoWriter(tmp_path / "out.mp4", width, height, fps=30) as writer:
        writer.write(quarters(width, height))
    with read_video(tmp_path / "out.mp4") as video:
        rgb = next(iter(video)).rgb
    assert rgb.shape == (height + height % 2, width + width % 2, 3)
    # The added row and column repeat their neighbours: no dark edge.
    np.testing.assert_allclose(rgb[-1, -1].astype(int), quarters(width, height)[-1, -1], atol=12)


def test_plays_in_a_browser(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "out.mp4", 96, 64, fps=30) as writer:
        for picture in moving(40):
            writer.write(picture)
    data = (tmp_path / "out.mp4").read_bytes()
    assert data[4:8] == b"ftyp"
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(tmp_path / "out.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.colorspace, stream.color_range) == (1, 1)  # BT.709, limited


def test_frames_that_are_not_contiguous(tmp_path: Path) -> None:
    turned = np.rot90(quarters())
    with VideoWriter(tmp_path / "out.mp4", 64, 96, fps=30) as writer:
        writer.write(turned)
    with read_video(tmp_path / "out.mp4") as video:
        np.testing.assert_allclose(corners(next(iter(video)).rgb), corners(turned), atol=8)


def test_nothing_is_left_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), VideoWriter(tmp_path / "out.mp4", 96, 64, fps=30) as writer:
        writer.write(quarters())
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_an_older_file_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    path.write_bytes(b"old")
    writer = VideoWriter(path, 96, 64, fps=30)
    writer.write(quarters())
    assert path.read_bytes() == b"old"
    writer.close()
    with read_video(path) as video:
        assert len(list(video)) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_no_frame_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(VideoWriteError, match="no frame"), VideoWriter(tmp_path / "x.mp4", 96, 64, fps=30):
        pass
    assert list(tmp_path.iterdir()) == []


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(VideoWriteError, match="no folder"):
        VideoWriter(tmp_path / "nowhere" / "out.mp4", 96, 64, fps=30)
    with pytest.raises(VideoWriteError, match="is a folder"):
        VideoWriter(tmp_path, 96, 64, fps=30)


WRITE_AS_NOBODY = """
import os, sys
from formcheck.errors import VideoWriteError
from formcheck.video import VideoWriter
if os.getuid() == 0:  # root may write everywhere
    os.setuid(65534)
try:
    VideoWriter(sys.argv[1], 96, 64, fps=30)
except VideoWriteError as error:
    print(error)
"""


def test_no_permission_to_write() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", WRITE_AS_NOBODY, os.fspath(folder / "out.mp4")],
            capture_output=True,
            text=True,
            check=True,
        )
        folder.chmod(0o755)
        assert "cannot be written (Permission denied)" in done.stdout
        assert list(folder.iterdir()) == []


@pytest.mark.parametrize("time_s", [0.5, 0.2, -1.0, float("nan")])
def test_time_must_run_forward(time_s: float, tmp_path: Path) -> None:
    with (
        pytest.raises(InvalidDataError, match="time_s"),
        VideoWriter(tmp_path / "out.mp4", 96, 64, fps=30) as writer,
    ):
        writer.write(quarters(), 0.5)
        writer.write(quarters(), time_s)


def test_pictures_must_fit(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "out.mp4", 96, 64, fps=30) as writer:
        writer.write(quarters())
        for wrong in (quarters(64, 64), quarters().astype(np.float32), quarters()[..., 0]):
            with pytest.raises(InvalidDataError, match="rgb"):
                writer.write(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("width", "height", "fps"), [(0, 64, 30), (96, -2, 30), (96, 64, 0), (96, 64, np.inf)]
)
def test_size_and_rate_must_be_positive(width: int, height: int, fps: float, tmp_path: Path) -> None:
    with pytest.raises(InvalidDataError):
        VideoWriter(tmp_path / "out.mp4", width, height, fps=fps)
    assert list(tmp_path.iterdir()) == []
