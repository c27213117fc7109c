"""The committed pose bundles, and what happens when one is missing or altered."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from formcheck import assets
from formcheck.errors import ModelFileError
from formcheck.pose import pose_model

NAMES = ("lite", "full", "heavy")
FOLDER = assets.folder("models")
MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder of models that may be spoilt."""
    for name in ("manifest.json", "pose_landmarker_lite.task"):
        shutil.copy(FOLDER / name, tmp_path / name)
    monkeypatch.setattr(assets, "folder", lambda _: tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_each_bundle_is_the_one_of_the_manifest(name: str) -> None:
    model = pose_model(name)
    assert (model.name, model.sha256) == (name, MANIFEST["models"][name]["sha256"])
    assert model.path.stat().st_size == MANIFEST["models"][name]["bytes"]


@pytest.mark.parametrize("name", NAMES)
def test_bundles_hold_both_networks_uncompressed(name: str) -> None:
    with zipfile.ZipFile(pose_model(name).path) as bundle:
        entries = {entry.filename: entry.compress_type for entry in bundle.infolist()}
    assert entries == dict.fromkeys(
        ("pose_detector.tflite", "pose_landmarks_detector.tflite"), zipfile.ZIP_STORED
    )


@pytest.mark.parametrize("name", NAMES)
def test_manifest_states_source_and_licence(name: str) -> None:
    entry = MANIFEST["models"][name]
    assert entry["licence"] == "Apache-2.0"
    assert all({"package", "sha256"} <= source.keys() for source in entry["sources"].values())


def test_a_whole_copy_is_accepted(models: Path) -> None:
    assert pose_model("lite").path.parent == models


def test_a_flipped_bit_is_noticed(models: Path) -> None:
    path = models / "pose_landmarker_lite.task"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelFileError, match=r"'lite' is altered or damaged .*models/build\.py`\.$"):
        pose_model("lite")


def test_a_missing_file_is_noticed(models: Path) -> None:
    with pytest.raises(ModelFileError, match=r"'full' is missing .*models/build\.py`\.$"):
        pose_model("full")


def test_a_repaired_file_is_accepted_in_the_same_process(models: Path) -> None:
    with pytest.raises(ModelFileError):
        pose_model("full")
    shutil.copy(FOLDER / "pose_landmarker_full.task", models)
    assert pose_model("full").path.is_file()


@pytest.mark.parametrize("text", [None, "", "[]", '{"models": 3'])
def test_a_missing_or_damaged_manifest_is_noticed(models: Path, text: str | None) -> None:
    path = models / "manifest.json"
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelFileError, match="list of models is missing or damaged"):
        pose_model("lite")


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(ModelFileError, match="no pose model 'huge': choose one of lite, full, heavy"):
        pose_model("huge")


def test_the_build_script_agrees_that_the_bundles_are_whole() -> None:
    script = [sys.executable, str(FOLDER / "build.py"), "--check"]
    answer = subprocess.run(script, capture_output=True, text=True, check=True)
    assert answer.stdout == "6 models match their manifest.\n"
