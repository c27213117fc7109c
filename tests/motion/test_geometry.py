"""The laws of the reference angles: sign, mirror, rotation about the vertical, scale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from motion_people import mirrored, person, yaw

from formcheck.motion import geometry
from formcheck.names import ANGLES, SIDES, other

small = st.floats(-20, 20)
people = st.builds(
    person,
    stance=st.sampled_from(SIDES),
    shank_fwd=st.floats(0, 40),
    thigh_fwd=st.floats(-80, 10),
    shank_in=small,
    thigh_out=small,
    drop=small,
    trunk_fwd=st.floats(0, 60),
    lean=small,
    rotation=small,
    free_knee=st.floats(0, 70),
)


def of(joints, side, angle):
    return float(geometry.angles(joints, side)[0, ANGLES.index(angle)])


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("angle", "pose", "expected"),
    [
        ("pelvic_drop_deg", {"drop": 9.0}, 9.0),
        ("fppa_deg", {"shank_in": 6.0, "thigh_out": 5.0}, 11.0),
        ("kmd_foot_pct", {"shank_in": 6.0}, 100 * np.sin(np.radians(6))),
        ("trunk_lateral_lean_deg", {"lean": 7.0}, 7.0),
        ("trunk_rotation_deg", {"rotation": 15.0}, 15.0),
        ("trunk_rotation_deg", {"rotation": 15.0, "trunk_fwd": 50.0}, 15.0),
        ("trunk_inclination_deg", {"trunk_fwd": 40.0}, 40.0),
        ("knee_flexion_deg", {"shank_fwd": 30.0, "thigh_fwd": -40.0}, 70.0),
        ("hip_flexion_deg", {"thigh_fwd": -40.0, "trunk_fwd": 20.0}, 60.0),
    ],
)
def test_each_angle_has_the_sign_and_the_size_that_was_posed(side, angle, pose, expected):
    assert of(person(side, **pose), side, angle) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("side", SIDES)
def test_upright_standing_is_zero(side):
    np.testing.assert_allclose(geometry.angles(person(side), side)[0], 0, atol=1e-5)


@given(people, st.sampled_from(SIDES))
def test_mirror_law(joints, side):
    np.testing.assert_allclose(
        geometry.angles(mirrored(joints), other(side)), geometry.angles(joints, side), atol=1e-6
    )


@given(people, st.sampled_from(SIDES), st.floats(-180, 180), st.floats(0.3, 3))
def test_direction_size_and_place_do_not_matter(joints, side, degrees, scale):
    moved = scale * yaw(joints, degrees) + [1.0, -0.5, 2.0]
    np.testing.assert_allclose(geometry.angles(moved, side), geometry.angles(joints, side), atol=1e-5)


def test_what_was_not_seen_stays_unknown():
    joints = person("left", frames=2)
    joints[1] = np.nan
    values = geometry.angles(joints, "left")
    assert np.isfinite(values[0]).all()
    assert np.isnan(values[1]).all()


def test_hip_opening_is_the_turn_of_the_pelvis_about_the_hinged_trunk():
    # Turned by 10° about a trunk that is inclined by 60°, the free hip rises by asin(sin 10° · sin 60°).
    rise = np.degrees(np.arcsin(np.sin(np.radians(10)) * np.sin(np.radians(60))))
    opening = geometry.hip_opening_deg(np.array([-rise, -rise]), np.array([60.0, 30.0]))
    assert opening[0] == pytest.approx(10)
    assert np.isnan(opening[1])
