"""The blocks of a session that are drills: warm-up with correctives, mobility, cool-down."""

from __future__ import annotations

from collections.abc import Sequence

from formcheck.coaching.plan_rules import BlockKind, DrillRule
from formcheck.coaching.plan_types import Block, Drill
from formcheck.coaching.plan_week import WeekState
from formcheck.coaching.types import LadderId


def warm_up(ladders: Sequence[LadderId], state: WeekState) -> Block:
    """Return the warm-up with the drill for the worst fault of the session's exercises."""
    shortest, longest = state.rules.week.warm_up_min
    block = drills_block("warm_up", state.rules.warm_up, state)
    drills, minutes = list(block.drills), block.minutes
    for ladder in ladders:
        fault = state.fault(ladder)
        found = fault.corrective if fault else None
        if fault is None or found is None or minutes + found.minutes > longest:
            continue
        if found.unsupported and state.needs_clearance:
            continue
        if any(drill.name == found.name for drill in drills):
            continue
        # Before the ramp sets, which come last.
        drills.insert(-1, Drill(found.name, found.dose, fault.reason(state.rules)))
        minutes += found.minutes
    return Block("warm_up", max(minutes, shortest), tuple(drills))


def mobility(state: WeekState) -> Block:
    """Return the session's mobility, with one drill more for a stiff ankle."""
    block, ankle = drills_block("mobility", state.rules.session_mobility, state), state.rules.ankle
    stiff = [
        (side.value.value, side)
        for side in state.request.assessment.test(ankle.test).sides
        if side.value is not None and side.value.value < ankle.limited_below
    ]
    if not stiff:
        return block
    value, worst = min(stiff, key=lambda each: each[0])
    leg = f"{worst.side} knee" if worst.side else "knee"
    why = ankle.says.format(knee=leg, value=f"{value:g}", limit=f"{ankle.limited_below:g}")
    drills = (*block.drills, Drill(ankle.name, ankle.dose, why))
    return Block("mobility", block.minutes + ankle.minutes, drills)


def drills_block(kind: BlockKind, rules: Sequence[DrillRule], state: WeekState) -> Block:
    """Return a block of drills, without those whose ladder hurts or that wait for clearance."""
    allowed = [d for d in rules if not (d.unsupported and state.needs_clearance)]
    kept = [d for d in allowed if d.ladder is None or not state.standings[d.ladder].stopped]
    return Block(kind, sum(d.minutes for d in kept), tuple(Drill(d.name, d.dose) for d in kept))
