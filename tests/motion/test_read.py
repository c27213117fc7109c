"""What the trunk reader's directions do to the fit, whatever network they come from."""

from dataclasses import replace

import numpy as np
import pytest
from motion_people import filmed, mirrored_pose, person, read, squat

from formcheck.motion import measure_motion
from formcheck.names import LANDMARK_INDEX, SIDES, other

HIPS = [LANDMARK_INDEX["left_hip"], LANDMARK_INDEX["right_hip"]]
SHARE = np.sin(np.linspace(0, np.pi, 60)) ** 2


def levelled(pose):
    """The landmarks with both hips at one height, as the landmark networks draw them."""
    image, world = pose.image_px.copy(), pose.world_m.copy()
    image[:, HIPS, 1] = image[:, HIPS, 1].mean(axis=1, keepdims=True)
    world[:, HIPS, 1] = world[:, HIPS, 1].mean(axis=1, keepdims=True)
    return pose.with_points(image, world)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("azimuth", [0, 35, 180])
def test_the_readings_tell_of_a_drop_that_the_landmarks_hide(side, azimuth):
    pose = filmed(person(side, frames=60, drop=12 * SHARE), azimuth=azimuth)
    hidden = levelled(pose)
    told = replace(hidden, trunk=read(pose))
    without, with_them = (measure_motion(p).of(side).of("pelvic_drop_deg") for p in (hidden, told))
    assert abs(without[30] - without[0]) < 7
    assert with_them[30] - with_them[0] == pytest.approx(12, abs=3)


def test_the_error_shrinks_with_sure_readings_and_hardly_with_unsure_ones():
    pose = filmed(squat(), azimuth=20)
    sds = [
        np.median(measure_motion(replace(pose, trunk=trunk)).left.sd_of("pelvic_drop_deg"))
        for trunk in (pose.trunk, read(pose, sd=2.0), read(pose, sd=0.02))
    ]
    assert sds[2] < 0.8 * sds[0]
    assert sds[1] == pytest.approx(sds[0], rel=0.05)


@pytest.mark.parametrize("azimuth", [0, 50, -130])
def test_mirror_law(azimuth):
    pose = filmed(squat(), azimuth=azimuth, pitch=-8)
    pose = replace(pose, trunk=read(pose))
    one, other_way = measure_motion(pose), measure_motion(mirrored_pose(pose))
    for side in SIDES:
        np.testing.assert_allclose(one.of(side).value, other_way.of(other(side)).value, atol=0.3)


def test_readings_hold_only_near_their_frames():
    pose = filmed(person(frames=120, drop=10), azimuth=0)
    hidden = levelled(pose)
    early = read(pose)
    early = early.at(np.arange(40))
    part = measure_motion(replace(hidden, trunk=early)).left.of("pelvic_drop_deg")
    nothing = measure_motion(hidden).left.of("pelvic_drop_deg")
    assert (part[5:35] > nothing[5:35] + 3).all()
    np.testing.assert_allclose(part[60:], nothing[60:], atol=0.5)
