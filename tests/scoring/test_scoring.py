"""From measures to grades, reasons and the score of a bout."""

from dataclasses import replace

import numpy as np
import pytest
from scoring_motion import Actor, Faults, perform, pose_of

from formcheck.motion.types import AngleSet
from formcheck.names import ANGLES, landmark
from formcheck.scoring import check_quality, grade, load_thresholds, score_bout

STEP_DOWN = Actor("step_down", knee_deg=80.0, ecc_s=2.3, pause_s=0.3)


def scored(actor, **options):
    motion, bout = perform(actor)
    return score_bout(bout, motion, **options)


def test_good_form_is_green():
    result = scored(STEP_DOWN)
    assert (result.score.value, result.score.band, result.score.reason) == (100, "green", None)
    assert result.score.coverage == 0.9  # a heel that taps shows no floor, so no depth


def test_one_clear_drop_caps_the_score():
    result = scored(replace(STEP_DOWN, faults=Faults(drop=14.0)))
    assert result.measure("pelvic_drop_deg").grade == "fail"
    assert (result.score.value, result.score.core_fails) == (69, 1)


def test_score_is_that_of_the_graded_measures():
    result = scored(replace(STEP_DOWN, faults=Faults(drop=10.0, lean=9.0)))
    again = grade("step_down", {m.id: m.value for m in result.measures if m.weight})
    assert result.score == again
    assert {m.id: m.subscore for m in result.measures if m.weight} == again.subscores


def test_unknown_exercise_has_no_measures():
    motion, bout = perform(STEP_DOWN)
    result = score_bout(replace(bout, exercise="unknown", side=None), motion)
    assert (result.measures, result.score.value, result.score.reason) == ((), None, "unknown_exercise")


def test_two_repetitions_give_values_but_no_score():
    result = scored(replace(STEP_DOWN, reps=2, faults=Faults(drop=6.0)))
    drop = result.measure("pelvic_drop_deg")
    assert drop.value == pytest.approx(6.0, abs=0.2)
    assert (drop.grade, drop.subscore, drop.reason) == (None, None, "too_few_reps")
    assert (result.score.value, result.score.raw, result.score.reason) == (None, None, "too_few_reps")
    assert len(result.repetitions) == 2


@pytest.mark.parametrize(
    ("azimuth", "hidden", "shown"),
    [
        (0, "knee_flexion_deg", "pelvic_drop_deg"),
        (172, "knee_flexion_deg", "pelvic_drop_deg"),
        (-14, "trunk_inclination_dev_deg", "kmd_foot_pct"),
        (90, "pelvic_drop_deg", "knee_flexion_deg"),
        (-75, "kmd_foot_pct", "trunk_inclination_dev_deg"),
    ],
)
def test_what_the_camera_cannot_see_is_missing_not_zero(azimuth, hidden, shown):
    result = scored(Actor("lunge", knee_deg=90.0, azimuth_deg=azimuth))
    assert (result.measure(hidden).value, result.measure(hidden).reason) == (None, "view")
    assert result.measure(shown).value is not None
    assert all(hidden not in rep.measures for rep in result.repetitions)
    if abs(azimuth) in (75, 90):
        assert (result.score.value, result.score.reason) == (None, "view")


def test_from_between_nothing_is_hidden_and_sd_decides():
    assert all(m.value is not None for m in scored(Actor("lunge", azimuth_deg=40)).measures)


def test_too_uncertain_keeps_the_value_and_withholds_grade_and_score():
    result = scored(replace(STEP_DOWN, sd_deg=6.0, faults=Faults(drop=10.0)))
    drop = result.measure("pelvic_drop_deg")
    assert drop.value == pytest.approx(10.0, abs=0.2)
    assert (drop.grade, drop.reason) == (None, "too_uncertain")
    assert (result.score.value, result.score.reason) == (None, "too_uncertain")


def test_far_beyond_both_thresholds_a_large_error_does_not_matter():
    drop = scored(replace(STEP_DOWN, sd_deg=6.0, faults=Faults(drop=30.0))).measure("pelvic_drop_deg")
    assert (drop.grade, drop.borderline) == ("fail", False)


@pytest.mark.parametrize(("drop", "borderline"), [(1.0, False), (6.0, True), (10.0, True), (13.0, True)])
def test_borderline_within_the_standard_error_of_measurement(drop, borderline):
    measured = scored(replace(STEP_DOWN, sd_deg=0.5, faults=Faults(drop=drop))).measure("pelvic_drop_deg")
    assert measured.borderline is borderline


def test_errors_common_to_all_repetitions_do_not_average_out():
    few = scored(replace(STEP_DOWN, reps=3, sd_deg=3.0)).measure("fppa_deg")
    many = scored(replace(STEP_DOWN, reps=8, sd_deg=3.0)).measure("fppa_deg")
    assert few.sd == pytest.approx(3.0, abs=0.05)
    assert many.sd == pytest.approx(3.0, abs=0.05)


def test_scatter_between_repetitions_adds_to_the_error():
    steady = scored(Actor("lunge", faults=Faults(drop=10.0))).measure("pelvic_drop_deg")
    uneven = scored(Actor("lunge", faults=Faults(drop=10.0), scales=(0.5, 1.0, 0.75))).measure(
        "pelvic_drop_deg"
    )
    assert uneven.sd > steady.sd + 0.5


def test_own_thresholds_change_the_grades_they_name_and_no_value(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text("[exercises.step_up.measures.pelvic_drop_deg]\ngood = 3\nfail = 5\n")
    actor = replace(STEP_DOWN, faults=Faults(drop=7.0, lean=9.5))
    mine, theirs = scored(actor, thresholds=load_thresholds(own)), scored(actor)
    assert scored(actor, thresholds=own).measures == mine.measures
    changed = {a.id for a, b in zip(mine.measures, theirs.measures, strict=True) if a.grade != b.grade}
    assert changed == {"pelvic_drop_deg"}
    assert [(m.value, m.sd) for m in mine.measures] == [(m.value, m.sd) for m in theirs.measures]
    assert mine.score.value < theirs.score.value


def without(motion, angle, frames):
    sets = {}
    for side in ("left", "right"):
        value = motion.of(side).value.copy()
        value[frames, ANGLES.index(angle)] = np.nan
        sets[side] = AngleSet(side, value, motion.of(side).sd)
    return replace(motion, **sets)


def test_an_angle_that_was_not_seen_is_occluded_or_cropped():
    motion, bout = perform(STEP_DOWN)
    hidden = without(motion, "fppa_deg", motion.within(bout.start_s, bout.end_s))
    fppa = score_bout(bout, hidden).measure("fppa_deg")
    assert (fppa.value, fppa.reason) == (None, "occluded")
    image = motion.pose.image_px.copy()
    image[:, landmark("left", "ankle"), 1] = motion.pose.video.height + 40
    cropped = replace(hidden, pose=replace(motion.pose, image_px=image))
    assert score_bout(bout, cropped).measure("fppa_deg").reason == "cropped"


def test_a_motion_without_any_angle_gives_reasons_and_no_number():
    motion, bout = perform(STEP_DOWN)
    blind = replace(
        motion,
        left=AngleSet("left", motion.left.value * np.nan, motion.left.sd),
        right=AngleSet("right", motion.right.value * np.nan, motion.right.sd),
        joints_m=motion.joints_m * np.nan,
    )
    result = score_bout(bout, blind)
    assert {m.value for m in result.measures} == {None}
    assert result.score.value is None
    assert result.score.raw is None


def test_an_empty_clip_is_refused_not_crashed():
    motion, _ = perform(STEP_DOWN)
    nothing = replace(
        motion,
        times_s=motion.times_s[:0],
        left=AngleSet("left", motion.left.value[:0], motion.left.sd[:0]),
        right=AngleSet("right", motion.right.value[:0], motion.right.sd[:0]),
        joints_m=motion.joints_m[:0],
        azimuth_deg=motion.azimuth_deg[:0],
        lying=motion.lying[:0],
        pose=pose_of(motion.times_s[:0], motion.joints_m[:0], 30.0),
    )
    assert [problem.code for problem in check_quality(nothing, ())[1].problems] == ["no_person"]


def test_cues_are_given_only_where_the_error_allows():
    # 9 cm outwards at the knee: far into varus, which is a cue and never a fail
    actor = replace(STEP_DOWN, faults=Faults(valgus_m=-0.09))
    result = scored(actor)
    assert [cue.code for cue in result.cues] == ["varus"]
    assert result.measure("fppa_deg").grade == "good"
    assert scored(replace(actor, sd_deg=30.0)).cues == ()
    assert scored(STEP_DOWN).cues == ()
