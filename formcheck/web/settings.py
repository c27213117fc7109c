"""What is set once: the pose model and a file of one's own coaching ranges. No page code.

It holds for this machine or, on a page that is shared, for whoever signed in.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from formcheck.errors import RecordsError, ThresholdsFileError
from formcheck.records.home import home
from formcheck.records.opening import LOCAL_OWNER
from formcheck.reports import texts
from formcheck.scoring import load_thresholds
from formcheck.scoring.thresholds import GradedMeasure, Thresholds
from formcheck.web import access
from formcheck.web.units import Units, UnitsName
from formcheck.web.words import say

SETTINGS_NAME: Final = "settings.json"
THRESHOLDS_NAME: Final = "thresholds.toml"
MAX_THRESHOLDS_BYTES: Final = 1 << 20


class Settings(BaseModel):
    """What ``settings.json`` holds."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    model: Literal["lite", "full", "heavy"] = "full"
    units: UnitsName = "metric"


def place(owner: str | None = None) -> Path:
    """Return the folder of an owner's settings; None for whoever uses the page."""
    name = owner or access.owner()
    return home() if name == LOCAL_OWNER else home() / "owners" / name


def load_settings(owner: str | None = None) -> Settings:
    """Return what is set; the defaults where nothing is, or where the file is damaged."""
    try:
        return Settings.model_validate_json((place(owner) / SETTINGS_NAME).read_bytes())
    except (OSError, ValidationError):
        return Settings()


def save_settings(settings: Settings) -> None:
    """Remember what is set (`RecordsError` if it can't be written)."""
    _write(place() / SETTINGS_NAME, settings.model_dump_json(indent=1).encode())


def units() -> Units:
    """Return in what masses and lengths are shown."""
    return Units(load_settings().units)


def own_thresholds(owner: str | None = None) -> Path | None:
    """Return the file of one's own coaching ranges; None while the defaults hold."""
    path = place(owner) / THRESHOLDS_NAME
    return path if path.is_file() else None


def thresholds_in_use(owner: str | None = None) -> Thresholds:
    """Return the coaching ranges that hold (`ThresholdsFileError` if one's own file went wrong)."""
    return load_thresholds(own_thresholds(owner))


def take_thresholds(name: str, content: bytes) -> None:
    """Let a file of coaching ranges hold from now on, if all in it is right.

    Parameters
    ----------
    name : str
        What the person calls it, for the message.
    content : bytes
        TOML.

    Raises
    ------
    ThresholdsFileError
        If something in it is wrong; what held before goes on holding.
    """
    read_thresholds(name, content)
    _write(place() / THRESHOLDS_NAME, content)


def read_thresholds(name: str, content: bytes) -> Thresholds:
    """Return the coaching ranges of a file (see `take_thresholds`)."""
    if len(content) > MAX_THRESHOLDS_BYTES:
        raise ThresholdsFileError(f"'{name}' is too large for coaching ranges: choose the TOML file.")
    with TemporaryDirectory(prefix="formcheck-") as folder:
        tried = Path(folder) / (Path(name.replace("\\", "/")).name or THRESHOLDS_NAME)
        tried.write_bytes(content)
        return load_thresholds(tried)


def drop_thresholds() -> None:
    """Let the defaults hold again."""
    (place() / THRESHOLDS_NAME).unlink(missing_ok=True)


def storage_size() -> int:
    """Return how many bytes the data folder takes."""
    return sum(path.stat().st_size for path in home().rglob("*") if path.is_file())


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise RecordsError(
            f"'{path}' cannot be written ({error.strerror or error}): check the folder's permissions."
        ) from error


def changed_ranges(own: Thresholds | None = None) -> list[str]:
    """Return what one's own file changes, in words; the measures' ranges first, other rules in one line."""
    ours, own = load_thresholds(), own or thresholds_in_use()
    changes = [
        _change_text(exercise, measure, row, was)
        for exercise, rules in own.exercises.items()
        for measure, row in rules.measures.items()
        if (was := ours.exercises[exercise].measures.get(measure)) != row
    ]
    if own.model_copy(update={"exercises": ours.exercises, "source": ours.source}) != ours:
        changes.append(say("settings.ranges_other"))
    return changes


def _change_text(exercise: str, measure: str, row: GradedMeasure, was: GradedMeasure | None) -> str:
    def number(limit: float | None) -> str:
        return texts.page("none") if limit is None else texts.format_number(measure, limit)

    return say(
        "settings.ranges_change",
        exercise=texts.exercise_name(exercise),
        measure=texts.measure_name(measure),
        good=number(row.good),
        fail=number(row.fail),
        our_good=number(was.good if was else None),
        our_fail=number(was.fail if was else None),
    )
