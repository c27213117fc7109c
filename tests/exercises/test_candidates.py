"""How far a movement meets an exercise's criteria."""

from __future__ import annotations

import pytest
from stick_figure import Act, perform

from formcheck.exercises.candidates import candidates, fit
from formcheck.exercises.definitions import Criterion
from formcheck.exercises.signals import body_signals

BENT = Criterion(signal="trunk_inclination", at="turn", above=30, margin=10)
UPRIGHT = Criterion(signal="trunk_inclination", at="turn", below=30, margin=10)


def test_a_criterion_may_be_met_another_way() -> None:
    signals = body_signals(perform(Act("hip_hinge", reps=1)), "left")
    cycle = candidates(signals, "hip_hinge")[0].cycle
    either = UPRIGHT.model_copy(update={"otherwise": BENT})
    assert fit(signals, cycle, (UPRIGHT,)) < 0.1
    assert fit(signals, cycle, (either,)) == pytest.approx(fit(signals, cycle, (BENT,)))


def test_the_weakest_criterion_decides() -> None:
    signals = body_signals(perform(Act("hip_hinge", reps=1)), "left")
    cycle = candidates(signals, "hip_hinge")[0].cycle
    assert fit(signals, cycle, (BENT, UPRIGHT)) == fit(signals, cycle, (UPRIGHT,))
