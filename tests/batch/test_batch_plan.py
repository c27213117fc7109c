"""Manifests and folders: what is understood is kept exactly, what is not is said in one sentence."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.batch.plan import COLUMNS, clips_of, read_manifest
from formcheck.batch.types import Clip
from formcheck.errors import FormcheckError, ManifestFileError, UsageError
from formcheck.names import EXERCISES

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=12)
ROWS = st.fixed_dictionaries(
    {
        "path": WORDS.map(lambda word: f"{word}.mp4"),
        "person": st.none() | WORDS,
        "exercise": st.sampled_from(("auto", *EXERCISES)),
        "side": st.sampled_from(("auto", "left", "right")),
        "mirror_image": st.sampled_from(("yes", "no", "")),
        "date": st.none()
        | st.dates(datetime.date(1900, 1, 1), datetime.date.today()).map(lambda day: day.isoformat()),
        "pain": st.none() | st.integers(0, 10),
    }
)


def manifest(folder: Path, text: str | bytes) -> Path:
    path = folder / "manifest.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=5), delimiter=st.sampled_from(",;\t"), mark=st.booleans())
def test_a_manifest_comes_back_as_it_was_written(tmp_path_factory, rows, delimiter, mark) -> None:
    folder = tmp_path_factory.mktemp("m")
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path = manifest(folder, buffer.getvalue().encode("utf-8-sig" if mark else "utf-8"))
    assert read_manifest(path) == [
        Clip(
            name=row["path"],
            source=row["path"] if "://" in row["path"] else str(folder / row["path"]),
            **{key: value for key, value in row.items() if key != "path"}
            | {"mirror_image": row["mirror_image"] == "yes"},
        )
        for row in rows
    ]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"path,pain\n{text}".encode()))
def test_whatever_the_file_holds_the_answer_is_clips_or_a_sentence(tmp_path_factory, data) -> None:
    path = manifest(tmp_path_factory.mktemp("m"), data)
    try:
        clips = read_manifest(path)
    except FormcheckError as error:
        assert "manifest.csv" in str(error) and "\n" not in str(error).strip()
    else:
        assert clips and all(clip.name for clip in clips)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("path,exercise\na.mp4,squat\n", "line 2, exercise: 'squat' is not known"),
        ("path,pain\na.mp4,3\nb.mp4,11\n", "line 3, pain"),
        ("path,pain\na.mp4,very\n", "line 2, pain: 'very' is not known: use a whole number from 0 to 10"),
        ("path;pain\na.mp4;3,5\n", "line 2, pain: '3,5' is not known: use a whole number"),
        ("path,date\na.mp4,31.03.2026\n", "line 2, date: '31.03.2026' is not a day"),
        ("path,date\na.mp4,2999-01-01\n", "line 2, date: '2999-01-01' is yet to come: give the day when"),
        ("path,side\na.mp4,both\n", "line 2, side"),
        ("path,mirror_image\na.mp4,perhaps\n", "line 2, mirror_image: 'perhaps' is not known"),
        ("path,person\n,p1\n", "line 2, path: it is empty"),
        ("video\na.mp4\n", "no column 'path'"),
        ("path,excercise\na.mp4,lunge\n", "column 'excercise'"),
        ("path,path\na.mp4,b.mp4\n", "twice"),
        ("path\na,b.mp4\n", "line 2: 2 cells"),
        ("path\n", "names no clip"),
        ("", "no column 'path'"),
        ('path\n"a.mp4\n', "not a table"),
        (b"path\n\xff\xfe.mp4\n", "UTF-8"),
    ],
)
def test_a_wrong_manifest_is_refused_with_the_place(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(ManifestFileError) as error:
        read_manifest(manifest(tmp_path, text))
    assert says in str(error.value)


def test_what_spreadsheets_do_to_a_table_is_understood(tmp_path: Path) -> None:
    """Empty columns at the end, capitals, and numbers with a fraction."""
    text = "Path;Exercise;SIDE;pain;;\r\na.mp4;STEP_DOWN;Left;3,0;;\r\n;;;;;\r\nb.mp4;;;10.0;;\r\n"
    first, second = read_manifest(manifest(tmp_path, text))
    assert (first.name, first.exercise, first.side, first.pain) == ("a.mp4", "step_down", "left", 3)
    assert (second.exercise, second.side, second.pain) == ("auto", "auto", 10)


def test_of_many_wrong_rows_the_first_are_named_and_the_others_counted(tmp_path: Path) -> None:
    with pytest.raises(ManifestFileError, match=r"line 2, .*line 6, .* and 95 more"):
        read_manifest(manifest(tmp_path, "path,pain\n" + "a.mp4,-1\n" * 100))


def test_fifty_thousand_rows_keep_their_order(tmp_path: Path) -> None:
    text = "path,person,exercise\n" + "".join(f"{i}.mp4,p{i % 97},lunge\n" for i in range(50_000))
    clips = read_manifest(manifest(tmp_path, text))
    assert [clip.name for clip in clips] == [f"{i}.mp4" for i in range(50_000)]


def test_a_folder_gives_its_videos_by_their_place_in_it(clip_folder: Path) -> None:
    names = [clip.name for clip in clips_of(str(clip_folder))]
    assert "visit 2/a.mp4" in names and len(names) == len(set(names)) == 9


def test_a_url_of_a_folder_gives_the_same_clips_as_the_folder(clip_folder: Path) -> None:
    by_url = clips_of(clip_folder.as_uri())
    assert sorted(clip.name for clip in by_url) == sorted(clip.name for clip in clips_of(str(clip_folder)))
    assert all(clip.source.startswith("file://") for clip in by_url)


def test_what_the_call_says_holds_where_the_manifest_is_silent(tmp_path: Path) -> None:
    path = manifest(tmp_path, "path,exercise\na.mp4,lunge\nb.mp4,\n")
    clips = clips_of(str(path), exercise="bridge", side="left")
    assert [(clip.exercise, clip.side) for clip in clips] == [("lunge", "left"), ("bridge", "left")]


@pytest.mark.parametrize("given", ["nowhere", "nowhere.csv", "video.mp4", "nosuch://bucket"])
def test_a_wrong_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "video.mp4").write_bytes(b"x")
    with pytest.raises((UsageError, ManifestFileError)):
        clips_of(given)
