"""What the networks of recognition see: left and right alike, and nothing where motion may be exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from stick_figure import Act, perform

from formcheck.exercises.features import LEAST_FRAMES, features
from formcheck.motion import measure_motion
from formcheck.motion.types import Motion
from formcheck.names import SIDES, other


def test_in_the_mirror_one_leg_is_seen_as_the_other_was(step_down: Motion) -> None:
    seen, mirrored = (
        features(measure_motion(pose)) for pose in (step_down.pose, step_down.pose.with_mirror_image(True))
    )
    assert seen is not None and mirrored is not None
    for side in SIDES:
        assert np.median(np.abs(mirrored[other(side)] - seen[side])) < 0.01
        assert np.median(np.abs(mirrored[side] - seen[side])) > 0.02


def test_one_row_for_each_frame_with_a_person(step_down: Motion) -> None:
    joints = step_down.joints_m.copy()
    joints[40:60] = np.nan
    seen = features(replace(step_down, joints_m=joints))
    assert seen is not None
    assert {len(each) for each in seen.values()} == {len(step_down) - 20}
    assert all(np.isfinite(each).all() for each in seen.values())


def test_nothing_is_seen_of_exact_motion_or_of_hardly_any_frames(step_down: Motion) -> None:
    assert features(perform(Act("lunge"))) is None
    joints = np.full_like(step_down.joints_m, np.nan)
    few = slice(0, LEAST_FRAMES - 1)
    joints[few] = step_down.joints_m[few]
    assert features(replace(step_down, joints_m=joints)) is None
