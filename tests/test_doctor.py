"""``formcheck doctor`` says what works, and names the file that doesn't."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from formcheck import assets

Run = Callable[..., tuple[int, str, str]]
FOLDER = assets.folder("models")
NETWORKS = ("motion", "posture", "likeness")


def test_a_sound_installation_works_in_everything(run: Run) -> None:
    code, out, said = run("doctor")
    assert (code, out) == (0, "")
    assert "✗" not in "".join(line for line in said.splitlines() if "Processor" not in line)
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    for entry in (*manifest["models"].values(), *(manifest[name] for name in NETWORKS)):
        assert entry["sha256"][:12] in said


@pytest.mark.parametrize("name", NETWORKS)
def test_an_altered_network_is_named_with_what_to_do(
    name: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(FOLDER, tmp_path / "models")
    with (tmp_path / "models" / f"{name}.onnx").open("ab") as file:
        file.write(b"x")
    monkeypatch.setattr(assets, "folder", lambda which: tmp_path / which)
    code, _, said = run("doctor")
    assert code == 2
    (line,) = (line for line in said.splitlines() if line.startswith("✗") and "model" in line)
    assert name in line.lower()
    assert f"{name}.onnx" in said and "again" in said
