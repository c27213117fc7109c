"""The season: which phase a day lies in, what a phase allows, and when a lighter week is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from formcheck.coaching.library import Sentence
from formcheck.coaching.log import TrainingLog
from formcheck.coaching.plan_rules import Count, Effort, Positive, Span
from formcheck.coaching.toml_tables import Table, load_table

FILE: Final = Path(__file__).with_name("season.toml")

SeasonPhase = Literal["off_season", "base", "race_approach", "taper", "race_week", "post_race"]
SEASON_PHASES: Final[tuple[SeasonPhase, ...]] = (
    "off_season", "base", "race_approach", "taper", "race_week", "post_race",
)  # fmt: skip
SessionKind = Literal["strength", "activation", "recovery"]
Share = Annotated[float, Field(gt=0, le=1)]


class Limits(Table):
    """Where the phases begin, days to or from a race."""

    race_week_days: Count
    taper_days: Count
    race_approach_days: Count
    post_race_days: Count


class PhaseRules(Table):
    """What a phase allows; ``volume`` is the share of sets, ``amount`` of repetitions."""

    name: Sentence
    sessions: Span
    volume: Share
    amount: Share = 1.0
    rpe_cap: Effort
    kind: SessionKind = "strength"
    days_before_race: Count = 0
    days_after_race: Count = 0
    session_max_min: Positive | None = None
    says: Sentence


class DeloadRules(Table):
    """The planned lighter week."""

    every_weeks: Annotated[int, Field(ge=4, le=6)]
    sets: Annotated[float, Field(ge=0.5, le=0.75)]
    rpe_cap: Effort
    skip_after_missed_days: Count
    says: Sentence


class ReactiveRules(Table):
    """The signs of a lighter week that is needed now, and how many of them it takes."""

    needs: Count
    session_rpe: Effort
    session_rpe_times: Count
    within_days: Count
    form_drop: Count
    form_drop_sessions: Count
    soreness: Count
    sleep_h: Positive
    sleep_nights: Count
    run_increase_pct: Positive


class SeasonRules(Table):
    """All of ``season.toml``."""

    limits: Limits
    phases: dict[SeasonPhase, PhaseRules]
    deload: DeloadRules
    reactive: ReactiveRules

    def rests(self, phase: SeasonPhase) -> bool:
        """Return whether a phase is as light as a lighter week by itself: it needs none and counts as one."""
        rules = self.phases[phase]
        return rules.kind != "strength" or rules.volume * rules.amount <= self.deload.sets


@cache
def load_season_rules(own: Path | None = None) -> SeasonRules:
    """Return the season's rules, with a person's ``own`` file laid over them.

    Raises
    ------
    CoachingFileError
        If a file is wrong; the message names file, line and why.
    """
    return load_table(SeasonRules, FILE, own)


def days_to_race(day: date, races: Sequence[date]) -> int | None:
    """Return the days from ``day`` to the next race, 0 on its day; None without one."""
    return min(((race - day).days for race in races if race >= day), default=None)


def days_since_race(day: date, races: Sequence[date]) -> int | None:
    """Return the days since the last race before ``day``; None without one."""
    return min(((day - race).days for race in races if race < day), default=None)


def phase_on(day: date, races: Sequence[date], rules: SeasonRules) -> SeasonPhase:
    """Return the phase that ``day`` lies in.

    The days before a race go first, then the rest after one. With no race to come it is the off-season after
    a race of the past, and base for somebody who has not named any.
    """
    limits = rules.limits
    ahead, behind = days_to_race(day, races), days_since_race(day, races)
    if ahead is not None and ahead <= limits.race_week_days:
        return "race_week"
    if behind is not None and behind <= limits.post_race_days:
        return "post_race"
    if ahead is None:
        return "base" if behind is None else "off_season"
    if ahead <= limits.taper_days:
        return "taper"
    return "race_approach" if ahead <= limits.race_approach_days else "base"


def week_phase(week_start: date, races: Sequence[date], rules: SeasonRules) -> SeasonPhase:
    """Return the phase of the week's Thursday, in which most of its days lie."""
    return phase_on(week_start + timedelta(days=3), races, rules)


@dataclass(frozen=True)
class Deload:
    """Whether the week is a lighter one, and why or why not (whole sentences)."""

    kind: Literal["none", "planned", "reactive"]
    reasons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.kind != "none"


def deload_for(
    week_start: date, training_since: date, log: TrainingLog, races: Sequence[date], rules: SeasonRules
) -> Deload:
    """Return whether the week from ``week_start`` is a lighter one: by the calendar or by its signs.

    Parameters
    ----------
    week_start : date
        A Monday.
    training_since : date
        First day of the programme.
    log : TrainingLog
        What was done until now.
    """
    if rules.rests(week_phase(week_start, races, rules)):
        return Deload("none")
    signs = reactive_signs(week_start, log, rules)
    if len(signs) >= rules.reactive.needs:
        return Deload("reactive", signs)
    count = _weeks_since_rest(week_start, training_since, log, races, rules)
    if count >= rules.deload.every_weeks:
        return Deload("planned", (f"It is week {count} since the last lighter one.",))
    return Deload("none")


def _weeks_since_rest(
    week_start: date, since: date, log: TrainingLog, races: Sequence[date], rules: SeasonRules
) -> int:
    """Return which week without rest this is, from 1: rest is a lighter week, a race, or missed days."""
    monday = since - timedelta(days=since.weekday())
    count = 0
    while monday <= week_start:
        before = monday - timedelta(days=7)
        tired = len(reactive_signs(before, log, rules)) >= rules.reactive.needs
        rested = count == rules.deload.every_weeks or tired
        missed = _missed_days(monday, log) >= rules.deload.skip_after_missed_days
        light = rules.rests(week_phase(monday, races, rules))
        count = 0 if light else 1 if rested or missed else count + 1
        monday += timedelta(days=7)
    return count


def _missed_days(monday: date, log: TrainingLog) -> int:
    """Return the days without training before ``monday`` beyond the three that lie between sessions."""
    earlier = [day for day in log.training_days if day < monday]
    return (monday - earlier[-1]).days - 1 - 3 if earlier else 0


def reactive_signs(week_start: date, log: TrainingLog, rules: SeasonRules) -> tuple[str, ...]:
    """Return the signs of the last week that a lighter one is needed, one sentence each."""
    limits = rules.reactive
    recent = [d for d in log.days if 0 < (week_start - d.date).days <= limits.within_days]
    signs = []
    hard = [d for d in recent if d.session_rpe is not None and d.session_rpe >= limits.session_rpe]
    if len(hard) >= limits.session_rpe_times:
        signs.append(
            f"Sessions felt {limits.session_rpe} of 10 or harder on {len(hard)} days of the last week."
        )
    if any(d.soreness is not None and d.soreness >= limits.soreness for d in recent):
        signs.append(f"Soreness the day after was {limits.soreness} of 10 or more.")
    nights = [d for d in recent if d.sleep_h is not None and d.sleep_h < limits.sleep_h]
    if len(nights) >= limits.sleep_nights:
        signs.append(f"You slept less than {limits.sleep_h:g} hours on {len(nights)} nights.")
    now, before = (log.run_km(week_start - timedelta(days=7 * k)) for k in (1, 2))
    if before > 0 and now >= before * (1 + limits.run_increase_pct / 100):
        signs.append(f"You ran {now:.0f} km after {before:.0f} km the week before.")
    dropped = log.form_drops(week_start, limits.form_drop, limits.form_drop_sessions)
    if dropped:
        signs.append(f"The form score fell by {limits.form_drop} or more at the same weight ({dropped}).")
    return tuple(signs)
