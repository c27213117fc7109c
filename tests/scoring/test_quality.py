"""Quality gates: a sensible clip passes, and each fault of a clip is named with what to do about it."""

from dataclasses import replace

import numpy as np
import pytest
from scoring_motion import Actor, Faults, perform

from formcheck.names import LANDMARKS, landmark
from formcheck.scoring import check_quality, score_bout
from formcheck.scoring.quality import quality_rules

STEP_DOWN = Actor("step_down", knee_deg=80.0)


def judge(motion, *bouts):
    """Return the bouts scored, less the scores that a gate takes, and the clip's quality."""
    return check_quality(motion, [score_bout(bout, motion) for bout in bouts])


def check(motion, *bouts):
    return {problem.code: problem for problem in judge(motion, *bouts)[1].problems}


def with_pose(motion, **changes):
    return replace(motion, pose=replace(motion.pose, **changes))


def shifted(motion, points, *, x=0.0, y=0.0, frames=slice(None)):
    image = motion.pose.image_px.copy()
    for point in points:
        image[frames, point] += [x, y]
    return with_pose(motion, image_px=image)


@pytest.mark.parametrize(
    "actor",
    [
        STEP_DOWN,
        Actor("step_up"),
        Actor("lunge", azimuth_deg=180.0),
        Actor("single_leg_rdl", trunk_deg=70.0, knee_deg=18.0),
        Actor("hip_hinge", trunk_deg=70.0, knee_deg=18.0, azimuth_deg=-90.0),
        Actor("single_leg_stance", reps=1, pause_s=20.0, faults=Faults(drop=9.0)),
    ],
    ids=lambda actor: actor.exercise,
)
def test_a_sensible_clip_has_no_problem_however_bad_the_form(actor):
    motion, bout = perform(replace(actor, rest_s=3.0))
    # This figure rests with a foot on the box: a step-up has no standing on both feet.
    assert set(check(motion, bout)) == ({"no_baseline"} if actor.exercise == "step_up" else set())


def test_nobody_there():
    motion, _ = perform(STEP_DOWN)
    empty = with_pose(motion, image_px=motion.pose.image_px * np.nan)
    assert set(check(empty)) == {"no_person"}
    assert "100 %" in check(empty)["no_person"].message
    assert not judge(empty)[1].ok


def test_nobody_there_in_the_dark_says_that_it_is_dark():
    """Else the one thing that could be mended goes unsaid."""
    motion, _ = perform(STEP_DOWN)
    night = with_pose(motion, image_px=motion.pose.image_px * np.nan, luma=np.full(len(motion), 5.0))
    assert set(check(night)) == {"no_person", "dark"}


def test_a_recording_that_is_not_whole_is_said_to_be_so():
    motion, bout = perform(STEP_DOWN)
    torn = with_pose(motion, video=replace(motion.pose.video, truncated=True))
    assert set(check(torn, bout)) == {"truncated"}
    assert judge(torn, bout)[1].ok


def test_nothing_recognised():
    motion, bout = perform(STEP_DOWN)
    assert set(check(motion)) == {"nothing_recognised"}
    unknown = replace(bout, exercise="unknown", side=None)
    assert set(check(motion, unknown)) == {"nothing_recognised"}
    assert not judge(motion, unknown)[1].ok


def test_what_was_not_recognised_comes_with_its_best_guesses_and_how_to_name_them():
    motion, bout = perform(STEP_DOWN)
    unknown = replace(bout, exercise="unknown", side=None, guesses=("step_down", "lunge"))
    problem = check(motion, unknown)["nothing_recognised"]
    assert "Step-down or Lunge / split squat" in problem.message
    assert "--exercise step_down or --exercise lunge" in problem.fix


def test_a_failed_gate_takes_the_score_and_only_the_score():
    motion, bout = perform(STEP_DOWN)
    scored = score_bout(bout, motion)
    assert scored.score.value is not None
    assert judge(motion, bout)[0] == (scored,)
    feet = [landmark("left", name) for name in ("ankle", "heel", "foot_index")]
    cropped = shifted(motion, feet, y=400.0)
    (withheld,), quality = judge(cropped, bout)
    assert (withheld.score.value, withheld.score.band) == (None, None)
    assert withheld.score.reason == "feet_cropped"
    assert withheld.score.reason in {problem.code for problem in quality.problems}
    assert withheld.measures == scored.measures


def test_a_warning_takes_no_score():
    motion, bout = perform(STEP_DOWN)
    dark = with_pose(motion, luma=np.full(len(motion), 20.0))
    assert judge(dark, bout)[0] == (score_bout(bout, dark),)


@pytest.mark.parametrize(
    ("share", "codes"),
    [(0.004, set()), (0.0065, {"blurred"}), (0.012, {"too_blurred"})],
)
def test_blur_is_said_first_and_then_takes_the_score(share, codes):
    """Measured in lengths of the body: a blur of five pixels is nothing in a large picture."""
    motion, bout = perform(STEP_DOWN)
    body_px = np.nanmax(np.linalg.norm(np.ptp(motion.pose.image_px, axis=1), axis=1))
    edges = np.full(len(motion), np.nan)
    edges[::15] = share * body_px  # it is not looked at every picture
    found, quality = judge(with_pose(motion, edge_px=edges), bout)
    assert {problem.code for problem in quality.problems} == codes
    assert found[0].score.reason == ("too_blurred" if "too_blurred" in codes else None)


def test_a_small_body_is_far_away_and_not_blurred():
    """Edges as narrow as the pixels allow are wide only beside a small body; coming closer mends that."""
    motion, bout = perform(STEP_DOWN)
    small = with_pose(motion, image_px=0.2 * motion.pose.image_px, edge_px=np.full(len(motion), 1.2))
    assert {"blurred", "too_blurred"}.isdisjoint(check(small, bout))


def test_nobody_there_in_a_blurred_picture_says_that_it_is_blurred():
    motion, _ = perform(STEP_DOWN)
    empty = with_pose(motion, image_px=motion.pose.image_px * np.nan)
    side = max(motion.pose.video.width, motion.pose.video.height)
    for share, codes in ((0.003, {"no_person"}), (0.01, {"no_person", "too_blurred"})):
        assert set(check(with_pose(empty, edge_px=np.full(len(motion), share * side)))) == codes


def test_loose_trousers_are_a_suspicion_that_most_looks_must_share():
    motion, bout = perform(STEP_DOWN)

    def worn(*widths):
        shanks = np.full(len(motion), np.nan)
        shanks[::15] = np.resize(widths, len(shanks[::15]))
        return check(with_pose(motion, shank_width=shanks), bout)

    assert not worn(0.42)["loose_clothing"].blocks_score
    assert worn(0.42, 0.45, 0.4, 0.44, 0.25).keys() == {"loose_clothing"}
    assert not worn(0.24)
    assert not worn(0.25, 0.5), "what stands behind a leg is not worn"
    seldom = np.full(len(motion), np.nan)
    seldom[[0, 40, 80]] = 0.45
    assert not check(with_pose(motion, shank_width=seldom), bout)


@pytest.mark.parametrize(
    ("filmed", "slow"),
    [(0.0, False), (30.0, False), (60.0, False), (120.0, True), (240.0, True)],
    ids=["not said", "normal", "60 slowed by the dark", "4x", "8x"],
)
def test_slow_motion_takes_the_score_where_the_file_tells_of_it(filmed, slow):
    motion, bout = perform(STEP_DOWN)
    clip = with_pose(motion, video=replace(motion.pose.video, capture_fps=filmed))
    found, quality = judge(clip, bout)
    assert {problem.code for problem in quality.problems} == ({"slow_motion"} if slow else set())
    assert found[0].score.reason == ("slow_motion" if slow else None)
    if slow:
        assert f"{filmed / 30:.0f} times too long" in quality.problems[0].message
    lasted = found[0].measure("ecc_s")
    assert (lasted.value is None, lasted.reason) == (slow, "slow_motion" if slow else None)
    assert found[0].measure("pelvic_drop_deg").grade is not None
    for repetition in found[0].repetitions:
        assert ("ecc_s" in repetition.measures) == (not slow)
        assert "pelvic_drop_deg" in repetition.measures


def test_what_is_filmed_and_kept_at_240_frames_is_no_slow_motion():
    motion, bout = perform(replace(STEP_DOWN, fps=240.0, reps=3))
    video = replace(motion.pose.video, capture_fps=240.0, mean_fps=240.0)
    assert "slow_motion" not in check(with_pose(motion, video=video), bout)


def test_too_few_frames_per_second():
    motion, bout = perform(replace(STEP_DOWN, fps=15.0))
    problem = check(motion, bout)["low_fps"]
    assert "15.0" in problem.message
    assert problem.blocks_score
    assert "low_fps" not in check(*perform(replace(STEP_DOWN, fps=23.976)))


def test_dark_is_a_warning():
    motion, bout = perform(STEP_DOWN)
    dark = with_pose(motion, luma=np.full(len(motion), 20.0))
    assert not check(dark, bout)["dark"].blocks_score
    unknown = with_pose(motion, luma=np.full(len(motion), np.nan))
    assert "dark" not in check(unknown, bout)


@pytest.mark.parametrize(
    ("names", "y", "code", "blocks"),
    [
        (["left_ankle", "left_heel", "left_foot_index"], 400.0, "feet_cropped", True),
        (["nose"], -1200.0, "head_cropped", True),
        (["left_knee", "left_ankle", "left_heel", "left_foot_index"], 900.0, "body_cropped", True),
        (["nose", "left_heel"], 3000.0, "too_near", True),
        (["right_shoulder", "right_hip"], 3000.0, "body_cropped", True),
        (["right_heel", "right_wrist"], 400.0, None, None),
    ],
)
def test_cropping(names, y, code, blocks):
    motion, bout = perform(STEP_DOWN)
    cropped = shifted(motion, [LANDMARKS.index(name) for name in names], y=y)
    found = check(cropped, bout)
    assert set(found) == ({code} if code else set())
    if code:
        assert found[code].blocks_score is blocks
        assert "100 %" in found[code].message


def test_the_far_half_may_leave_the_picture_where_nothing_is_told_from_it():
    """From the side nothing is measured at the far shoulder and hip."""
    motion, bout = perform(replace(STEP_DOWN, azimuth_deg=90.0))
    far = [landmark("right", name) for name in ("shoulder", "hip")]
    assert set(check(shifted(motion, far, y=3000.0), bout)) == set(check(motion, bout))


def test_a_foot_that_leaves_the_picture_for_a_moment_is_no_problem():
    motion, bout = perform(STEP_DOWN)
    brief = shifted(motion, [landmark("left", "heel")], y=500.0, frames=slice(100, 108))
    assert set(check(brief, bout)) == set()


@pytest.mark.parametrize(("scale", "code"), [(0.5, "too_far"), (0.15, "much_too_far")])
def test_too_far(scale, code):
    motion, bout = perform(STEP_DOWN)
    middle = np.array([360.0, 640.0])
    far = with_pose(motion, image_px=middle + scale * (motion.pose.image_px - middle))
    found = check(far, bout)
    assert code in found
    assert found[code].blocks_score is (code == "much_too_far")


def lost(motion, start_s, end_s):
    image = motion.pose.image_px.copy()
    image[motion.within(start_s, end_s)] = np.nan
    return with_pose(motion, image_px=image)


def test_lost_person():
    motion, bout = perform(STEP_DOWN)
    assert check(lost(motion, 4.0, 8.0), bout)["person_lost"].blocks_score
    assert set(check(lost(motion, 0.0, bout.start_s - 0.1), bout)) == set()  # before it began
    rest = lost(motion, bout.repetitions[0].end_s + 0.1, bout.repetitions[1].start_s - 0.1)
    assert set(check(rest, bout)) == set()


def test_a_person_lost_between_the_repetitions_is_said_where_there_are_too_few():
    """What is lost may have been the missing ones; before coming and after going nothing is missed."""
    motion, bout = perform(STEP_DOWN)
    one = replace(bout, repetitions=bout.repetitions[:1])
    later = lost(motion, one.repetitions[0].end_s + 0.1, motion.times_s[-1] - 1.0)
    assert set(check(later, one)) == {"person_lost", "too_few_reps"}
    assert set(check(later)) == {"person_lost", "nothing_recognised"}
    gone = lost(motion, one.repetitions[0].end_s + 0.1, motion.times_s[-1] + 1.0)
    assert set(check(gone, one)) == {"too_few_reps"}


def test_a_short_time_out_of_sight_is_said_where_a_repetition_may_have_been_lost_in_it():
    motion, bout = perform(replace(STEP_DOWN, reps=3))
    middle = bout.repetitions[1]
    without = replace(bout, repetitions=(bout.repetitions[0], bout.repetitions[2]))
    passed = lost(motion, middle.turn_s, middle.turn_s + 0.6)
    assert set(check(passed, without)) == {"out_of_sight", "too_few_reps"}
    assert "0.6 s" in check(passed, without)["out_of_sight"].message
    assert set(check(motion, without)) == {"too_few_reps"}
    blink = lost(motion, middle.turn_s, middle.turn_s + 0.15)
    assert set(check(blink, without)) == {"too_few_reps"}


def test_repetitions_with_a_gap_do_not_count_and_too_few_whole_ones_give_no_score():
    motion, bout = perform(replace(STEP_DOWN, reps=4))
    hidden = replace(bout.repetitions[1], valid=False, reason="occluded")
    (first, _, *others) = bout.repetitions
    gapped = replace(bout, repetitions=(first, hidden, *others))
    problem = check(motion, gapped)["long_gap"]
    assert "In 1 repetition the person" in problem.message
    assert not problem.blocks_score
    assert judge(motion, gapped)[0][0].score.value is not None
    few = replace(gapped, repetitions=gapped.repetitions[:3])
    assert judge(motion, few)[0][0].score.reason == "too_few_reps"


def test_low_confidence_names_what_could_not_be_seen():
    motion, bout = perform(STEP_DOWN)
    visibility = motion.pose.visibility.copy()
    visibility[:, landmark("left", "knee")] = 0.2
    problem = check(with_pose(motion, visibility=visibility), bout)["low_confidence"]
    assert "knee" in problem.message
    assert problem.blocks_score


def test_the_far_leg_may_hide_from_the_side():
    motion, bout = perform(Actor("hip_hinge", trunk_deg=70.0, knee_deg=18.0, azimuth_deg=90.0))
    visibility = motion.pose.visibility.copy()
    for name in ("shoulder", "hip", "knee", "ankle"):
        visibility[:, landmark("right", name)] = 0.1
    assert set(check(with_pose(motion, visibility=visibility), bout)) == set()


@pytest.mark.parametrize(
    ("exercise", "azimuth", "code", "words"),
    [
        ("step_down", 90.0, "view_wrong", "face the camera"),
        ("hip_hinge", 0.0, "view_wrong", "side-on"),
        ("single_leg_stance", -90.0, "view_wrong", "face the camera"),
        ("lunge", 25.0, "view_oblique", "face the camera"),
        ("lunge", -35.0, "view_too_oblique", "face the camera"),
        ("hip_hinge", 60.0, "view_oblique", "side-on"),
        ("hip_hinge", 45.0, "view_too_oblique", "side-on"),
        ("bridge", 90.0, "view_partial", "at your feet"),
        ("single_leg_bridge", 0.0, "view_partial", "beside you"),
    ],
)
def test_view(exercise, azimuth, code, words):
    motion, bout = perform(
        Actor(exercise, azimuth_deg=azimuth, trunk_deg=60.0 if exercise == "hip_hinge" else 10.0)
    )
    problem = check(motion, bout)[code]
    assert words in problem.fix
    assert problem.blocks_score is (code in ("view_wrong", "view_too_oblique"))


def test_oblique_says_how_far_off():
    motion, bout = perform(Actor("lunge", azimuth_deg=155.0))
    assert "25°" in check(motion, bout)["view_oblique"].message


def test_the_view_is_that_of_most_frames():
    motion, bout = perform(Actor("lunge", azimuth_deg=178.0))
    azimuth = motion.azimuth_deg.copy()
    azimuth[::2] = -178.0  # straight behind, on either side of the seam
    azimuth[::5] = 120.0
    assert set(check(replace(motion, azimuth_deg=azimuth), bout)) == set()


def test_too_few_repetitions():
    motion, bout = perform(replace(STEP_DOWN, reps=2))
    problem = check(motion, bout)["too_few_reps"]
    assert "2 complete repetitions" in problem.message
    (first, second) = bout.repetitions
    half = replace(bout, repetitions=(first, replace(second, valid=False)))
    assert "Only 1 complete repetition could" in check(motion, half)["too_few_reps"].message
    none = replace(bout, repetitions=tuple(replace(rep, valid=False) for rep in bout.repetitions))
    assert check(motion, none)["too_few_reps"].message.startswith("No complete repetitions could")


def test_no_standing_takes_the_score_of_exercises_that_are_measured_from_it():
    motion, bout = perform(replace(STEP_DOWN, rest_s=0.1, knee_start_deg=30.0))
    assert check(motion, bout)["no_baseline"].blocks_score
    assert judge(motion, bout)[0][0].score.reason == "no_baseline"
    hinge = Actor("hip_hinge", trunk_deg=70.0, knee_deg=40.0, knee_start_deg=30.0, azimuth_deg=90.0)
    assert "no_baseline" not in check(*perform(hinge))


def test_a_foot_or_camera_that_moves():
    motion, bout = perform(STEP_DOWN)
    drifting = motion.pose.image_px + 20 * (motion.times_s - motion.times_s.mean())[:, None, None] * [1, 0]
    moved = with_pose(motion, image_px=drifting)
    assert judge(moved, bout)[0][0].score.reason == "foot_moves"
    jittering = np.random.default_rng(0).normal(0, 30, (len(motion), 1, 2))
    assert "foot_moves" not in check(with_pose(motion, image_px=motion.pose.image_px + jittering), bout)


def test_a_problem_of_one_bout_among_two_forbids_nothing():
    motion, bout = perform(replace(STEP_DOWN, reps=6))
    first = replace(bout, end_s=bout.repetitions[2].end_s, repetitions=bout.repetitions[:3])
    last = replace(bout, start_s=bout.repetitions[5].start_s, repetitions=bout.repetitions[5:])
    assert not check(motion, first, last)["too_few_reps"].blocks_score
    assert check(motion, last)["too_few_reps"].blocks_score


def test_every_text_names_a_fix():
    for code, text in quality_rules().problems.items():
        assert text.message.endswith("."), code
        assert text.fix.endswith("."), code
        assert len(text.fix) > 20, code


@pytest.mark.parametrize(("pan", "moves"), [(0.005, False), (0.05, True)])
def test_a_camera_that_moves_takes_the_score(pan, moves):
    motion, bout = perform(STEP_DOWN)
    shift = np.zeros((len(motion), 2))
    shift[:, 0] = np.linspace(0, pan, len(motion))
    shift[1::2] = np.nan  # not every frame is looked at
    bouts, quality = judge(with_pose(motion, camera_shift=shift), bout)
    assert ("camera_moves" in {problem.code for problem in quality.problems}) is moves
    assert (bouts[0].score.reason == "camera_moves") is moves


def test_a_camera_moved_before_the_set_does_no_harm():
    motion, bout = perform(replace(STEP_DOWN, rest_s=3.0))
    shift = np.zeros((len(motion), 2))
    shift[motion.times_s < bout.repetitions[0].start_s - 0.5] = 0.2
    assert "camera_moves" not in check(with_pose(motion, camera_shift=shift), bout)


def test_a_camera_that_nobody_watched_is_not_blamed():
    motion, bout = perform(STEP_DOWN)
    assert "camera_moves" not in check(
        with_pose(motion, camera_shift=np.full((len(motion), 2), np.nan)), bout
    )
