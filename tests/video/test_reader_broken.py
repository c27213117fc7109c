"""What a bad file gives: what still decodes, or one clear sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from clip_maker import make_clip, make_sound, moving, quarters
from PIL import Image

from formcheck.errors import UnreadableVideoError
from formcheck.video import Frame, VideoInfo, read_video
from formcheck.video.upright import UprightConverter

COUNT = 50
KEY_EVERY_5 = {"g": "5", "bf": "0"}


def read(path: Path) -> tuple[list[Frame], VideoInfo]:
    with read_video(path) as video:
        frames = list(video)
    return frames, video.info


def noise_clip(path: Path) -> Path:
    jpeg = path.suffix == ".avi"
    return make_clip(
        path,
        moving(COUNT),
        codec="mjpeg" if jpeg else "libx264",
        pix_fmt="yuvj420p" if jpeg else "yuv420p",
        options={} if jpeg else KEY_EVERY_5,
        container_options={"movflags": "faststart"} if path.suffix in (".mp4", ".mov") else None,
    )


@pytest.mark.parametrize("share", [0.35, 0.6, 0.95])
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".avi"])
def test_truncated_file_is_used_as_far_as_it_goes(suffix: str, share: float, tmp_path: Path) -> None:
    path = noise_clip(tmp_path / f"cut{suffix}")
    whole, whole_info = read(path)
    assert len(whole) == COUNT
    assert not whole_info.truncated
    data = path.read_bytes()
    path.write_bytes(data[: round(len(data) * share)])
    part, info = read(path)
    assert info.truncated
    assert (share - 0.15) * COUNT <= len(part) < COUNT
    assert info.frames == len(part)
    for cut, full in zip(part, whole, strict=False):
        assert cut.time_s == pytest.approx(full.time_s, abs=1e-6)
        np.testing.assert_array_equal(cut.rgb, full.rgb)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
def test_damage_in_the_middle_costs_only_the_middle(suffix: str, tmp_path: Path) -> None:
    path = noise_clip(tmp_path / f"scratched{suffix}")
    whole, _ = read(path)
    data = bytearray(path.read_bytes())
    start = len(data) // 2
    data[start : start + len(data) // 12] = bytes(len(data) // 12)
    path.write_bytes(data)
    part, info = read(path)
    assert info.truncated
    assert COUNT // 2 <= len(part) < COUNT
    if suffix != ".avi":  # which counts its frames instead of timing them
        assert part[-1].time_s == pytest.approx(whole[-1].time_s, abs=0.05)
    np.testing.assert_array_equal(part[-1].rgb, whole[-1].rgb)


@pytest.mark.parametrize("lost", [100, 1000])
def test_a_damaged_file_gives_all_that_decodes_and_always_the_same(lost: int, tmp_path: Path) -> None:
    faststart = {"movflags": "faststart"}
    path = make_clip(tmp_path / "hole.mp4", moving(COUNT), container_options=faststart)
    data = path.read_bytes()
    hole = len(data) // 2
    path.write_bytes(data[:hole] + data[hole + lost :])
    part, _ = read(path)
    assert len(part) == len(decodable(path)) > 0
    again, _ = read(path)
    assert [frame.time_s for frame in again] == [frame.time_s for frame in part]
    for first, second in zip(part, again, strict=True):
        np.testing.assert_array_equal(first.rgb, second.rgb)


def decodable(path: Path) -> list[av.VideoFrame]:
    """Return the frames that come packet by packet, one after the other."""
    frames: list[av.VideoFrame] = []
    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        packets = container.demux(stream)
        while True:
            try:
                frames += [frame for frame in next(packets).decode() if not frame.is_corrupt]
            except StopIteration:
                return frames
            except av.FFmpegError:
                continue


def empty(folder: Path) -> Path:
    (folder / "empty.mp4").touch()
    return folder / "empty.mp4"


def text(folder: Path) -> Path:
    (folder / "text.mp4").write_text("this is not a video\n" * 500)
    return folder / "text.mp4"


def random_bytes(folder: Path) -> Path:
    (folder / "random.mp4").write_bytes(np.random.default_rng(1).bytes(50_000))
    return folder / "random.mp4"


def without_index(folder: Path) -> Path:
    whole = make_clip(folder / "whole.mp4", moving(20))
    data = whole.read_bytes()
    (folder / "cut.mp4").write_bytes(data[: data.index(b"moov") - 4])
    return folder / "cut.mp4"


def index_only(folder: Path) -> Path:
    whole = noise_clip(folder / "whole.mp4").read_bytes()
    (folder / "head.mp4").write_bytes(whole[: whole.index(b"mdat") + 4])
    return folder / "head.mp4"


def sound_only(folder: Path) -> Path:
    return make_sound(folder / "sound.mp4")


def sound_with_cover(folder: Path) -> Path:
    return make_sound(folder / "cover.mp4", cover=quarters())


def directory(folder: Path) -> Path:
    (folder / "folder.mp4").mkdir()
    return folder / "folder.mp4"


def missing(folder: Path) -> Path:
    return folder / "missing.mp4"


def inside_a_file(folder: Path) -> Path:
    return text(folder) / "clip.mp4"


def null_byte(folder: Path) -> Path:
    return folder / "a\0b.mp4"


def far_too_long(folder: Path) -> Path:
    return folder / ("x" * 5000 + ".mp4")


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.mp4")
    return folder / "pipe.mp4"


def playlist(folder: Path) -> Path:
    make_clip(folder / "secret.ts", [quarters()] * 5)
    (folder / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1,\nsecret.ts\n#EXT-X-ENDLIST\n")
    return folder / "list.m3u8"


def concatenation(folder: Path) -> Path:
    make_clip(folder / "secret.ts", [quarters()] * 5)
    (folder / "list.mp4").write_text("ffconcat version 1.0\nfile secret.ts\n")
    return folder / "list.mp4"


def picture(folder: Path) -> Path:
    Image.fromarray(quarters()).save(folder / "photo.png")
    return folder / "photo.png"


BAD: dict[Callable[[Path], Path], str] = {
    empty: "empty",
    text: "not a video",
    random_bytes: "not a video",
    without_index: "incomplete",
    index_only: "no frame",
    sound_only: "only sound",
    sound_with_cover: "only sound",
    directory: "folder",
    missing: "no file",
    inside_a_file: "no file",
    null_byte: "no file",
    far_too_long: "no file",
    pipe: "not an ordinary file",
    playlist: "not a video",
    concatenation: "not a video",
    picture: "not a video",
}


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
def test_what_is_no_video_gets_one_sentence(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path)
    with pytest.raises(UnreadableVideoError) as caught:
        read_video(path)
    assert BAD[make] in str(caught.value)
    assert_one_sentence(str(caught.value))


def assert_one_sentence(message: str) -> None:
    assert message.endswith(".")
    assert "\n" not in message
    assert ". " not in message


def test_zero_length_path() -> None:
    with pytest.raises(UnreadableVideoError, match="empty"):
        read_video("")


@pytest.mark.parametrize(
    "scheme", ["http://127.0.0.1:9/", "rtsp://127.0.0.1/", "concat:", "file:", "pipe:", "data:,"]
)
def test_addresses_are_refused(scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_clip(tmp_path / "clip.mp4", [quarters()] * 2)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnreadableVideoError, match="is an address") as caught:
        read_video(scheme + "clip.mp4")
    assert_one_sentence(str(caught.value))


def test_pictures_that_cannot_be_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(converter: UprightConverter, frame: av.VideoFrame) -> None:
        raise av.error.ArgumentError(22, "Invalid argument")

    monkeypatch.setattr(UprightConverter, "convert", refuse)
    with pytest.raises(UnreadableVideoError, match="yuv420p") as caught:
        read(make_clip(tmp_path / "clip.mp4", [quarters()] * 2))
    assert caught.value.args[0].endswith("(mp4).")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that every user can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


READ_AS_NOBODY = """
import os, sys
from formcheck.errors import UnreadableVideoError
from formcheck.video import read_video
if os.getuid() == 0:  # root may read everything
    os.setuid(65534)
try:
    with read_video(sys.argv[1]) as video:
        print(sum(1 for _ in video), "frames")
except UnreadableVideoError as error:
    print(error)
"""


def read_as_nobody(path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", READ_AS_NOBODY, os.fspath(path)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_no_permission_to_read(open_folder: Path) -> None:
    path = make_clip(open_folder / "private.mp4", [quarters()] * 2)
    path.chmod(0o644)
    assert read_as_nobody(path) == "2 frames"
    path.chmod(0)
    message = read_as_nobody(path)
    assert "permission" in message
    assert_one_sentence(message)
    path.chmod(0o644)
    open_folder.chmod(0)
    assert "permission" in read_as_nobody(path)
