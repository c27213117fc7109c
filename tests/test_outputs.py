"""The files that a call of the command line leaves, each asked for alone and together."""

import csv
import json
import os
from itertools import combinations
from pathlib import Path

import pytest

from formcheck.errors import UsageError
from formcheck.outputs import Outputs, Result, output_names

FILES = {"json_path": "all.json", "report": "all.html", "summary": "all.csv"}


@pytest.mark.parametrize(
    "asked", [names for count in (1, 2, 3) for names in combinations(FILES, count)], ids="+".join
)
def test_any_files_of_several_clips_can_be_asked_for(asked, sample_analysis, tmp_path):
    names = ("step_up_front_right_good", "bridge_side_good")
    results = [Result(Path(f"{name}.mp4"), None, sample_analysis(name)) for name in names]
    results.append(Result(Path("broken.mp4"), None, error="'broken.mp4' is empty."))
    places = {name: tmp_path / FILES[name] for name in asked}
    Outputs(
        **{name: str(place) if name == "json_path" else place for name, place in places.items()}
    ).write_all(results)
    for name, place in places.items():
        text = place.read_text(encoding="utf-8")
        assert len(json.loads(text)) == 2 if name == "json_path" else "broken.mp4" in text


def test_no_video_overwrites_the_files_of_another(sample_analysis, tmp_path):
    """Every phone numbers from 1, so two visits hold files of one name."""
    analysis = sample_analysis("bridge_side_good")
    videos = [
        tmp_path / name
        for name in (
            "visit1/clip.mp4",
            "visit2/clip.mp4",
            "visit2/CLIP.mov",
            "visit2_clip.mp4",
            "other.mp4",
            f"{'a' * 240}.mp4",
            f"visit1/{'a' * 240}.mp4",
        )
    ]
    names = output_names(videos)
    outputs = Outputs(angles=tmp_path / "angles")
    for video, name in zip(videos, names, strict=True):
        outputs.write_one(Result(video, None, analysis), name, several=True)
    assert len(list((tmp_path / "angles").iterdir())) == len(videos)
    assert names[:5] == ["visit1_clip_mp4", "visit2_clip_mp4", "visit2_CLIP_mov", "visit2_clip", "other"]


@pytest.mark.parametrize(
    "videos",
    [
        ["clip.mp4", "sub/clip.mp4"],
        ["a_b/c.mp4", "a/b_c.mp4", "a/c.mp4"],
        ["clip.mp4", "clip_mp4.mp4", "CLIP.MP4"],
    ],
)
def test_names_of_outputs_differ_even_where_capitals_do_not_count(videos):
    names = output_names([Path(name) for name in videos])
    assert len({name.casefold() for name in names}) == len(videos)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="its system has no pipes with names")
def test_what_is_no_ordinary_file_is_refused_before_any_work(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for asked in ({"summary": tmp_path / "pipe.csv"}, {"json_path": os.devnull}):
        with pytest.raises(UsageError, match="not an ordinary file"):
            Outputs(**asked).check(2)


def test_a_folder_that_is_closed_is_found_before_any_work(tmp_path, monkeypatch):
    """Not when a night of scoring is over."""
    Outputs(summary=tmp_path / "all.csv").check(2)
    monkeypatch.setattr(os, "access", lambda place, _: Path(place) != tmp_path)
    for asked in ({"summary": tmp_path / "all.csv"}, {"json_path": str(tmp_path / "all.json")}):
        with pytest.raises(UsageError, match="closed to you"):
            Outputs(**asked).check(2)


def test_a_folder_in_the_place_of_a_file_and_a_file_in_the_place_of_a_folder_are_found_before_any_work(
    tmp_path,
):
    (tmp_path / "all.csv").mkdir()
    (tmp_path / "angles").write_bytes(b"")
    (tmp_path / "1.11").mkdir()
    with pytest.raises(UsageError, match=r"'.*all\.csv' is a folder: give the name of a file"):
        Outputs(summary=tmp_path / "all.csv").check(2)
    with pytest.raises(UsageError, match="--angles takes a folder"):
        Outputs(angles=tmp_path / "angles").check(2)
    Outputs(angles=tmp_path / "1.11").check(2)  # a dot in a folder's name is no ending


def test_the_summary_tells_videos_of_one_name_apart(sample_analysis, tmp_path):
    analysis = sample_analysis("bridge_side_good")
    paths = [tmp_path / name for name in ("visit1/clip.mp4", "visit2/clip.mp4", "visit2/other.mp4")]
    results = [Result(path, None, analysis) for path in paths]
    results.append(Result(tmp_path / "visit3" / "clip.mp4", None, error="'clip.mp4' is empty."))
    Outputs(summary=tmp_path / "all.csv").write_all(results)
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
        videos = list(dict.fromkeys(row["video"] for row in csv.DictReader(file)))
    assert videos == ["visit1/clip.mp4", "visit2/clip.mp4", "other.mp4", "visit3/clip.mp4"]
