"""A season of one made-up runner: plan, train, log, plan again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from benchmarks.coaching.rules import broken_between, broken_in_week
from benchmarks.coaching.runners import Runner
from formcheck.coaching.assessment_types import Assessment
from formcheck.coaching.log import LoggedDay, LoggedSet, TrainingLog
from formcheck.coaching.plan import make_plan
from formcheck.coaching.plan_types import PlanRequest, WeekPlan

MONDAY = date(2026, 9, 7)
WEEKS = 16


@dataclass(frozen=True)
class SimulatedWeek:
    """A week with its plan, what was logged until its end, and the rules it broke."""

    plan: WeekPlan
    assessment: Assessment
    log: TrainingLog
    ability: dict[str, float]
    broken: tuple[str, ...]


def season(runner: Runner, weeks: int = WEEKS, monday: date = MONDAY) -> Iterator[SimulatedWeek]:
    """Yield the weeks of a season; the tests are repeated when the plan asks for it."""
    assessment = runner.assess(monday)
    log = TrainingLog()
    before: WeekPlan | None = None
    for week in range(weeks):
        start = monday + timedelta(weeks=week)
        if before is not None and before.retest_on <= start and not runner.misses(start):
            assessment = runner.assess(start - timedelta(days=1))
        request = PlanRequest(
            assessment,
            start,
            days=runner.days,
            runs=runner.runs,
            races=runner.races,
            equipment=runner.equipment,
            body_mass_kg=runner.body_mass_kg,
            training_since=monday,
            log=log,
        )
        plan = make_plan(request)
        broken = broken_in_week(plan, request)
        if before is not None:
            broken += broken_between(before, plan, log)
        log = _trained(runner, plan, log)
        yield SimulatedWeek(plan, assessment, log, dict(runner.ability), tuple(broken))
        before = plan


def _trained(runner: Runner, plan: WeekPlan, log: TrainingLog) -> TrainingLog:
    sets: list[LoggedSet] = list(log.sets)
    days: list[LoggedDay] = list(log.days)
    for session in plan.sessions:
        if not runner.misses(session.date):
            sets += runner.train(session)
            days.append(runner.day(session))
    return TrainingLog(tuple(sets), tuple(days))
