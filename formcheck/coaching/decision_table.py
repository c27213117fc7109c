"""The decision table of ``decisions.toml``, checked: rows of conditions, read from the top."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from formcheck.coaching.context import DecisionContext
from formcheck.coaching.spoken import listed, value_words
from formcheck.coaching.toml_tables import Table, braces, load_table
from formcheck.coaching.types import PHASES, DecisionCode
from formcheck.scoring.thresholds import MeasureId
from formcheck.scoring.types import Estimate

TABLE: Final = Path(__file__).with_name("decisions.toml")

ContextField = Literal[
    "pain", "sharp", "limp", "rising", "red_flag", "pain24_up", "quality", "score", "fails", "core_cautions",
    "same_fault_prev", "rpe", "phase", "two_for_two", "good_streak", "at_rung_exit",
]  # fmt: skip
Sentence = Annotated[str, Field(min_length=3)]


class Condition(Table):
    """One condition of a row (see the comments of ``decisions.toml``)."""

    field: ContextField
    says: Annotated[Sentence, braces("value")]
    is_: Annotated[bool | None, Field(alias="is")] = None
    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None
    one_of: tuple[str, ...] | None = None
    missing: bool | None = None

    @model_validator(mode="after")
    def _one(self) -> Condition:
        given = (self.is_, self.at_least, self.at_most, self.below, self.one_of, self.missing)
        if sum(part is not None for part in given) != 1:
            raise ValueError("a condition has exactly one of is, at_least, at_most, below, one_of, missing")
        unknown = set(self.one_of or ()) - set(PHASES)
        if unknown:
            raise ValueError(f"'{min(unknown)}' is no phase: use some of {', '.join(PHASES)}")
        return self

    def holds(self, context: DecisionContext) -> bool:
        """Return whether the condition is true of ``context``."""
        value = getattr(context, self.field)
        if self.missing is not None or value is None:
            return self.missing is (value is None)
        if self.is_ is not None:
            return value is self.is_
        if self.one_of is not None:
            return value in self.one_of
        above = self.at_least is None or value >= self.at_least
        under = (self.at_most is None or value <= self.at_most) and (self.below is None or value < self.below)
        return above and under

    def sentence(self, context: DecisionContext) -> str:
        """Return ``says`` with the field's value."""
        value = getattr(context, self.field)
        shown = f"{value:g}" if isinstance(value, int | float) else str(value).replace("_", " ")
        return self.says.format(value=shown)


class Row(Table):
    """One row of the table."""

    id: str
    code: DecisionCode
    evidence: str
    action: Sentence
    says: Sentence | None = None
    needs_certainty: bool = False
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()

    def holds(self, context: DecisionContext) -> bool:
        """Return whether every condition of ``all`` and one of ``any`` is true."""
        return all(each.holds(context) for each in self.all) and (
            not self.any or any(each.holds(context) for each in self.any)
        )

    def reasons(self, context: DecisionContext, *, without: Collection[str] = ()) -> tuple[str, ...]:
        """Return the sentences of the conditions that hold, but for those on the fields in ``without``."""
        told = (each for each in (*self.any, *self.all) if each.field not in without or each.missing)
        conditions = [each for each in told if each.holds(context)]
        return (*([self.says] if self.says else []), *(each.sentence(context) for each in conditions))

    @property
    def direction(self) -> str:
        """``REGRESS``, ``PROGRESS`` or another first word of the code."""
        return self.code.split("_")[0]


class Texts(Table):
    """What is said beside the reasons of a row."""

    borderline: Sentence
    self_rated: Annotated[Sentence, braces("rating")]
    part_of_form: Sentence
    untold: Annotated[Sentence, braces("what")]
    untold_rated: Annotated[Sentence, braces("what", "rating")]
    untold_seen: Annotated[Sentence, braces("what")]
    at_most: Annotated[Sentence, braces("score")]
    at_least: Annotated[Sentence, braces("score")]
    film_first: Annotated[Sentence, braces("days")]
    race_close: Sentence


class DecisionTable(Table):
    """All of ``decisions.toml``."""

    rung_closed_weeks_before_race: Annotated[float, Field(ge=0)]
    pain24_step: Annotated[float, Field(gt=0, le=10)]
    pain_rising_step: Annotated[float, Field(gt=0, le=10)]
    film_age_days: Annotated[int, Field(ge=0)]
    self_rating_scores: Annotated[tuple[int, ...], Field(min_length=5, max_length=5)]
    texts: Texts
    measure_words: dict[MeasureId, Annotated[Sentence, braces("value")]]
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _complete(self) -> DecisionTable:
        ids = [row.id for row in self.rows]
        twice = {name for name in ids if ids.count(name) > 1}
        if twice:
            raise ValueError(f"the row id '{min(twice)}' is used twice")
        *before, last = self.rows
        if last.all or last.any or last.needs_certainty or not last.says:
            raise ValueError("the last row must have no conditions, but says, so that every case is decided")
        for row in before:
            if not row.all and not row.any:
                raise ValueError(f"row '{row.id}' has no conditions, so that no row below it is ever read")
        return self

    def first(self, context: DecisionContext) -> Row:
        """Return the first row that holds, whatever the measuring error."""
        return next(row for row in self.rows if row.holds(context))

    def rated(self, rating: float | None) -> float | None:
        """Return the score that an own rating of the form, 1…5, stands for."""
        return None if rating is None else self.self_rating_scores[round(rating) - 1]

    def named(self, untold: Mapping[str, Estimate]) -> str:
        """Return measures with their values and errors for the middle of a sentence."""
        words = [
            self.measure_words.get(name, f"{name} ({{value}})").format(value=value_words(estimate))
            for name, estimate in untold.items()
        ]
        return listed(words or [self.texts.part_of_form])


@cache
def load_decisions(path: Path | None = None) -> DecisionTable:
    """Return the decision table, checked."""
    return load_table(DecisionTable, path or TABLE)
