"""The files beside the database (landmarks, videos), each named after its content.

A name is the SHA-256 of the content and a suffix. So a file never changes, the same content is stored once,
and a damaged one is known. Files come to stand under their name in one step; what a killed process left
half-written has another name and is swept away.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import IO, Final

from formcheck.errors import RecordsError
from formcheck.records.home import private_file, private_folder, settle

LANDMARKS_SUFFIX: Final = ".parquet"
VIDEO_SUFFIXES: Final = (
    ".mp4",
    ".mov",
    ".m4v",
    ".webm",
    ".avi",
    ".mkv",
    ".mpg",
    ".mpeg",
    ".3gp",
    ".mts",
    ".wmv",
)
_NAME: Final = re.compile(
    r"[0-9a-f]{64}(" + "|".join(re.escape(suffix) for suffix in (LANDMARKS_SUFFIX, *VIDEO_SUFFIXES)) + ")"
)
_PART: Final = ".part"
_PART_AGE_S: Final = 24 * 3600
_PIECE: Final = 1 << 20


def is_file_name(name: str) -> bool:
    """Whether ``name`` could be that of a stored file."""
    return _NAME.fullmatch(name) is not None


class Draft:
    """A file that is being written and has no name yet."""

    def __init__(self, path: Path, suffix: str) -> None:
        self.path = path
        self.suffix = suffix

    def name(self) -> str:
        """Return the name that its content calls for."""
        with self.path.open("rb") as file:
            return f"{hashlib.file_digest(file, 'sha256').hexdigest()}{self.suffix}"

    def discard(self) -> None:
        """Remove it, if it is still there."""
        self.path.unlink(missing_ok=True)


class FileStore:
    """The stored files of all owners; the database says which belong to whom.

    Parameters
    ----------
    folder : Path
        Where they lie; made if need be.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = private_folder(folder)

    def draft(self, suffix: str, write: Callable[[Path], object]) -> Draft:
        """Let ``write`` write a new file, and return it as a draft that `keep` takes."""
        draft = Draft(self._folder / f"{secrets.token_hex(8)}{_PART}", suffix)
        try:
            write(private_file(draft.path))
            draft.path.chmod(0o600)
            settle(draft.path)
        except OSError as error:
            draft.discard()
            raise RecordsError(
                f"A file of the records cannot be written ({error.strerror}): make room on the disk."
            ) from error
        except BaseException:
            draft.discard()
            raise
        return draft

    def draft_copy(self, suffix: str, source: IO[bytes]) -> Draft:
        """Return a draft with all that ``source`` gives."""

        def write(path: Path) -> None:
            with path.open("wb") as file:
                shutil.copyfileobj(source, file, _PIECE)

        return self.draft(suffix, write)

    def keep(self, draft: Draft) -> str:
        """Put a draft among the files and return its name.

        Call it within the writing transaction that stores the name: `sweep` then can't take the file for one
        that nobody wants.
        """
        name = draft.name()
        target = self.path(name)
        private_folder(target.parent)
        draft.path.replace(target)
        settle(target)
        return name

    def path(self, name: str) -> Path:
        """Return where the file ``name`` lies, or would lie."""
        if not is_file_name(name):
            raise RecordsError(f"'{name}' is not the name of a stored file.")
        return self._folder / name[:2] / name

    def exists(self, name: str) -> bool:
        """Whether the file ``name`` is there."""
        return self.path(name).is_file()

    def remove(self, name: str) -> None:
        """Delete the file ``name``, if it is there."""
        self.path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Yield the names of all files."""
        for path in self._folder.glob("??/*"):
            if is_file_name(path.name):
                yield path.name

    def sweep(self, wanted: Collection[str]) -> None:
        """Delete what a killed process left: files that nobody wants, and old drafts.

        Call it within a writing transaction (see `keep`).
        """
        for name in set(self.names()) - set(wanted):
            self.remove(name)
        for part in self._folder.glob(f"*{_PART}"):
            try:
                if time.time() - part.stat().st_mtime > _PART_AGE_S:
                    part.unlink()
            except FileNotFoundError:  # its process has just kept or discarded it
                continue
