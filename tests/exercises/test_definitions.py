"""The exercises as data."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, get_args

import numpy as np
import pytest
from pydantic import ValidationError
from stick_figure import Act, perform

from formcheck.exercises.definitions import Definitions, SignalName, definitions
from formcheck.exercises.signals import body_signals
from formcheck.names import EXERCISES


def as_data() -> dict[str, Any]:
    return deepcopy(definitions().model_dump(mode="json", exclude_none=True))


def test_the_file_defines_all_exercises() -> None:
    assert set(definitions().exercises) == set(EXERCISES)


def test_every_signal_has_a_series() -> None:
    signals = body_signals(perform(Act("hip_hinge", reps=1)), "left")
    assert set(signals.series) == set(get_args(SignalName))
    for name in get_args(SignalName):
        assert np.all(np.isfinite(signals[name])), name


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("exercises", "lunge", "depth", "signal"), "belly_button"),
        (("exercises", "lunge", "cycle", "min_rise"), -1),
        (("exercises", "lunge", "surprise"), 1),
        (("exercises", "lunge", "criteria"), []),
        (("exercises", "lunge", "criteria"), [{"signal": "sway", "at": "turn", "margin": 1}]),
        (("bouts", "accept"), 1.5),
    ],
)
def test_a_mistake_in_the_file_is_refused(path: tuple[str, ...], value: Any) -> None:
    data = as_data()
    Definitions.model_validate(data)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(ValidationError):
        Definitions.model_validate(data)


def test_a_missing_exercise_is_refused() -> None:
    data = as_data()
    del data["exercises"]["bridge"]
    with pytest.raises(ValidationError, match="exercises"):
        Definitions.model_validate(data)
