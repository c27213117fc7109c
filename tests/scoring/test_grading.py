"""The score formula: the worked examples, its edges, and its laws."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.errors import UsageError
from formcheck.names import EXERCISES
from formcheck.scoring.grading import grade, round_half_up
from formcheck.scoring.thresholds import load_thresholds

EXAMPLES = json.loads(Path(__file__).with_name("worked_examples.json").read_text(encoding="utf-8"))
OUR_IDS = {
    "sl_rdl": ["single_leg_rdl"],
    "step": ["step_up", "step_down"],
    "lunge": ["lunge"],
    "bridge_bilateral": ["bridge"],
    "bridge_single": ["single_leg_bridge"],
}
BANDS = {100: "green", 84: "amber", 79: "amber", 69: "orange", 49: "red"}
RULES = load_thresholds().exercises


def all_good(exercise):
    return {name: row.good for name, row in RULES[exercise].measures.items()}


@pytest.mark.parametrize(
    ("exercise", "example"),
    [(name, row) for row in EXAMPLES for name in OUR_IDS[row["exercise"]]],
    ids=lambda value: value if isinstance(value, str) else str(value["id"]),
)
def test_worked_examples(exercise, example):
    result = grade(exercise, example["measures"])
    assert (result.raw, result.value) == (example["raw"], example["score"])
    assert result.core_fails == example["core_fails"] == example["context"]["fails"]
    assert result.core_cautions == example["context"]["core_cautions"]
    assert result.coverage == pytest.approx(example["coverage"], abs=1e-9)
    assert {k: v for k, v in result.grades.items() if v is not None} == example["grades"]
    assert {k: v for k, v in result.subscores.items() if v is not None} == pytest.approx(
        example["subscores"], abs=0.05
    )
    assert result.band == BANDS[result.value]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_at_good_is_good_and_at_fail_is_a_caution(exercise):
    result = grade(exercise, all_good(exercise))
    assert set(result.grades.values()) == {"good"}
    assert (result.value, set(result.subscores.values())) == (100, {100.0})
    at_fail = grade(exercise, {name: row.fail for name, row in RULES[exercise].measures.items()})
    assert set(at_fail.grades.values()) == {"caution"}
    assert at_fail.value == 40
    assert at_fail.subscores == pytest.approx(dict.fromkeys(at_fail.subscores, 40.0))


def test_just_beyond_fail_is_a_fail():
    assert grade("step_up", {"fppa_deg": 15.01}).grades["fppa_deg"] == "fail"
    assert grade("bridge", {"hip_angle_top_deg": 159.99}).grades["hip_angle_top_deg"] == "fail"


def test_a_missing_core_measure_gives_no_score_but_provisional_subscores():
    result = grade("single_leg_bridge", {"hip_angle_top_deg": 166, "ecc_s": 2.0, "pelvic_tilt_deg": None})
    assert (result.value, result.band, result.reason) == (None, None, "core_missing")
    assert result.raw == 83  # (0.35 · 76 + 0.15 · 100) / 0.5 = 83.2
    assert result.subscores["hip_angle_top_deg"] == pytest.approx(76.0)
    assert result.subscores["pelvic_tilt_deg"] is None
    assert result.grades["pelvic_tilt_deg"] is None


def test_nothing_measured_is_nothing_not_zero():
    result = grade("lunge", {})
    assert (result.value, result.raw, result.coverage, result.reason) == (None, None, 0.0, "core_missing")
    assert set(result.subscores.values()) == {None}


def test_low_coverage_gives_no_score(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        "[exercises.bridge.measures]\nhip_angle_top_deg = {core = false}\npelvic_tilt_deg = {core = false}\n"
    )
    half = {"hip_angle_top_deg": 175}
    assert grade("bridge", half, thresholds=own).value == 100
    below = {"pelvic_tilt_deg": 0, "kmd_foot_pct": 0}
    assert grade("bridge", below, thresholds=own).reason == "low_coverage"
    assert grade("bridge", below, thresholds=own).raw == 100


def test_one_core_fail_caps_at_69_and_two_at_49():
    values = all_good("step_up")
    assert grade("step_up", {**values, "trunk_lateral_lean_deg": 12.1}).value == 69
    assert grade("step_up", {**values, "trunk_lateral_lean_deg": 12.1, "fppa_deg": 15.1}).value == 49
    assert grade("step_up", {**values, "ecc_s": 0.1}).value == 90  # not core: no cap


@pytest.mark.parametrize(("value", "rounded"), [(84.5, 85), (84.49, 84), (2.675 * 100 - 183, 85), (0.5, 1)])
def test_halves_round_up(value, rounded):
    assert round_half_up(value) == rounded


@pytest.mark.parametrize("exercise", ["squat", "unknown", ""])
def test_unknown_exercise(exercise):
    with pytest.raises(UsageError, match="not a known exercise"):
        grade(exercise, {})


def test_unknown_measure_and_not_a_number():
    with pytest.raises(UsageError, match="'hip_drop' is not a measure of lunge"):
        grade("lunge", {"hip_drop": 3.0})
    for value in (float("nan"), float("inf"), "3", [3.0]):
        with pytest.raises(UsageError, match="give None"):
            grade("lunge", {"pelvic_drop_deg": value})


@st.composite
def measured_sets(draw):
    exercise = draw(st.sampled_from(EXERCISES))
    numbers = st.none() | st.floats(-300, 300)
    return exercise, {name: draw(numbers) for name in RULES[exercise].measures}


@given(measured_sets(), st.data())
def test_a_worse_value_never_raises_the_score(case, data):
    exercise, values = case
    present = [name for name, value in values.items() if value is not None]
    if not present:
        return
    name = data.draw(st.sampled_from(present))
    by = data.draw(st.floats(0, 100))
    sign = 1 if RULES[exercise].measures[name].direction == "low" else -1
    before, after = grade(exercise, values), grade(exercise, {**values, name: values[name] + sign * by})
    assert after.raw <= before.raw
    assert (after.value is None) == (before.value is None)
    if before.value is not None:
        assert after.value <= before.value


@given(measured_sets())
def test_score_stays_in_range_and_only_what_was_measured_is_graded(case):
    exercise, values = case
    result = grade(exercise, values)
    assert 0 <= result.coverage <= 1
    for name, value in values.items():
        assert (result.grades[name] is None) == (result.subscores[name] is None) == (value is None)
    assert result.value is None or 0 <= result.value <= result.raw <= 100
    assert (result.value is None) == (result.reason is not None) == (result.band is None)


@given(measured_sets())
def test_order_of_the_measures_does_not_matter(case):
    exercise, values = case
    assert grade(exercise, dict(reversed(values.items()))) == grade(exercise, values)
