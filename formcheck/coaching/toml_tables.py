"""Reading the coaching stage's TOML files: a wrong edit is answered with file, line and a sentence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Formatter
from typing import Any, Final, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from formcheck.errors import CoachingFileError
from formcheck.scoring.thresholds import merged_tables

_HEADING: Final = re.compile(r"^\[{1,2}([^\[\]]+)\]{1,2}\s*(?:#.*)?$")
_KEY: Final = re.compile(r"^([A-Za-z0-9_.\-\"']+)\s*=")


class Table(BaseModel):
    """A table that allows no unknown words and cannot be changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Model = TypeVar("Model", bound=BaseModel)


def braces(*words: str) -> AfterValidator:
    """Return the check of a text that only ``words`` stand in braces in it: what will be filled in."""
    known = ", ".join(f"{{{word}}}" for word in words) or "nothing"

    def check(text: str) -> str:
        try:
            used = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        except ValueError as error:
            raise ValueError(f"the braces do not pair up; {known} may stand in braces") from error
        for name in used:
            if name not in words:
                raise ValueError(f"{{{name}}} will not be filled in; {known} may stand in braces")
        return text

    return AfterValidator(check)


def load_table(model: type[Model], file: Path | Traversable, own: Path | None = None) -> Model:
    """Return ``file`` as ``model``, with a person's ``own`` file laid over it, table by table.

    Raises
    ------
    CoachingFileError
        If a file cannot be read, is not TOML, or says something unknown or contradictory: file, line, why.
    """
    raw = _parse(file)
    blamed: Path | Traversable = file
    if own is not None:
        raw, blamed = merged_tables(raw, _parse(own)), own
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        # An unknown word is most likely a misspelt one, and says more than that the right one is missing.
        problem = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
        place = [part for part in problem["loc"] if part != "[key]"]
        line = line_of(_text(blamed), place)
        raise CoachingFileError(f"'{blamed.name}', line {line}: {_sentence(problem, place)}.") from error


def line_of(text: str, place: Sequence[str | int]) -> int:
    """Return the number of the line that says ``place`` (keys from the top), or the nearest above it."""
    best, best_depth = 1, 0
    heading: list[str] = []
    counts: dict[str, int] = {}
    in_string = False
    wanted = [str(part) for part in place]
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        found: list[str] | None = None
        if not in_string and (match := _HEADING.match(line)):
            heading = _parts(match[1])
            if line.startswith("[["):
                name = ".".join(heading)
                counts[name] = counts.get(name, -1) + 1
                heading = [*heading, str(counts[name])]
            found = heading
        elif not in_string and (match := _KEY.match(line)):
            found = [*heading, *_parts(match[1])]
        if found is not None and found == wanted[: len(found)] and len(found) > best_depth:
            best, best_depth = number, len(found)
        if line.count('"""') % 2:
            in_string = not in_string
    return best


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]


def _parse(file: Path | Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(file))
    except tomllib.TOMLDecodeError as error:
        raise CoachingFileError(f"'{file.name}' is not valid TOML: {error}.") from error


def _text(file: Path | Traversable) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        why = (error.strerror or "it cannot be opened").lower()
        raise CoachingFileError(f"'{file.name}' cannot be read: {why}.") from error
    except UnicodeDecodeError as error:
        raise CoachingFileError(f"'{file.name}' is not valid TOML: it is not text in UTF-8.") from error


def _sentence(problem: Any, place: Sequence[str | int]) -> str:
    name = ".".join(str(part) for part in place) or "the file"
    if problem["type"] == "extra_forbidden":
        return f"{name} is not a word that formcheck knows here; remove or correct it"
    if problem["type"] == "missing":
        return f"{name} is missing; add it"
    message = problem["msg"].removeprefix("Value error, ")
    came = problem["input"]
    shown = "" if isinstance(came, dict | list | tuple | BaseModel) else f", but {came!r} came"
    return f"{name}: {message[:1].lower()}{message[1:]}{shown}"
