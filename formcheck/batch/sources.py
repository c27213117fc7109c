"""Where clips lie: on a disk, or behind an ``fsspec`` URL (S3-compatible storage, SSH …)."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final

from formcheck.errors import UnreadableVideoError, UsageError
from formcheck.validation import is_special
from formcheck.video.opening import shown_name

_VERSIONS: Final = ("ETag", "etag", "mtime", "LastModified", "last_modified", "updated")
"""What kinds of storage call that which changes with a file."""


def is_url(source: str) -> bool:
    """Return whether ``source`` is an address (``s3://…``) and not a path."""
    return "://" in source


def without_password(source: str) -> str:
    """Return the source as it may be shown and kept: an address without the password in it."""
    return re.sub(r"^(\w[\w+.-]*://[^/@:]*):[^/@]*@", r"\1@", source)


def stamp(source: str) -> str:
    """Return a word that changes when the file does, without reading it; empty where there is none.

    A path: size and time of change. A URL: size, and what its storage knows of the version.
    """
    try:
        if is_url(source):
            files, path = _file_system(source)
            said = files.info(path)
            version = next((said[name] for name in _VERSIONS if said.get(name)), None)
            return f"{said['size']}-{version}" if version else ""
        status = Path(source).stat()
    except Exception:  # whatever is wrong with it will be said when it is opened
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's content.

    Raises
    ------
    UnreadableVideoError
        If it cannot be read.
    """
    try:
        # Checked first: to open a pipe waits for somebody to fill it.
        if is_special(path):
            raise ValueError("not an ordinary file")
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise UnreadableVideoError(
            f"'{shown_name(path)}' cannot be read ({why}): check its name, its folder and its permissions."
        ) from error


@contextmanager
def local_file(source: str) -> Iterator[Path]:
    """Give the file as a path on this machine; what is behind a URL is fetched while the block lasts.

    Raises
    ------
    UnreadableVideoError
        If it cannot be fetched.
    """
    if not is_url(source):
        yield Path(source)
        return
    with tempfile.TemporaryDirectory(prefix="formcheck-") as folder:
        target = Path(folder) / (PurePosixPath(source).name or "clip")
        try:
            files, path = _file_system(source)
            files.get_file(path, str(target))
        except UsageError:
            raise
        except Exception as error:  # each storage has errors of its own
            raise UnreadableVideoError(
                f"'{without_password(source)}' cannot be fetched ({_why(error)}): check the address and the "
                "access to it."
            ) from error
        yield target


def files_below(url: str) -> list[str]:
    """Return the URLs of all files below a URL, sorted.

    Raises
    ------
    UsageError
        If the storage cannot be listed.
    """
    try:
        files, path = _file_system(url)
        root = path.rstrip("/")
        # Put behind the address as it was given: the paths of some storages do not name their machine.
        return sorted(f"{url.rstrip('/')}{found.removeprefix(root)}" for found in files.find(path))
    except UsageError:
        raise
    except Exception as error:  # each storage has errors of its own
        raise UsageError(f"'{without_password(url)}' cannot be listed ({_why(error)}).") from error


def _file_system(url: str) -> tuple[Any, str]:
    shown = without_password(url)
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise UsageError(
            f"'{shown}' is an address, which needs fsspec: install it with "
            "`pip install 'formcheck[cluster]'`."
        ) from error
    try:
        files, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise UsageError(f"'{shown}' cannot be reached: {error}") from error
    return files, path


def _why(error: Exception) -> str:
    """Return what a storage's error says, in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
