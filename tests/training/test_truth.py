import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.names import ANGLES
from training.render.rotations import about, apply
from training.render.truth import hip_opening, reference_angles, table_columns

NAMES = [f"{side}_{joint}" for side in ("left", "right") for joint in ("hip", "knee", "ankle", "shoulder")]


def standing() -> dict[str, np.ndarray]:
    """An upright person facing −y (left is +x), straight legs; one frame."""
    joints = {}
    for side, x in (("left", 0.1), ("right", -0.1)):
        for joint, height in (("hip", 0.9), ("knee", 0.5), ("ankle", 0.1)):
            joints[f"{side}_{joint}"] = np.array([[x, 0.0, height]])
        joints[f"{side}_shoulder"] = np.array([[1.8 * x, 0.0, 1.4]])
    return joints


def moved(name: str, by: tuple[float, float, float]) -> dict[str, np.ndarray]:
    joints = standing()
    joints[name] = joints[name] + np.array(by)
    return joints


@st.composite
def people(draw: st.DrawFn) -> dict[str, np.ndarray]:
    """Anybody who does not stand on their head: every joint within 12 cm of upright standing."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return {name: at + rng.uniform(-0.12, 0.12, at.shape) for name, at in standing().items()}


def mirrored(joints: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    swap = {"left": "right", "right": "left"}
    flip = np.array([-1.0, 1.0, 1.0])
    return {f"{swap[name.split('_')[0]]}_{name.split('_')[1]}": at * flip for name, at in joints.items()}


@pytest.mark.parametrize("side", ["left", "right"])
def test_upright_standing_is_zero(side):
    for name, value in reference_angles(standing(), side).items():
        assert value == pytest.approx(0.0, abs=1e-9), name


@given(people())
def test_mirrored_person_has_the_same_angles_on_the_other_side(joints):
    left, right = reference_angles(joints, "left"), reference_angles(mirrored(joints), "right")
    for name in ANGLES:
        assert right[name] == pytest.approx(left[name], abs=1e-9), name


@given(people(), st.floats(-180, 180), st.floats(0.5, 2.0))
def test_turning_moving_and_scaling_change_nothing(joints, turn_deg, scale):
    turned = {name: scale * apply(about("z", turn_deg), at) + [1.0, -2.0, 0.3] for name, at in joints.items()}
    before, after = reference_angles(joints, "left"), reference_angles(turned, "left")
    for name in ANGLES:
        assert after[name] == pytest.approx(before[name], abs=1e-6), name


def test_signs_are_those_of_the_faults():
    assert reference_angles(moved("right_hip", (0, 0, -0.02)), "left")["pelvic_drop_deg"][0] == pytest.approx(
        np.degrees(np.arctan2(0.02, 0.2))
    )
    inwards = reference_angles(moved("left_knee", (-0.04, 0, 0)), "left")
    assert inwards["fppa_deg"][0] == pytest.approx(2 * np.degrees(np.arctan2(0.04, 0.4)))
    assert inwards["kmd_foot_pct"][0] == pytest.approx(100 * np.sin(np.arctan2(0.04, 0.4)))
    towards = standing() | {
        f"{s}_shoulder": at + np.array([0.1, 0, 0])
        for s, at in (("left", standing()["left_shoulder"]), ("right", standing()["right_shoulder"]))
    }
    assert reference_angles(towards, "left")["trunk_lateral_lean_deg"][0] == pytest.approx(
        np.degrees(np.arctan2(0.1, 0.5))
    )
    assert reference_angles(towards, "right")["trunk_lateral_lean_deg"][0] < 0


@given(st.floats(-60, 60))
def test_trunk_rotation_is_the_turn_of_the_shoulders(turn_deg):
    joints = standing()
    for side in ("left", "right"):
        name = f"{side}_shoulder"
        joints[name] = apply(about("z", turn_deg), joints[name])
    assert reference_angles(joints, "left")["trunk_rotation_deg"][0] == pytest.approx(turn_deg, abs=1e-6)
    assert reference_angles(joints, "right")["trunk_rotation_deg"][0] == pytest.approx(-turn_deg, abs=1e-6)


@given(st.floats(1, 120))
def test_knee_and_hip_flexion_are_the_bends(bend_deg):
    joints = standing()
    shank = apply(about("x", bend_deg), np.array([0.0, 0.0, -0.4]))
    joints["left_ankle"] = joints["left_knee"] + shank
    assert reference_angles(joints, "left")["knee_flexion_deg"][0] == pytest.approx(bend_deg, abs=1e-6)
    lean = standing()
    for side in ("left", "right"):
        lean[f"{side}_shoulder"] = lean[f"{side}_hip"] + apply(
            about("x", bend_deg), np.array([0.0, 0.0, 0.5])
        )
    found = reference_angles(lean, "left")
    assert found["hip_flexion_deg"][0] == pytest.approx(bend_deg, abs=1e-6)
    assert found["trunk_inclination_deg"][0] == pytest.approx(bend_deg, abs=1e-6)


def test_opening_is_the_turn_of_the_hinged_pelvis_about_the_trunk():
    turn = about("x", 60.0) @ about("z", -20.0)
    hips, shoulders = np.array([0.1, 0, 0]), np.array([0.18, 0, 0])
    joints = standing()
    for side, sign in (("left", 1), ("right", -1)):
        joints[f"{side}_hip"] = np.array([0, 0, 0.9]) + apply(turn, sign * hips)
        joints[f"{side}_shoulder"] = np.array([0, 0, 0.9]) + apply(turn, sign * shoulders + [0, 0, 0.5])
    assert hip_opening(joints, "left")[0] == pytest.approx(20.0, abs=1e-6)
    assert np.isnan(hip_opening(standing(), "left")[0])


def test_table_takes_the_side_of_each_bout_and_is_null_between():
    times = np.arange(60) / 10
    joints = {name: np.repeat(at, len(times), axis=0) for name, at in standing().items()}
    joints["right_hip"] = joints["right_hip"] - [0, 0, 0.02]
    bouts = [{"side": "left", "start_s": 1.0, "end_s": 2.0}, {"side": "right", "start_s": 4.0, "end_s": 5.0}]
    table = table_columns(joints, times, bouts)
    assert set(table) == {"time_s", "bout", "side", *ANGLES}
    assert table["bout"][0] is None and table["bout"][15] == 0 and table["bout"][45] == 1
    assert table["side"][15] == "left" and table["side"][45] == "right"
    assert table["pelvic_drop_deg"][15] == pytest.approx(-table["pelvic_drop_deg"][45])
    bilateral = table_columns(joints, times, [{"side": None, "start_s": 1.0, "end_s": 2.0}])
    assert bilateral["side"][15] is None
    assert bilateral["pelvic_drop_deg"] == pytest.approx(table["pelvic_drop_deg"][:1] * 60)
