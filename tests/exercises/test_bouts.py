"""Laws of recognition, side and repetitions, on exact motion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d
from stick_figure import Act, as_motion, mirrored, perform

from formcheck.errors import UsageError
from formcheck.exercises import Bout, depth_signal, find_bouts
from formcheck.exercises.bouts import bouts_of, signals_of
from formcheck.exercises.candidates import candidates
from formcheck.exercises.definitions import definitions
from formcheck.exercises.sides import with_sides
from formcheck.exercises.signals import FLOOR_SLOPE, body_signals, resample
from formcheck.motion.types import AngleSet, Motion
from formcheck.names import ANGLES, BILATERAL, EXERCISES, SIDES, Exercise, Side, landmark, other

FEW = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ours = st.sampled_from(EXERCISES)
sides = st.sampled_from(SIDES)


def act_of(exercise: str, side: Side = "left", reps: int = 3) -> Act:
    return Act(exercise, side, reps, rep_s=5.0 if exercise == "single_leg_stance" else 2.8)


def only(motion: Motion, **words: str) -> Bout:
    bouts = find_bouts(motion, **words)
    assert len(bouts) == 1, bouts
    return bouts[0]


def turns(bout: Bout) -> np.ndarray:
    return np.array([rep.turn_s for rep in bout.repetitions])


def expected_side(exercise: str, side: Side) -> Side | None:
    return None if exercise in BILATERAL else side


@FEW
@given(ours, sides, st.floats(-180, 180), st.floats(0.6, 1.1), st.integers(1, 4))
def test_who_and_from_where_does_not_matter(
    exercise: Exercise, side: Side, yaw_deg: float, leg_m: float, reps: int
) -> None:
    act = act_of(exercise, side, reps)
    bout = only(perform(act, yaw_deg=yaw_deg, scale_m=leg_m))
    assert (bout.exercise, bout.side) == (exercise, expected_side(exercise, side))
    assert turns(bout) == pytest.approx(act.turns_s(), abs=0.1)
    assert all(rep.valid for rep in bout.repetitions)
    assert bout.start_s == bout.repetitions[0].start_s
    assert bout.end_s == bout.repetitions[-1].end_s


@FEW
@given(sides, st.floats(-180, 180))
def test_a_deadlift_with_the_free_foot_on_its_toes_behind_is_on_one_leg(side: Side, yaw_deg: float) -> None:
    bout = only(perform(act_of("kickstand", side), yaw_deg=yaw_deg))
    assert (bout.exercise, bout.side, len(bout.repetitions)) == ("single_leg_rdl", side, 3)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_start_and_end_are_where_movement_leaves_and_reaches_the_start_posture(exercise: Exercise) -> None:
    act = act_of(exercise)
    # A step-up counts from the hips' rise: the foot has been put on the box by then.
    preparing_s = 0.2 * act.rep_s if exercise == "step_up" else 0.0
    for rep, turn_s in zip(only(perform(act)).repetitions, act.turns_s(), strict=True):
        assert rep.start_s == pytest.approx(turn_s - act.rep_s / 2 + preparing_s, abs=0.2)
        assert rep.end_s == pytest.approx(turn_s + act.rep_s / 2 - preparing_s, abs=0.2)


@FEW
@given(ours, st.floats(-180, 180))
def test_the_mirror_image_is_the_same_on_the_other_side(exercise: Exercise, yaw_deg: float) -> None:
    motion = perform(act_of(exercise), yaw_deg=yaw_deg)
    this, that = only(motion), only(mirrored(motion))
    assert that.exercise == this.exercise
    assert that.side == (None if this.side is None else other(this.side))
    assert that.repetitions == this.repetitions


@FEW
@given(ours, st.floats(0.0, 500.0))
def test_a_shift_in_time_shifts_the_repetitions(exercise: Exercise, start_s: float) -> None:
    act = act_of(exercise)
    this, that = only(perform(act)), only(perform(act, start_s=start_s))
    assert turns(that) - start_s == pytest.approx(turns(this), abs=0.04)
    assert (that.exercise, that.side) == (this.exercise, this.side)


@FEW
@given(ours, st.floats(0.6, 2.2))
def test_a_slower_clip_has_the_same_repetitions_later(exercise: Exercise, stretch: float) -> None:
    act = act_of(exercise)
    motion = perform(act)
    slower = only(as_motion(motion.times_s * stretch, motion.joints_m.astype(float)))
    assert (slower.exercise, slower.side) == (exercise, expected_side(exercise, "left"))
    assert turns(slower) == pytest.approx(np.array(act.turns_s()) * stretch, abs=0.15)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_cutting_a_quiet_tail_changes_nothing(exercise: Exercise) -> None:
    quiet = Act("lie_still" if "bridge" in exercise else "still", reps=1)
    if exercise in ("step_down", "lunge", "single_leg_bridge"):  # their start posture is not the quiet one
        quiet = replace(act_of(exercise), reps=1, depth=0.0)
    act = act_of(exercise)
    whole, cut = only(perform(act, quiet)), only(perform(act))
    assert cut.repetitions == whole.repetitions


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("fps", [12.0, 60.0])
def test_frame_rate_does_not_matter(exercise: Exercise, fps: float) -> None:
    act = act_of(exercise)
    assert turns(only(perform(act, fps=fps))) == pytest.approx(act.turns_s(), abs=0.12)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_jitter_of_a_centimetre_does_not_matter(exercise: Exercise) -> None:
    act = act_of(exercise, "right")
    bout = only(perform(act, noise_m=0.01))
    assert (bout.exercise, bout.side) == (exercise, expected_side(exercise, "right"))
    assert turns(bout) == pytest.approx(act.turns_s(), abs=0.3)


@pytest.mark.parametrize(
    "act",
    [
        Act("squat"),
        Act("shrimp_squat"),
        Act("knee_lift", rep_s=1.2),
        Act("sit_up"),
        Act("still"),
        Act("lie_still"),
    ],
    ids=lambda act: act.script,
)
def test_other_movement_is_not_ours(act: Act) -> None:
    bouts = find_bouts(perform(act))
    assert {bout.exercise for bout in bouts} <= {"unknown"}
    for bout in bouts:
        assert len(bout.guesses) == 2
        assert bout.side is None


@pytest.mark.parametrize(("hands_on_floor", "found"), [(True, "hip_hinge"), (False, "unknown")])
def test_hips_that_sink_make_a_squat_unless_the_hands_fetch_something(
    hands_on_floor: bool, found: str
) -> None:
    motion = perform(Act("leaning_squat"))
    joints = motion.joints_m.copy()
    if not hands_on_floor:
        for side in SIDES:
            joints[:, landmark(side, "wrist")] = joints[:, landmark(side, "shoulder")]
    underrated = dict.fromkeys(SIDES, motion.left.value)
    for side in SIDES:  # the knees' flexion is measured as less than it is
        signals = body_signals(motion, side)
        values = np.full_like(motion.of(side).value, np.nan)
        values[:, ANGLES.index("knee_flexion_deg")] = np.minimum(
            resample(signals.times_s, signals["knee_flexion"], motion.times_s), 62
        )
        underrated[side] = values
    measured = {side: AngleSet(side, underrated[side], motion.of(side).sd) for side in SIDES}
    bouts = find_bouts(replace(motion, joints_m=joints, **measured))
    assert {bout.exercise for bout in bouts} == {found}


@pytest.mark.parametrize("yaw_deg", [0.0, 180.0])
@pytest.mark.parametrize("side", SIDES)
def test_a_lunge_whose_depth_is_lost_is_told_by_the_feet_in_the_picture(side: Side, yaw_deg: float) -> None:
    motion = perform(act_of("lunge", side), yaw_deg=yaw_deg)
    joints = motion.joints_m.copy()
    hips = joints[:, [landmark(each, "hip") for each in SIDES]].mean(axis=1)
    for point in (landmark(each, joint) for each in SIDES for joint in ("knee", "ankle")):
        lost = 0.7 * (joints[:, point, 2] - hips[:, 2])
        joints[:, point, 2] -= lost
        joints[:, point, 1] -= lost / FLOOR_SLOPE
    bout = only(replace(motion, joints_m=joints))
    assert (bout.exercise, bout.side, len(bout.repetitions)) == ("lunge", side, 3)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("over_it", "found"), [(1.0, ["single_leg_stance"]), (0.0, [])])
def test_a_foot_that_hardly_leaves_the_floor_is_up_if_the_hips_are_over_the_other(
    side: Side, over_it: float, found: list[str]
) -> None:
    motion = perform(Act("single_leg_stance", side, reps=1, rep_s=8.0), scale_m=1.0)
    joints = motion.joints_m.astype(float)
    free = [landmark(other(side), joint) for joint in ("knee", "ankle", "heel", "foot_index")]
    up = joints[:, landmark(other(side), "ankle"), 1] / 0.25
    joints[:, free] = motion.joints_m[0, free] + 0.05 * up[:, None, None] * [0, 1, 0]
    feet = [landmark(each, joint) for each in SIDES for joint in ("ankle", "heel", "foot_index")]
    body = np.setdiff1d(np.arange(joints.shape[1]), feet)
    joints[:, body, 0] += over_it * up[:, None] * motion.joints_m[0, landmark(side, "ankle"), 0]
    assert [bout.exercise for bout in find_bouts(as_motion(motion.times_s, joints))] == found


def test_who_has_measured_angles_is_judged_by_them() -> None:
    motion = perform(Act("hip_hinge"))
    twice = {
        side: AngleSet(side, np.full_like(motion.of(side).value, 20.0), motion.of(side).sd) for side in SIDES
    }
    signals = body_signals(replace(motion, **twice), "left")
    assert np.allclose(signals["knee_flexion"], 20)
    assert np.allclose(signals["trunk_inclination"], 20)
    assert body_signals(motion, "left")["trunk_inclination"].max() > 60, "of the joints where there are none"


def test_two_exercises_are_two_bouts() -> None:
    first, second = find_bouts(perform(act_of("hip_hinge"), act_of("single_leg_rdl", "right")))
    assert (first.exercise, first.side, len(first.repetitions)) == ("hip_hinge", None, 3)
    assert (second.exercise, second.side, len(second.repetitions)) == ("single_leg_rdl", "right", 3)
    assert first.end_s <= second.start_s


def test_both_sides_after_one_another_are_two_bouts() -> None:
    first, second = find_bouts(perform(act_of("lunge", "right", 2), act_of("lunge", "left", 4)))
    assert (first.side, len(first.repetitions)) == ("right", 2)
    assert (second.side, len(second.repetitions)) == ("left", 4)


def test_alternating_legs_are_two_interleaved_bouts() -> None:
    acts = [act_of("lunge", side, 1) for side in ("left", "right", "left", "right")]
    first, second = find_bouts(perform(*acts))
    assert (first.side, second.side) == ("left", "right")
    assert len(first.repetitions) == len(second.repetitions) == 2
    assert second.start_s < first.end_s


@FEW
@given(
    sides,
    st.floats(-180, 180),
    st.sampled_from(["single_leg_rdl", "kickstand", "lunge", "forward", "reverse"]),
)
def test_variants_are_told_by_the_feet_and_hips(side: Side, yaw_deg: float, script: str) -> None:
    bout = only(perform(act_of(script, side), yaw_deg=yaw_deg))
    named = {"single_leg_rdl": None, "lunge": "split_squat"}
    assert (bout.variant, bout.side) == (named.get(script, script), side)


@pytest.mark.parametrize("side", SIDES)
def test_a_lunge_with_the_rear_foot_on_a_bench_is_a_split_squat(side: Side) -> None:
    bout = only(perform(act_of("rear_foot_on_bench", side)))
    assert (bout.exercise, bout.side, bout.variant) == ("lunge", side, "split_squat")


def test_walking_lunges_go_on_from_where_the_last_one_ended() -> None:
    act = replace(act_of("reverse"), rest_s=1.0)
    motion = perform(act)
    done = np.clip((motion.times_s - act.rest_s) / (act.rep_s + act.rest_s), 0, act.reps)
    walked = motion.joints_m.astype(float) + [0, 0, 0.8] * done[:, None, None]
    assert only(as_motion(motion.times_s, walked)).variant == "walking"


@pytest.mark.parametrize("exercise", ["step_up", "step_down", "lunge", "single_leg_rdl"])
def test_one_repetition_with_its_legs_confused_stays_in_the_set(exercise: Exercise) -> None:
    act = act_of(exercise, reps=5)
    motion = perform(act)
    joints = motion.joints_m.astype(float)
    third = np.abs(motion.times_s - act.turns_s()[2]) < act.rep_s / 2
    legs = [(landmark("left", name), landmark("right", name)) for name in ("hip", "knee", "ankle")]
    for left, right in legs:
        joints[third, left], joints[third, right] = joints[third, right].copy(), joints[third, left].copy()
    bout = only(as_motion(motion.times_s, joints))
    assert (bout.exercise, bout.side, len(bout.repetitions)) == (exercise, "left", 5)


def test_a_whole_repetition_counts_rather_than_a_half_one_that_overlaps_it() -> None:
    motion = perform(act_of("single_leg_bridge", reps=1))
    signals = {side: body_signals(motion, side) for side in SIDES}
    whole = candidates(signals["left"], "single_leg_bridge")[0]
    longer = replace(whole.cycle, end=whole.end + 5, complete=False)
    chosen = with_sides([whole, replace(whole, side="right", cycle=longer)], signals)
    assert [(candidate.side, candidate.cycle) for candidate in chosen] == [("left", whole.cycle)]


def test_a_repetition_fits_as_well_as_with_the_leg_that_works_in_it() -> None:
    motion = perform(act_of("single_leg_rdl", "right", reps=1))
    signals = {side: body_signals(motion, side) for side in SIDES}
    seen_from_the_free_leg = candidates(signals["left"], "single_leg_rdl")
    assert seen_from_the_free_leg[0].fit < definitions().bouts.accept
    chosen = with_sides(seen_from_the_free_leg, signals)
    assert [(candidate.side, candidate.fit > 0.9) for candidate in chosen] == [("right", True)]


@pytest.mark.parametrize("exercise", ["step_up", "reverse", "single_leg_rdl"])
@pytest.mark.parametrize("each", [1, 3])
def test_legs_in_turn_are_two_sets_each_with_its_own_repetitions(exercise: str, each: int) -> None:
    turns_of: dict[Side, list[float]] = {"left": [], "right": []}
    acts, since = [], 0.0
    for i in range(6):
        act = act_of(exercise, SIDES[i // each % 2], reps=1)
        turns_of[act.side] += [since + turn for turn in act.turns_s()]
        since += act.duration_s
        acts.append(act)
    bouts = find_bouts(perform(*acts))
    assert {bout.side: len(bout.repetitions) for bout in bouts} == {"left": 3, "right": 3}
    for bout in bouts:
        assert bout.side is not None
        assert turns(bout) == pytest.approx(turns_of[bout.side], abs=0.15)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_repetition_like_the_others_of_its_set_belongs_to_it(which: int) -> None:
    act = act_of("single_leg_rdl")
    motion = perform(act)
    joints = motion.joints_m.astype(float)
    misread = np.abs(motion.times_s - act.turns_s()[which]) < act.rep_s / 2
    joints[misread, landmark("left", "knee"), 2] += 0.25
    motion = as_motion(motion.times_s, joints)
    fits = [c.fit for c in candidates(body_signals(motion, "left"), "single_leg_rdl")]
    assert [i for i, fit in enumerate(fits) if fit < definitions().bouts.accept] == [which]
    assert len(only(motion).repetitions) == 3


@pytest.mark.parametrize(("misread", "kept"), [((1, 3), 5), ((0, 1, 3), 0)])
def test_what_most_of_a_set_is_not_the_others_are_not_either(misread: tuple[int, ...], kept: int) -> None:
    act = act_of("single_leg_rdl", reps=5)
    motion = perform(act)
    joints = motion.joints_m.astype(float)
    for which in misread:
        during = np.abs(motion.times_s - act.turns_s()[which]) < act.rep_s / 2
        joints[during, landmark("left", "knee"), 2] += 0.25
    bouts = find_bouts(as_motion(motion.times_s, joints))
    assert sum(len(b.repetitions) for b in bouts if b.exercise == "single_leg_rdl") == kept


@pytest.mark.parametrize("exercise", ["lunge", "reverse", "forward"])
def test_a_lunge_needs_no_floor_that_stays_where_it_is(exercise: str) -> None:
    """As for who walks towards the camera: the hips keep their height in the room, and the feet rise."""
    motion = perform(act_of(exercise))
    joints = motion.joints_m.astype(float)
    hips = joints[:, [landmark(side, "hip") for side in SIDES], 1].mean(axis=1)
    joints[..., 1] += (hips[0] - hips)[:, None]
    bout = only(as_motion(motion.times_s, joints))
    assert (bout.exercise, bout.side, len(bout.repetitions)) == ("lunge", "left", 3)


@pytest.mark.parametrize(("looks", "is_one"), [(2.0, True), (np.nan, False), (-2.0, False)])
def test_looks_tell_a_lunge_towards_the_camera_from_a_jump_into_one(looks: float, is_one: bool) -> None:
    """In both the feet seem to come down from above the floor."""
    motion = perform(act_of("forward", reps=1))
    joints = motion.joints_m.astype(float)
    hips = joints[:, [landmark(side, "hip") for side in SIDES], 1].mean(axis=1)
    joints[..., 1] -= (hips[0] - hips)[:, None]
    signals = body_signals(as_motion(motion.times_s, joints), "left")
    seen = replace(signals, likeness={"lunge": np.full(len(signals.times_s), looks)})
    best = max(candidate.fit for candidate in candidates(seen, "lunge"))
    assert (best >= definitions().bouts.accept) == is_one


@pytest.mark.parametrize("other_movement", ["squat", "leaning_squat"])
@pytest.mark.parametrize("exercise", ["lunge", "reverse", "forward"])
def test_a_squat_between_lunges_is_none_of_them(exercise: str, other_movement: str) -> None:
    before, squat, after = act_of(exercise, reps=2), act_of(other_movement, reps=1), act_of(exercise, reps=2)
    bout = only(perform(before, squat, after))
    assert len(bout.repetitions) == 4
    squatted_s = before.duration_s + squat.turns_s()[0]
    assert np.abs(turns(bout) - squatted_s).min() > 1


@given(st.sampled_from(["lunge", "step_up", "step_down", "bridge"]), st.integers(0, 9))
@FEW
def test_when_a_repetition_was_does_not_hang_on_the_correction_of_the_feet(exercise: str, seed: int) -> None:
    motion = perform(act_of(exercise))
    wander = gaussian_filter1d(np.random.default_rng(seed).normal(0, 0.5, (len(motion), 3)), 10, axis=0)
    joints = motion.joints_m.copy()
    for name in ("ankle", "heel", "foot_index"):
        joints[:, landmark("left", name)] += np.clip(wander, -0.06, 0.06)
    looks = np.full((len(motion), len(SIDES), len(EXERCISES)), np.nan)
    moved = bouts_of(motion, signals_of(motion, replace(motion, joints_m=joints), looks), exercise, "left")
    exact = bouts_of(motion, signals_of(motion, motion, looks), exercise, "left")
    assert [turns(bout).tolist() for bout in moved] == [turns(bout).tolist() for bout in exact]


def test_a_shallow_repetition_among_deep_ones_is_partial() -> None:
    shallow = replace(act_of("lunge", reps=1), depth=0.4)
    bout = only(perform(act_of("lunge", reps=2), shallow, act_of("lunge", reps=1)))
    assert [rep.valid for rep in bout.repetitions] == [True, True, False, True]
    assert bout.repetitions[2].reason == "partial"


def test_a_set_of_shallow_repetitions_counts() -> None:
    bout = only(perform(replace(act_of("lunge", reps=3), depth=0.5)))
    assert [rep.valid for rep in bout.repetitions] == [True, True, True]


def test_a_clip_that_starts_at_the_bottom_has_a_cut_off_repetition() -> None:
    motion = perform(act_of("hip_hinge", reps=2))
    later = motion.times_s > 2.0
    bout = only(as_motion(motion.times_s[later], motion.joints_m[later].astype(float)))
    assert [rep.valid for rep in bout.repetitions] == [False, True]
    assert bout.repetitions[0].reason == "cut_off"


def test_a_short_gap_is_bridged_and_a_long_one_is_not_crossed() -> None:
    act = act_of("lunge")
    motion = perform(act)
    for length_s, same in ((0.3, True), (2.0, False)):
        joints = motion.joints_m.astype(float).copy()
        middle = act.turns_s()[1]
        gone = np.abs(motion.times_s - middle) < length_s / 2
        joints[gone] = np.nan
        reps = [rep for bout in find_bouts(as_motion(motion.times_s, joints)) for rep in bout.repetitions]
        assert (len(reps) == 3) is same
        if not same:
            assert all(not (rep.start_s < middle < rep.end_s) for rep in reps)


@pytest.mark.parametrize("count", [1, 2, 3, 40])
def test_nobody_in_view_gives_no_bouts(count: int) -> None:
    motion = as_motion(np.arange(count) / 30, np.full((count, 33, 3), np.nan))
    assert find_bouts(motion) == ()
    for exercise in EXERCISES:
        assert find_bouts(motion, exercise=exercise, side="left") == ()
        assert np.all(np.isnan(depth_signal(motion, exercise, "left")))


@pytest.mark.parametrize("count", [1, 2])
def test_a_picture_or_two_give_no_bouts(count: int) -> None:
    motion = perform(Act("still"))
    assert find_bouts(as_motion(motion.times_s[:count], motion.joints_m[:count].astype(float))) == ()


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_person_may_say_what_it_was(exercise: Exercise) -> None:
    bouts = find_bouts(perform(act_of(exercise, "right")), exercise=exercise, side="right")
    assert {(bout.exercise, bout.side) for bout in bouts} == {(exercise, expected_side(exercise, "right"))}
    assert sum(len(bout.repetitions) for bout in bouts) == 3


def test_a_squat_called_a_lunge_is_one() -> None:
    bout = only(perform(Act("squat")), exercise="lunge", side="left")
    assert (bout.exercise, bout.side, len(bout.repetitions)) == ("lunge", "left", 3)
    assert bout.confidence < 0.5


@pytest.mark.parametrize("words", [{"exercise": "squat"}, {"exercise": "unknown"}, {"side": "both"}])
def test_unknown_words_are_refused(words: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        find_bouts(perform(Act("still", reps=1)), **words)


def test_a_depth_signal_needs_one_exercise() -> None:
    with pytest.raises(UsageError):
        depth_signal(perform(Act("still", reps=1)), "unknown", "left")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_depth_is_nothing_at_the_start_and_most_at_the_turn(exercise: Exercise) -> None:
    act = act_of(exercise)
    motion = perform(act)
    depth = depth_signal(motion, exercise, "left")
    assert depth.shape == motion.times_s.shape
    at_turns = np.interp(act.turns_s(), motion.times_s, depth)
    assert depth[0] == pytest.approx(0, abs=0.1 * float(depth.max()))
    assert at_turns == pytest.approx(np.full(3, float(depth.max())), rel=0.05)


def test_measured_side_is_the_better_seen_one_where_there_is_no_side() -> None:
    motion = perform(act_of("bridge"))
    for hidden, seen in (("left", "right"), ("right", "left")):
        visibility = motion.pose.visibility.copy()
        visibility[:, [i for i in range(11, 33) if i % 2 == (1 if hidden == "left" else 0)]] = 0.3
        pose = replace(motion.pose, visibility=visibility)
        assert only(replace(motion, pose=pose)).measured_side == seen


def test_a_tracker_that_hops_to_somebody_else_breaks_the_signals() -> None:
    motion = perform(Act("still"))
    joints = motion.joints_m.astype(float).copy()
    joints[100:] += [3.0, 0, 0]
    broken = body_signals(as_motion(motion.times_s, joints), "left")["pelvis_rise"]
    assert np.any(np.isnan(broken[97:104]))
    assert np.all(np.isfinite(np.delete(broken, np.s_[95:106])))


def test_resampling_keeps_long_gaps_and_bridges_short_ones() -> None:
    times = np.arange(0, 4, 0.1)
    values = times.copy()
    values[(times > 1) & (times < 1.35)] = np.nan
    values[(times > 2) & (times < 3)] = np.nan
    clock = np.arange(0, 3.9, 1 / 30)
    back = resample(times, values, clock)
    missing = ~np.isfinite(back)
    assert np.all(missing == ((clock > 2.01) & (clock < 2.99)))
    assert back[~missing] == pytest.approx(clock[~missing], abs=1e-6)
