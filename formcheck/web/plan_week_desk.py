"""A week on the page: what was wished for, what is to be done, what follows from it. No page code."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from formcheck.coaching.assessment_types import Assessment
from formcheck.coaching.decision_table import load_decisions
from formcheck.coaching.library import EQUIPMENT, load_library
from formcheck.coaching.log import LoggedDay, LoggedSet, TrainingLog
from formcheck.coaching.plan import make_plan
from formcheck.coaching.plan_context import Circumstances
from formcheck.coaching.plan_progress import standings
from formcheck.coaching.plan_rules import load_plan_rules
from formcheck.coaching.plan_standing import Standing
from formcheck.coaching.plan_types import (
    USUAL_RUNS,
    WEEKDAYS,
    PlanRequest,
    Prescription,
    RunKind,
    Session,
    WeekPlan,
)
from formcheck.coaching.plan_week import week_state
from formcheck.coaching.season import days_to_race, load_season_rules
from formcheck.coaching.types import LadderId
from formcheck.errors import UsageError
from formcheck.names import SIDES, Side, other
from formcheck.records.columns import Document
from formcheck.reports import texts
from formcheck.web.plan_notebook import KeptSet
from formcheck.web.words import say

SCHEMA: Final = "formcheck.athlete/1"
USUAL_EQUIPMENT: Final = ("step", "dumbbell", "band", "mini_band")
LEAST_KG: Final = 25.0
MOST_KG: Final = 250.0
"""Of body mass."""
MORNING_DAYS: Final = 3
"""How long after a session the page asks for the pain of the morning after."""


class Wishes(BaseModel):
    """What a person wants of a week."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    days: Literal[2, 3] = 2
    runs: dict[Annotated[int, Field(ge=0, le=6)], RunKind] = Field(default_factory=lambda: dict(USUAL_RUNS))
    race: datetime.date | None = None
    equipment: tuple[str, ...] = USUAL_EQUIPMENT
    body_mass_kg: Annotated[float, Field(ge=LEAST_KG, le=MOST_KG)] | None = None
    bone_stress_recent: bool = False
    experienced: bool = False

    def document(self) -> Document:
        """Return it as the records keep it."""
        return {"schema": SCHEMA, **self.model_dump(mode="json")}


def wishes_of(document: Document) -> Wishes | None:
    """Return the wishes in a document; None if it holds none that can be read."""
    try:
        return Wishes.model_validate(document) if document else None
    except ValidationError:
        return None


def runs_of(days: Mapping[RunKind, Iterable[int]]) -> dict[int, RunKind]:
    """Return weekday → kind of run.

    Raises
    ------
    UsageError
        If a day has two kinds.
    """
    found: dict[int, RunKind] = {}
    for kind, weekdays in days.items():
        for day in weekdays:
            if day in found:
                raise UsageError(say("plan.two_runs", day=WEEKDAYS[day]))
            found[day] = kind
    return found


@dataclass(frozen=True)
class SetToDo:
    """A set of a prescription."""

    side: Side | None
    number: int


@dataclass(frozen=True)
class Done:
    """What a person says of the sets they ticked off; see `LoggedSet`."""

    amount: int
    load_kg: float = 0.0
    effort: float | None = None
    pain: int = 0
    pain_before: int | None = None
    sharp: bool = False
    limp: bool = False
    looked: int | None = None


@dataclass(frozen=True)
class Week:
    """One week of one person.

    Attributes
    ----------
    baseline : Assessment
        The latest.
    wishes : Wishes
        What the week is to look like.
    start : date
        Its Monday.
    kept : tuple of KeptSet
        The sets of the whole training log.
    days : tuple of LoggedDay
        Its days.
    """

    baseline: Assessment
    wishes: Wishes
    start: datetime.date
    kept: tuple[KeptSet, ...] = ()
    days: tuple[LoggedDay, ...] = ()

    @cached_property
    def log(self) -> TrainingLog:
        """The training log."""
        return TrainingLog(tuple(each.set for each in self.kept), self.days)

    @cached_property
    def plan(self) -> WeekPlan:
        """The plan; it rests on the log before this week, so that it stays the same all week."""
        return make_plan(self._request)

    @property
    def _request(self) -> PlanRequest:
        wishes = self.wishes
        return PlanRequest(
            assessment=self.baseline,
            week_start=self.start,
            days=wishes.days,
            runs=wishes.runs,
            races=(wishes.race,) if wishes.race else (),
            equipment=frozenset(wishes.equipment) & frozenset(EQUIPMENT),
            body_mass_kg=wishes.body_mass_kg,
            log=self.log,
            bone_stress_recent=wishes.bone_stress_recent,
            experienced=wishes.experienced,
        )

    def day_of(self, session: Session, today: datetime.date) -> datetime.date:
        """Return the day that a session was done on, as the log has it; else its own, or today if earlier."""
        later = [each.date for each in self.plan.sessions if each.date > session.date]
        end = min(later, default=self.start + datetime.timedelta(days=7))
        logged = [each.set.date for each in self.kept if session.date <= each.set.date < end]
        return min(logged, default=min(session.date, today))

    def logged(self, exercise: Prescription, day: datetime.date) -> tuple[KeptSet, ...]:
        """Return the sets of an exercise that were logged on a day."""
        wanted = (day, exercise.ladder, exercise.rung)
        return tuple(k for k in self.kept if (k.set.date, k.set.ladder, k.set.rung) == wanted)

    def to_do(self, exercise: Prescription, day: datetime.date) -> tuple[SetToDo, ...]:
        """Return the sets of an exercise that are not logged yet."""
        done = {made_as(each) for each in self.logged(exercise, day)}
        return tuple(each for each in sets_of(exercise) if each not in done)

    def is_done(self, session: Session, day: datetime.date) -> bool:
        """Return whether every set of a session is logged."""
        exercises = session.exercises
        return bool(exercises) and not any(self.to_do(each, day) for each in exercises)

    def after(self, ladder: LadderId, day: datetime.date) -> Standing | None:
        """Return what follows on a ladder from the log up to ``day``; None before its first session."""
        rules, library = load_plan_rules(), load_library()
        request = self._request
        state = week_state(request, library, rules, load_season_rules(), load_decisions())
        now = Circumstances(
            today=day + datetime.timedelta(days=1),
            phase="deload" if state.deload else state.phase,
            tier=self.baseline.tier or "foundation",
            scores=dict(state.scores),
            body_mass_kg=request.body_mass_kg,
            days_to_race=days_to_race(day, request.races),
            red_flag=self.baseline.screening.red_flag,
        )
        found = standings(
            self.baseline,
            self.log,
            now,
            library=library,
            rules=rules,
            equipment=request.equipment,
            pain_now={},
        )[ladder]
        return found if found.decision is not None else None

    def mornings(self, today: datetime.date) -> tuple[KeptSet, ...]:
        """Return the sets of the last session before today whose next morning is not known, if recent."""
        before = [each for each in self.kept if each.set.date < today]
        last = max((each.set.date for each in before), default=None)
        if last is None or (today - last).days > MORNING_DAYS:
            return ()
        open_ = [each for each in before if each.set.date == last]
        return tuple(each for each in open_ if each.set.pain_next_morning is None)


def sets_of(exercise: Prescription) -> tuple[SetToDo, ...]:
    """Return the sets of a prescription in their order: the first side first, the weaker one's last."""
    sides: Sequence[Side | None] = (None,)
    if exercise.per_side:
        first = exercise.first_side or SIDES[0]
        sides = (first, other(first))
    sets = [SetToDo(side, number + 1) for number in range(exercise.sets) for side in sides]
    if exercise.extra_set_side is not None:
        sets.append(SetToDo(exercise.extra_set_side, exercise.sets + 1))
    return tuple(sets)


def made_as(kept: KeptSet) -> SetToDo:
    """Return which set of its prescription a logged set was."""
    return SetToDo(kept.set.side, kept.set.number)


def set_name(each: SetToDo) -> str:
    """Return how a set stands in lists."""
    if each.side is None:
        return say("plan.set_one", number=each.number)
    return say("plan.set_side", side=texts.side_word(each.side).capitalize(), number=each.number)


def made_sets(
    exercise: Prescription, sets: Iterable[SetToDo], day: datetime.date, done: Done
) -> list[LoggedSet]:
    """Return ticked-off sets as the log keeps them.

    Raises
    ------
    InvalidDataError
        If a number cannot be.
    """
    return [
        LoggedSet(
            date=day,
            ladder=exercise.ladder,
            rung=exercise.rung,
            side=each.side,
            number=each.number,
            target=exercise.amount,
            done=done.amount,
            load_kg=done.load_kg,
            rpe=done.effort,
            pain=done.pain,
            pain_before=done.pain_before,
            sharp=done.sharp,
            limp=done.limp,
            self_rating=done.looked,
            easy=exercise.easy,
        )
        for each in sets
    ]
