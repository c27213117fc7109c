"""The week's plan: from a baseline, a log and a calendar to sessions with their reasons."""

from __future__ import annotations

from datetime import timedelta

from formcheck.coaching.decision_table import DecisionTable, load_decisions
from formcheck.coaching.library import Library, load_library
from formcheck.coaching.plan_days import choose_days, phase_of_day, week_days
from formcheck.coaching.plan_easy import activation, circuit, daily, easy_session
from formcheck.coaching.plan_rules import PlanRules, load_plan_rules
from formcheck.coaching.plan_session import build, fill, held_to_two
from formcheck.coaching.plan_types import PlanRequest, Routine, Session, WeekPlan
from formcheck.coaching.plan_week import WeekState, retest_on, week_state
from formcheck.coaching.screening import screening_texts
from formcheck.coaching.season import SeasonRules, load_season_rules

REFER = (
    "You answered yes to a safety question, so there is no training plan: see a health professional first."
)


def make_plan(
    request: PlanRequest,
    *,
    library: Library | None = None,
    rules: PlanRules | None = None,
    season: SeasonRules | None = None,
    decisions: DecisionTable | None = None,
) -> WeekPlan:
    """Return the plan of one week: deterministic, the same request gives the same plan.

    Parameters
    ----------
    request : PlanRequest
        Baseline, week, days, runs, races, equipment, log.
    library, rules, season, decisions : optional
        In place of the defaults.
    """
    state = week_state(
        request,
        library or load_library(),
        rules or load_plan_rules(),
        season or load_season_rules(),
        decisions or load_decisions(),
    )
    due, why_retest = retest_on(request, state.rules)
    if request.red_flag or request.assessment.screening.red_flag:
        sessions: tuple[Session, ...] = ()
        reasons: tuple[str, ...] = (REFER, *request.assessment.screening.advice)
        stop = REFER
    else:
        sessions, reasons = _sessions(state)
        stop = ""
    nothing = Routine((), 0)
    return WeekPlan(
        person=request.assessment.person,
        week_start=request.week_start,
        phase=state.phase,
        phase_says=state.phase_rules.says,
        emphasis=state.emphasis.name,
        deload=state.deload,
        runs=dict(request.runs),
        races=tuple(race for race in request.races if race in week_days(request.week_start)),
        sessions=sessions,
        circuit=nothing if stop else circuit(sessions, state),
        activation=nothing if stop else activation(state),
        daily=nothing if stop else daily(state),
        retest_on=due,
        reasons=(*reasons, *([why_retest] if why_retest else [])),
        stop=stop,
    )


def _safety(request: PlanRequest) -> list[str]:
    """Return what the safety questions ask for: an answer, a professional's, or another one after pain."""
    screening, again = request.assessment.screening, screening_texts().again
    open_question = screening.outcome in ("not_asked", "clearance_first")
    advice = screening.advice or (screening_texts().outcomes[screening.outcome].advice,)
    said = [*advice] if open_question else []
    start = max(request.week_start - timedelta(days=again.within_days), request.assessment.date)
    sets = request.log.until(request.week_start).sets
    felt = [max(each.pain, each.pain_next_morning or 0) for each in sets if each.date > start]
    worst = max([*felt, *request.pain_now.values()], default=0)
    return [*said, again.says.format(pain=worst)] if worst >= again.from_pain else said


def _sessions(state: WeekState) -> tuple[tuple[Session, ...], tuple[str, ...]]:
    """Return the week's sessions, and sentences on the week as a whole."""
    request, phase = state.request, state.phase_rules
    low, high = phase.sessions
    wished = min(max(request.days, low), high)
    days = choose_days(request, wished, state.season, state.rules.week.spacing_days)
    reasons = [f"{phase.name}: {phase.says}"]
    if wished < request.days:
        reasons.append(f"In this phase {wished} session{'s' if wished != 1 else ''} a week is enough.")
    if days.reason:
        reasons.append(days.reason)
    if state.deload:
        reasons += [state.season.deload.says, *state.deload.reasons]
    if state.gate_closed:
        reasons.append(state.gate_closed)
    strong = [d for d in days.dates if phase_of_day(d, request, state.season).kind == "strength"]
    labels = state.rules.rhythm.labels(len(strong))
    filled = [fill(label, state) for label in labels]
    state = held_to_two([slots for slots, _ in filled], state)
    built = {
        day: build(label, day, slots, empty, state)
        for day, label, (slots, empty) in zip(strong, labels, filled, strict=True)
    }
    sessions = tuple(built.get(day) or easy_session(day, state) for day in days.dates)
    reasons += _safety(request)
    refer = sorted(state.library[s.ladder].name for s in state.standings.values() if s.refer)
    reasons += [
        f"{name} was stopped by pain twice in two weeks: it may be worth talking to a health professional."
        for name in refer
    ]
    return sessions, tuple(reasons)
