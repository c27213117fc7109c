"""The catalogue of words (``texts.toml``), validated when it is loaded."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Group = Literal["hip", "knee", "trunk", "other"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExerciseText(_Entry):
    """How an exercise is called; ``phases`` are the words before, at and after the turn."""

    name: str
    short: str
    side: str
    phases: tuple[str, str, str]


class MeasureText(_Entry):
    """How a measure is called and spoken of.

    ``unit`` follows the number; ``scale`` multiplies it for display (a ratio as per cent).
    """

    name: str
    short: str = ""
    group: Group
    view: str
    unit: str = "°"
    scale: float = 1.0
    decimals: int = 0
    what: str
    fault: str
    kept: str

    @property
    def label(self) -> str:
        """The short name for the video and for table heads."""
        return self.short or self.name


class ReasonText(_Entry):
    """Why something was not measured, and what to do about it."""

    text: str
    score: str = ""
    fix: str = ""


class CueText(_Entry):
    """What to say and to try when a measure is off (see the comments in ``texts.toml``)."""

    measure: str
    exercises: tuple[str, ...] = ()
    also: str | None = None
    above: float | None = None
    cue: str
    practise: str
    easier: str


class Catalogue(_Entry):
    """All words of ``texts.toml``."""

    grades: dict[str, str]
    bands: dict[str, str]
    sides: dict[str, str]
    views: dict[str, str]
    filming: dict[str, str]
    exercises: dict[str, ExerciseText]
    measures: dict[str, MeasureText]
    compare: dict[str, str]
    headlines: dict[str, str]
    reasons: dict[str, ReasonText]
    cues: tuple[CueText, ...]
    page: dict[str, str]
    video: dict[str, str] = Field(default_factory=dict)


@cache
def catalogue() -> Catalogue:
    """Return the words, read once."""
    text = files("formcheck.reports").joinpath("texts.toml").read_text(encoding="utf-8")
    return Catalogue.model_validate(tomllib.loads(text))
