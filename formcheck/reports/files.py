"""Writing files whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from formcheck.errors import ReportWriteError, UsageError
from formcheck.validation import is_special


def check_place(path: Path, *, folder_fits: bool = False) -> None:
    """Refuse, before any work is done, a place where nothing could be written in the end.

    Raises
    ------
    UsageError
        If the folder of ``path`` does not exist or is closed, ``path`` is a pipe or a device, or it is a
        folder itself and that does not fit.
    """
    if not path.parent.is_dir():
        raise UsageError(f"'{path}' cannot be written: create the folder '{path.parent}' first.")
    if is_special(path):
        raise UsageError(f"'{path}' is not an ordinary file: name one (--json - writes to standard output).")
    if path.is_dir() and not folder_fits:
        raise UsageError(f"'{path}' is a folder: give the name of a file to write.")
    folder = path if path.is_dir() else path.parent
    if not os.access(folder, os.W_OK):
        raise UsageError(
            f"'{path}' cannot be written: the folder '{folder}' is closed to you, so name another."
        )


def check_ending(option: str, path: Path | None, endings: Sequence[str]) -> None:
    """Raise `UsageError` if the file that ``option`` writes ends in none of ``endings``."""
    if path is not None and path.suffix.lower() not in endings:
        raise UsageError(f"{option} writes {' or '.join(endings)}, so '{path.name}' must end in that.")


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``, which takes its place when the block ends well.

    If the block fails, an older file at ``path`` stays as it was and nothing is left behind. What is behind a
    link is replaced, not the link.

    Raises
    ------
    ReportWriteError
        If the folder is missing, or the file cannot be written there.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise ReportWriteError(f"'{target.name}' is a folder: give the name of a file to write.")
    if is_special(target):  # whoever may do anything would lose /dev/null
        raise ReportWriteError(f"'{target.name}' is not an ordinary file: give the name of one.")
    if not target.parent.is_dir():
        raise ReportWriteError(
            f"'{target.name}' cannot be written, as the folder '{target.parent}' is missing: create it first."
        )
    try:
        # The suffix stays last, since video writers choose the container by it.
        handle, name = tempfile.mkstemp(prefix=".formcheck-", suffix=target.suffix, dir=target.parent)
        os.close(handle)
    except OSError as error:
        raise _refused(target, error) from error
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
    except OSError as error:
        raise _refused(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def to_standard_output(text: str) -> None:
    """Write a document to standard output, wholly.

    Raises
    ------
    ReportWriteError
        If it cannot be written, as when it goes to a file on a full disk.
    BrokenPipeError
        If its reader stopped before the end, which nobody needs to be told.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is left in the buffer would fail once more, and be told, when the program ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        why = (error.strerror or "it is not possible").lower()
        raise ReportWriteError(f"Standard output cannot be written ({why}): choose another place.") from error


def _refused(target: Path, error: OSError) -> ReportWriteError:
    why = (error.strerror or "it is not possible").lower()
    return ReportWriteError(
        f"'{target.name}' cannot be written in '{target.parent}' ({why}): choose another place."
    )


def _umask() -> int:
    # The mask can only be read by setting it; temporary files are private, reports need not be.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
