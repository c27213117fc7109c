"""Which pose bundles there are, and whether the one asked for is whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from formcheck import assets
from formcheck.errors import ModelFileError

_REPAIR = "get the file again from the repository, or build it with `python models/build.py`"


@dataclass(frozen=True)
class PoseModel:
    """A pose bundle whose checksum has been compared with the manifest.

    Attributes
    ----------
    name : str
        ``lite``, ``full`` or ``heavy``.
    path : Path
        The ``.task`` file.
    sha256 : str
        Its checksum, as the manifest states it.
    """

    name: str
    path: Path
    sha256: str


def pose_model(name: str) -> PoseModel:
    """Return the bundle ``name`` after checking it (once per process and folder).

    Raises
    ------
    ModelFileError
        If the name is not in ``models/manifest.json``, or the file is missing or altered.
    """
    return _checked(assets.folder("models"), name)


@cache
def _checked(folder: Path, name: str) -> PoseModel:
    entries = _manifest(folder)
    if name not in entries:
        raise ModelFileError(f"There is no pose model '{name}': choose one of {', '.join(entries)}.")
    entry = entries[name]
    path = folder / entry["file"]
    try:
        found = _sha256(path)
    except OSError as error:
        raise ModelFileError(f"The pose model '{name}' is missing ({path}): {_REPAIR}.") from error
    if found != entry["sha256"]:
        raise ModelFileError(f"The pose model '{name}' is altered or damaged ({path}): {_REPAIR}.")
    return PoseModel(name, path, found)


def _manifest(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / "manifest.json"
    try:
        models: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))["models"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFileError(f"The list of pose models is missing or damaged ({path}): {_REPAIR}.") from error
    return models


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
