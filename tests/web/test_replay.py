"""The dials and the curves of a result: where a value lies, and that what is drawn is what was measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck import Analysis
from formcheck.reports.content import report_of
from formcheck.reports.grading import grade_of
from formcheck.scoring.types import Measurement
from formcheck.web.dials import dial, place
from formcheck.web.replay import data_of

LOW_IS_GOOD = Measurement(
    "pelvic_drop_deg", "deg", 6.0, 1.0, grade="good", good=8.0, fail=12.0, core=True, weight=0.3
)
HIGH_IS_GOOD = replace(LOW_IS_GOOD, id="depth_ratio", unit="ratio", good=0.9, fail=0.75)
numbers = st.floats(-200, 200)


@pytest.fixture
def step_down(sample_analysis: Callable[[str], Analysis]) -> Analysis:
    return sample_analysis("step_down_front_left_drop")


@pytest.mark.parametrize("measurement", [LOW_IS_GOOD, HIGH_IS_GOOD], ids=lambda m: m.id)
@given(value=numbers, other=numbers)
def test_a_dial_runs_from_good_to_bad_whichever_way_the_measure_does(
    measurement: Measurement, value: float, other: float
) -> None:
    at = place(measurement, value)
    grade = grade_of(measurement, value)
    assert (at <= 0) == (grade == "good") or at == pytest.approx(0)
    assert (at > 1) == (grade == "fail") or at == pytest.approx(1)
    assert measurement.good is not None
    assert measurement.fail is not None
    worse = (value - other) * (measurement.fail - measurement.good) >= 0
    assert at >= place(measurement, other) if worse else at <= place(measurement, other)


def test_a_measure_without_limits_has_no_place() -> None:
    with pytest.raises(ValueError, match="limits"):
        place(replace(LOW_IS_GOOD, good=None, fail=None), 1.0)


def test_a_dial_says_its_value_and_its_grade_in_words(step_down: Analysis) -> None:
    (bout,) = report_of([step_down], [None]).clips[0].bouts
    for card in bout.cards:
        drawn = dial(replace(card, name="<b>"), LOW_IS_GOOD)
        assert card.value in drawn
        assert card.word in drawn
        assert "&lt;b&gt;" in drawn


def test_the_curves_are_what_was_measured(step_down: Analysis) -> None:
    (bout,), (scored,) = report_of([step_down], [None]).clips[0].bouts, step_down.bouts
    data = data_of(scored, bout.plots, video="video")
    json.dumps(data, allow_nan=False)
    assert [rep["number"] for rep in data["reps"]] == list(range(1, len(scored.repetitions) + 1))
    assert all(before["end"] <= after["start"] + 1e-3 for before, after in pairwise(data["reps"]))
    for track, plot in zip(data["tracks"], bout.plots, strict=True):
        low, high = track["range"]
        assert len(track["times"]) == len(track["values"]) == len(track["sds"]) <= 1000
        assert all(low <= limit["value"] <= high for limit in track["limits"])
        for mark in track["marks"]:
            assert low <= mark["value"] - mark["sd"] <= mark["value"] + mark["sd"] <= high
        known = {round(float(value), 2) for value in plot.series.value}
        assert all(value in known for value in track["values"] if value is not None)
