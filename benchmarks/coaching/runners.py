"""Made-up runners: what they can do, how they answer to training, and what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from formcheck.coaching.assessment_types import Assessment, BaselineTest, SideResult
from formcheck.coaching.baseline_rules import load_baseline_rules
from formcheck.coaching.library import EQUIPMENT, Library, load_library
from formcheck.coaching.log import LoggedDay, LoggedSet
from formcheck.coaching.log_form import SetForm
from formcheck.coaching.plan_types import Prescription, RunKind, Session
from formcheck.coaching.start import start_rungs
from formcheck.coaching.types import LADDER_IDS, TEST_IDS, LadderId, Screening, TestId, Tier
from formcheck.names import SIDES, Side
from formcheck.scoring.types import Estimate

LIBRARY: Library = load_library()
TESTS: dict[TestId, LadderId] = {
    "T1": "hip_rotators", "T2": "hinge", "T3": "hinge", "T4": "step_down", "T5": "lunge", "T6": "bridge",
}  # fmt: skip
FAULT = {"hinge": "hip_opening_deg", "step_up": "pelvic_drop_deg", "step_down": "pelvic_drop_deg"}
FAULT |= {"lunge": "kmd_foot_pct", "bridge": "pelvic_tilt_deg"}
LIMIT = {"hip_opening_deg": 15, "pelvic_drop_deg": 12, "kmd_foot_pct": 12, "pelvic_tilt_deg": 10}
DOUBTFUL = frozenset({"step_up", "step_down", "lunge"})
"""Ladders of whose films a main measure is often too uncertain to grade."""
PER_RUNG_PCT = 25.0
"""By how many per cent of body mass of load a rung grows as hard as the next one."""


@dataclass
class Runner:
    """A made-up runner; ``ability`` is the rung that is just right, by ladder.

    ``weak_side`` is short of ``side_gap`` rungs there; ``gain`` is what a session adds; ``pain_rate`` is the
    chance of pain in a set of an exercise that is too hard; ``miss_rate`` that of a missed session;
    ``doubt_rate`` that of a film from the front that cannot tell a main measure.
    """

    name: str
    rng: np.random.Generator
    ability: dict[LadderId, float]
    body_mass_kg: float = 68.0
    weak_side: Side = "left"
    side_gap: float = 0.5
    gain: float = 0.14
    noise: float = 5.0
    pain_rate: float = 0.02
    miss_rate: float = 0.05
    film_rate: float = 0.8
    doubt_rate: float = 0.6
    away: tuple[date, date] | None = None
    equipment: frozenset[str] = frozenset(EQUIPMENT)
    runs: dict[int, RunKind] = field(default_factory=lambda: {1: "key", 3: "easy", 6: "long"})
    days: int = 2
    tired_from: date | None = None
    races: tuple[date, ...] = ()
    hurting: dict[LadderId, int] = field(default_factory=dict)

    def assess(self, day: date) -> Assessment:
        """Return the baseline of that day."""
        tests = tuple(BaselineTest(t, *self._test(t)) for t in TEST_IDS)
        scores = [t.score for t in tests if t.score is not None]
        index = round(float(np.mean(scores)))
        lowest = min(t.level for t in tests if t.level is not None)
        tier: Tier = "foundation" if index < 60 or lowest == 0 else "build"
        if index >= 80 and lowest >= 2:
            tier = "load"
        rungs = start_rungs(tests, tier, Screening("clear"), library=LIBRARY, rules=load_baseline_rules())
        return Assessment(self.name, day, tests, index, tier, rungs, screening=Screening("clear"))

    def _test(self, test: TestId) -> tuple[tuple[SideResult, ...], SideResult | None, bool]:
        if test == "T7":
            raises = Estimate(round(8 + 5 * self.ability["calf"]), 1.0)
            both = tuple(SideResult(test, side, value=raises) for side in SIDES)
            return both, both[0], True
        if test not in TESTS:
            return (), None, False
        # A test is about as hard as the middle of its ladder.
        sides: tuple[Side | None, ...] = (None,) if test == "T2" else SIDES
        found = []
        for side in sides:
            score = self._score(TESTS[test], 3.0, side)
            level = 3 if score >= 85 else 2 if score >= 70 else 1 if score >= 50 else 0
            found.append(SideResult(test, side, score=score, level=level))
        return tuple(found), min(found, key=lambda s: s.score or 0), True

    def _score(self, ladder: LadderId, demand: float, side: Side | None) -> int:
        ability = self.ability[ladder] - (self.side_gap if side == self.weak_side else 0.0)
        score = 88 + 14 * (ability - demand) + self.rng.normal(0, self.noise)
        return int(np.clip(score, 20, 100))

    def demand(self, exercise: Prescription) -> float:
        """Return how hard the exercise is, in rungs."""
        load = 100 * (exercise.load_kg or 0.0) / self.body_mass_kg
        first = LIBRARY[exercise.ladder].rungs[exercise.rung].load
        return exercise.rung + (load - (first.from_pct if first else 0.0)) / PER_RUNG_PCT

    def train(self, session: Session) -> list[LoggedSet]:
        """Return what the runner logs of a session, and let the body answer to it."""
        sets: list[LoggedSet] = []
        for exercise in session.exercises:
            filmed = bool(exercise.film) and self.rng.random() < self.film_rate
            for side in SIDES if exercise.per_side else (None,):
                sets += self._sets(exercise, side, session.date, filmed)
            grown = self.gain if not exercise.easy else 0.02
            high = self.ability[exercise.ladder] > 6.5
            self.ability[exercise.ladder] += grown * (0.3 if high else 1.0) * self.rng.uniform(0.5, 1.5)
        return sets

    def _sets(self, exercise: Prescription, side: Side | None, day: date, filmed: bool) -> list[LoggedSet]:
        ladder = exercise.ladder
        ability = self.ability[ladder] - (self.side_gap if side == self.weak_side else 0.0)
        reserve = ability - self.demand(exercise)
        step = 5 if exercise.unit == "s" else 1
        over = round(float(np.clip(1.2 + 1.5 * reserve + self.rng.normal(0, 0.7), -2, 3)))
        effort = float(np.clip(np.round(7 - 1.2 * reserve + self.rng.normal(0, 0.5)), 2, 10))
        pain = self._pain(ladder, reserve)
        rating = int(np.clip(round(4.2 + 0.6 * reserve), 1, 5)) if self.rng.random() < 0.7 else None
        load = exercise.load_kg if exercise.load_kg is not None else 4.0
        made = []
        for number in range(1, exercise.sets + 1):
            last = number == exercise.sets
            done = exercise.amount + (max(over, -exercise.amount + 1) * step if last else 0)
            made.append(
                LoggedSet(
                    day, ladder, exercise.rung, side, number, exercise.amount, max(done, 0), load, effort,
                    pain, sharp=pain >= 6, self_rating=rating, easy=exercise.easy,
                )
            )  # fmt: skip
        if filmed:
            made[-1] = replace(made[-1], form=self._form(exercise, side))
        return made

    def _pain(self, ladder: LadderId, reserve: float) -> int:
        if ladder in self.hurting:
            self.hurting[ladder] -= 1
            if self.hurting[ladder] <= 0:
                del self.hurting[ladder]
            return int(self.rng.integers(2, 5))
        if self.rng.random() < self.pain_rate * (2 if reserve < -0.5 else 1):
            self.hurting[ladder] = 2
            return int(self.rng.integers(2, 8))
        return int(self.rng.random() < 0.1)

    def _form(self, exercise: Prescription, side: Side | None) -> SetForm:
        if self.rng.random() < 0.05:
            return SetForm(None, quality=False)
        score = self._score(exercise.ladder, self.demand(exercise), side)
        measure = FAULT[exercise.ladder]
        fails = 0 if score >= 70 else 1 if score >= 50 else 2
        value = LIMIT[measure] * (1.6 - score / 100) * (1.0 if fails == 0 else 1.15)
        values = {measure: Estimate(round(value, 1), 1.5)}
        for name, limit in LIBRARY[exercise.ladder].rungs[exercise.rung].exit_measures.items():
            bound = limit.at_most if limit.at_most is not None else limit.at_least or 0.0
            better = bound * (0.9 if limit.at_most is not None else 1.05)
            worse = bound * (1.3 if limit.at_most is not None else 0.9)
            values[name] = Estimate(better if score >= 82 else worse, 1.5)
        cautions = 1 if 70 <= score < 85 else 0
        if exercise.ladder in DOUBTFUL and self.rng.random() < self.doubt_rate:
            return self._doubtful(score, measure, values)
        return SetForm(
            min(score, 69) if fails else score, fails, cautions, True, (measure,) * min(fails, 1), values
        )

    def _doubtful(self, score: int, measure: str, values: dict[str, Estimate]) -> SetForm:
        """Return a film whose score is withheld: a main measure is too uncertain, the others are graded."""
        fails = int(score < 70 and self.rng.random() < 0.5)
        low, high = max(score - 35, 0), min(score + 25, 69 if fails else 100)
        return SetForm(
            None, fails, faults=("trunk_lateral_lean_deg",) * fails,
            values={
                **values, "trunk_lateral_lean_deg": Estimate(14.0 if fails else 4.0, 2.0),
                measure: Estimate(values[measure].value, 5.0),
            },
            score_range=(min(low, 69, high), high), ungraded=(measure,),
        )  # fmt: skip

    def day(self, session: Session) -> LoggedDay:
        """Return the day's own entry."""
        tired = self.tired_from is not None and 0 <= (session.date - self.tired_from).days < 14
        effort = float(np.clip(self.rng.normal(9.2 if tired else 6.3, 0.8), 2, 10))
        sore = 6.5 if tired else 2.0
        return LoggedDay(
            session.date, round(effort), session.minutes, int(np.clip(self.rng.normal(sore, 1.2), 0, 10)),
            float(np.clip(self.rng.normal(7.2, 0.9), 4, 10)),
        )  # fmt: skip

    def misses(self, day: date) -> bool:
        """Return whether the runner does not train that day."""
        gone = self.away is not None and self.away[0] <= day <= self.away[1]
        return gone or self.rng.random() < self.miss_rate


def ten_runners(monday: date) -> tuple[Runner, ...]:
    """Return ten runners that a coach knows: each with a story of its own."""

    def runner(name: str, seed: int, level: float, **more: Any) -> Runner:
        rng = np.random.default_rng(seed)
        ability = {ladder: float(max(level + rng.normal(0, 0.4), 0.2)) for ladder in LADDER_IDS}
        return Runner(name, rng, ability, **more)

    week = timedelta(weeks=1)
    return (
        runner("Beginner, nothing but a stair", 1, 0.8, equipment=frozenset({"step"}), gain=0.2),
        runner("Steady, race in week 16", 2, 2.6, races=(monday + 16 * week - timedelta(1),)),
        runner("Weak left hip", 3, 3.0, side_gap=1.6, gain=0.2),
        runner("Strong, three days", 4, 4.6, days=3, side_gap=0.2, body_mass_kg=75),
        runner("Three weeks on holiday", 5, 2.6, away=(monday + 6 * week, monday + 9 * week)),
        runner("Something always hurts", 6, 2.4, pain_rate=0.08),
        runner(
            "Two races", 7, 3.0, races=(monday + 7 * week - timedelta(1), monday + 15 * week - timedelta(1))
        ),
        runner("Never films", 8, 2.6, film_rate=0.0),
        runner("Trains too much in week 6", 9, 3.2, tired_from=monday + 5 * week, gain=0.18),
        runner("Older, slow to change", 10, 1.6, gain=0.07, side_gap=0.6, miss_rate=0.15),
    )


def random_runner(seed: int, monday: date) -> Runner:
    """Return any runner: any level, equipment, runs, races, injuries and holidays."""
    rng = np.random.default_rng(seed)
    level = rng.uniform(0, 5)
    ability = {ladder: float(max(level + rng.normal(0, 1), 0)) for ladder in LADDER_IDS}
    kinds: list[RunKind] = ["easy", "easy", "key", "long"]
    runs = {
        int(day): kinds[int(rng.integers(len(kinds)))]
        for day in rng.choice(7, size=int(rng.integers(0, 6)), replace=False)
    }
    races = tuple(monday + timedelta(int(d)) for d in rng.integers(0, 140, size=int(rng.integers(0, 3))))
    start = monday + timedelta(int(rng.integers(14, 90)))
    return Runner(
        f"R{seed}",
        rng,
        ability,
        body_mass_kg=float(rng.uniform(45, 95)),
        weak_side=SIDES[int(rng.integers(2))],
        side_gap=float(rng.uniform(0, 1.2)),
        gain=float(rng.uniform(0.0, 0.35)),
        noise=float(rng.uniform(1, 10)),
        pain_rate=float(rng.uniform(0, 0.08)),
        miss_rate=float(rng.uniform(0, 0.3)),
        film_rate=float(rng.uniform(0, 1)),
        doubt_rate=float(rng.uniform(0, 1)),
        away=(start, start + timedelta(int(rng.integers(3, 40)))) if rng.random() < 0.4 else None,
        equipment=frozenset(e for e in EQUIPMENT if rng.random() < rng.uniform(0, 1)),
        runs=runs,
        days=int(rng.integers(2, 4)),
        races=races,
    )
