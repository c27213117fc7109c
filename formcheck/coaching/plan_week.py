"""What all sessions of one week share, worked out once: phase, deload, standings, emphasis, faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from formcheck.coaching.assessment_types import FocusFault
from formcheck.coaching.decision_table import DecisionTable
from formcheck.coaching.library import Library
from formcheck.coaching.plan_context import Circumstances
from formcheck.coaching.plan_faults import Fault, likely_fault
from formcheck.coaching.plan_films import Sets, governing
from formcheck.coaching.plan_progress import standings
from formcheck.coaching.plan_rules import Emphasis, PlanRules
from formcheck.coaching.plan_standing import Standing
from formcheck.coaching.plan_types import PlanRequest
from formcheck.coaching.season import (
    Deload,
    PhaseRules,
    SeasonPhase,
    SeasonRules,
    days_to_race,
    deload_for,
    week_phase,
)
from formcheck.coaching.types import LadderId, TestId
from formcheck.names import Side
from formcheck.scoring.types import Estimate


@dataclass(frozen=True)
class WeekState:
    """What the sessions of a week are built from."""

    request: PlanRequest
    library: Library
    rules: PlanRules
    season: SeasonRules
    phase: SeasonPhase
    deload: Deload
    emphasis: Emphasis
    gate_closed: str
    standings: Mapping[LadderId, Standing]
    scores: Mapping[TestId, int]

    @property
    def phase_rules(self) -> PhaseRules:
        """What the week's phase allows."""
        return self.season.phases[self.phase]

    @property
    def beginner(self) -> bool:
        """Whether these are somebody's first weeks, with fewer sets."""
        return not self.request.experienced and self.request.weeks_done < self.rules.week.beginner_weeks

    @property
    def needs_clearance(self) -> bool:
        """Whether a health professional shall agree first, so that only supported versions are planned."""
        return self.request.assessment.screening.outcome == "clearance_first"

    def rung(self, ladder: LadderId) -> int:
        """Return where somebody stands on a ladder, kept to the supported rungs until clearance."""
        rung, top = self.standings[ladder].rung, self.library[ladder].table.highest_before_clearance
        return min(rung, top) if self.needs_clearance and top is not None else rung

    def fault(self, ladder: LadderId) -> Fault | None:
        """Return the ladder's worst fault: of its last filmed session, else of the baseline.

        A film without a score that saw no fault says nothing of what it could not tell, so that what an
        earlier one or the baseline found still counts there.
        """
        steps = self.library[ladder]
        mended: set[tuple[Side | None, str]] = set()
        for sets in self.request.log.until(self.request.week_start).sessions(ladder):
            film = governing(sets)
            if film is None:
                continue
            each, form = film
            faults = [m for m in form.faults if m in form.values and (each.side, m) not in mended]
            if faults:
                found = self.rules.corrective(faults[0], frozenset(form.faults))
                name = steps.rungs[each.rung].name
                return Fault(faults[0], each.side, name, form.values[faults[0]], found)
            if form.score is not None:
                return None
            mended |= {(s.side, m) for s in sets if s.form and s.form.judged for m in s.form.fine}
        # A step-down's fault is the step-up's too: the same test says where both begin.
        tests = {line.test for line in steps.table.start}
        filmed = {rung.filmed_as for rung in steps.rungs}
        for fault in self.request.assessment.focus_faults:
            m = fault.measurement
            concerned = fault.exercise in filmed or fault.test in tests
            if (fault.side, m.id) in mended:
                continue
            if concerned and m.value is not None and m.sd is not None:
                name = self.rules.test_name(fault.exercise)
                found = self.rules.corrective(m.id, self._failed_with(fault))
                return Fault(m.id, fault.side, name, Estimate(m.value, m.sd), found)
        return likely_fault(self.request.assessment, tests, filmed, self.rules, mended=mended)

    def _failed_with(self, fault: FocusFault) -> frozenset[str]:
        """Return the measures that failed in the test and on the side of ``fault``."""
        return frozenset(
            each.measurement.id
            for each in self.request.assessment.focus_faults
            if (each.test, each.side) == (fault.test, fault.side) and each.measurement.grade == "fail"
        )

    def form_broke_after(self, ladder: LadderId) -> int | None:
        """Return after how many repetitions the form broke in the last film, where it was good till then."""
        for sets in self.request.log.until(self.request.week_start).sessions(ladder):
            film = governing(sets)
            if film is not None:
                return None if film[1].faults else film[1].break_after
        return None

    def unchanged_since(self, ladder: LadderId) -> date:
        """Return the day of the first session with what the ladder's last one asked for."""
        sessions = self.request.log.until(self.request.week_start).sessions(ladder)

        def asked(sets: Sets) -> tuple[int, float, int]:
            return sets[0].rung, sets[0].load_kg, sets[0].target

        same = [sets[0].date for sets in takewhile(lambda sets: asked(sets) == asked(sessions[0]), sessions)]
        return min(same, default=self.request.week_start)

    def weaker_side(self, ladder: LadderId) -> tuple[Side | None, bool]:
        """Return the side to start with, and whether it gets one more set for now."""
        table = self.library[ladder].table
        tests = {line.test for line in table.start} | set(table.side_tests)
        found = [a for a in self.request.assessment.asymmetries if a.test in tests and a.weaker]
        acted = [a for a in found if a.status == "act"]
        age = self.request.week_start - self.request.assessment.date
        recent = age < timedelta(weeks=self.rules.week.weaker_side_extra_weeks)
        if acted:
            return acted[0].weaker, recent
        watched = [a for a in found if a.status == "watch"]
        return (watched[0].weaker, False) if watched else (None, False)


def week_state(
    request: PlanRequest,
    library: Library,
    rules: PlanRules,
    season: SeasonRules,
    decisions: DecisionTable,
) -> WeekState:
    """Return what the week's sessions are built from."""
    phase = request.phase or week_phase(request.week_start, request.races, season)
    deload = _deload(request, season)
    scores: dict[TestId, int] = {
        t.test: 0 if t.level == 0 else t.score or 0
        for t in request.assessment.tests
        if t.level == 0 or t.score is not None
    }
    now = Circumstances(
        today=request.week_start,
        phase="deload" if deload else phase,
        tier=request.assessment.tier or "foundation",
        scores=scores,
        body_mass_kg=request.body_mass_kg,
        days_to_race=days_to_race(request.week_start, request.races),
        red_flag=request.red_flag or request.assessment.screening.red_flag,
        table=decisions,
    )
    standing = standings(
        request.assessment,
        request.log,
        now,
        library=library,
        rules=rules,
        equipment=request.equipment,
        pain_now=request.pain_now,
    )
    closed = _gate_closed(request, rules, phase, scores)
    turn = request.weeks_done // rules.week.rotate_emphasis_weeks
    emphasis = rules.emphasis[turn % len(rules.emphasis)]
    if emphasis.behind_gate and closed:
        emphasis = next(each for each in rules.emphasis if not each.behind_gate)
    else:
        closed = ""
    return WeekState(request, library, rules, season, phase, deload, emphasis, closed, standing, scores)


def _deload(request: PlanRequest, season: SeasonRules) -> Deload:
    if request.deload == "no":
        return Deload("none")
    if request.deload == "yes":
        return Deload("planned", ("You asked for a lighter week.",))
    if request.phase is not None and season.rests(request.phase):
        return Deload("none")
    return deload_for(request.week_start, request.since, request.log, request.races, season)


def _gate_closed(
    request: PlanRequest, rules: PlanRules, phase: SeasonPhase, scores: Mapping[TestId, int]
) -> str:
    """Return why there are no hops yet, in one sentence; empty where there may be."""
    gate, past = rules.plyometric_gate, request.log.until(request.week_start)
    calf = {
        each.side
        for each in past.sets
        if each.ladder == "calf" and each.rung >= gate.calf_rung and each.done >= gate.calf_reps
    }
    raises = request.assessment.test("T7").sides
    calf |= {each.side for each in raises if each.value is not None and each.value.value >= gate.calf_reps}
    established = bool(past.sessions("plyometric"))
    felt = [
        max(each.pain, each.pain_next_morning or 0)
        for each in past.sets
        if (request.week_start - each.date).days <= gate.pain_days
    ]
    pain = max([*felt, *request.pain_now.values()], default=0)
    checks = (
        (request.assessment.tier in gate.tiers, f"a baseline of the tier {' or '.join(gate.tiers)}"),
        (
            {"left", "right"} <= calf,
            f"{gate.calf_reps} single-leg calf raises on each side",
        ),
        (scores.get(gate.test, 0) >= gate.test_score, f"{gate.test_score} points in the step-down test"),
        (pain <= gate.pain_max, f"{gate.pain_days} days with pain of {gate.pain_max} of 10 at most"),
        (not request.bone_stress_recent, "six months without a bone stress injury"),
        (request.weeks_done >= gate.not_in_first_weeks, f"{gate.not_in_first_weeks} weeks of training"),
        (phase in gate.phases, "a phase that allows something new"),
        (phase != "race_approach" or established, "a start before the race approach"),
        (request.assessment.screening.outcome != "clearance_first", "clearance by a professional"),
    )
    missing = [words for met, words in checks if not met]
    return f"Hops wait for {' and '.join(missing)}." if missing else ""


def retest_on(request: PlanRequest, rules: PlanRules) -> tuple[date, str]:
    """Return when the tests are due again, and why if that is now."""
    due = request.assessment.date + timedelta(weeks=rules.week.retest_every_weeks)
    trained = [day for day in request.log.training_days if day < request.week_start]
    away = (request.week_start - trained[-1]).days if trained else 0
    if away >= rules.progress.retest_after_away_days and request.assessment.date <= trained[-1]:
        return request.week_start, f"You were away for {away} days: repeat the tests before you go on."
    if due <= request.week_start:
        return request.week_start, (
            f"{rules.week.retest_every_weeks} weeks have passed since the tests: repeat them this week."
        )
    return due, ""
