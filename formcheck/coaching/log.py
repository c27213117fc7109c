"""The training log as data: what was done in each set, how it felt, and how it looked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from formcheck import validation
from formcheck.coaching.library import RUNGS, Library
from formcheck.coaching.log_form import SetForm
from formcheck.coaching.types import LADDER_IDS, LadderId
from formcheck.errors import InvalidDataError
from formcheck.names import SIDES, Exercise, Side


@dataclass(frozen=True)
class LoggedSet:
    """One set.

    Attributes
    ----------
    date : date
        Its day.
    ladder, rung : str, int
        What was done.
    side : str or None
        None for exercises on two feet.
    number : int
        From 1.
    target, done : int
        Repetitions, seconds or contacts, asked for and done.
    load_kg : float
        External load, 0 for body weight.
    rpe : float or None
        Effort 0…10.
    pain, pain_before, pain_next_morning : int or None
        0…10; `pain` during the set.
    sharp, limp : bool
        Whether the pain was sharp; whether the person limped or the leg gave way.
    self_rating : int or None
        Own rating of the form, 1 (poor) … 5 (very good).
    form : SetForm or None
        What the film says.
    easy : bool
        Whether it was meant to be easy (activation, recovery, a stand-in): it says nothing on progress.
    notes : str
        Anything.
    """

    date: date
    ladder: LadderId
    rung: int
    side: Side | None
    number: int
    target: int
    done: int
    load_kg: float = 0.0
    rpe: float | None = None
    pain: int = 0
    pain_before: int | None = None
    pain_next_morning: int | None = None
    sharp: bool = False
    limp: bool = False
    self_rating: int | None = None
    form: SetForm | None = None
    easy: bool = False
    notes: str = ""

    def __post_init__(self) -> None:
        validation.one_of("ladder", self.ladder, LADDER_IDS)
        validation.one_of("side", self.side, (*SIDES, None))
        _in_range("rung", self.rung, 0, RUNGS - 1)
        _in_range("set", self.number, 1, 99)
        _in_range("target", self.target, 1, 999)
        _in_range("done", self.done, 0, 999)
        _in_range("load_kg", self.load_kg, 0, 500)
        _in_range("rpe", self.rpe, 0, 10)
        _in_range("pain", self.pain, 0, 10)
        _in_range("pain_before", self.pain_before, 0, 10)
        _in_range("pain_next_morning", self.pain_next_morning, 0, 10)
        _in_range("self_rating", self.self_rating, 1, 5)

    @property
    def good_done(self) -> int:
        """What was done before the form broke."""
        broke = self.form.break_after if self.form else None
        return self.done if broke is None else min(self.done, broke)

    @property
    def pain24_rise(self) -> int:
        """Points by which pain was higher the next morning than before the session."""
        if self.pain_next_morning is None:
            return 0
        return self.pain_next_morning - (self.pain_before or 0)


@dataclass(frozen=True)
class LoggedDay:
    """How a day was as a whole: session effort 0…10 and minutes, soreness 0…10, sleep, running."""

    date: date
    session_rpe: float | None = None
    session_min: float | None = None
    soreness: int | None = None
    sleep_h: float | None = None
    run_km: float | None = None
    notes: str = ""

    def __post_init__(self) -> None:
        _in_range("session_rpe", self.session_rpe, 0, 10)
        _in_range("session_min", self.session_min, 0, 600)
        _in_range("soreness", self.soreness, 0, 10)
        _in_range("sleep_h", self.sleep_h, 0, 24)
        _in_range("run_km", self.run_km, 0, 300)


@dataclass(frozen=True)
class TrainingLog:
    """All sets and days, in the order of time."""

    sets: tuple[LoggedSet, ...] = ()
    days: tuple[LoggedDay, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "sets", tuple(sorted(self.sets, key=lambda s: s.date)))
        object.__setattr__(self, "days", tuple(sorted(self.days, key=lambda d: d.date)))

    @property
    def training_days(self) -> tuple[date, ...]:
        """Days with a set, each once."""
        return tuple(sorted({each.date for each in self.sets}))

    @property
    def strength_days(self) -> tuple[date, ...]:
        """Days with a set that was not meant to be easy, each once."""
        return tuple(sorted({each.date for each in self.sets if not each.easy}))

    def until(self, day: date) -> TrainingLog:
        """Return the log of the days before ``day``."""
        if all(entries[-1].date < day for entries in (self.sets, self.days) if entries):
            return self
        return TrainingLog(
            tuple(s for s in self.sets if s.date < day), tuple(d for d in self.days if d.date < day)
        )

    def sessions(self, ladder: LadderId) -> tuple[tuple[LoggedSet, ...], ...]:
        """Return the sets of ``ladder`` that were not meant to be easy, one tuple a day, the latest first."""
        return self._sessions.get(ladder, ())

    @cached_property
    def _sessions(self) -> dict[LadderId, tuple[tuple[LoggedSet, ...], ...]]:
        by_day: dict[LadderId, dict[date, list[LoggedSet]]] = {}
        for each in self.sets:
            if not each.easy:
                by_day.setdefault(each.ladder, {}).setdefault(each.date, []).append(each)
        return {
            ladder: tuple(tuple(days[day]) for day in sorted(days, reverse=True))
            for ladder, days in by_day.items()
        }

    def easy_since(self, ladder: LadderId, day: date) -> tuple[LoggedSet, ...]:
        """Return the easy sets of ``ladder`` from ``day`` on; they say nothing on progress, but on pain."""
        return tuple(s for s in self.sets if s.ladder == ladder and s.easy and s.date >= day)

    def run_km(self, monday: date) -> float:
        """Return the kilometres run in the week from ``monday``."""
        return sum(d.run_km or 0.0 for d in self.days if 0 <= (d.date - monday).days < 7)

    def form_drops(self, day: date, points: int, sessions: int) -> str:
        """Return the ladders whose score fell by ``points`` at the same rung and load, by name.

        Compared are the last ``sessions`` filmed sessions before ``day`` with the one before them.
        """
        names = []
        past = self.until(day)
        for ladder in LADDER_IDS:
            scores = _comparable_scores(past.sessions(ladder))
            if len(scores) > sessions and all(
                scores[sessions] - score >= points for score in scores[:sessions]
            ):
                names.append(ladder.replace("_", " "))
        return ", ".join(names)


def weekly_load(log: TrainingLog, monday: date) -> float:
    """Return the week's sum of session effort × minutes (session RPE method, Foster 2001)."""
    week = [d for d in log.days if 0 <= (d.date - monday).days < 7]
    return sum((d.session_rpe or 0.0) * (d.session_min or 0.0) for d in week)


def attach_forms(
    log: TrainingLog,
    day: date,
    forms: Iterable[tuple[Exercise, Side | None, SetForm]],
    library: Library,
) -> TrainingLog:
    """Return the log with each form attached to that day's last set of the exercise and side.

    A form without a set to attach it to changes nothing, nor does one that could not be judged where there
    is one that could: a film from the side does not undo that from the front.
    """
    sets: list[LoggedSet] = list(log.sets)
    for exercise, side, form in forms:
        fitting = [
            i
            for i, each in enumerate(sets)
            if each.date == day
            and library[each.ladder].rungs[each.rung].filmed_as == exercise
            and (side is None or each.side in (side, None))
        ]
        if fitting:
            known = sets[fitting[-1]].form
            if form.judged or known is None or not known.judged:
                sets[fitting[-1]] = replace(sets[fitting[-1]], form=form)
    return TrainingLog(tuple(sets), log.days)


def _comparable_scores(sessions: Sequence[tuple[LoggedSet, ...]]) -> list[int]:
    """Return the worst score of each session at the rung and load of the latest one, the latest first."""
    scores: list[int] = []
    for sets in sessions:
        if (sets[0].rung, sets[0].load_kg) != (sessions[0][0].rung, sessions[0][0].load_kg):
            break
        filmed = [s.form.score for s in sets if s.form is not None and s.form.score is not None]
        if filmed:
            scores.append(min(filmed))
    return scores


def _in_range(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise InvalidDataError(f"{name}: expected {low:g} to {high:g}, came {value:g}.")


def monday_of(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.weekday())
