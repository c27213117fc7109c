"""Writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from formcheck.errors import ReportWriteError


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
    if target.exists() and not target.is_file():  # whoever may do anything would lose /dev/null
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
