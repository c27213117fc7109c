"""Laws of the errors that angles are given, whatever the fitted weights."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from motion_people import filmed, squat

from formcheck.motion import measure_motion
from formcheck.motion.constants import constants
from formcheck.motion.uncertainty import angle_sd, circumstances
from formcheck.names import ANGLES, LANDMARKS, SIDES

RANDOM = st.integers(0, 2**32 - 1)


def someone(seed, frames=6):
    rng = np.random.default_rng(seed)
    values, others = rng.uniform(-30, 120, (2, frames, len(ANGLES)))
    visibility = rng.uniform(0.1, 0.9, (frames, len(LANDMARKS)))
    azimuth, lying = rng.uniform(-180, 180, frames), rng.random(frames) < 0.3
    return values, others, azimuth, lying, visibility, *rng.uniform(0.1, 20, (2, *values.shape))


@given(RANDOM)
def test_less_visible_or_worse_determined_is_never_surer(seed):
    values, others, azimuth, lying, visibility, propagated, learned = someone(seed)
    for side in SIDES:
        seen = circumstances(values, others, azimuth, lying, visibility, side)
        dim = circumstances(values, others, azimuth, lying, 0.5 * visibility, side)
        clear = angle_sd(values, propagated, learned, seen)
        assert (angle_sd(values, propagated, learned, dim) >= clear - 1e-9).all()
        assert (angle_sd(values, 2 * propagated, learned, seen) >= clear - 1e-9).all()
        assert (angle_sd(values, propagated, 2 * learned, seen) >= clear - 1e-9).all()


@given(RANDOM)
def test_errors_stay_within_their_limits_and_go_on_smoothly(seed):
    values, others, azimuth, lying, visibility, propagated, learned = someone(seed)

    def sd(turned):
        seen = circumstances(values, others, turned, lying, visibility, "left")
        return angle_sd(values, propagated, learned, seen)

    errors = constants().errors
    assert (sd(azimuth) >= errors.least).all()
    assert (sd(azimuth) <= errors.most).all()
    np.testing.assert_allclose(sd(azimuth + 0.5), sd(azimuth), rtol=0.1)


def test_there_is_a_weight_for_every_circumstance():
    pose = filmed(squat(), azimuth=20)
    motion = measure_motion(pose)
    terms = circumstances(
        motion.left.value,
        motion.right.value,
        motion.azimuth_deg,
        motion.lying,
        pose.visibility,
        "left",
    )
    assert terms.shape[1] == len(constants().errors.terms)
