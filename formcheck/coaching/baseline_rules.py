"""The rules of the baseline assessment (``baseline.toml``), checked."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from formcheck.coaching.toml_tables import Table, braces, load_table
from formcheck.coaching.types import TEST_IDS, TestId
from formcheck.scoring.thresholds import ExerciseId, MeasureId

FILE: Final = Path(__file__).with_name("baseline.toml")
FILMED: Final[tuple[TestId, ...]] = TEST_IDS[:6]
"""The tests that a camera sees; the others are entered by hand."""

Points = Annotated[int, Field(ge=0, le=100)]
Pain = Annotated[int, Field(ge=0, le=10)]
Sentence = Annotated[str, Field(min_length=3)]
Plain = Annotated[Sentence, braces()]
Positive = Annotated[float, Field(gt=0)]


class Levels(Table):
    """From score, repetitions and pain to a level of 0–3."""

    three_from: Points
    two_from: Points
    one_from: Points
    zero_from_pain: Pain
    no_score_from_pain: Pain

    @model_validator(mode="after")
    def _order(self) -> Levels:
        if not self.three_from > self.two_from > self.one_from:
            raise ValueError("three_from must lie above two_from, and two_from above one_from")
        if self.no_score_from_pain < self.zero_from_pain:
            raise ValueError("no_score_from_pain must not lie below zero_from_pain")
        return self


class Index(Table):
    """When there is a baseline index."""

    minimum_tests: Annotated[int, Field(ge=1, le=6)]
    one_of: tuple[TestId, ...]


class Tiers(Table):
    """From index and levels to a tier."""

    build_from: Points
    load_from: Points
    load_needs_level: Annotated[int, Field(ge=0, le=3)]


class TestRules(Table):
    """One test."""

    name: Sentence
    exercises: tuple[ExerciseId, ...]
    weight: Annotated[float, Field(ge=0, le=1)]
    per_side: bool
    film: Sentence
    do: Sentence
    evidence: Sentence
    target_reps: Annotated[int, Field(gt=0)] | None = None
    target_s: Annotated[int, Field(gt=0)] | None = None
    unit: Literal["reps", "cm", "s"] | None = None
    sem: Positive | None = None
    detectable_change: Positive | None = None

    @model_validator(mode="after")
    def _by_hand(self) -> TestRules:
        by_hand = (self.unit, self.sem, self.detectable_change)
        if any((part is None) is not bool(self.exercises) for part in by_hand):
            raise ValueError("a test has either exercises, or unit, sem and detectable_change")
        return self


class AsymmetryRules(Table):
    """When a difference between the sides counts."""

    watch_below_pct: Points
    act_below_pct: Points
    performance: tuple[MeasureId, ...]
    detectable_change: dict[MeasureId, Positive]


class Texts(Table):
    """The sentences of the assessment, each with the words that are filled in."""

    level_score: Annotated[Sentence, braces("score")]
    level_reps: Annotated[Sentence, braces("reps", "target")]
    level_hold: Plain
    level_supported: Plain
    level_pain: Annotated[Sentence, braces("pain")]
    level_stop: Annotated[Sentence, braces("pain")]
    level_unable: Plain
    no_score: Plain
    untold: Annotated[Sentence, braces("what", "low", "high")]
    level_certain: Annotated[Sentence, braces("fails", "below")]
    refused: Plain
    few_reps: Plain
    missing_clip: Plain
    unusable_clip: Annotated[Sentence, braces("clips", "problem")]
    not_recognised: Annotated[Sentence, braces("clips")]
    again: Annotated[Sentence, braces("film", "do")]
    one_side: Annotated[Sentence, braces("name", "test", "side", "other")]
    no_index: Annotated[Sentence, braces("needed", "one_of", "count")]
    partial_index: Annotated[Sentence, braces("tests")]
    no_tier: Plain
    not_compared: Annotated[Sentence, braces("tests")]
    filmed_apart: Annotated[Sentence, braces("tests")]
    once: Plain
    no_difference: Plain
    start_score: Annotated[Sentence, braces("name", "side", "score")]
    start_range: Annotated[Sentence, braces("low", "high")]
    start_gate: Annotated[Sentence, braces("next")]
    start_gate_only: Annotated[Sentence, braces("next")]
    start_level_zero: Annotated[Sentence, braces("name", "side")]
    start_untested: Annotated[Sentence, braces("name")]
    start_unjudged: Annotated[Sentence, braces("name", "side")]
    start_tier: Annotated[Sentence, braces("tier")]
    start_no_tier: Plain
    start_support: Plain
    start_refer: Plain
    weaker: Annotated[Sentence, braces("side")]
    only: Annotated[Sentence, braces("side")]


class BaselineRules(Table):
    """All of ``baseline.toml``."""

    levels: Levels
    index: Index
    tiers: Tiers
    tests: dict[TestId, TestRules]
    asymmetry: AsymmetryRules
    texts: Texts

    @model_validator(mode="after")
    def _whole(self) -> BaselineRules:
        absent = [name for name in TEST_IDS if name not in self.tests]
        if absent:
            raise ValueError(f"tests.{absent[0]} is missing; add it")
        total = math.fsum(rules.weight for rules in self.tests.values())
        if not math.isclose(total, 1.0, abs_tol=1e-6):
            raise ValueError(f"the weights of the tests must add up to 1, not {total:g}")
        return self

    def say(self, text: str, **words: Any) -> str:
        """Return a sentence of ``[texts]`` with its words put in."""
        sentence: str = getattr(self.texts, text)
        return sentence.format(**words)


@cache
def load_baseline_rules(path: Path | None = None) -> BaselineRules:
    """Return the rules; those of a person's own file ``path`` lie over the defaults."""
    return load_table(BaselineRules, FILE, path)
