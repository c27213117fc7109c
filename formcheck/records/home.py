"""Where the records lie on this machine, closed to everybody but the person: folders 0700, files 0600."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from formcheck.errors import RecordsError

HOME_VARIABLE: Final = "FORMCHECK_HOME"
"""Environment variable that moves the folder of formcheck's data."""
DATABASE_VARIABLE: Final = "FORMCHECK_DATABASE"
"""Environment variable with the address of a PostgreSQL database."""

DATABASE_NAME: Final = "records.sqlite3"
SUSPECT_NAME: Final = "suspect"
"""A file of this name says that a query has found damage in the database: the next opening checks it."""
FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600


def home() -> Path:
    """Return the folder of formcheck's data: ``FORMCHECK_HOME``, or the user's data folder."""
    named = os.environ.get(HOME_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("formcheck", appauthor=False)


def records_folder(base: Path | None = None) -> Path:
    """Return the folder of the records, made if need be.

    It is a folder of its own below `home`, since it is closed to others and ``FORMCHECK_HOME`` may name a
    folder that is shared.

    Raises
    ------
    RecordsError
        If it cannot be made or written to.
    """
    return private_folder((base or home()) / "records")


def private_folder(path: Path) -> Path:
    """Make ``path`` if need be, close it to others, and return it (`RecordsError` if that fails)."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(FOLDER_MODE)
    except OSError as error:
        raise RecordsError(
            f"The folder '{path}' cannot be used for the records ({error.strerror}): "
            f"name another one in the environment variable {HOME_VARIABLE}."
        ) from error
    return path


def private_file(path: Path) -> Path:
    """Make the empty file ``path`` if there is none, readable by its owner only, and return it."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, FILE_MODE))
    path.chmod(FILE_MODE)
    return path


def settle(path: Path) -> None:
    """Force a file and its name in the folder onto the disk."""
    _sync(path, os.O_RDWR)
    if os.name == "posix":  # elsewhere a folder can't be opened
        _sync(path.parent, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
