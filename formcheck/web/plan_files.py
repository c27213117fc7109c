"""Files made when somebody downloads them. No page code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

Write = Callable[[Path], None]


def html_of(write: Write) -> bytes:
    """Return what ``write`` writes to a file that ends in ``.html``."""
    return _bytes_of(write, "file.html")


def pdf_of(write: Write) -> bytes:
    """Return what ``write`` writes to a file that ends in ``.pdf``."""
    return _bytes_of(write, "file.pdf")


def _bytes_of(write: Write, name: str) -> bytes:
    with TemporaryDirectory(prefix="formcheck-") as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()
