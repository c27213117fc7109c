"""The plan's rules as data: ``plan.toml``, checked when it is loaded."""

from __future__ import annotations

from collections.abc import Set
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from formcheck.coaching.library import DoseClass, RungNumber, Sentence
from formcheck.coaching.toml_tables import Table, braces, load_table
from formcheck.coaching.types import LadderId, Phase, TestId, Tier
from formcheck.names import Exercise
from formcheck.scoring.thresholds import MeasureId

FILE: Final = Path(__file__).with_name("plan.toml")

BlockKind = Literal["warm_up", "core", "main_lower", "push_pull", "accessory", "mobility", "cool_down"]
BLOCKS: Final[tuple[BlockKind, ...]] = (
    "warm_up", "core", "main_lower", "push_pull", "accessory", "mobility", "cool_down",
)  # fmt: skip
Unit = Literal["reps", "s", "contacts"]
SessionLabel = Literal["A", "B", "C"]

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Span = tuple[int, int]
Effort = Annotated[int, Field(ge=1, le=10)]


class Dose(Table):
    """A dose class: how many sets of how much, at which tempo, rest and effort."""

    name: Sentence
    unit: Unit = "reps"
    sets: Span
    amount: Span
    tempo: tuple[int, int, int] | None = None
    rest_s: Span
    rpe: Span

    @model_validator(mode="after")
    def _rising(self) -> Dose:
        for name in ("sets", "amount", "rest_s", "rpe"):
            low, high = getattr(self, name)
            if not 0 < low <= high:
                raise ValueError(f"{name} must rise from its first to its second number")
        return self


class Week(Table):
    """R1–R10, R15 and what else holds for every week."""

    spacing_days: Annotated[int, Field(ge=2, le=4)]
    gap_after_run_h: Annotated[int, Field(ge=3)]
    session_min: Span
    warm_up_min: Span
    main_lower_max_min: Positive
    hard_sets_max: Annotated[int, Field(gt=0)]
    beginner_weeks: Count
    rpe_cap: Annotated[int, Field(ge=1, le=8)]
    retest_every_weeks: Annotated[int, Field(ge=4, le=8)]
    rotate_emphasis_weeks: Annotated[int, Field(ge=4, le=6)]
    weaker_side_extra_weeks: Count
    setup_s: Count


class Slot(Table):
    """A place in a session and the ladders that may fill it, the first choice first."""

    block: BlockKind
    ladders: Annotated[tuple[LadderId, ...], Field(min_length=1)]
    unilateral: bool = False
    light: bool = False
    technique: bool = False


class SessionRules(Table):
    """A session of the template."""

    title: Sentence
    rpe_cap: Effort | None = None
    slots: tuple[Slot, ...]

    @model_validator(mode="after")
    def _in_order(self) -> SessionRules:
        order = [BLOCKS.index(slot.block) for slot in self.slots]
        if order != sorted(order):
            raise ValueError(f"the slots must follow the order of the blocks: {', '.join(BLOCKS)}")
        return self


class Rhythm(Table):
    """Which sessions make a week of one, two or three."""

    one: tuple[SessionLabel]
    two: tuple[SessionLabel, SessionLabel]
    three: tuple[SessionLabel, SessionLabel, SessionLabel]

    def labels(self, count: int) -> tuple[SessionLabel, ...]:
        """Return the sessions of a week with ``count`` of them, 0…3."""
        choices: tuple[tuple[SessionLabel, ...], ...] = ((), self.one, self.two, self.three)
        return choices[count]


class Emphasis(Table):
    """What a block of weeks adds (R15)."""

    id: str
    name: Sentence
    extra: dict[SessionLabel, Slot]
    behind_gate: bool = False


class PlyometricGate(Table):
    """Who may hop, and how much."""

    tiers: tuple[Tier, ...]
    calf_rung: RungNumber
    calf_reps: Count
    test: TestId
    test_score: Count
    pain_max: Count
    pain_days: Count
    not_in_first_weeks: Count
    contacts_start: Count
    contacts_step: Count
    contacts_max: Count
    phases: tuple[Phase, ...]


class Progress(Table):
    """How a decision becomes the next load, amount or rung; per cent of the load, kg, days, seconds."""

    load_step_lower_pct: Positive
    load_step_upper_pct: Positive
    load_step_max_pct: Positive
    smallest_step_kg: Positive
    first_load_pct: Positive
    easy_rpe: Effort
    rpe_9_load_pct: Annotated[float, Field(lt=0)]
    rpe_10_load_pct: Annotated[float, Field(lt=0)]
    cue_load_pct: Annotated[float, Field(lt=0)]
    modify_load_pct: Annotated[float, Field(ge=-30, le=-20)]
    away_load_pct: Annotated[float, Field(lt=0)]
    away_days: Count
    retest_after_away_days: Count
    progressing_per_session: Count
    good_score: Count
    good_pain_max: Count
    good_core_cautions_max: Count
    good_rpe_max: Effort
    good_rpe_max_learning: Effort
    sessions_apart_days: Count
    over_target: Count
    over_target_s: Count
    rep_step: Count
    hold_step_s: Count
    stop_rest_days: Count
    stops_to_refer: Count
    stops_within_days: Count
    new_rung_rpe_cap: Effort
    tier_load_max_pct: dict[Tier, Positive]


class DrillRule(Table):
    """A drill; left out while its ladder hurts, and an unsupported one until clearance."""

    name: Sentence
    dose: str
    minutes: Positive
    ladder: LadderId | None = None
    unsupported: bool = False


class Corrective(DrillRule):
    """What is tried for a fault: a cue, and a drill in the warm-up."""

    cue: Sentence


class FaultPattern(Corrective):
    """Faults of one set that together ask for something else than each alone."""

    faults: Annotated[frozenset[MeasureId], Field(min_length=2)]


class LikelyFault(Table):
    """From how many standard deviations beyond good a value without a grade is worth a cue."""

    least_sd: Positive


class FormBreak(Table):
    """What is said where the form was good but broke towards the end of a set; ``{count}`` repetitions."""

    cue: Sentence
    says: Annotated[Sentence, braces("count")]


class AnkleWork(DrillRule):
    """What is added where an ankle is stiff by the test; ``{knee}``, ``{value}`` and ``{limit}`` in cm."""

    test: TestId
    limited_below: Positive
    says: Annotated[Sentence, braces("knee", "value", "limit")]


class ActivationExercise(Table):
    """An exercise before easy runs."""

    ladder: LadderId
    top_rung: RungNumber
    sets: Count
    amount: Count


class ActivationRules(Table):
    """R14."""

    minutes: Positive
    rpe_cap: Annotated[int, Field(le=4)]
    exercises: tuple[ActivationExercise, ...]


class PlanRules(Table):
    """All of ``plan.toml``."""

    doses: dict[DoseClass, Dose]
    week: Week
    sessions: dict[SessionLabel, SessionRules]
    rhythm: Rhythm
    emphasis: Annotated[tuple[Emphasis, ...], Field(min_length=1)]
    plyometric_gate: PlyometricGate
    progress: Progress
    warm_up: tuple[DrillRule, ...]
    cool_down: tuple[DrillRule, ...]
    session_mobility: tuple[DrillRule, ...]
    circuit: tuple[DrillRule, ...]
    daily: tuple[DrillRule, ...]
    activation: ActivationRules
    correctives: dict[MeasureId, Corrective]
    patterns: tuple[FaultPattern, ...]
    likely_fault: LikelyFault
    form_break: FormBreak
    ankle: AnkleWork
    fault_words: dict[MeasureId, Annotated[Sentence, braces("value")]]
    exercise_words: dict[Exercise, Sentence]

    @model_validator(mode="after")
    def _whole(self) -> PlanRules:
        missing = {"A", "B", "C", "D", "I", "P"} - set(self.doses)
        if missing:
            raise ValueError(f"dose class {min(missing)} is missing under doses")
        high = max(dose.rpe[1] for dose in self.doses.values())
        if high > self.week.rpe_cap:
            raise ValueError(f"a dose class asks for RPE {high}, above week.rpe_cap {self.week.rpe_cap}")
        return self

    def test_name(self, exercise: Exercise) -> str:
        """Return what the baseline's test with an exercise is called in a sentence."""
        return f"{self.exercise_words.get(exercise, exercise)} test"

    def corrective(self, worst: str, faults: Set[str]) -> Corrective | None:
        """Return what to try for the ``worst`` of a set's ``faults``; a pattern goes before a single one."""
        for pattern in self.patterns:
            if worst in pattern.faults and pattern.faults <= faults:
                return pattern
        return self.correctives.get(worst)


@cache
def load_plan_rules(own: Path | None = None) -> PlanRules:
    """Return the plan's rules, with a person's ``own`` file laid over them.

    Raises
    ------
    CoachingFileError
        If a file is wrong; the message names file, line and why.
    """
    return load_table(PlanRules, FILE, own)
