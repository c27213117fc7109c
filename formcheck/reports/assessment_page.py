"""The parts of the report of a baseline assessment, and its words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from formcheck.reports import texts
from formcheck.scoring.types import Band, Grade


class Words(BaseModel):
    """All words of ``assessment_texts.toml``."""

    model_config = ConfigDict(extra="allow", frozen=True)

    tier: dict[str, str]
    status: dict[str, str]
    change: dict[str, str]
    by_hand: dict[str, str]

    def say(self, key: str, **values: object) -> str:
        """Return a phrase with its values put in."""
        return str((self.model_extra or {})[key]).format(**values)


@cache
def words() -> Words:
    """Return the words, read once."""
    text = files("formcheck.reports").joinpath("assessment_texts.toml").read_text(encoding="utf-8")
    return Words.model_validate(tomllib.loads(text))


@dataclass(frozen=True)
class SideCell:
    """One side of a test in the table of tests."""

    score: str
    level: str
    note: str
    grade: Grade | None
    weaker: bool


@dataclass(frozen=True)
class TestLine:
    """One line of the table of tests; on two feet there is one cell."""

    id: str
    name: str
    cells: tuple[SideCell, ...]


@dataclass(frozen=True)
class Focus:
    """One thing to work on."""

    title: str
    sentence: str
    note: str
    grade: Grade | None
    cue: texts.Cue | None
    praise: str


@dataclass(frozen=True)
class StartLine:
    """Where to begin on one ladder."""

    ladder: str
    rung: str
    reason: str


@dataclass(frozen=True)
class DifferenceLine:
    """A comparison of two values: left and right, or before and now."""

    name: str
    first: str
    second: str
    difference: str
    needed: str
    verdict: str
    counts: bool


@dataclass(frozen=True)
class MissingLine:
    """What is missing: which tests, why, and how to get them."""

    name: str
    reason: str
    how: str


@dataclass(frozen=True)
class MeasureTable:
    """All measures of one test on one side: name, value, aim, grade, word, note."""

    title: str
    rows: tuple[tuple[str, str, str, Grade | None, str, str], ...]


@dataclass(frozen=True)
class AssessmentPage:
    """A whole report."""

    title: str
    made: str
    person: str
    index: int | None
    band: Band | None
    tier: str
    tier_note: str
    safety: tuple[str, ...]
    questions: tuple[str, ...]
    tests: tuple[TestLine, ...]
    focus: tuple[Focus, ...]
    starts: tuple[StartLine, ...]
    differences: tuple[DifferenceLine, ...]
    changes: tuple[DifferenceLine, ...]
    missing: tuple[MissingLine, ...]
    cannot: tuple[str, ...]
    measures: tuple[MeasureTable, ...]
    how: tuple[tuple[str, str], ...]
