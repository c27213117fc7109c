"""Whole seasons of made-up runners: no plan breaks a rule, and the checker sees what breaks one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from coaching_people import person
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.coaching.rules import broken_between, broken_in_week
from benchmarks.coaching.runners import random_runner
from benchmarks.coaching.simulate import MONDAY, season
from formcheck.coaching.log import TrainingLog
from formcheck.coaching.plan import make_plan
from formcheck.coaching.plan_types import PlanRequest


@settings(max_examples=35, deadline=None, derandomize=True)
@given(st.integers(0, 2**31))
def test_no_week_of_any_season_breaks_a_rule(seed):
    for week in season(random_runner(seed, MONDAY)):
        assert not week.broken, f"{week.plan.week_start}: {week.broken}"


REQUEST = PlanRequest(person(75), MONDAY, training_since=MONDAY, body_mass_kg=70.0)
PLAN = make_plan(REQUEST)


def with_session(**change):
    first, *rest = PLAN.sessions
    return replace(PLAN, sessions=(replace(first, **change), *rest))


def with_exercise(index=1, **change):
    """Return the plan with one exercise of its first session (the hinge by default) changed."""
    first = PLAN.sessions[0]
    wanted = first.exercises[index]
    blocks = tuple(
        replace(b, exercises=tuple(replace(e, **change) if e is wanted else e for e in b.exercises))
        for b in first.blocks
    )
    return with_session(blocks=blocks)


def without(kind=None, ladder=None):
    first = PLAN.sessions[0]
    blocks = tuple(
        replace(b, exercises=tuple(e for e in b.exercises if e.ladder != ladder))
        for b in first.blocks
        if b.kind != kind
    )
    return with_session(blocks=blocks)


def longer(kind, minutes):
    blocks = (replace(b, minutes=minutes) if b.kind == kind else b for b in PLAN.sessions[0].blocks)
    return with_session(blocks=tuple(blocks))


BROKEN = {
    "R1 too many": replace(
        PLAN, sessions=(*PLAN.sessions, replace(PLAN.sessions[1], date=MONDAY + timedelta(6)))
    ),
    "R1 too few": replace(PLAN, sessions=PLAN.sessions[:1]),
    "R2": with_session(date=MONDAY + timedelta(3)),
    "R3": with_session(date=MONDAY),
    "R4": longer("core", 25.0),
    "R5 hinge": without(ladder="hinge"),
    "R5 step": without(ladder="step_up"),
    "R5 hip": without(ladder="anti_rotation"),
    "R5 calf": without(ladder="calf"),
    "R6": with_session(blocks=PLAN.sessions[0].blocks[::-1]),
    "R7": without(ladder="pull"),
    "R8": with_exercise(sets=3),
    "R9": with_exercise(rest_s=20),
    "R10": with_exercise(rpe_cap=9),
    "R11": longer("warm_up", 4.0),
    "R12": longer("cool_down", 2.0),
    "R13": replace(PLAN, circuit=replace(PLAN.circuit, minutes=5)),
    "R14": replace(PLAN, activation=replace(PLAN.activation, dates=())),
    "no reason": with_exercise(reasons=()),
    "load": with_exercise(load_kg=40.0),
}


def test_the_untouched_plan_breaks_nothing():
    assert broken_in_week(PLAN, REQUEST) == []


@pytest.mark.parametrize("rule", BROKEN)
def test_the_checker_sees_a_broken_rule(rule):
    found = " ".join(broken_in_week(BROKEN[rule], REQUEST))
    name = rule.split()[0]
    assert name in found if name.startswith("R") else found


def test_the_checker_sees_a_step_that_is_too_large():
    weeks = list(season(random_runner(3, MONDAY), 3))
    before, plan, log = weeks[1].plan, weeks[2].plan, weeks[1].log
    assert broken_between(before, plan, log) == []
    session = next(s for s in plan.sessions if s.exercises)
    jumped = tuple(
        replace(b, exercises=tuple(replace(e, rung=min(e.rung + 3, 7)) for e in b.exercises))
        for b in session.blocks
    )
    wrong = replace(plan, sessions=(replace(session, blocks=jumped),))
    assert any("in a week" in line for line in broken_between(before, wrong, log))
    assert broken_between(before, wrong, TrainingLog()) == []
