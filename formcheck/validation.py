"""Checks that the frozen dataclasses make on construction: which field, what was expected, what came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from formcheck.errors import InvalidDataError, UsageError

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2999
TRIED_AHEAD: Final = timedelta(days=366)


def float_array(field: str, value: Any, shape: Sequence[int | str]) -> FloatArray:
    """Return ``value`` as a read-only float32 array after checking its shape.

    Parameters
    ----------
    field : str
        Name for the error message.
    value : array_like
        The data.
    shape : sequence of int or str
        Expected size of each axis; a string names an axis of any size.

    Raises
    ------
    InvalidDataError
        If the number or the size of the axes differs.
    """
    array = np.asarray(value, dtype=np.float32)
    _check_shape(field, array.shape, shape)
    return _read_only(array, value)


def bool_array(field: str, value: Any, shape: Sequence[int | str]) -> BoolArray:
    """Return ``value`` as a read-only boolean array after checking its shape (see `float_array`)."""
    array = np.asarray(value, dtype=np.bool_)
    _check_shape(field, array.shape, shape)
    return _read_only(array, value)


def times(field: str, value: Any) -> NDArray[np.float64]:
    """Return ``value`` as strictly increasing times in seconds, shape (frame,), float64, read-only.

    Raises
    ------
    InvalidDataError
        If a time is not finite or not later than the one before it.
    """
    array = np.asarray(value, dtype=np.float64)
    _check_shape(field, array.shape, ("frame",))
    if not np.all(np.isfinite(array)) or np.any(np.diff(array) <= 0):
        raise InvalidDataError(f"{field}: expected finite, strictly increasing times in seconds.")
    return _read_only(array, value)


def one_of(field: str, value: object, allowed: Sequence[object]) -> None:
    """Raise `InvalidDataError` unless ``value`` is one of ``allowed``."""
    if value not in allowed:
        raise InvalidDataError(f"{field}: expected one of {list(allowed)}, came {value!r}.")


def _check_shape(field: str, came: tuple[int, ...], expected: Sequence[int | str]) -> None:
    fits = len(came) == len(expected) and all(
        isinstance(want, str) or want == have for want, have in zip(expected, came, strict=True)
    )
    if not fits:
        wanted = ", ".join(str(axis) for axis in expected)
        raise InvalidDataError(f"{field}: expected shape ({wanted}), came {came}.")


def _read_only(array: NDArray[Any], original: Any) -> NDArray[Any]:
    if array.flags.writeable:
        if array is original or array.base is not None:
            array = array.copy()
        array.flags.writeable = False
    return array


def check_choice(word: str, came: str, allowed: Sequence[str]) -> None:
    """Raise `UsageError`, in one sentence for a person, unless ``came`` is one of ``allowed``."""
    if came not in allowed:
        spelt = came.lower().replace("-", "_").replace(" ", "_")
        meant = get_close_matches(spelt, allowed, n=1)
        hint = f"did you mean {meant[0]}? It is" if meant else "use"
        raise UsageError(f"'{came}' is not a known {word}: {hint} one of {', '.join(allowed)}.")


def is_special(path: Path) -> bool:
    """Return whether ``path`` is a pipe, a device or the like, which must not be waited for or replaced."""
    return path.exists() and not (path.is_file() or path.is_dir())


def is_plausible(day: date) -> bool:
    """Return whether a day can be one of training, and can be told in any time zone."""
    return EARLIEST_YEAR <= day.year <= LATEST_YEAR


def check_day_done(day: date) -> date:
    """Return ``day``, on which something is said to have been done.

    Up to `TRIED_AHEAD` a day is taken: who tries out a season plays its weeks before they come.

    Raises
    ------
    UsageError
        If it is yet to come for longer, as with a slip in the year, or not plausible.
    """
    today = date.today()
    if day > today + TRIED_AHEAD:
        raise UsageError(
            f"'{day}' is yet to come: give the day when it was done, {today} (today) at the latest."
        )
    if not is_plausible(day):
        raise UsageError(f"'{day}' is too long ago: give the day when it was done.")
    return day
