"""The sessions of a week: slots filled from the ladders, doses, blocks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from formcheck.coaching.library import Rung
from formcheck.coaching.plan_blocks import drills_block, mobility, warm_up
from formcheck.coaching.plan_days import phase_of_day, when_on
from formcheck.coaching.plan_faults import Fault
from formcheck.coaching.plan_rules import BLOCKS, SessionLabel, Slot
from formcheck.coaching.plan_standing import Standing, dose_of
from formcheck.coaching.plan_types import Block, Prescription, Session
from formcheck.coaching.plan_volume import Placed, block_minutes, fitted
from formcheck.coaching.plan_week import WeekState
from formcheck.coaching.types import LADDER_IDS, LadderId


@dataclass(frozen=True)
class Filled:
    """A slot with the ladder that fills it; ``rung`` where something easier stands in for pain."""

    slot: Slot
    ladder: LadderId
    stand_in_rung: int | None = None
    reason: str = ""


def fill(label: SessionLabel, state: WeekState) -> tuple[tuple[Filled, ...], tuple[str, ...]]:
    """Return the session's slots with their ladders, and sentences on those that stay empty."""
    filled: list[Filled] = []
    empty: list[str] = []
    for slot in _slots(label, state):
        used = {each.ladder for each in filled}
        found = _choose(slot, used, state) or _stand_in(slot, used, state)
        if found is not None:
            filled.append(found)
        elif slot.ladders[0] not in used:
            name = state.library[slot.ladders[0]].name.lower()
            empty.append(f"Nothing that does not hurt is left for {name}, so its place stays empty.")
    return tuple(filled), tuple(empty)


def _slots(label: SessionLabel, state: WeekState) -> tuple[Slot, ...]:
    slots = list(state.rules.sessions[label].slots)
    extra = state.emphasis.extra.get(label)
    resting = bool(state.deload) or state.phase_rules.amount < 1
    if extra is not None and not (resting and "plyometric" in extra.ladders):
        slots.append(extra)
    # Technique comes first in its block, before anything tires (R6).
    return tuple(sorted(slots, key=lambda slot: (BLOCKS.index(slot.block), not slot.technique)))


def _choose(slot: Slot, used: set[LadderId], state: WeekState) -> Filled | None:
    for ladder in slot.ladders:
        standing = state.standings[ladder]
        one_sided = state.library[ladder].rungs[state.rung(ladder)].per_side
        supported = state.library[ladder].table.highest_before_clearance is not None
        allowed = supported or not state.needs_clearance
        if ladder in used or standing.stopped or not allowed or (slot.unilateral and not one_sided):
            continue
        first = slot.ladders[0]
        reason = ""
        if ladder != first and first not in used:
            name = state.library[first].name.lower()
            why = "rests because of pain" if state.standings[first].stopped else "is not possible here yet"
            reason = f"It stands in for {name}, which {why}."
        return Filled(slot, ladder, None, reason)
    return None


def _stand_in(slot: Slot, used: set[LadderId], state: WeekState) -> Filled | None:
    """Return an easy rung of another ladder for a slot whose ladders all rest because of pain."""
    first = state.library[slot.ladders[0]]
    if not state.standings[first.id].stopped:
        return None
    for code in first.table.swaps_when_painful:
        ladder, rung = state.library.find(code)
        standing = state.standings[ladder.id]
        if ladder.id not in used and not standing.stopped:
            reason = f"It stands in for {first.name.lower()}, which rests because of pain."
            return Filled(slot, ladder.id, min(rung, state.rung(ladder.id)), reason)
    return None


def held_to_two(sessions: Sequence[Sequence[Filled]], state: WeekState) -> WeekState:
    """Return the state in which no session has more steps up than the rules allow.

    Filmed ladders go first, then whoever has waited longest, then in the order of the library; what is
    held back keeps its last prescription and says so.
    """
    limit = state.rules.progress.progressing_per_session
    order = sorted(
        {f.ladder for session in sessions for f in session},
        key=lambda ladder: (
            not state.library[ladder].filmed,
            state.unchanged_since(ladder),
            LADDER_IDS.index(ladder),
        ),
    )
    standings = dict(state.standings)
    counts = [0] * len(sessions)
    for ladder in order:
        if not standings[ladder].progressed:
            continue
        inside = [i for i, session in enumerate(sessions) if any(f.ladder == ladder for f in session)]
        if any(counts[i] >= limit for i in inside):
            standings[ladder] = standings[ladder].held_back(
                "Two other exercises of the session go up already, so this one waits a week."
            )
        else:
            for i in inside:
                counts[i] += 1
    return replace(state, standings=standings)


def build(
    label: SessionLabel, day: date, filled: Sequence[Filled], empty: tuple[str, ...], state: WeekState
) -> Session:
    """Return the strength session of ``day``."""
    rules, week = state.rules, state.rules.week
    phase = phase_of_day(day, state.request, state.season)
    cap = min(
        rules.sessions[label].rpe_cap or week.rpe_cap,
        phase.rpe_cap,
        state.phase_rules.rpe_cap,
        week.rpe_cap,
        *([state.season.deload.rpe_cap] if state.deload else []),
    )
    placed = [Placed(f.slot.block, prescribe(f, cap, state)) for f in filled]
    before = warm_up([each.ladder for each in filled], state)
    after = (mobility(state), drills_block("cool_down", rules.cool_down, state))
    share = min(phase.volume, state.season.deload.sets if state.deload else 1.0)
    left = week.session_min[1] - before.minutes - sum(block.minutes for block in after)
    kept = [
        replace(each, exercise=replace(each.exercise, amount=math.ceil(each.exercise.amount * phase.amount)))
        for each in fitted(placed, share=share, minutes=left, week=week)
    ]
    middle = [
        Block(
            kind,
            block_minutes(kept, kind, week),
            exercises=tuple(each.exercise for each in kept if each.block == kind),
        )
        for kind in BLOCKS
        if any(each.block == kind for each in kept)
    ]
    return Session(
        day,
        "strength",
        label,
        rules.sessions[label].title,
        (before, *middle, *after),
        cap,
        when_on(day, state.request.runs, week.gap_after_run_h),
        empty,
    )


def prescribe(filled: Filled, cap: int, state: WeekState) -> Prescription:
    """Return the dose of one exercise, with its reasons."""
    standing = state.standings[filled.ladder]
    ladder = state.library[filled.ladder]
    easy = filled.stand_in_rung is not None
    number = filled.stand_in_rung if filled.stand_in_rung is not None else state.rung(filled.ladder)
    rung = ladder.rungs[number]
    dose = dose_of(rung, state.request.assessment.tier or "foundation", state.rules)
    own = number == standing.rung and not easy
    amount = standing.amount if own else dose.amount[0]
    few = state.beginner or filled.slot.light or easy
    sets = dose.sets[0] if few else min(max(dose.sets[0], 3), dose.sets[1])
    if filled.ladder == "plyometric":
        sets, amount = _contacts(state)
    weaker, one_more = state.weaker_side(filled.ladder) if rung.per_side else (None, False)
    extra = weaker if one_more and not few and not state.deload else None
    fault = state.fault(filled.ladder)
    new_rung_cap = state.rules.progress.new_rung_rpe_cap if standing.new_rung else 10
    return Prescription(
        ladder=filled.ladder,
        rung=number,
        code=f"{ladder.code}{number}",
        name=rung.name,
        sets=sets,
        amount=amount,
        unit=dose.unit,
        per_side=rung.per_side,
        rest_s=_rest(dose.rest_s, rung.per_side),
        rpe_cap=min(dose.rpe[1], cap, new_rung_cap, 6 if filled.slot.light or easy else 10),
        extra_set_side=extra,
        first_side=weaker,
        tempo=dose.tempo,
        load_kg=standing.load_kg if own else 0.0,
        load_held=rung.load.held if rung.load else "",
        cue=_cue(filled.ladder, rung, fault, state),
        film=ladder.camera_for(number) or "",
        box_cm=rung.box_cm,
        easy=easy,
        decision=standing.decision,
        reasons=_reasons(filled, standing, number, weaker, extra is not None, state),
    )


def _reasons(
    filled: Filled, standing: Standing, number: int, weaker: str | None, one_more: bool, state: WeekState
) -> tuple[str, ...]:
    reasons = [filled.reason] if filled.reason else []
    if filled.stand_in_rung is not None:
        return (*reasons, *state.standings[filled.slot.ladders[0]].reasons)
    if number != standing.rung:
        reasons.append("Until a professional has agreed, it keeps to the supported version.")
    reasons += standing.reasons
    fault = state.fault(filled.ladder)
    said = any(reason.startswith("Because") for reason in reasons)
    if fault is not None and not said:
        reasons.append(fault.reason(state.rules))
    broke = state.form_broke_after(filled.ladder)
    if broke is not None:
        reasons.append(state.rules.form_break.says.format(count=broke))
    if weaker:
        extra = " and has one more set" if one_more else ""
        reasons.append(f"Your {weaker} side was the weaker one in the tests, so it goes first{extra}.")
    return tuple(reasons)


def _cue(ladder: LadderId, rung: Rung, fault: Fault | None, state: WeekState) -> str:
    """Return the one cue: for the worst fault, for form that broke late, or else the rung's own."""
    if fault is not None and fault.corrective is not None:
        return fault.corrective.cue
    return rung.cues[0] if state.form_broke_after(ladder) is None else state.rules.form_break.cue


def _contacts(state: WeekState) -> tuple[int, int]:
    """Return sets and contacts a set: a few more than in the last two weeks, or the first amount."""
    gate = state.rules.plyometric_gate
    dose = state.rules.doses["P"]
    sessions = state.request.log.until(state.request.week_start).sessions("plyometric")
    recent = [s for s in sessions if (state.request.week_start - s[0].date).days <= 14]
    done = sum(each.done for each in recent[0]) if recent else 0
    total = min(max(done + gate.contacts_step, gate.contacts_start), gate.contacts_max)
    sets = max(-(-total // dose.amount[1]), dose.sets[0])
    return sets, min(total // sets, dose.amount[1])


def _rest(span: tuple[int, int], per_side: bool) -> int:
    """Return the rest in seconds: short where one leg rests while the other works."""
    low, high = span
    return low if per_side else (low + high) // 2
