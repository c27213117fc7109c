"""What the plan is made from and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from formcheck.coaching.assessment_types import Assessment
from formcheck.coaching.library import EQUIPMENT
from formcheck.coaching.log import TrainingLog, monday_of
from formcheck.coaching.plan_rules import BlockKind, SessionLabel, Unit
from formcheck.coaching.season import SEASON_PHASES, Deload, SeasonPhase, SessionKind
from formcheck.coaching.types import Decision, LadderId
from formcheck.errors import InvalidDataError, UsageError
from formcheck.names import Side
from formcheck.validation import is_plausible

RunKind = Literal["easy", "key", "long"]
RUN_KINDS: Final[tuple[RunKind, ...]] = ("easy", "key", "long")
HARD_RUNS: Final[frozenset[RunKind]] = frozenset({"key", "long"})
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
USUAL_RUNS: Final[Mapping[int, RunKind]] = {1: "key", 3: "easy", 6: "long"}
"""Tuesday hard, Thursday easy, Sunday long: for people who do not say."""


@dataclass(frozen=True)
class PlanRequest:
    """Everything a week's plan rests on.

    Attributes
    ----------
    assessment : Assessment
        The latest baseline.
    week_start : date
        The Monday of the week to plan.
    days : int
        Strength days wanted, 2 or 3.
    runs : mapping of int to str
        Weekday (0 Monday) to ``easy``, ``key`` or ``long``.
    races : tuple of date
        A-races, of the past too.
    phase : str or None
        Overrides the phase that the races give.
    equipment : frozenset of str
        Beside household things; of `formcheck.coaching.library.EQUIPMENT`.
    body_mass_kg : float or None
        For loads; without it the first load is found by feel.
    training_since : date or None
        First day of the programme; if not given, of the log, else the Monday after the tests.
    log : TrainingLog
        What was done until now.
    pain_now : mapping of str to int
        Pain today, 0…10, by ladder.
    red_flag : bool
        A safety question was answered with yes since the assessment.
    deload : str
        ``auto``, ``yes`` or ``no``.
    bone_stress_recent : bool
        A bone stress injury in the last six months.
    experienced : bool
        Used to strength training: no first weeks with fewer sets.
    """

    assessment: Assessment
    week_start: date
    days: int = 2
    runs: Mapping[int, RunKind] = field(default_factory=lambda: dict(USUAL_RUNS))
    races: tuple[date, ...] = ()
    phase: SeasonPhase | None = None
    equipment: frozenset[str] = frozenset(EQUIPMENT)
    body_mass_kg: float | None = None
    training_since: date | None = None
    log: TrainingLog = field(default_factory=TrainingLog)
    pain_now: Mapping[LadderId, int] = field(default_factory=dict)
    red_flag: bool = False
    deload: Literal["auto", "yes", "no"] = "auto"
    bone_stress_recent: bool = False
    experienced: bool = False

    def __post_init__(self) -> None:
        if self.days not in (2, 3):
            raise UsageError(f"{self.days} strength days a week cannot be planned: choose 2 or 3.")
        if self.week_start != monday_of(self.week_start):
            raise InvalidDataError(f"week_start: expected a Monday, came {self.week_start:%A %d %B %Y}.")
        for day in (self.week_start, *self.races, *([self.training_since] if self.training_since else ())):
            if not is_plausible(day):
                raise UsageError(
                    f"{day} is not a day of training that can be planned with: correct the year."
                )
        if self.phase is not None and self.phase not in SEASON_PHASES:
            raise UsageError(f"'{self.phase}' is not a known phase: use one of {', '.join(SEASON_PHASES)}.")
        unknown = sorted(self.equipment - set(EQUIPMENT))
        if unknown:
            raise UsageError(f"'{unknown[0]}' is not known equipment: use some of {', '.join(EQUIPMENT)}.")
        if self.body_mass_kg is not None and not 25 <= self.body_mass_kg <= 250:
            raise UsageError(f"A body mass of {self.body_mass_kg:g} kg is not likely: give it in kilograms.")

    @property
    def since(self) -> date:
        """First day of the programme: as told, of the log, or the Monday from the tests on."""
        if self.training_since is not None:
            return self.training_since
        if self.log.strength_days:
            return self.log.strength_days[0]
        tests = self.assessment.date
        return min(tests + timedelta(days=-tests.weekday() % 7), self.week_start)

    @property
    def weeks_done(self) -> int:
        """Whole weeks between the programme's first Monday and this week."""
        return max((self.week_start - monday_of(self.since)).days // 7, 0)


@dataclass(frozen=True)
class Drill:
    """A drill of the warm-up, the mobility or the cool-down."""

    name: str
    dose: str
    reason: str = ""


@dataclass(frozen=True)
class Prescription:
    """One exercise of a session.

    Attributes
    ----------
    ladder, rung, code, name : str, int, str, str
        What: ``step_down``, 3, ``SD3``, the exercise's name.
    sets, amount, unit : int, int, str
        How much; the unit is ``reps``, ``s`` or ``contacts``, per side where `per_side`.
    extra_set_side : str or None
        The weaker side's additional set.
    first_side : str or None
        The side to start with, whose repetitions the other matches.
    tempo : (int, int, int) or None
        Lowering – pause – lifting, seconds.
    rest_s, rpe_cap : int
        Rest between sets; effort never above this.
    load_kg : float or None
        External load; 0 for body weight; None where it is to be found by feel.
    load_held, cue, film : str
        How the load is held; one cue; where the camera stands (empty if not filmed).
    box_cm : float or None
        Height of the step.
    easy : bool
        Says nothing on progress (activation, recovery, a stand-in for something that hurts).
    decision : Decision or None
        The decision that led here; None before the first session.
    reasons : tuple of str
        Whole sentences.
    """

    ladder: LadderId
    rung: int
    code: str
    name: str
    sets: int
    amount: int
    unit: Unit
    per_side: bool
    rest_s: int
    rpe_cap: int
    extra_set_side: Side | None = None
    first_side: Side | None = None
    tempo: tuple[int, int, int] | None = None
    load_kg: float | None = 0.0
    load_held: str = ""
    cue: str = ""
    film: str = ""
    box_cm: float | None = None
    easy: bool = False
    decision: Decision | None = None
    reasons: tuple[str, ...] = ()

    @property
    def hard_sets(self) -> int:
        """Sets with the weaker side's additional one."""
        return self.sets + (self.extra_set_side is not None)


@dataclass(frozen=True)
class Block:
    """A part of a session, with the minutes it takes."""

    kind: BlockKind
    minutes: float
    drills: tuple[Drill, ...] = ()
    exercises: tuple[Prescription, ...] = ()


@dataclass(frozen=True)
class Session:
    """A strength session, an activation in race week, or an easy session after a race."""

    date: date
    kind: SessionKind
    label: SessionLabel | None
    title: str
    blocks: tuple[Block, ...]
    rpe_cap: int
    when: str
    reasons: tuple[str, ...] = ()

    @property
    def exercises(self) -> tuple[Prescription, ...]:
        """All exercises, in their order."""
        return tuple(each for block in self.blocks for each in block.exercises)

    @property
    def minutes(self) -> int:
        """How long it takes, about."""
        return round(sum(block.minutes for block in self.blocks))

    @property
    def hard_sets(self) -> int:
        """Sets of all exercises."""
        return sum(each.hard_sets for each in self.exercises)


@dataclass(frozen=True)
class Routine:
    """Mobility or activation outside the sessions."""

    dates: tuple[date, ...]
    minutes: int
    drills: tuple[Drill, ...] = ()
    exercises: tuple[Prescription, ...] = ()


@dataclass(frozen=True)
class WeekPlan:
    """A week: sessions, mobility, activation, and why.

    Attributes
    ----------
    person : str or None
        The person's code.
    week_start : date
        Monday.
    phase : str
        Of the season.
    phase_says, emphasis : str
        What the phase is about; what this block of weeks stresses.
    deload : Deload
        Whether the week is a lighter one.
    runs : mapping of int to str
        The runs it is built around.
    races : tuple of date
        Races of the week.
    sessions : tuple of Session
        In order of time.
    circuit, activation, daily : Routine
        Weekly mobility circuit; before easy runs; a short one for every day.
    retest_on : date
        When the tests are due again.
    reasons : tuple of str
        Whole sentences on the week as a whole.
    stop : str
        Why there is no training at all; empty otherwise.
    """

    person: str | None
    week_start: date
    phase: SeasonPhase
    phase_says: str
    emphasis: str
    deload: Deload
    runs: Mapping[int, RunKind]
    races: tuple[date, ...]
    sessions: tuple[Session, ...]
    circuit: Routine
    activation: Routine
    daily: Routine
    retest_on: date
    reasons: tuple[str, ...] = ()
    stop: str = ""
