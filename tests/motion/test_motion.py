"""What `measure_motion` makes of landmarks: laws that hold whatever the estimator, and known people."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motion_people import filmed, lying_down, person, squat

from formcheck.motion import measure_motion
from formcheck.motion.estimate import by_geometry
from formcheck.names import ANGLES, LANDMARK_INDEX, SIDES, other

HIPS = [LANDMARK_INDEX["left_hip"], LANDMARK_INDEX["right_hip"]]
VIEWS = [
    (0, "front"),
    (40, "front_oblique"),
    (-40, "front_oblique"),
    (90, "side"),
    (-90, "side"),
    (180, "rear"),
]


def hip_height(motion):
    return motion.joints_m[:, HIPS, 1].mean(axis=1)


@pytest.mark.parametrize("azimuth", [0, 50, 90, -130])
def test_mirror_law(azimuth):
    pose = filmed(squat(), azimuth=azimuth, pitch=-8, noise_px=1.0)
    one, other_way = measure_motion(pose), measure_motion(pose.with_mirror_image(True))
    for side in SIDES:
        np.testing.assert_allclose(one.of(side).value, other_way.of(other(side)).value, atol=0.3)
        np.testing.assert_allclose(one.of(side).sd, other_way.of(other(side)).sd, rtol=0.05, atol=0.05)
    turned = one.azimuth_deg + other_way.azimuth_deg
    np.testing.assert_allclose((turned + 180) % 360 - 180, 0, atol=0.3)


@settings(max_examples=25, deadline=None)
@given(azimuth=st.floats(-180, 180), roll=st.floats(12, 25), way=st.sampled_from((-1, 1)))
def test_a_camera_held_far_aslant_measures_as_one_held_a_little_aslant(azimuth, roll, way):
    little = measure_motion(filmed(squat(), azimuth=azimuth, pitch=-8, roll=12 * way))
    far = measure_motion(filmed(squat(), azimuth=azimuth, pitch=-8, roll=roll * way))
    for side in SIDES:
        np.testing.assert_allclose(little.of(side).value, far.of(side).value, atol=0.3)
        np.testing.assert_allclose(little.of(side).sd, far.of(side).sd, rtol=0.05, atol=0.05)


@settings(max_examples=25, deadline=None)
@given(azimuth=st.floats(-180, 180), pan=st.floats(-20, 20))
def test_how_far_beside_the_middle_the_person_stands_does_not_matter(azimuth, pan):
    middle = measure_motion(filmed(squat(), azimuth=azimuth, pitch=-8))
    aside = measure_motion(filmed(squat(), azimuth=azimuth, pitch=-8, pan=pan))
    same_angles(middle, aside, within_deg=0.3, sd_share=0.05)


@settings(max_examples=25, deadline=None)
@given(azimuth=st.floats(-180, 180), tilt=st.floats(7, 14), way=st.sampled_from((-1, 1)))
def test_how_far_above_or_below_the_middle_the_person_stands_does_not_matter(azimuth, tilt, way):
    little = measure_motion(filmed(squat(), azimuth=azimuth, pitch=-8, tilt=7 * way))
    far = measure_motion(filmed(squat(), azimuth=azimuth, pitch=-8, tilt=tilt * way))
    same_angles(little, far, within_deg=1.5, sd_share=0.2)
    assert far.view.pitch_deg - little.view.pitch_deg == pytest.approx(way * (tilt - 7), abs=0.5)


def same_angles(one, other_way, *, within_deg, sd_share):
    for side in SIDES:
        np.testing.assert_allclose(one.of(side).value, other_way.of(side).value, atol=within_deg)
        np.testing.assert_allclose(one.of(side).sd, other_way.of(side).sd, rtol=sd_share)
    np.testing.assert_allclose((one.azimuth_deg - other_way.azimuth_deg + 180) % 360 - 180, 0, atol=0.3)


@pytest.mark.parametrize("azimuth", [0, 50, 90])
def test_the_size_of_the_picture_does_not_matter(azimuth):
    small = filmed(squat(), azimuth=azimuth, size=(360, 640))
    large = filmed(squat(), azimuth=azimuth, size=(1080, 1920))
    one, other_size = measure_motion(small), measure_motion(large)
    np.testing.assert_allclose(one.left.value, other_size.left.value, atol=0.1)
    np.testing.assert_allclose(one.joints_m, other_size.joints_m, atol=0.005)


def test_the_frame_rate_does_not_matter():
    slow = measure_motion(filmed(squat(frames=90), azimuth=30, fps=30))
    fast = measure_motion(filmed(squat(frames=179), azimuth=30, fps=60))
    np.testing.assert_allclose(slow.left.value, fast.left.value[::2], atol=0.5)


@pytest.mark.parametrize(("azimuth", "label"), VIEWS)
@pytest.mark.parametrize("pitch", [0, -12])
def test_finds_where_the_camera_stands(azimuth, label, pitch):
    view = measure_motion(filmed(squat(), azimuth=azimuth, pitch=pitch)).view
    assert view.label == label
    assert abs((view.azimuth_deg - azimuth + 180) % 360 - 180) < 10


@pytest.mark.parametrize(
    ("azimuth", "label"), [(0, "foot_end"), (90, "side"), (-90, "side"), (180, "head_end")]
)
def test_a_lying_person_is_seen_from_the_foot_end_the_side_or_the_head_end(azimuth, label):
    motion = measure_motion(
        filmed(lying_down(person(frames=30, thigh_fwd=-50.0, shank_fwd=60.0)), azimuth=azimuth)
    )
    assert motion.lying.all()
    assert motion.view.label == label


@pytest.mark.parametrize("azimuth", [0, 90, 180])
def test_neither_standing_nor_hinging_is_lying(azimuth):
    hinge = person(frames=60, trunk_fwd=np.linspace(0, 85, 60))
    assert not measure_motion(filmed(hinge, azimuth=azimuth)).lying.any()


@pytest.mark.parametrize("azimuth", [0, 45, 90, 180])
@pytest.mark.parametrize("pitch", [0, -12])
def test_the_hips_travel_as_far_as_they_do(azimuth, pitch):
    joints = squat()
    travel = np.ptp(joints[:, HIPS, 1].mean(axis=1))
    assert np.ptp(hip_height(measure_motion(filmed(joints, azimuth=azimuth, pitch=pitch)))) == pytest.approx(
        travel, rel=0.15
    )


def test_the_floor_is_at_zero_and_the_head_above():
    joints = measure_motion(filmed(squat(), azimuth=30, pitch=-10)).joints_m
    assert abs(joints[0, LANDMARK_INDEX["left_heel"], 1]) < 0.06
    assert 1.2 < joints[0, LANDMARK_INDEX["nose"], 1] < 1.8


@pytest.mark.parametrize("azimuth", [60, 90, -90])
def test_sagittal_angles_of_a_person_seen_from_the_side(azimuth):
    joints = squat()
    motion = measure_motion(filmed(joints, azimuth=azimuth), estimator=by_geometry)
    assert np.nanmax(motion.left.of("knee_flexion_deg")) == pytest.approx(80, abs=8)
    assert np.nanmax(motion.left.of("trunk_inclination_deg")) == pytest.approx(35, abs=6)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("azimuth", [0, 180])
def test_frontal_angles_of_a_person_seen_from_the_front_or_the_back(side, azimuth):
    share = np.sin(np.linspace(0, np.pi, 60)) ** 2
    joints = person(side, frames=60, drop=10 * share, lean=8 * share, shank_in=8 * share, thigh_out=8 * share)
    angles = measure_motion(filmed(joints, azimuth=azimuth), estimator=by_geometry).of(side)
    for angle, expected in (("pelvic_drop_deg", 10), ("trunk_lateral_lean_deg", 8), ("fppa_deg", 16)):
        series = angles.of(angle)
        assert series[30] - series[0] == pytest.approx(expected, rel=0.25)


def test_what_the_camera_cannot_see_has_a_large_error():
    front, beside = (measure_motion(filmed(squat(), azimuth=a)).left for a in (0, 90))
    for angle in ("fppa_deg", "kmd_foot_pct"):
        assert np.median(beside.sd_of(angle)) > 1.3 * np.median(front.sd_of(angle))


def test_a_badly_seen_leg_has_a_larger_error():
    pose = filmed(squat(), azimuth=0)
    dim = pose.visibility.copy()
    dim[:, [LANDMARK_INDEX[f"left_{joint}"] for joint in ("knee", "ankle")]] = 0.2
    from dataclasses import replace

    clear, doubtful = measure_motion(pose).left, measure_motion(replace(pose, visibility=dim)).left
    assert np.median(doubtful.sd_of("fppa_deg")) > 1.2 * np.median(clear.sd_of("fppa_deg"))


def with_nobody(pose, frames):
    from dataclasses import replace

    fields = {}
    for name in ("image_px", "world_m", "visibility", "presence"):
        array = getattr(pose, name).copy()
        array[frames] = np.nan
        fields[name] = array
    return replace(pose, **fields)


@pytest.mark.parametrize("count", [1, 2, 40])
def test_nobody_gives_a_motion_of_unknowns(count):
    pose = with_nobody(filmed(person(frames=count)), slice(None))
    motion = measure_motion(pose)
    assert len(motion) == count
    assert np.isnan(motion.left.value).all()
    assert np.isnan(motion.joints_m).all()
    assert not motion.lying.any()
    assert np.isnan([motion.view.azimuth_deg, motion.view.azimuth_sd_deg, motion.view.pitch_deg]).all()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_clip_of_very_few_frames(count):
    motion = measure_motion(filmed(person(frames=count)))
    assert np.isfinite(motion.left.value).all()
    assert np.isfinite(motion.left.sd).all()


@pytest.mark.parametrize("gap", [slice(0, 30), slice(30, 60), slice(80, 90)])
def test_gaps_stay_gaps_and_do_not_disturb_the_rest(gap):
    pose = filmed(squat(frames=90), azimuth=30)
    whole, holed = measure_motion(pose), measure_motion(with_nobody(pose, gap))
    missing = np.zeros(90, bool)
    missing[gap] = True
    assert np.isnan(holed.left.value[missing]).all()
    assert np.isnan(holed.azimuth_deg[missing]).all()
    near = ~missing & ~np.convolve(missing, np.ones(13), "same").astype(bool)
    assert np.isfinite(holed.left.sd[~missing]).all()
    np.testing.assert_allclose(
        holed.left.of("knee_flexion_deg")[near], whole.left.of("knee_flexion_deg")[near], atol=6
    )


def test_another_estimator_may_take_the_place_of_geometry():
    from dataclasses import replace

    seen = []

    def learned(pose):
        seen.append(pose)
        return replace(measure_motion(pose), estimator="learned")

    pose = filmed(person(frames=5))
    assert measure_motion(pose, estimator=learned).estimator == "learned"
    assert len(seen) == 1


def test_every_angle_has_an_error():
    motion = measure_motion(filmed(squat(), azimuth=20))
    assert motion.left.sd.shape == (90, len(ANGLES))
    assert (motion.left.sd > 0.5).all()
