"""The words: every id that can occur has some, and sentences say what the numbers say."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
import reports_people as people
from hypothesis import given
from hypothesis import strategies as st

from formcheck.motion.types import VIEW_LABELS
from formcheck.names import EXERCISES
from formcheck.reports import texts
from formcheck.reports.catalogue import catalogue
from formcheck.scoring import load_thresholds
from formcheck.scoring.types import Band, Grade, Measurement


def test_every_id_has_words():
    measured = {name for rules in load_thresholds().exercises.values() for name in rules.measure_ids}
    assert measured <= set(texts.measure_ids())
    assert {*EXERCISES, "unknown"} == set(catalogue().exercises)
    assert set(VIEW_LABELS) <= set(catalogue().views)
    assert {*get_args(Grade), "none"} == set(catalogue().grades)
    assert set(get_args(Band)) == set(catalogue().bands)
    assert {m.view for m in catalogue().measures.values()} <= set(catalogue().filming)


def test_every_core_measure_has_a_cue():
    for exercise, rules in load_thresholds().exercises.items():
        for name, row in rules.measures.items():
            if row.core:
                measure = Measurement(
                    name,
                    "deg",
                    row.fail,
                    1.0,
                    "fail",
                    good=row.good,
                    fail=row.fail,
                    core=True,
                    weight=row.weight,
                )
                found = texts.cue(
                    people.scored_bout(
                        None if exercise in ("bridge", "hip_hinge") else "left",
                        measures=(measure,),
                        exercise=exercise,
                    )
                )
                assert found is not None, (exercise, name)
                assert found.measure == name


def test_headline_says_side_value_error_and_range():
    said = texts.headline(people.scored_bout("left"))
    assert said == (
        "On your left leg, your right hip dropped 13 ± 2°, "
        "more than our coaching range (at most 8°) and its limit (12°)."
    )
    mirrored = texts.headline(people.scored_bout("right"))
    assert mirrored == said.replace("left", "@").replace("right", "left").replace("@", "right")


@pytest.mark.parametrize(
    ("value", "grade", "good", "fail", "ending"),
    [
        (9.0, "caution", 8, 12, "more than the 8° we aim for."),
        (8.2, "caution", 8, 12, "right at the limit of our coaching range (8°)."),
        (55.0, "caution", 60, 45, "less than the 60° we aim for."),
        (40.0, "fail", 60, 45, "less than our coaching range (at least 60°) and its limit (45°)."),
    ],
)
def test_headline_compares_in_the_right_direction(value, grade, good, fail, ending):
    measure = Measurement("trunk_inclination_deg", "deg", value, 2.0, grade, good=good, fail=fail)
    assert texts.headline(people.scored_bout(measures=(measure,))).endswith(ending)


@pytest.mark.parametrize(
    ("value", "grade", "ending"),
    [
        (6.0, "caution", "6 ± 2° outside the range that suits this exercise."),
        (22.0, "fail", "22 ± 2° outside the range that suits this exercise, beyond our limit of 15°."),
    ],
)
def test_a_distance_from_a_range_is_not_said_to_be_outside_twice(value, grade, ending):
    measure = Measurement("trunk_inclination_dev_deg", "deg", value, 2.0, grade, good=0, fail=15)
    assert texts.headline(people.scored_bout(measures=(measure,))).endswith(ending)
    assert texts.aim_text(measure) == "0°"


def test_headline_without_faults_without_grades_and_for_unknown():
    good = tuple(m for m in people.STEP_UP if m.grade == "good")
    assert "within our coaching range" in texts.headline(people.scored_bout(measures=good))
    assert texts.cue(people.scored_bout(measures=good)) is None
    hidden = tuple(m for m in people.STEP_UP if m.value is None)
    ungraded = people.scored_bout(measures=hidden, score=None)
    assert texts.headline(ungraded).endswith("cannot grade it: a main measure could not be taken.")
    unknown = people.scored_bout(None, measures=(), score=None, exercise="unknown")
    unknown = replace(unknown, bout=replace(unknown.bout, guesses=("lunge", "step_up")))
    assert "Lunge, Step-up" in texts.headline(unknown)


def test_headline_names_what_is_good_and_what_stays_open():
    good, core, lean = (
        replace(m, grade="good", core=True, reason=None) for m in people.STEP_UP[:3] if m.value is not None
    )
    open_ = replace(core, grade=None, reason="too_uncertain")
    said = texts.headline(people.scored_bout(measures=(good, open_, lean)))
    names = [texts.measure_name(m.id) for m in (good, lean)]
    assert texts.in_a_sentence(names) in said
    assert f"{texts.measure_name(open_.id)} can’t be told from it." in said
    assert texts.in_a_sentence(["A", "B", "C"]) == "a, b and c"


def test_advice_on_a_large_error_begins_with_how_to_film_the_measure():
    open_ = replace(people.STEP_UP[0], grade=None, reason="too_uncertain")
    film = catalogue().filming[texts.measure_text(open_.id).view]
    assert texts.filming_advice(open_).startswith(film)


def test_worst_core_fault_gives_the_cue_and_lean_with_drop_gives_its_own():
    both = texts.cue(people.scored_bout())
    assert both is not None and both.say == "Zip stays over the standing foot."
    drop_alone = tuple(m for m in people.STEP_UP if m.id != "trunk_lateral_lean_deg")
    alone = texts.cue(people.scored_bout(measures=drop_alone))
    assert alone is not None and alone.say == "Keep your belt level."


def test_headline_items_are_hip_knee_trunk():
    items = texts.headline_measures(people.scored_bout())
    assert [m.id if m else None for m in items.values()] == [
        "pelvic_drop_deg", "fppa_deg", "trunk_lateral_lean_deg",
    ]  # fmt: skip


@given(st.floats(-200, 200), st.floats(0, 100), st.sampled_from(texts.measure_ids()))
def test_an_error_is_never_shown_as_zero(value, sd, measure):
    shown = texts.format_value(measure, value, sd)
    error = shown.split("±")[1].strip(" °%s")
    assert float(error) > 0
    assert not shown.startswith("−0 ") and not shown.startswith("−0.0 ")


def test_unknown_codes_are_made_readable():
    assert texts.reason_text("some_new_reason") == "Some new reason"
    assert texts.measure_name("some_new_deg") == "Some new deg"
    assert texts.reason_text(None) == ""


def test_wording_makes_no_medical_claims():
    everything = catalogue().model_dump_json().lower()
    for word in (
        "injury risk",
        "abnormal",
        "patholog",
        "weak ",
        "trendelenburg",
        "clinically",
        "medical grade",
    ):
        assert word not in everything, word
