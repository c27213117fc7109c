"""Which models there are, and whether the one asked for is whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from formcheck import assets
from formcheck.errors import ModelFileError

_FETCH = "get the file again from the repository"
_REPAIR = f"{_FETCH}, or build it with `python models/build.py`"


@dataclass(frozen=True)
class ModelFile:
    """A model whose checksum has been compared with the manifest.

    Attributes
    ----------
    name : str
        ``lite``, ``full`` or ``heavy`` for a pose bundle; ``motion``; ``posture``; ``likeness``.
    path : Path
        The ``.task`` or ``.onnx`` file.
    sha256 : str
        Its checksum, as the manifest states it.
    """

    name: str
    path: Path
    sha256: str


def pose_model(name: str) -> ModelFile:
    """Return the bundle ``name`` after checking it (once per process and folder).

    Raises
    ------
    ModelFileError
        If the name is not in ``models/manifest.json``, or the file is missing or altered.
    """
    return _pose(assets.folder("models"), name)


def motion_model() -> ModelFile:
    """Return the network that corrects angles, checked likewise (`formcheck.motion.learned`)."""
    return _own(assets.folder("models"), "motion")


def posture_model() -> ModelFile:
    """Return the network that corrects feet for recognition, likewise (`formcheck.exercises.posture`)."""
    return _own(assets.folder("models"), "posture")


def likeness_model() -> ModelFile:
    """Return the network that tells exercises apart, likewise (`formcheck.exercises.likeness`)."""
    return _own(assets.folder("models"), "likeness")


@cache
def _own(folder: Path, name: str) -> ModelFile:
    return _checked(folder, name, _manifest(folder)[name], f"{name} model", _FETCH)


@cache
def _pose(folder: Path, name: str) -> ModelFile:
    entries = _manifest(folder)["models"]
    if name not in entries:
        raise ModelFileError(f"There is no pose model '{name}': choose one of {', '.join(entries)}.")
    return _checked(folder, name, entries[name], f"pose model '{name}'", _REPAIR)


def _checked(folder: Path, name: str, entry: dict[str, str], what: str, repair: str) -> ModelFile:
    path = folder / entry["file"]
    try:
        found = _sha256(path)
    except OSError as error:
        raise ModelFileError(f"The {what} is missing ({path}): {repair}.") from error
    if found != entry["sha256"]:
        raise ModelFileError(f"The {what} is altered or damaged ({path}): {repair}.")
    return ModelFile(name, path, found)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not {"models", "motion", "posture", "likeness"} <= manifest.keys():
            raise KeyError("models, motion, posture and likeness")
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelFileError(f"The list of models is missing or damaged ({path}): {_REPAIR}.") from error
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
