"""A session's own folder for its uploaded clips and its results, which goes when the session goes."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import BinaryIO, Final

_PIECE: Final = 1 << 20
"""Bytes copied at a time."""


class Workspace:
    """A temporary folder that is removed with this object, at the latest when the server ends."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="formcheck-"))
        self._remove = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._numbered = 0

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self._folder

    def close(self) -> None:
        """Remove the folder with all that is in it; twice is once."""
        self._remove()

    def keep(self, name: str, stream: BinaryIO) -> Path:
        """Copy an upload to a file of the folder, piece by piece, and return its path.

        Parameters
        ----------
        name : str
            The file's name; only its last part is used, so that it cannot point elsewhere.
        stream : binary file
            Read to its end.
        """
        path = self.new_folder() / (Path(name.replace("\\", "/")).name or "clip")
        with path.open("wb") as file:
            shutil.copyfileobj(stream, file, _PIECE)
        return path

    def new_folder(self) -> Path:
        """Return a fresh empty folder inside."""
        self._numbered += 1
        folder = self._folder / str(self._numbered)
        folder.mkdir()
        return folder

    def discard(self, path: Path) -> None:
        """Delete a file if it lies in this folder; files elsewhere (the samples) stay."""
        if path.is_relative_to(self._folder):
            path.unlink(missing_ok=True)
