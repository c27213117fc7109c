"""How far a movement meets an exercise's criteria."""

from __future__ import annotations

import pytest
from stick_figure import Act, perform

from formcheck.exercises.candidates import candidates, fit
from formcheck.exercises.definitions import Criterion, definitions
from formcheck.exercises.signals import body_signals

BENT = Criterion(signal="trunk_inclination", at="turn", above=30, margin=10)
UPRIGHT = Criterion(signal="trunk_inclination", at="turn", below=30, margin=10)


def test_a_criterion_may_be_met_another_way() -> None:
    signals = body_signals(perform(Act("hip_hinge", reps=1)), "left")
    cycle = candidates(signals, "hip_hinge")[0].cycle
    either = UPRIGHT.model_copy(update={"otherwise": BENT})
    assert fit(signals, cycle, (UPRIGHT,)) < 0.1
    assert fit(signals, cycle, (either,)) == pytest.approx(fit(signals, cycle, (BENT,)))


def test_the_two_weakest_criteria_decide() -> None:
    signals = body_signals(perform(Act("hip_hinge", reps=1)), "left")
    cycle = candidates(signals, "hip_hinge")[0].cycle
    both = fit(signals, cycle, (BENT, UPRIGHT))
    assert fit(signals, cycle, (UPRIGHT,)) < both < 0.5 < fit(signals, cycle, (BENT,))
    assert fit(signals, cycle, (BENT, UPRIGHT, BENT)) == both
    assert fit(signals, cycle, (BENT, UPRIGHT, UPRIGHT)) == fit(signals, cycle, (UPRIGHT,))


def test_one_criterion_missed_by_a_little_is_made_up_for_and_one_missed_by_far_is_not() -> None:
    signals = body_signals(perform(Act("hip_hinge", reps=1)), "left")
    cycle = candidates(signals, "hip_hinge")[0].cycle
    reached = signals["trunk_inclination"][cycle.turn]
    for missed_by, enough in ((2.0, True), (40.0, False)):
        nearly = BENT.model_copy(update={"above": reached + missed_by})
        assert (fit(signals, cycle, (BENT, nearly)) >= definitions().bouts.accept) is enough
