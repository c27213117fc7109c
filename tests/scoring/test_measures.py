"""Measures against the faults that the stick person was given, and the laws that they keep."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring_motion import Actor, Faults, bout_of, mirrored, motion_of, perform

from formcheck.exercises.types import Repetition
from formcheck.names import EXERCISES, landmark
from formcheck.scoring import score_bout
from formcheck.scoring.measures import MEASURE
from formcheck.scoring.thresholds import MEASURES

RDL = Actor("single_leg_rdl", trunk_deg=75.0, knee_deg=18.0)
HINGE = Actor("hip_hinge", trunk_deg=70.0, knee_deg=18.0, azimuth_deg=90.0)
STEP_DOWN = Actor("step_down", knee_deg=80.0, pause_s=0.3)
OBLIQUE = 45.0  # where no measure is hidden by the view


def values(actor):
    motion, bout = perform(actor)
    return {m.id: m.value for m in score_bout(bout, motion).measures}


def test_every_measure_has_its_function():
    assert set(MEASURE) == set(MEASURES)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("exercise", ["step_down", "lunge"])
def test_faults_at_the_turn_are_read_back(exercise, side):
    faults = Faults(drop=9.0, lean=7.0, rotation=12.0, valgus_m=0.04)
    found = values(Actor(exercise, side=side, faults=faults, knee_deg=40.0))
    assert found["pelvic_drop_deg"] == pytest.approx(9.0, abs=0.2)
    assert found["trunk_lateral_lean_deg"] == pytest.approx(7.0, abs=0.2)
    assert found["trunk_rotation_deg"] == pytest.approx(12.0, abs=0.4)
    if exercise == "lunge":
        assert found["kmd_foot_pct"] == pytest.approx(10.0, abs=0.2)  # 4 cm of a 40-cm shank
    else:
        outwards = np.degrees(np.arctan2(0.04, THIGH_UP) + np.arctan2(0.04, SHANK_UP))
        assert found["fppa_deg"] == pytest.approx(outwards, abs=0.3)


THIGH_UP, SHANK_UP = 0.42 * np.cos(np.radians(20)), 0.40 * np.cos(np.radians(20))


def test_step_up_shows_faults_of_the_climb_and_of_the_top():
    faults = Faults(drop=9.0, valgus_m=0.04)
    top = values(Actor("step_up", faults=faults))
    assert top["pelvic_drop_deg"] == pytest.approx(9.0, abs=0.3)
    climb = values(Actor("step_up", faults=faults, in_climb=True))
    assert climb["pelvic_drop_deg"] > 0.6 * 9.0
    assert climb["fppa_deg"] > 0.6 * top["fppa_deg"] > 5.0


def test_drop_is_measured_from_standing():
    level = Actor("step_down", faults=Faults(drop=6.0), knee_deg=40.0)
    tilted = replace(level, faults=Faults(drop=6.0, standing_tilt=3.0), box_m=0.0)
    assert values(tilted)["pelvic_drop_deg"] == pytest.approx(6.0, abs=0.2)
    motion, bout = perform(tilted)
    assert score_bout(bout, motion).baseline_found


def test_without_standing_level_is_assumed_with_a_larger_error():
    actor = Actor("lunge", faults=Faults(drop=6.0), rest_s=0.1, knee_start_deg=30.0)
    motion, bout = perform(actor)
    scored = score_bout(bout, motion)
    assert not scored.baseline_found
    drop = scored.measure("pelvic_drop_deg")
    assert drop.value == pytest.approx(6.0, abs=0.2)
    motion, bout = perform(replace(actor, rest_s=2.0, knee_start_deg=4.0))
    assert drop.sd > score_bout(bout, motion).measure("pelvic_drop_deg").sd + 0.5


@pytest.mark.parametrize("opening", [0.0, 6.0, 12.0])
def test_hip_opening_of_a_hinge(opening):
    shallow_enough = replace(RDL, trunk_deg=64.0, faults=Faults(opening=opening))
    found = values(shallow_enough)
    assert found["hip_opening_deg"] == pytest.approx(opening, abs=0.05 * opening + 0.1)
    assert -2.0 < found["pelvic_drop_deg"] < 0.1  # opening is no drop, and hardly a hike near upright


def test_drop_of_a_hinge_counts_near_upright_and_at_depth():
    found = values(replace(RDL, trunk_deg=64.0, faults=Faults(drop=8.0)))
    assert found["pelvic_drop_deg"] == pytest.approx(8.0, abs=0.3)
    assert found["hip_opening_deg"] == 0.0


def test_a_hinge_that_is_too_shallow_has_no_opening():
    motion, bout = perform(replace(RDL, trunk_deg=38.0))
    opening = score_bout(bout, motion).measure("hip_opening_deg")
    assert (opening.value, opening.reason) == (None, "too_shallow")


def test_rotation_is_a_magnitude_that_keeps_its_sign():
    motion, bout = perform(Actor("step_down", knee_deg=40.0, faults=Faults(rotation=-12.0)))
    rotation = score_bout(bout, motion).measure("trunk_rotation_deg")
    assert rotation.value == pytest.approx(12.0, abs=0.4)
    assert rotation.signed_value == pytest.approx(-12.0, abs=0.4)


def test_hinge_ratio_and_trunk():
    hinge, squat = values(HINGE), values(replace(HINGE, trunk_deg=40.0, knee_deg=90.0))
    assert hinge["trunk_inclination_deg"] == pytest.approx(70.0, abs=0.3)
    assert hinge["knee_band_dev_deg"] == 0.0
    assert hinge["hinge_ratio"] > 0.8
    assert squat["hinge_ratio"] < 0.6
    assert squat["knee_band_dev_deg"] == pytest.approx(
        65.0, abs=2.0
    )  # 90 − 25, less what the window sees of the way


def test_trunk_band():
    found = values(Actor("lunge", trunk_deg=35.0, azimuth_deg=90.0))
    assert found["trunk_inclination_dev_deg"] == pytest.approx(10.0, abs=0.3)
    assert found["knee_flexion_deg"] == pytest.approx(60.0, abs=2.0)


@pytest.mark.parametrize("exercise", ["bridge", "single_leg_bridge"])
def test_bridge(exercise):
    faults = Faults(drop=6.0, standing_tilt=2.0, valgus_m=0.02)
    found = values(Actor(exercise, knee_deg=100.0, faults=faults, azimuth_deg=OBLIQUE))
    assert found["pelvic_tilt_deg"] == pytest.approx(6.0, abs=0.2)
    assert found["kmd_foot_pct"] == pytest.approx(5.0, abs=0.2)
    low = values(Actor(exercise, knee_deg=60.0, azimuth_deg=OBLIQUE))
    assert low["hip_angle_top_deg"] < found["hip_angle_top_deg"] <= 180.0


def test_tilt_of_a_two_leg_bridge_is_a_magnitude():
    found = values(Actor("bridge", knee_deg=100.0, faults=Faults(drop=-6.0), azimuth_deg=OBLIQUE))
    assert found["pelvic_tilt_deg"] == pytest.approx(6.0, abs=0.2)


def test_two_leg_bridge_judges_the_worse_knee():
    motion, bout = perform(Actor("bridge", knee_deg=100.0, faults=Faults(valgus_m=0.04), azimuth_deg=OBLIQUE))
    joints = motion.joints_m.copy()
    joints[:, landmark("left", "knee"), 0] = joints[:, landmark("left", "ankle"), 0]
    actor = Actor("bridge", azimuth_deg=OBLIQUE)
    repaired = motion_of(actor, motion.times_s, joints)
    assert score_bout(bout, repaired).measure("kmd_foot_pct").value == pytest.approx(10.0, abs=0.3)


@pytest.mark.parametrize(("exercise", "ecc_s"), [("step_down", 2.0), ("step_up", 2.0), ("hip_hinge", 1.2)])
def test_tempo(exercise, ecc_s):
    actor = {"hip_hinge": HINGE, "step_down": STEP_DOWN}.get(exercise, Actor(exercise))
    found = values(replace(actor, ecc_s=ecc_s, con_s=0.9, pause_s=0.6))
    assert found["ecc_s"] == pytest.approx(ecc_s, abs=0.12)
    assert found["con_s"] == pytest.approx(0.9, abs=0.12)
    assert found["pause_s"] == pytest.approx(0.6, abs=0.12)


@pytest.mark.parametrize("pause_s", [0.1, 0.5, 2.0])
def test_a_longer_pause_is_no_slower_lowering(pause_s):
    found = values(replace(HINGE, pause_s=pause_s))
    assert found["ecc_s"] == pytest.approx(2.0, abs=0.12)
    assert found["pause_s"] == pytest.approx(pause_s, abs=0.2)


def test_depth_against_the_box():
    assert values(Actor("step_up"))["depth_ratio"] == pytest.approx(1.0, abs=0.03)
    assert values(Actor("step_up", scales=(0.7, 0.7, 0.7)))["depth_ratio"] == pytest.approx(0.7, abs=0.03)


def test_depth_of_a_step_down_needs_a_foot_that_stands_on_the_floor():
    motion, bout = perform(STEP_DOWN)
    depth = score_bout(bout, motion).measure("depth_ratio")
    assert (depth.value, depth.reason) == (None, "no_floor_contact")
    joints = motion.joints_m.copy()
    joints[:40, landmark("right", "ankle"), 1] -= STEP_DOWN.box_m  # before stepping onto the box
    seen = motion_of(STEP_DOWN, motion.times_s, joints)
    travel = 0.82 * (np.cos(np.radians(2)) - np.cos(np.radians(40)))
    found = score_bout(bout, seen).measure("depth_ratio").value
    assert found == pytest.approx(travel / STEP_DOWN.box_m, abs=0.03)


def test_lunge_depth_against_the_deepest():
    motion, bout = perform(Actor("lunge", knee_deg=90.0, scales=(1.0, 0.8, 0.8)))
    depths = [rep.measures["depth_ratio"].value for rep in score_bout(bout, motion).repetitions]
    assert depths[0] == pytest.approx(1.0, abs=0.01)
    assert max(depths[1:]) < 0.85


def standing(hold_s, **changes):
    actor = replace(Actor("single_leg_stance", reps=1, ecc_s=0.1, con_s=0.1, pause_s=hold_s), **changes)
    motion, bout = perform(actor)
    (rep,) = bout.repetitions
    return motion, replace(bout, repetitions=(Repetition(rep.start_s, rep.turn_s, rep.end_s),))


def test_stance_hold():
    motion, bout = standing(20.0, faults=Faults(drop=6.0, lean=5.0))
    scored = score_bout(bout, motion)
    assert scored.measure("hold_s").value == pytest.approx(20.2, abs=0.1)
    assert scored.measure("hold_ratio").value == pytest.approx(20.2 / 44, abs=0.01)
    assert score_bout(bout, motion, age_years=72).measure("hold_ratio").value == pytest.approx(
        20.2 / 21, abs=0.01
    )
    assert scored.measure("pelvic_drop_deg").value == pytest.approx(6.0, abs=0.2)
    assert scored.measure("trunk_lateral_lean_deg").value == pytest.approx(5.0, abs=0.2)


def test_a_hold_that_the_clip_cuts_off_is_not_a_short_hold():
    motion, bout = standing(20.0, rest_s=0.0)
    scored = score_bout(bout, motion)
    assert (scored.measure("hold_ratio").value, scored.measure("hold_ratio").reason) == (None, "hold_cut_off")
    assert score_bout(bout, motion, age_years=85).measure("hold_ratio").grade == "good"  # 9 s are enough


def test_the_longest_of_several_holds_counts():
    motion, bout = standing(20.0)
    (rep,) = bout.repetitions
    holds = (Repetition(rep.start_s, rep.start_s + 3, rep.start_s + 6), Repetition(8.5, 12.0, 21.0))
    scored = score_bout(replace(bout, repetitions=holds), motion)
    assert scored.measure("hold_s").value == pytest.approx(12.5)


def test_sway():
    motion, bout = standing(21.0)
    sideways = 0.01 * np.sin(2 * np.pi * 0.5 * motion.times_s)
    joints = motion.joints_m.copy()
    for side in ("left", "right"):
        joints[:, landmark(side, "hip"), 0] += sideways
    swaying = motion_of(Actor("single_leg_stance"), motion.times_s, joints)
    found = score_bout(bout, swaying).measure("sway_ml_rms_pct").value
    assert found == pytest.approx(100 * 0.01 / np.sqrt(2) / 0.82, abs=0.05)
    short, its_bout = standing(8.0)
    assert score_bout(its_bout, short).measure("sway_ml_rms_pct").reason == "hold_too_short"


ACTORS = [
    RDL,
    HINGE,
    STEP_DOWN,
    Actor("step_up"),
    Actor("lunge"),
    Actor("bridge", knee_deg=95.0, azimuth_deg=OBLIQUE),
    Actor("single_leg_bridge", knee_deg=95.0, azimuth_deg=OBLIQUE),
    Actor("single_leg_stance", reps=1, pause_s=12.0),
]


def test_every_exercise_is_covered_by_the_laws():
    assert {actor.exercise for actor in ACTORS} == set(EXERCISES)


def same(first, second):
    for one, two in zip(first.measures, second.measures, strict=True):
        assert (one.id, one.reason) == (two.id, two.reason)
        if one.value is None or all(abs(one.value - t) > 0.01 for t in (one.good, one.fail) if t is not None):
            assert one.grade == two.grade
        for name in ("value", "sd", "signed_value", "excursion"):
            a, b = getattr(one, name), getattr(two, name)
            assert (a is None) == (b is None), (one.id, name)
            if a is not None:
                assert a == pytest.approx(b, abs=2e-3), (one.id, name)


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.exercise)
@settings(max_examples=5, deadline=None)
@given(st.floats(-15, 15), st.floats(-12, 12), st.floats(-20, 20), st.floats(-0.05, 0.05))
def test_a_mirrored_person_has_the_same_measures_on_the_other_side(actor, drop, lean, rotation, valgus):
    faults = Faults(drop=drop, opening=abs(drop), lean=lean, rotation=rotation, valgus_m=valgus)
    motion, bout = perform(replace(actor, faults=faults))
    same(score_bout(bout, motion), score_bout(*reversed(mirrored(motion, bout))))


@pytest.mark.parametrize("actor", ACTORS[:5], ids=lambda actor: actor.exercise)
@pytest.mark.parametrize("slower", [1.5, 2.0])
def test_a_slower_person_has_longer_phases_and_the_same_angles(actor, slower):
    faults = Faults(drop=7.0, lean=4.0)
    slow = replace(
        actor,
        faults=faults,
        ecc_s=actor.ecc_s * slower,
        con_s=actor.con_s * slower,
        pause_s=actor.pause_s * slower,
    )
    before, after = values(replace(actor, faults=faults)), values(slow)
    for name in before:
        if before[name] is None:
            assert after[name] is None
        elif name.endswith("_s"):
            assert after[name] == pytest.approx(before[name] * slower, abs=0.15), name
        else:
            assert after[name] == pytest.approx(before[name], rel=0.05, abs=0.6), name


@pytest.mark.parametrize("fps", [24.0, 60.0])
def test_frame_rate_does_not_matter(fps):
    actor = replace(STEP_DOWN, faults=Faults(drop=7.0, lean=4.0))
    usual, other_rate = values(actor), values(replace(actor, fps=fps))
    assert {name for name, value in usual.items() if value is None} == {
        name for name, value in other_rate.items() if value is None
    }
    for name, value in usual.items():
        if value is not None:
            assert other_rate[name] == pytest.approx(value, abs=0.1), name


def test_order_of_the_repetitions_does_not_matter():
    scales = (1.0, 0.7, 0.9, 0.8, 0.6)
    actor = Actor("lunge", reps=5, faults=Faults(drop=10.0), scales=scales, knee_deg=90.0)
    same(*(score_bout(*reversed(perform(replace(actor, scales=s)))) for s in (scales, scales[::-1])))


def test_set_value_is_the_median_of_the_valid_repetitions():
    actor = Actor("lunge", reps=5, faults=Faults(drop=10.0), scales=(1.0, 0.7, 0.9, 0.8, 0.6))
    motion, bout = perform(actor)
    assert score_bout(bout, motion).measure("pelvic_drop_deg").value == pytest.approx(8.0, abs=0.2)
    marked = [replace(rep, valid=i not in (3, 4), reason="partial") for i, rep in enumerate(bout.repetitions)]
    scored = score_bout(replace(bout, repetitions=tuple(marked)), motion)
    assert scored.measure("pelvic_drop_deg").value == pytest.approx(9.0, abs=0.2)
    assert "pelvic_drop_deg" in scored.repetitions[3].measures  # invalid ones are still measured


def test_a_bout_without_repetitions():
    motion, bout = perform(Actor("lunge"))
    scored = score_bout(replace(bout, repetitions=()), motion)
    assert scored.score.reason == "too_few_reps"
    assert {m.value for m in scored.measures} == {None}
    assert bout_of(Actor("lunge"), list(bout.repetitions)) == bout
