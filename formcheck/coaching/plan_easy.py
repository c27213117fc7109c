"""What is easy in a week: race-week activation, recovery after a race, mobility, easy-run days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from formcheck.coaching.plan_days import phase_of_day, week_days, when_on
from formcheck.coaching.plan_rules import ActivationExercise, DrillRule, Slot
from formcheck.coaching.plan_session import Filled, prescribe
from formcheck.coaching.plan_types import HARD_RUNS, Block, Drill, Prescription, Routine, Session
from formcheck.coaching.plan_volume import Placed, block_minutes
from formcheck.coaching.plan_week import WeekState
from formcheck.coaching.types import LadderId

_RECOVERY: tuple[tuple[LadderId, int], ...] = (("anti_rotation", 2), ("bridge", 2), ("hip_rotators", 1))
"""After a race: low rungs of these."""


def easy_session(day: date, state: WeekState) -> Session:
    """Return the activation of race week or the recovery session after a race."""
    phase = phase_of_day(day, state.request, state.season)
    if phase.kind == "activation":
        exercises = _activation_exercises(state)
        title = "Activation and mobility"
    else:
        wanted = [ActivationExercise(ladder=x, top_rung=top, sets=2, amount=8) for x, top in _RECOVERY]
        exercises = tuple(_easy(each, phase.rpe_cap, state) for each in wanted if _free(each.ladder, state))
        title = "Recovery: mobility and low rungs"
    placed = [Placed("core", each) for each in exercises]
    minutes = block_minutes(placed, "core", state.rules.week)
    return Session(
        date=day,
        kind=phase.kind,
        label=None,
        title=title,
        blocks=(
            _block("warm_up", state.rules.warm_up[:1]),
            Block("core", minutes, exercises=exercises),
            _block("mobility", state.rules.session_mobility),
            _block("cool_down", state.rules.cool_down[1:2]),
        ),
        rpe_cap=phase.rpe_cap,
        when=when_on(day, state.request.runs, state.rules.week.gap_after_run_h),
        reasons=(f"{phase.name}: {phase.says}",),
    )


def activation(state: WeekState) -> Routine:
    """Return R14: five easy minutes before each easy run."""
    days = tuple(
        day for day in week_days(state.request.week_start) if state.request.runs.get(day.weekday()) == "easy"
    )
    return Routine(days, round(state.rules.activation.minutes), exercises=_activation_exercises(state))


def circuit(sessions: Sequence[Session], state: WeekState) -> Routine:
    """Return R13: the weekly mobility circuit, if possible on a day without strength or a hard run."""
    taken = {session.date for session in sessions}
    runs = state.request.runs
    day = min(
        (d for d in week_days(state.request.week_start) if d not in state.request.races),
        key=lambda d: (d in taken, runs.get(d.weekday()) in HARD_RUNS, d.weekday() in runs, d),
    )
    return _routine((day,), state.rules.circuit)


def daily(state: WeekState) -> Routine:
    """Return the short mobility for every day."""
    return _routine(week_days(state.request.week_start), state.rules.daily)


def _routine(days: tuple[date, ...], rules: Sequence[DrillRule]) -> Routine:
    minutes = round(sum(drill.minutes for drill in rules))
    return Routine(days, minutes, tuple(Drill(drill.name, drill.dose) for drill in rules))


def _block(kind: str, rules: Sequence[DrillRule]) -> Block:
    return Block(kind, sum(d.minutes for d in rules), tuple(Drill(d.name, d.dose) for d in rules))  # type: ignore[arg-type]


def _activation_exercises(state: WeekState) -> tuple[Prescription, ...]:
    rules = state.rules.activation
    return tuple(_easy(each, rules.rpe_cap, state) for each in rules.exercises if _free(each.ladder, state))


def _free(ladder: LadderId, state: WeekState) -> bool:
    return not state.standings[ladder].stopped


def _easy(wanted: ActivationExercise, cap: int, state: WeekState) -> Prescription:
    """Return an easy rung of a ladder: never above the person's own, and without load."""
    slot = Slot(block="core", ladders=(wanted.ladder,), light=True)
    steps = state.library[wanted.ladder].rungs
    rung = max(
        r
        for r in range(min(wanted.top_rung, state.rung(wanted.ladder)) + 1)
        if r == 0 or steps[r].possible_with(state.request.equipment)
    )
    made = prescribe(Filled(slot, wanted.ladder, rung), cap, state)
    return replace(
        made,
        sets=wanted.sets,
        amount=made.amount if made.unit == "s" else wanted.amount,
        extra_set_side=None,
        first_side=None,
        reasons=(),
        decision=None,
        film="",
    )
