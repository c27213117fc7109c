"""Which days of the week get a strength session, around the runs and the races (R1–R3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Final

from formcheck.coaching.plan_types import HARD_RUNS, WEEKDAYS, PlanRequest, RunKind
from formcheck.coaching.season import (
    PhaseRules,
    SeasonRules,
    days_since_race,
    days_to_race,
    phase_on,
    week_phase,
)

# What a day costs: best after an easy run, then with a hard run behind one, then on a free day.
_COST: Final[Mapping[RunKind | None, float]] = {"easy": 0.0, "key": 1.0, None: 1.5, "long": 3.0}


@dataclass(frozen=True)
class ChosenDays:
    """The days, and why there are not more (empty where there are as many as wished)."""

    dates: tuple[date, ...]
    reason: str = ""


def phase_of_day(day: date, request: PlanRequest, season: SeasonRules) -> PhaseRules:
    """Return the rules of the day's phase; the request may set one phase for the whole week."""
    return season.phases[request.phase or phase_on(day, request.races, season)]


def choose_days(request: PlanRequest, wished: int, season: SeasonRules, spacing_days: int) -> ChosenDays:
    """Return up to ``wished`` days, as many as the rules allow, best placed around the runs.

    Deterministic: of the sets of days with the most sessions, the one with the lowest cost, and of equals
    the earliest.
    """
    allowed = [
        day for day in week_days(request.week_start) if day_is_allowed(day, request, season, spacing_days)
    ]
    for count in range(wished, 0, -1):
        fitting = [
            days for days in combinations(allowed, count) if _fits(days, request, season, spacing_days)
        ]
        if fitting:
            best = min(fitting, key=lambda days: (_cost(days, request, season), days))
            return ChosenDays(best, "" if count == wished else _why_fewer(count, wished))
    return ChosenDays((), _why_fewer(0, wished) if wished else "")


def week_days(monday: date) -> tuple[date, ...]:
    """Return the seven days from ``monday``."""
    return tuple(monday + timedelta(days=k) for k in range(7))


def day_is_allowed(day: date, request: PlanRequest, season: SeasonRules, spacing_days: int) -> bool:
    """Return whether a session may lie on ``day`` at all, whatever the other days hold."""
    if request.runs.get((day.weekday() + 1) % 7) in HARD_RUNS:
        return False
    trained = [done for done in request.log.strength_days if done < request.week_start]
    if trained and (day - trained[-1]).days < spacing_days:
        return False
    if day in request.races or day + timedelta(days=1) in request.races:
        return False
    rules = phase_of_day(day, request, season)
    ahead, behind = days_to_race(day, request.races), days_since_race(day, request.races)
    early_enough = ahead is None or ahead >= rules.days_before_race
    return early_enough and (behind is None or behind >= rules.days_after_race)


def _fits(days: Sequence[date], request: PlanRequest, season: SeasonRules, spacing_days: int) -> bool:
    """Return whether the days lie far enough apart, round the week too, and no phase has too many."""
    if min(_gaps(days)) < spacing_days:
        return False
    rules = [phase_of_day(day, request, season) for day in days]
    return all(rules.count(each) <= each.sessions[1] for each in rules)


def _cost(days: Sequence[date], request: PlanRequest, season: SeasonRules) -> float:
    gaps = _gaps(days)
    kind = season.phases[request.phase or week_phase(request.week_start, request.races, season)].kind
    strange = sum(phase_of_day(day, request, season).kind != kind for day in days)
    runs = sum(_COST[request.runs.get(day.weekday())] for day in days)
    return runs + (max(gaps) - min(gaps)) + 2 * strange


def _gaps(days: Sequence[date]) -> list[int]:
    """Return the days from each to the next, and from the last to the first of a week like this one."""
    return [*((later - day).days for day, later in pairwise(days)), 7 - (days[-1] - days[0]).days]


def _why_fewer(count: int, wished: int) -> str:
    had = "No day" if count == 0 else "Only one day" if count == 1 else f"Only {count} days"
    what = "the session" if wished == 1 else f"the {wished} sessions"
    return (
        f"{had} could be found for {what} of this week: none may lie next to another, on the day before a "
        "hard or long run, or too close to a race."
    )


def when_on(day: date, runs: Mapping[int, RunKind], gap_h: int) -> str:
    """Return at what time of the day the session fits best."""
    run = runs.get(day.weekday())
    if run == "easy":
        return "After the easy run, or at another time of the day."
    if run in HARD_RUNS:
        return f"At least {gap_h} hours after the {'hard' if run == 'key' else 'long'} run."
    return f"At any time on {WEEKDAYS[day.weekday()]}."
