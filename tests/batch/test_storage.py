"""Clips behind addresses: real servers of each kind give what the folder itself gives."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from storage_servers import PASSWORD, SERVERS

from formcheck.batch import sources
from formcheck.batch.plan import clips_of, read_manifest
from formcheck.batch.run import Options, run_batch
from formcheck.batch.types import Clip
from formcheck.errors import UsageError

NAMES = ("a.mp4", "empty.mov", "visit 2/b0.mp4")


@pytest.fixture(scope="module")
def visits(clip_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("storage") / "visits"
    (folder / "visit 2").mkdir(parents=True)
    for name in NAMES:
        shutil.copy(clip_folder / Path(name).name, folder / name)
    (folder / "notes.txt").write_text("no video")
    return folder


@pytest.fixture(scope="module", params=SERVERS)
def served(request: pytest.FixtureRequest, visits: Path) -> Iterator[str]:
    with SERVERS[request.param](visits) as address:
        yield address


def files_of(out: Path, folder: str | None) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "clips" / str(folder)).iterdir()}


def test_clips_behind_an_address_are_scored_as_those_of_a_folder(
    served: str, settings, clip_folder: Path, undisturbed, tmp_path: Path
) -> None:
    clips = clips_of(served)
    assert len(clips) == len(NAMES)
    missing = Clip("gone.mp4", f"{served}/gone.mp4")
    out = tmp_path / "out"
    finished = run_batch([*clips, missing], out, settings, Options(workers=1))
    direct = {one.clip.name.split("/")[-1]: one.outcome for one in undisturbed[1]}
    for one in finished[:-1]:
        alike = direct[Path(one.clip.name).name]
        assert (one.outcome.folder, one.outcome.status) == (alike.folder, alike.status)
        assert files_of(out, one.outcome.folder) == files_of(undisturbed[0], alike.folder)
    reason = finished[-1].outcome.reason
    assert finished[-1].outcome.status == "failed" and "gone.mp4' cannot be fetched" in str(reason)
    assert not any(PASSWORD.encode() in path.read_bytes() for path in out.rglob("*") if path.is_file())

    # Taken up again, what the storage names a version of is not fetched again, and nothing is scored again.
    kept = {path: path.stat().st_mtime_ns for path in out.glob("clips/*/analysis.json")}
    again = run_batch(clips, out, settings, Options(workers=1, resume=True))
    assert [one.outcome.status for one in again] == [one.outcome.status for one in finished[:-1]]
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


def test_a_stamp_changes_with_the_file(served: str, visits: Path) -> None:
    clips = {clip.name: clip.source for clip in clips_of(served)}
    stamps = {name: sources.stamp(source) for name, source in clips.items()}
    assert stamps == {name: sources.stamp(source) for name, source in clips.items()}
    if served.startswith("http"):
        assert set(stamps.values()) == {""}, (
            "this server names no versions, so the clip is fetched to be known"
        )
    else:
        assert len(set(stamps.values())) == len(NAMES)
    assert sources.stamp(f"{served}/gone.mp4") == ""


def test_nobody_there_is_one_sentence_without_the_password(tmp_path: Path) -> None:
    address = f"sftp://clinic:{PASSWORD}@127.0.0.1:1/visits"
    with pytest.raises(UsageError, match="cannot be listed") as error:
        clips_of(address)
    assert PASSWORD not in str(error.value) and "\n" not in str(error.value)
    (tmp_path / "m.csv").write_text(f"path\n{address}/a.mp4\n")
    [clip] = read_manifest(tmp_path / "m.csv")
    assert clip.source == f"{address}/a.mp4" and clip.name == "sftp://clinic@127.0.0.1:1/visits/a.mp4"
