"""The folder of a batch: a finished clip is there wholly or not at all, whatever stops the machine.

```
OUT/batch.json           which format this is
OUT/batch.lock           held by the batch that writes here
OUT/journal.jsonl        which file led to which folder: only spares reading the videos again
OUT/clips/NAME-KEY/      analysis.json, landmarks.parquet, result.json and the extras of one clip
OUT/summary.csv …        the tables over all
```
The key is a digest of the video's content and of all settings, so nothing is scored twice, and nothing
stale is taken for finished.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from filelock import FileLock, Timeout

from formcheck.batch.types import Outcome
from formcheck.errors import ReportWriteError, UsageError

SCHEMA: Final = "formcheck.batch/1"
RESULT: Final = "result.json"
_UNFINISHED: Final = ".unfinished-"


def clip_folder(name: str, content_sha256: str, request: str) -> str:
    """Return the name of a clip's folder: readable at its start, unmistakable at its end."""
    key = hashlib.sha256(f"{content_sha256} {request}".encode()).hexdigest()[:16]
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", Path(name).stem)[:60].strip("_")
    return f"{stem or 'clip'}-{key}"


@dataclass(frozen=True)
class Store:
    """What a batch has written so far.

    Parameters
    ----------
    folder : Path
        The folder of the batch, which `prepare` has made.
    """

    folder: Path

    @property
    def clips(self) -> Path:
        """Where the clips' folders lie."""
        return self.folder / "clips"

    def prepare(self, *, resume: bool) -> None:
        """Make the folder, or take up what it holds.

        Raises
        ------
        UsageError
            If it holds a batch and ``resume`` was not asked for, or holds something else.
        ReportWriteError
            If it cannot be written.
        """
        marker = self.folder / "batch.json"
        if marker.exists():
            _check_marker(marker)
            if not resume:
                raise UsageError(
                    f"'{self.folder}' already holds a batch: add --resume to go on with it, "
                    "or name another folder."
                )
        elif self.folder.is_dir() and any(self.folder.iterdir()):
            raise UsageError(f"'{self.folder}' is not empty and holds no batch: name another folder.")
        try:
            self.clips.mkdir(parents=True, exist_ok=True)
            write_durably(marker, json.dumps({"schema": SCHEMA}) + "\n")
        except OSError as error:
            raise _refused(self.folder, error) from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other batch out of the folder while the block lasts.

        The lock is the system's: it ends with its process, however that ends, so the file that a killed batch
        leaves behind holds nobody up.

        Raises
        ------
        UsageError
            If another batch is writing there.
        ReportWriteError
            If the folder cannot be written.
        """
        lock = FileLock(self.folder / "batch.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise UsageError(
                f"Another batch is writing into '{self.folder}': wait for its end, or name another folder."
            ) from error
        except OSError as error:
            raise _refused(self.folder, error) from error
        try:
            yield
        finally:
            lock.release()

    def tidy(self) -> None:
        """Remove what clips in flight left behind when they were stopped."""
        for left in self.clips.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)

    def result(self, folder: str) -> dict[str, Any] | None:
        """Return what is kept of a finished clip; None if it isn't finished, or its result is damaged."""
        try:
            result = json.loads((self.clips / folder / RESULT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return result if isinstance(result, dict) and result.get("schema") == SCHEMA else None

    def has(self, folder: str) -> bool:
        """Return whether the clip of that folder is finished."""
        return (self.clips / folder / RESULT).is_file()

    def analysis(self, folder: str) -> dict[str, Any] | None:
        """Return the JSON document of a scored clip."""
        try:
            document: dict[str, Any] = json.loads((self.clips / folder / "analysis.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return document

    @contextmanager
    def writing(self, folder: str, *, again: bool = False) -> Iterator[Path]:
        """Give an empty folder for the clip's files, which appears under its name once all are on the disk.

        If the clip was finished meanwhile (on another machine, say), the first one stays, unless ``again``.

        Raises
        ------
        ReportWriteError
            If the files cannot be written.
        """
        try:
            unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.clips))
        except OSError as error:
            raise _refused(self.folder, error) from error
        try:
            yield unfinished
            unfinished.chmod(0o755)
            for path in unfinished.iterdir():
                _sync(path)
            _sync(unfinished)
            if again:
                self.forget(folder)
            _take_place(unfinished, self.clips / folder)
            _sync(self.clips)
        except OSError as error:
            raise _refused(self.folder, error) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def forget(self, folder: str) -> None:
        """Remove a clip's folder, so that it is scored again."""
        shutil.rmtree(self.clips / folder, ignore_errors=True)


class Journal:
    """Which file led to which folder, one line each, so that a resumed batch need not read the videos.

    Only a help: without it, or with a torn last line, the videos are read again.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "journal.jsonl"
        self._stream: IO[str] | None = None

    def known(self) -> dict[tuple[str, str, str], tuple[str, str]]:
        """Return folder and status by source, stamp and request."""
        found: dict[tuple[str, str, str], tuple[str, str]] = {}
        try:
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return found
        for line in lines:
            try:
                entry = json.loads(line)
                found[entry["source"], entry["stamp"], entry["request"]] = entry["folder"], entry["status"]
            except (ValueError, KeyError, TypeError):
                continue
        return found

    def add(self, source: str, request: str, outcome: Outcome) -> None:
        """Note a finished clip."""
        if outcome.folder is None or not outcome.stamp:
            return
        if self._stream is None:
            self._stream = self._path.open("a", encoding="utf-8")
            self._stream.write("\n")  # after a line that was torn
        entry = {"source": source, "stamp": outcome.stamp, "request": request}
        self._stream.write(json.dumps({**entry, "folder": outcome.folder, "status": outcome.status}) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Close the file."""
        if self._stream is not None:
            self._stream.close()


def write_durably(path: Path, text: str) -> None:
    """Write a small file so that after a loss of power it is the old one or the new one."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, encoding="utf-8")
    _sync(temporary)
    temporary.replace(path)
    _sync(path.parent)


def _take_place(unfinished: Path, final: Path) -> None:
    try:
        unfinished.rename(final)
    except OSError as error:
        taken = error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.EACCES) and (final / RESULT).is_file()
        if not taken:
            raise


def _check_marker(marker: Path) -> None:
    try:
        schema = json.loads(marker.read_text(encoding="utf-8"))["schema"]
    except (OSError, ValueError, KeyError, TypeError):
        schema = None
    if schema != SCHEMA:
        raise UsageError(
            f"'{marker.parent}' holds no batch that this version can go on with: name another folder."
        )


def _sync(path: Path) -> None:
    """Have the system put a file, or the entries of a folder, on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # folders cannot be opened there
    handle = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(folder: Path, error: OSError) -> ReportWriteError:
    why = (error.strerror or "it is not possible").lower()
    return ReportWriteError(f"The batch cannot be written to '{folder}' ({why}): choose another place.")
