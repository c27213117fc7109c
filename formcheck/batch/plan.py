"""Which clips a batch is made of: the videos in a folder, or the rows of a manifest."""

from __future__ import annotations

import csv
import datetime
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from formcheck.batch.sources import files_below, is_url, without_password
from formcheck.batch.types import Clip
from formcheck.errors import ManifestFileError, UsageError
from formcheck.names import EXERCISES, SIDES
from formcheck.outputs import VIDEO_SUFFIXES, videos_in
from formcheck.validation import check_day_done
from formcheck.video.opening import printable

COLUMNS: Final = ("path", "person", "exercise", "side", "mirror_image", "date", "pain")
_DELIMITERS: Final = ",;\t"
_MOST_ERRORS: Final = 5


def _word(allowed: Sequence[str]) -> BeforeValidator:
    def check(word: str) -> str:
        word = word.strip().lower() or "auto"
        if word not in ("auto", *allowed):
            raise ValueError(f"'{word}' is not known: use auto, {', '.join(allowed)}, or leave it empty")
        return word

    return BeforeValidator(check)


def _day(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        day = datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"'{text}' is not a day: write it as 2026-03-31") from None
    try:
        return check_day_done(day).isoformat()
    except UsageError as error:
        raise ValueError(str(error).removesuffix(".")) from None


def _yes(text: str) -> bool:
    answer = text.strip().lower() or "no"
    if answer not in ("yes", "no"):
        raise ValueError(f"'{text}' is not known: use yes, no, or leave it empty")
    return answer == "yes"


def _pain(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        number = math.nan
    if number not in range(11):
        raise ValueError(f"'{text.strip()}' is not known: use a whole number from 0 to 10, or leave it empty")
    return int(number)


def _place(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty: write where the video is, or leave the whole row out")
    return text.strip()


def _text_or_none(text: str) -> str | None:
    return text.strip() or None


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    path: Annotated[str, BeforeValidator(_place)]
    person: Annotated[str | None, BeforeValidator(_text_or_none)] = None
    exercise: Annotated[str, _word(EXERCISES)] = "auto"
    side: Annotated[str, _word(SIDES)] = "auto"
    mirror_image: Annotated[bool, BeforeValidator(_yes)] = False
    date: Annotated[str | None, BeforeValidator(_day)] = None
    pain: Annotated[int | None, BeforeValidator(_pain)] = None


def clips_of(given: str, *, exercise: str = "auto", side: str = "auto") -> list[Clip]:
    """Return the clips that ``given`` names.

    Parameters
    ----------
    given : str
        A folder (searched to the bottom), a manifest (``.csv``), or the URL of a folder.
    exercise, side : str
        What holds for clips of which the manifest does not say it.

    Raises
    ------
    UsageError
        If there is no such place, or no video in it.
    ManifestFileError
        If the manifest cannot be read or a row of it says something that is not understood.
    """
    if is_url(given):
        found = [url for url in files_below(given) if PurePosixPath(url).suffix.lower() in VIDEO_SUFFIXES]
        if not found:
            raise UsageError(f"'{without_password(given)}' has no video in it: name a folder that has.")
        clips = [Clip(url.removeprefix(given.rstrip("/")).lstrip("/"), url) for url in found]
    elif Path(given).suffix.lower() == ".csv":
        clips = read_manifest(Path(given))
    elif Path(given).is_file():
        raise UsageError(f"'{given}' is neither a folder nor a manifest (.csv): name one of them.")
    else:
        folder = Path(given)
        clips = [
            Clip(printable(path.relative_to(folder).as_posix()), str(path.absolute()))
            for path in videos_in([given])
        ]
    return [_with_defaults(clip, exercise, side) for clip in clips]


def read_manifest(path: Path) -> list[Clip]:
    """Return the clips of a manifest: a table with a heading, separated by comma, semicolon or tab.

    ``path`` is needed, relative to the manifest; ``person``, ``exercise``, ``side``, ``mirror_image``
    (``yes`` or ``no``), ``date`` (``YYYY-MM-DD``) and ``pain`` (0…10) may be left out or empty. Whether the
    videos exist is not looked at.

    Raises
    ------
    ManifestFileError
        With the line and the column, if something is not understood.
    """
    rows = list(_rows(path))
    clips: list[Clip] = []
    wrong: list[str] = []
    for line, cells in rows:
        try:
            row = _Row.model_validate(cells)
        except ValidationError as error:
            wrong += [f"line {line}, {_sentence(detail)}" for detail in error.errors()]
            continue
        source = row.path if is_url(row.path) else str(path.parent.absolute() / row.path)
        name = without_password(row.path)
        clips.append(Clip(name, source, **row.model_dump(exclude={"path"})))
    if wrong:
        more = f" … and {len(wrong) - _MOST_ERRORS} more" if len(wrong) > _MOST_ERRORS else ""
        raise ManifestFileError(f"'{path.name}': {'; '.join(wrong[:_MOST_ERRORS])}{more}.")
    if not clips:
        raise ManifestFileError(f"'{path.name}' names no clip: write one row for each video.")
    return clips


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row that isn't empty, with its line number."""
    text = _text(path)
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    # Files of a spreadsheet may hold a stray quote: strict parsing says where.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        while head and not head[-1]:  # spreadsheets leave empty columns behind the last one
            head.pop()
        _check_head(head, path)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            while len(cells) > len(head) and not cells[-1].strip():
                cells.pop()
            if len(cells) > len(head):
                raise ManifestFileError(
                    f"'{path.name}', line {reader.line_num}: {len(cells)} cells, but the heading has "
                    f"{len(head)}: put quotes around a cell with a '{delimiter}' in it."
                )
            yield reader.line_num, dict(zip(head, cells, strict=False))
    except csv.Error as error:
        raise ManifestFileError(
            f"'{path.name}', line {reader.line_num}: not a table that can be read ({error}): "
            "save it as CSV again."
        ) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ManifestFileError(f"'{path.name}' is not UTF-8 text: save it as CSV in UTF-8.") from error
    except FileNotFoundError as error:
        raise ManifestFileError(f"There is no manifest '{path}': check its name and folder.") from error
    except (OSError, ValueError) as error:
        raise ManifestFileError(f"The manifest '{path}' cannot be read ({error}).") from error


def _check_head(head: list[str], path: Path) -> None:
    known = f"use {', '.join(COLUMNS)} in its first line"
    unknown = [name for name in head if name not in COLUMNS]
    if "path" not in head:
        raise ManifestFileError(f"'{path.name}' has no column 'path': {known}.")
    if unknown:
        raise ManifestFileError(f"'{path.name}' has a column '{unknown[0]}' that is not known: {known}.")
    if len(set(head)) < len(head):
        raise ManifestFileError(f"'{path.name}' names a column twice: {known}.")


def _sentence(detail: object) -> str:
    assert isinstance(detail, dict)
    said = str(detail["msg"]).removeprefix("Value error, ")
    return f"{detail['loc'][0]}: {said[:1].lower()}{said[1:]}"


def _with_defaults(clip: Clip, exercise: str, side: str) -> Clip:
    return replace(
        clip,
        exercise=exercise if clip.exercise == "auto" else clip.exercise,
        side=side if clip.side == "auto" else clip.side,
    )
