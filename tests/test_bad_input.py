"""Whatever a person gives: one clear sentence or an analysis that says why, never a traceback.

Files without read permission are in `tests/video/test_reader_broken.py`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

SIZE = (96, 160)  # height, width
Run = Callable[..., tuple[int, str, str]]
FramesOf = Callable[[str], list[np.ndarray]]


@pytest.fixture(scope="session")
def frames_of(sample_path: Callable[[str], Path]) -> FramesOf:
    """Give the first pictures of a sample video."""

    def decode(name: str) -> list[np.ndarray]:
        with av.open(str(sample_path(name))) as container:
            return [
                np.ascontiguousarray(frame.to_ndarray(format="rgb24"))
                for frame, _ in zip(container.decode(video=0), range(60), strict=False)
            ]

    return decode


def encode(
    path: Path, frames: list[np.ndarray], *, rate: int = 30, time_base: Fraction | None = None
) -> Path:
    """Write frames as H.264, at 1/30 s each."""
    height, width = frames[0].shape[:2]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        ticks = time_base or Fraction(1, rate)
        stream.codec_context.time_base = ticks
        for index, rgb in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            frame.pts, frame.time_base = round(Fraction(index, 30) / ticks), ticks
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def black(count: int, size: tuple[int, int] = SIZE) -> list[np.ndarray]:
    return [np.zeros((*size, 3), np.uint8)] * count


def assert_one_sentence(err: str) -> None:
    lines = [line for line in err.splitlines() if line.strip()]
    assert "Traceback" not in err
    assert lines, "nothing was said"
    assert lines[-1].rstrip().endswith((".", "…"))


def empty(folder: Path) -> Path:
    path = folder / "empty.mp4"
    path.touch()
    return path


def text(folder: Path) -> Path:
    path = folder / "notes.mp4"
    path.write_text("not a video\n" * 100)
    return path


def audio_only(folder: Path) -> Path:
    path = folder / "audio.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        stream.layout = "mono"
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 44100), np.float32), format="fltp", layout="mono")
        sound.sample_rate, sound.pts = 44100, 0
        container.mux(stream.encode(sound))
        container.mux(stream.encode())
    return path


def headless(folder: Path) -> Path:
    """A recording that was cut off before its index was written."""
    whole = encode(folder / "whole.mp4", black(60))
    path = folder / "cut.mp4"
    path.write_bytes(whole.read_bytes()[:200])
    return path


def folder_named_mp4(folder: Path) -> Path:
    path = folder / "folder.mp4"
    path.mkdir()
    return path


def missing(folder: Path) -> Path:
    return folder / "missing.mp4"


@pytest.mark.parametrize("make", [empty, text, audio_only, headless, folder_named_mp4, missing])
def test_what_is_no_video_gets_one_sentence(make: Callable[[Path], Path], tmp_path: Path, run: Run) -> None:
    code, out, err = run("score", make(tmp_path), "--json", "-")
    assert code == 2
    assert out == ""
    assert_one_sentence(err)


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names are always Unicode on its disks")
def test_a_name_from_an_old_disk_does_not_cost_the_other_clips(tmp_path: Path, run: Run) -> None:
    """Names on old disks are Latin-1, which neither JSON nor a table can hold as it stands."""
    encode(tmp_path / "black.mp4", black(2))
    shutil.copy(tmp_path / "black.mp4", os.fsencode(tmp_path) + b"/schwarz\xfc.mp4")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/kaputt\xfc.mp4")).write_bytes(b"x")
    summary, report = tmp_path / "all.csv", tmp_path / "all.html"
    code, out, err = run("score", tmp_path, "--json", "-", "--summary", summary, "--report", report)
    assert code == 2 and "Traceback" not in err
    assert [document["video"]["name"] for document in json.loads(out)] == ["black.mp4", "schwarz?.mp4"]
    assert "kaputt?.mp4" in summary.read_text(encoding="utf-8")
    assert "kaputt?.mp4" in report.read_text(encoding="utf-8")


def test_zero_length_path(run: Run) -> None:
    code, _, err = run("score", "")
    assert code == 2
    assert_one_sentence(err)


def test_empty_folder(tmp_path: Path, run: Run) -> None:
    code, _, err = run("score", tmp_path)
    assert code == 2
    assert "no video" in err


@pytest.mark.parametrize("count", [1, 45])
def test_nobody_in_black_frames(count: int, tmp_path: Path, run: Run) -> None:
    code, out, err = run("score", encode(tmp_path / "black.mp4", black(count)), "--json", "-")
    document = json.loads(out)
    assert code == 3
    assert "Traceback" not in err
    assert document["bouts"] == []
    assert [problem["code"] for problem in document["quality"]["problems"]] != []
    assert all(problem["fix"] for problem in document["quality"]["problems"])


@pytest.mark.parametrize(("rate", "ticks"), [(90000, Fraction(1, 90000)), (30, Fraction(1, 90000))])
def test_nonsense_frame_rate_in_the_header(rate: int, ticks: Fraction, tmp_path: Path, run: Run) -> None:
    path = encode(tmp_path / "rate.mp4", black(30), rate=rate, time_base=ticks)
    code, out, _ = run("score", path, "--json", "-")
    video = json.loads(out)["video"]
    assert code == 3
    assert video["frames"] == 30
    assert video["mean_fps"] == pytest.approx(30, rel=0.05)


def test_frame_rate_of_zero_in_the_header(tmp_path: Path, run: Run) -> None:
    with av.open(str(tmp_path / "zero.avi"), "w") as container:
        stream = container.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = SIZE[1], SIZE[0], "yuvj420p"
        for index, rgb in enumerate(black(10)):
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    data = (tmp_path / "zero.avi").read_bytes()
    header = data.index(b"strh")
    # dwScale and dwRate of the stream header (AVI RIFF reference): rate 0.
    zeroed = data[: header + 8 + 24] + bytes(4) + data[header + 8 + 28 :]
    (tmp_path / "zero.avi").write_bytes(zeroed)
    code, out, err = run("score", tmp_path / "zero.avi", "--json", "-")
    assert code in (2, 3)
    assert "Traceback" not in err
    if code == 3:
        assert json.loads(out)["video"]["frames"] > 0


def test_8k_frames(tmp_path: Path, run: Run) -> None:
    code, out, _ = run("score", encode(tmp_path / "8k.mp4", black(2, (4320, 7680))), "--json", "-")
    assert code == 3
    assert (json.loads(out)["video"]["width"], json.loads(out)["video"]["height"]) == (7680, 4320)


@pytest.mark.parametrize("name", ["two words.mp4", "größe ☂ 腿.mp4", "-dash.mp4", "a:b.mp4", "100%d.mp4"])
def test_odd_file_names(name: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    encode(tmp_path / "plain.mp4", black(2)).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("score", "--json", "-", "--", name)
    assert code == 3
    assert json.loads(out)["video"]["name"] == name


def test_truncated_clip_is_used_as_far_as_it_goes(tmp_path: Path, run: Run, frames_of: FramesOf) -> None:
    whole = encode(tmp_path / "whole.mkv", frames_of("step_down_front_right_good"))
    part = tmp_path / "part.mkv"
    part.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    code, out, _ = run("score", part, "--json", "-")
    document = json.loads(out)
    assert code in (0, 3)
    assert 0 < document["video"]["frames"] < 60
    assert document["video"]["truncated"]


def test_cropped_at_the_knees(tmp_path: Path, run: Run, frames_of: FramesOf) -> None:
    frames = [
        rgb[: rgb.shape[0] * 6 // 10 // 2 * 2].copy() for rgb in frames_of("step_down_front_right_good")
    ]
    code, out, _ = run("score", encode(tmp_path / "knees.mp4", frames), "--json", "-")
    document = json.loads(out)
    assert code == 3
    assert not document["quality"]["ok"]
    cropped = [problem for problem in document["quality"]["problems"] if problem["code"].endswith("_cropped")]
    assert cropped
    assert cropped[0]["fix"]


def test_two_people_do_not_break_it(tmp_path: Path, run: Run, frames_of: FramesOf) -> None:
    frames = [np.concatenate([rgb, rgb], axis=1) for rgb in frames_of("step_down_front_right_good")]
    code, _, err = run("score", encode(tmp_path / "two.mp4", frames), "--json", "-")
    assert code in (0, 3)
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words",
    [
        ("--exercise", "squat"),
        ("--side", "middle"),
        ("--model", "huge"),
        ("--report", "report.docx"),
        ("--thresholds", "missing.toml"),
        ("--summary", "out.xlsx"),
    ],
)
def test_wrong_words_get_one_sentence_however_many_videos(
    words: tuple[str, str], tmp_path: Path, run: Run
) -> None:
    for name in ("a.mp4", "b.mp4"):
        encode(tmp_path / name, black(2))
    code, _, err = run("score", tmp_path, *words)
    assert code == 2
    assert_one_sentence(err)
    assert "a.mp4" not in err


def test_bad_toml(tmp_path: Path, run: Run) -> None:
    (tmp_path / "mine.toml").write_text("[step_up\n")
    code, _, err = run(
        "score", encode(tmp_path / "clip.mp4", black(2)), "--thresholds", tmp_path / "mine.toml"
    )
    assert code == 2
    assert "mine.toml" in err
    assert_one_sentence(err)


def test_foreign_landmarks(tmp_path: Path, run: Run) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    for name, says in (("x.parquet", "not a landmarks file"), ("gone.parquet", "does not exist")):
        code, _, err = run("rescore", tmp_path / name)
        assert code == 2
        assert says in err
        assert_one_sentence(err)


def test_one_bad_video_does_not_stop_the_others(tmp_path: Path, run: Run) -> None:
    encode(tmp_path / "b.mp4", black(2))
    shutil.copy(text(tmp_path), tmp_path / "a.mp4")
    (tmp_path / "notes.mp4").unlink()
    code, _, err = run("score", tmp_path, "--summary", tmp_path / "all.csv")
    rows = (tmp_path / "all.csv").read_text(encoding="utf-8").splitlines()
    assert code == 2
    assert "Traceback" not in err
    assert len(rows) == 3
    assert {row.split(",")[0] for row in rows[1:]} == {"a.mp4", "b.mp4"}


def test_output_where_nothing_can_be_written(tmp_path: Path, run: Run) -> None:
    target = tmp_path / "nowhere" / os.devnull.strip("/") / "report.html"
    code, _, err = run("score", encode(tmp_path / "clip.mp4", black(2)), "--report", target)
    assert code in (2, 3)
    assert "Traceback" not in err
