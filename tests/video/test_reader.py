"""What a good file gives: every picture, upright, whole, in its colours, at its time."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clip_maker import corners, make_clip, moving, quarters

from formcheck.errors import InvalidDataError
from formcheck.video import read_video

COUNT = 12

KINDS: dict[str, dict[str, Any]] = {
    "h264.mp4": {},
    "h264.mov": {},
    "h264.mkv": {},
    "h264.avi": {},
    "h264.ts": {},
    "h264.flv": {},
    "h264-4-4-4.mp4": {"pix_fmt": "yuv444p"},
    "h264-10-bit.mp4": {"pix_fmt": "yuv420p10le"},
    "hevc.mp4": {"codec": "libx265"},
    "hevc-10-bit.mov": {"codec": "libx265", "pix_fmt": "yuv420p10le"},
    "vp9.webm": {"codec": "libvpx-vp9"},
    "av1-10-bit.mp4": {"codec": "libsvtav1", "pix_fmt": "yuv420p10le"},
    "vp8.webm": {"codec": "libvpx"},
    "mjpeg.avi": {"codec": "mjpeg", "pix_fmt": "yuvj420p"},
    "mjpeg.mov": {"codec": "mjpeg", "pix_fmt": "yuvj422p"},
    "mpeg4.avi": {"codec": "mpeg4"},
    "prores.mov": {"codec": "prores_ks", "pix_fmt": "yuv422p10le"},
    "lossless.mkv": {"codec": "ffv1", "pix_fmt": "bgr0"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_format(kind: str, tmp_path: Path) -> None:
    picture = quarters()
    # Apart: the AV1 encoder makes root's whole process, and all that it starts later, a real-time one.
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        path = apart.submit(make_clip, tmp_path / kind, [picture] * COUNT, **KINDS[kind]).result()
    with read_video(path) as video:
        frames = list(video)
    assert [frame.index for frame in frames] == list(range(COUNT))
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(COUNT) / 25, atol=0.0006)
    for frame in frames:
        assert frame.rgb.shape == (64, 96, 3)
        np.testing.assert_allclose(corners(frame.rgb), corners(picture), atol=12)
    info = video.info
    assert (info.name, info.width, info.height, info.frames) == (kind, 96, 64, COUNT)
    assert info.duration_s == pytest.approx(COUNT / 25, abs=0.002)
    assert info.mean_fps == pytest.approx(25, rel=0.005)
    assert not info.truncated


@pytest.mark.parametrize("size", [(101, 75), (97, 64), (96, 63)])
@pytest.mark.parametrize(
    "kind",
    [
        ("vp9.webm", "libvpx-vp9", "yuv420p"),
        ("mjpeg.avi", "mjpeg", "yuvj420p"),
        ("h.mp4", "libx264", "yuv444p"),
    ],
)
@pytest.mark.parametrize("rotation", [None, (90, False, False), (180, False, True)])
def test_odd_sizes(
    size: tuple[int, int], kind: tuple[str, str, str], rotation: tuple[int, bool, bool] | None, tmp_path: Path
) -> None:
    name, codec, pix_fmt = kind
    turned = rotation if name.endswith("mp4") else None
    path = make_clip(tmp_path / name, [quarters(*size)] * 3, codec=codec, pix_fmt=pix_fmt, rotation=turned)
    with read_video(path) as video:
        frames = list(video)
    expected = upright(quarters(*size), *turned) if turned else quarters(*size)
    assert frames[0].rgb.shape == expected.shape
    np.testing.assert_allclose(corners(frames[0].rgb), corners(expected), atol=12)


def upright(picture: np.ndarray, degrees: int, flip: bool, flop: bool) -> np.ndarray:
    """Do to a picture what the display matrix asks for, by the plain means of numpy."""
    picture = np.rot90(picture, degrees // 90)  # both counter-clockwise
    picture = picture[:, ::-1] if flip else picture
    return picture[::-1] if flop else picture


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("flop", [False, True])
@pytest.mark.parametrize("max_side_px", [None, 48])
def test_display_matrix(
    degrees: int, flip: bool, flop: bool, max_side_px: int | None, tmp_path: Path
) -> None:
    path = make_clip(tmp_path / "turned.mp4", [quarters()] * 3, rotation=(degrees, flip, flop))
    with read_video(path, max_side_px=max_side_px) as video:
        rgb = next(iter(video)).rgb
        info = video.info
    expected = upright(quarters(), degrees, flip, flop)
    assert (info.height, info.width) == expected.shape[:2]
    assert max(rgb.shape) == (max_side_px or 96)
    np.testing.assert_allclose(corners(rgb), corners(expected), atol=12)
    assert info.mirrored is (flip != flop)
    again = quarters()[:, ::-1] if info.mirrored else quarters()
    np.testing.assert_array_equal(np.rot90(again, -info.rotation_deg // 90), expected)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", [False, True])
def test_a_mirror_image_is_turned_back_left_to_right(degrees: int, flip: bool, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "selfie.mp4", [quarters()] * 3, rotation=(degrees, flip, False))
    with read_video(path) as as_filmed, read_video(path, mirror_image=True) as turned_back:
        before, after = next(iter(as_filmed)).rgb, next(iter(turned_back)).rgb
        assert replace(as_filmed.info, mirror_image=True) == turned_back.info
    np.testing.assert_allclose(corners(after), corners(before[:, ::-1]), atol=12)


def test_variable_frame_rate_keeps_its_times(tmp_path: Path) -> None:
    times = [0, 0.04, 0.05, 0.21, 0.22, 0.9, 1.4, 1.433]
    for name, resolution in (("vfr.mp4", 1e-4), ("vfr.mkv", 6e-4)):
        path = make_clip(tmp_path / name, [quarters()] * len(times), times_s=times)
        with read_video(path) as video:
            read = [frame.time_s for frame in video]
        np.testing.assert_allclose(read, times, atol=resolution)
        assert video.info.mean_fps == pytest.approx(7 / 1.433, rel=1e-3)


@pytest.mark.parametrize("name", ["late.mkv", "late.mp4", "late.ts"])
def test_first_frame_is_time_zero(name: str, tmp_path: Path) -> None:
    path = make_clip(tmp_path / name, [quarters()] * 3, times_s=[5.0, 5.1, 5.3])
    with read_video(path) as video:
        np.testing.assert_allclose([frame.time_s for frame in video], [0, 0.1, 0.3], atol=1e-3)
    assert not video.info.truncated


@pytest.mark.parametrize("fps", [90_000, 1])
def test_times_do_not_come_from_the_header_rate(fps: int, tmp_path: Path) -> None:
    times = np.arange(20) / 30
    path = make_clip(tmp_path / "rate.mp4", [quarters()] * 20, fps=fps, times_s=times.tolist())
    with read_video(path) as video:
        np.testing.assert_allclose([frame.time_s for frame in video], times, atol=1e-4)
    assert video.info.mean_fps == pytest.approx(30, rel=1e-3)


@pytest.mark.parametrize(
    ("said", "fps"),
    [("240.000000", 240.0), ("30", 30.0), ("fast", 0.0), ("nan", 0.0), ("-5", 0.0), (None, 0.0)],
)
def test_what_a_phone_says_of_its_frame_rate_is_told_beside_the_real_one(
    said: str | None, fps: float, tmp_path: Path
) -> None:
    clip = make_clip(
        tmp_path / "slow.mp4",
        moving(12),
        fps=30,
        container_options={"movflags": "use_metadata_tags"},  # else the writer drops what it doesn't know
        metadata={"com.android.capture.fps": said} if said else {},
    )
    with read_video(clip) as video:
        assert len(list(video)) == 12
        assert video.info.capture_fps == fps
        assert video.info.mean_fps == pytest.approx(30, rel=0.01)


def test_header_rate_of_zero(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "zero.avi", [quarters()] * 5, codec="mjpeg", pix_fmt="yuvj420p")
    data = bytearray(path.read_bytes())
    rate = data.index(b"strh") + 8 + 24  # dwRate of the AVI stream header
    data[rate : rate + 4] = bytes(4)
    path.write_bytes(data)
    with read_video(path) as video:
        times = [frame.time_s for frame in video]
    assert len(times) == 5
    assert np.all(np.diff(times) > 0)


def test_non_square_pixels_are_shown_square(tmp_path: Path) -> None:
    for rotation, shape in ((None, (64, 128)), ((90, False, False), (128, 64))):
        path = make_clip(
            tmp_path / "wide.mp4", [quarters()] * 2, pixel_aspect=Fraction(4, 3), rotation=rotation
        )
        with read_video(path) as video:
            assert next(iter(video)).rgb.shape[:2] == shape
            assert (video.info.height, video.info.width) == shape


@pytest.mark.parametrize(
    ("limit", "expected"), [(1280, (720, 1280)), (5000, (2160, 3840)), (None, (2160, 3840))]
)
def test_4k_is_scaled_while_decoding(limit: int | None, expected: tuple[int, int], tmp_path: Path) -> None:
    picture = quarters(3840, 2160)
    path = make_clip(tmp_path / "4k.mp4", [picture] * 2, options={"preset": "ultrafast"})
    with read_video(path, max_side_px=limit) as video:
        frames = list(video)
    assert [frame.rgb.shape[:2] for frame in frames] == [expected] * 2
    assert (video.info.width, video.info.height) == (3840, 2160)
    np.testing.assert_allclose(corners(frames[0].rgb), corners(picture), atol=12)


def test_shrinking_averages_instead_of_picking(tmp_path: Path) -> None:
    checks = np.indices((512, 512)).sum(axis=0) % 2 * 255
    picture = np.repeat(checks[..., None], 3, axis=2).astype(np.uint8)
    path = make_clip(tmp_path / "checks.mkv", [picture] * 2, codec="ffv1", pix_fmt="bgr0")
    with read_video(path, max_side_px=128) as video:
        small = next(iter(video)).rgb
    assert abs(float(small.mean()) - 127.5) < 2
    assert float(small.std()) < 10


def test_size_change_in_mid_stream_keeps_size_and_shape(tmp_path: Path) -> None:
    first = make_clip(tmp_path / "a.h264", [quarters(96, 64)] * 5)
    second = make_clip(tmp_path / "b.h264", [quarters(64, 96)] * 5)
    both = tmp_path / "both.h264"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    with read_video(both) as video:
        frames = list(video)
    assert len(frames) == 10
    assert {frame.rgb.shape for frame in frames} == {(64, 96, 3)}
    # 64 × 96 fits into 64 rows as 43 columns, in the middle; black beside it.
    picture = frames[-1].rgb[:, 27:69]
    np.testing.assert_allclose(corners(picture), corners(quarters()), atol=12)
    assert frames[-1].rgb[:, :24].max() < 12


def test_a_clock_that_starts_again_in_mid_stream(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "a.ts", [quarters()] * 20).read_bytes()
    twice = tmp_path / "twice.ts"
    twice.write_bytes(whole * 2)
    with read_video(twice) as video:
        times = [frame.time_s for frame in video]
    assert len(times) >= 39  # the packet at the joint is damaged
    assert np.all(np.diff(times) > 0)
    assert video.info.duration_s == pytest.approx(40 / 25, abs=0.05)


def test_sound_beside_the_picture_changes_nothing(tmp_path: Path) -> None:
    for name in ("long-sound.mp4", "long-sound.mkv"):
        with read_video(make_clip(tmp_path / name, [quarters()] * 10, audio_s=2.0)) as video:
            frames = list(video)
        assert len(frames) == 10
        assert not video.info.truncated
        assert video.info.duration_s == pytest.approx(0.4, abs=0.002)


@pytest.mark.parametrize(
    "name", ["two words.mp4", "größe ☂ 腿.mp4", "-i.mp4", "a:b.mp4", "100%d.mp4", "'q'.mp4"]
)
def test_odd_file_names(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_clip(tmp_path / "plain.mp4", [quarters()] * 2).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    with read_video(name) as video:
        assert len(list(video)) == 2
    assert video.info.name == name


def test_info_counts_as_frames_are_read(tmp_path: Path) -> None:
    with read_video(make_clip(tmp_path / "clip.mp4", [quarters()] * COUNT)) as video:
        assert video.expected_frames == COUNT
        assert (video.info.frames, video.info.duration_s) == (0, 0.0)
        seen = [video.info.frames for _ in video]
    assert seen == list(range(1, COUNT + 1))


def test_one_frame(tmp_path: Path) -> None:
    with read_video(make_clip(tmp_path / "one.mp4", [quarters()])) as video:
        frames = list(video)
    assert [(frame.index, frame.time_s) for frame in frames] == [(0, 0.0)]
    assert video.info.frames == 1


def test_a_reader_is_read_once(tmp_path: Path) -> None:
    with read_video(make_clip(tmp_path / "clip.mp4", [quarters()] * 2)) as video:
        list(video)
        with pytest.raises(RuntimeError, match="once"):
            iter(video)


def test_frames_stay_valid_after_the_next_one(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", list(moving(8)), codec="ffv1", pix_fmt="bgr0")
    with read_video(path) as video:
        frames = list(video)
    for frame, picture in zip(frames, moving(8), strict=True):
        np.testing.assert_array_equal(frame.rgb, picture)


def test_max_side_must_be_positive(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataError, match="max_side_px"):
        read_video(make_clip(tmp_path / "clip.mp4", [quarters()]), max_side_px=0)


PEAK = """
import sys
from formcheck.video import read_video
with read_video(sys.argv[1], max_side_px=1280) as video:
    count = sum(1 for _ in video)
with open("/proc/self/status") as status:
    peak_kb = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(count, peak_kb / 1024)
"""


def peak_mb(path: Path) -> tuple[int, float]:
    """Read a clip in a process of its own; return the count of frames and the peak memory in MB."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, os.fspath(path)], capture_output=True, text=True, check=True
    )
    count, peak = done.stdout.split()
    return int(count), float(peak)


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    short, long = (
        make_clip(tmp_path / f"{n}.mp4", [quarters(320, 240)] * n, options={"preset": "ultrafast"})
        for n in (300, 1500)
    )
    (few, short_mb), (many, long_mb) = peak_mb(short), peak_mb(long)
    assert (few, many) == (300, 1500)
    # Keeping the pictures would take 1200 × 0.23 MB = 276 MB.
    assert long_mb - short_mb < 20


def test_8k_fits_into_memory(tmp_path: Path) -> None:
    path = make_clip(
        tmp_path / "8k.mp4",
        [quarters(7680, 4320)] * 12,
        options={"preset": "ultrafast", "tune": "zerolatency"},
    )
    count, peak = peak_mb(path)
    assert count == 12
    assert peak < 1000
