"""The plan as the document ``formcheck.plan/1`` (``formcheck/plan.schema.json``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from formcheck import __version__
from formcheck.coaching.plan_types import WEEKDAYS, Drill, Prescription, Routine, Session, WeekPlan

SCHEMA: Final = "formcheck.plan/1"


def plan_to_dict(plan: WeekPlan) -> dict[str, Any]:
    """Return the plan as plain data; everything that the sheet says is in it."""
    return {
        "schema": SCHEMA,
        "provenance": {"formcheck": __version__},
        "person": plan.person,
        "week_start": plan.week_start.isoformat(),
        "phase": plan.phase,
        "phase_says": plan.phase_says,
        "emphasis": plan.emphasis,
        "deload": {"kind": plan.deload.kind, "reasons": list(plan.deload.reasons)},
        "runs": {WEEKDAYS[day].lower(): kind for day, kind in sorted(plan.runs.items())},
        "races": [race.isoformat() for race in plan.races],
        "retest_on": plan.retest_on.isoformat(),
        "stop": plan.stop or None,
        "reasons": list(plan.reasons),
        "sessions": [_session(session) for session in plan.sessions],
        "mobility_circuit": _routine(plan.circuit),
        "activation": _routine(plan.activation),
        "daily_mobility": _routine(plan.daily),
    }


def _session(session: Session) -> dict[str, Any]:
    return {
        "date": session.date.isoformat(),
        "kind": session.kind,
        "label": session.label,
        "title": session.title,
        "minutes": session.minutes,
        "sets": session.hard_sets,
        "rpe_cap": session.rpe_cap,
        "when": session.when,
        "reasons": list(session.reasons),
        "blocks": [
            {
                "kind": block.kind,
                "minutes": round(block.minutes, 1),
                "drills": [_drill(drill) for drill in block.drills],
                "exercises": [_exercise(exercise) for exercise in block.exercises],
            }
            for block in session.blocks
        ],
    }


def _routine(routine: Routine) -> dict[str, Any]:
    return {
        "dates": [day.isoformat() for day in routine.dates],
        "minutes": routine.minutes,
        "drills": [_drill(drill) for drill in routine.drills],
        "exercises": [_exercise(exercise) for exercise in routine.exercises],
    }


def _drill(drill: Drill) -> Mapping[str, Any]:
    return {"name": drill.name, "dose": drill.dose, "reason": drill.reason or None}


def _exercise(exercise: Prescription) -> dict[str, Any]:
    return {
        "ladder": exercise.ladder,
        "rung": exercise.rung,
        "code": exercise.code,
        "name": exercise.name,
        "sets": exercise.sets,
        "amount": exercise.amount,
        "unit": exercise.unit,
        "per_side": exercise.per_side,
        "first_side": exercise.first_side,
        "extra_set_side": exercise.extra_set_side,
        "tempo_s": None if exercise.tempo is None else list(exercise.tempo),
        "rest_s": exercise.rest_s,
        "rpe_cap": exercise.rpe_cap,
        "load_kg": exercise.load_kg,
        "load_held": exercise.load_held or None,
        "box_cm": exercise.box_cm,
        "cue": exercise.cue,
        "camera": exercise.film or None,
        "easy": exercise.easy,
        "decision": None if exercise.decision is None else exercise.decision.code,
        "reasons": list(exercise.reasons),
    }
