"""The rules of the baseline assessment (``baseline.toml``), checked."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from formcheck.coaching.toml_tables import Table, load_table
from formcheck.coaching.types import LADDER_IDS, TEST_IDS, LadderId, TestId, Tier
from formcheck.scoring.thresholds import ExerciseId, MeasureId

FILE: Final = Path(__file__).with_name("baseline.toml")
FILMED: Final[tuple[TestId, ...]] = TEST_IDS[:6]
"""The tests that a camera sees; the others are entered by hand."""

Points = Annotated[int, Field(ge=0, le=100)]
Pain = Annotated[int, Field(ge=0, le=10)]
Rung = Annotated[int, Field(ge=0, le=7)]
Sentence = Annotated[str, Field(min_length=3)]
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


class Step(Table):
    """The rung from a score on."""

    from_: Annotated[float, Field(alias="from", ge=0)]
    rung: Rung


class Gate(Table):
    """Another test that must be passed first; below it `rung`, and `passed_rung` as long as that is all."""

    test: TestId
    from_: Annotated[float, Field(alias="from", ge=0)]
    rung: Rung
    passed_rung: Rung


class StartRule(Table):
    """Where to begin on one ladder."""

    tests: tuple[TestId, ...] = ()
    bands: tuple[Step, ...] = ()
    gate: Gate | None = None
    by_tier: dict[Tier, Rung] | None = None
    untested_rung: Rung = 0
    supported_up_to: Rung

    @model_validator(mode="after")
    def _whole(self) -> StartRule:
        if (self.by_tier is None) is not bool(self.tests):
            raise ValueError("a ladder has either tests with bands, or by_tier")
        starts = [step.from_ for step in self.bands]
        if self.tests and (starts != sorted(set(starts)) or starts[:1] != [0]):
            raise ValueError("bands must begin at 0 and rise")
        rungs = [step.rung for step in self.bands]
        if rungs != sorted(rungs):
            raise ValueError("a higher score must not give a lower rung")
        return self

    def band(self, score: float) -> Rung:
        """Return the rung of a score."""
        return [step.rung for step in self.bands if step.from_ <= score][-1]


class BaselineRules(Table):
    """All of ``baseline.toml``."""

    levels: Levels
    index: Index
    tiers: Tiers
    tests: dict[TestId, TestRules]
    asymmetry: AsymmetryRules
    start: dict[LadderId, StartRule]
    texts: dict[str, Sentence]

    @model_validator(mode="after")
    def _whole(self) -> BaselineRules:
        for word, wanted, came in (("test", TEST_IDS, self.tests), ("start", LADDER_IDS, self.start)):
            absent = [name for name in wanted if name not in came]
            if absent:
                raise ValueError(f"{word}s lack '{absent[0]}'; add it")
        total = math.fsum(rules.weight for rules in self.tests.values())
        if not math.isclose(total, 1.0, abs_tol=1e-6):
            raise ValueError(f"the weights of the tests must add up to 1, not {total:g}")
        return self

    def say(self, text: str, **words: Any) -> str:
        """Return a sentence of ``[texts]`` with its words put in."""
        return self.texts[text].format(**words)


@cache
def load_baseline_rules(path: Path | None = None) -> BaselineRules:
    """Return the rules; those of a person's own file ``path`` lie over the defaults."""
    return load_table(BaselineRules, FILE, path)
