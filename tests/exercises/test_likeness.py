"""What moments look like: a witness that treats left and right alike and never decides alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stick_figure import Act, perform

from formcheck.exercises.candidates import candidates
from formcheck.exercises.definitions import definitions
from formcheck.exercises.features import features
from formcheck.exercises.likeness import likeness
from formcheck.exercises.signals import body_signals
from formcheck.motion import measure_motion
from formcheck.motion.types import Motion
from formcheck.names import EXERCISES, SIDES, Exercise

STEP_DOWN, RIGHT = EXERCISES.index("step_down"), SIDES.index("right")


def looks_of(motion: Motion) -> np.ndarray:
    return likeness(motion, features(motion))


def test_a_step_down_looks_like_one_on_its_leg(step_down: Motion) -> None:
    looks = np.nanmean(looks_of(step_down), axis=0)
    assert np.unravel_index(np.argmax(looks), looks.shape) == (RIGHT, STEP_DOWN)


def test_the_mirror_image_looks_the_same_on_the_other_side(step_down: Motion) -> None:
    mirrored = looks_of(measure_motion(step_down.pose.with_mirror_image(True)))
    difference = mirrored[:, ::-1] - looks_of(measure_motion(step_down.pose))
    assert np.nanmedian(np.abs(difference)) < 0.1


def test_frames_without_a_person_say_nothing(step_down: Motion) -> None:
    joints = step_down.joints_m.copy()
    joints[40:60] = np.nan
    empty = np.isnan(looks_of(replace(step_down, joints_m=joints))).all(axis=(1, 2))
    assert empty[40:60].all()
    assert not np.delete(empty, np.s_[40:60]).any()


def test_of_exact_motion_nothing_is_said() -> None:
    assert np.isnan(looks_of(perform(Act("lunge")))).all()


@given(st.sampled_from(EXERCISES), st.floats(-7, 7), st.floats(0, 3))
def test_looking_more_like_it_never_fits_worse(exercise: str, looks: float, more: float) -> None:
    motion = perform(Act("squat", reps=1))

    def fits(value: float) -> list[float]:
        constant = np.full((len(motion), len(SIDES), len(EXERCISES)), value)
        return [c.fit for c in candidates(body_signals(motion, "left", constant), exercise)]  # type: ignore[arg-type]

    assert all(a <= b for a, b in zip(fits(looks), fits(looks + more), strict=True))


@pytest.mark.parametrize(("movement", "exercise"), [("squat", "step_up"), ("shrimp_squat", "lunge")])
def test_looks_alone_make_no_exercise(movement: str, exercise: Exercise) -> None:
    motion = perform(Act(movement, reps=2))
    certain = np.full((len(motion), len(SIDES), len(EXERCISES)), 7.0)
    found = candidates(body_signals(motion, "left", certain), exercise)
    assert found
    assert all(candidate.fit < definitions().bouts.accept for candidate in found)
