"""Zips that come from elsewhere are not trusted; those that go out are written in one step.

A zip is never unpacked by the names in it: only names that are expected are read, and each entry only up to
its limit.
"""

from __future__ import annotations

import io
import json
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from formcheck.errors import ArchiveError, RecordsError
from formcheck.records.home import private_file, settle
from formcheck.validation import is_special

MAX_ENTRIES: Final = 200_000
MAX_JSON_BYTES: Final = 256 << 20
MAX_RATIO: Final = 100
"""How much a packed entry may grow; JSON and databases grow by 5 to 40."""
RATIO_FREE_BYTES: Final = 1 << 20
"""Entries up to this size may grow as they like."""

_BROKEN: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    RecursionError,
)


class Archive:
    """A zip that was found harmless. Made by `open_archive`."""

    def __init__(self, zipped: zipfile.ZipFile, name: str) -> None:
        self._zip = zipped
        self._name = name
        self.names = frozenset(zipped.namelist())

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Give the content of an entry, no longer than the zip says."""
        with self._plainly(), self._zip.open(name) as file:
            yield file

    def json(self, name: str) -> Any:
        """Return the JSON document in an entry; NaN and infinity are none."""
        with self._plainly():
            if self._zip.getinfo(name).file_size > MAX_JSON_BYTES:
                raise ArchiveError(f"'{self._name}' is refused: '{name}' in it is too large.")
            return json.loads(self._zip.read(name), parse_constant=_no_constant)

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except KeyError as error:
            raise ArchiveError(f"'{self._name}' lacks {error}: export it again.") from error
        except _BROKEN as error:
            raise ArchiveError(f"'{self._name}' is damaged: export it again.") from error


@contextmanager
def open_archive(path: Path, expected: Callable[[str], bool], *, kind: str) -> Iterator[Archive]:
    """Give the zip in ``path`` after looking at all that it says of itself.

    Parameters
    ----------
    path : Path
        A file of whatever origin.
    expected : callable
        Whether a name may be in it.
    kind : str
        What it should be, in words.

    Raises
    ------
    ArchiveError
        If it is no zip, is damaged, or has names, links, sizes or copies that formcheck never writes.
    """
    try:
        with zipfile.ZipFile(path) as zipped:
            _check(zipped, path, expected, kind)
            yield Archive(zipped, path.name)
    except FileNotFoundError as error:
        raise ArchiveError(f"'{path}' does not exist: check the name.") from error
    except OSError as error:
        raise ArchiveError(f"'{path.name}' cannot be read ({error.strerror or error}).") from error
    except _BROKEN as error:
        raise ArchiveError(f"'{path.name}' is not a zip that formcheck wrote, or is damaged.") from error


def _check(zipped: zipfile.ZipFile, path: Path, expected: Callable[[str], bool], kind: str) -> None:
    entries = zipped.infolist()
    why = None
    if len(entries) > MAX_ENTRIES or len({entry.filename for entry in entries}) < len(entries):
        why = "it has too many entries, or some twice"
    elif sum(entry.compress_size for entry in entries) > path.stat().st_size:
        why = "its entries overlap"
    for entry in entries:
        if not expected(entry.filename):
            why = f"{entry.filename[:80]!a} does not belong to {kind}"
        elif stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            why = f"'{entry.filename}' in it is a link or a device"
        elif entry.flag_bits & 0x1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            why = f"'{entry.filename}' in it is locked, or packed in another way than formcheck's"
        elif entry.file_size > max(RATIO_FREE_BYTES, MAX_RATIO * entry.compress_size):
            why = f"'{entry.filename}' in it would grow more than {MAX_RATIO}-fold"
    if why is not None:
        raise ArchiveError(f"'{path.name}' is refused: {why}.")


class ArchiveWriter:
    """A zip that is being written. Made by `new_archive`."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zip = zipped

    def add_json(self, name: str, document: Any) -> None:
        """Add a JSON document, packed."""
        text = json.dumps(document, allow_nan=False, ensure_ascii=False, indent=1)
        self._zip.writestr(name, text.encode("utf-8", "surrogatepass"), zipfile.ZIP_DEFLATED)

    def add_file(self, name: str, path: Path, *, pack: bool = False) -> None:
        """Add a file; landmarks and videos are packed already."""
        self._zip.write(path, name, zipfile.ZIP_DEFLATED if pack else zipfile.ZIP_STORED)

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a content as it is."""
        self._zip.writestr(name, content, zipfile.ZIP_STORED)


@contextmanager
def new_archive(target: Path) -> Iterator[ArchiveWriter]:
    """Give a zip to write, readable by its owner only; it stands at ``target`` when it is whole.

    Raises
    ------
    RecordsError
        If it cannot be written there.
    """
    if is_special(target):
        raise RecordsError(f"'{target}' is not an ordinary file: choose another place.")
    part = target.with_name(f".{target.name}.part")
    try:
        try:
            with zipfile.ZipFile(private_file(part), "w", allowZip64=True) as zipped:
                yield ArchiveWriter(zipped)
            settle(part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise RecordsError(
            f"'{target}' cannot be written ({error.strerror or error}): choose another place."
        ) from error


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")


def as_bytes(write: Callable[[IO[bytes]], object]) -> bytes:
    """Return what ``write`` writes to a file."""
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()
