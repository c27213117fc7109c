"""The set-up guide finds what is wrong, names one problem at a time, and is content with a good picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.coaching.live_rules import LiveRules, live_rules
from formcheck.coaching.live_setup import ITEMS, Check, check_setup, first_problem, off_view, ready
from formcheck.coaching.toml_tables import load_table
from formcheck.errors import CoachingFileError
from formcheck.exercises.types import Bout
from formcheck.motion.types import AngleSet, Motion, View
from formcheck.names import ANGLES, EXERCISES, LANDMARKS, SIDES, landmark
from formcheck.pose.sequence import PoseSequence
from formcheck.scoring import load_thresholds
from formcheck.video.types import VideoInfo

RULES = live_rules().setup
THRESHOLDS = load_thresholds()
FRAMES = 30
HEIGHTS = {
    "shoulder": 0.18,
    "elbow": 0.34,
    "wrist": 0.48,
    "hip": 0.47,
    "knee": 0.72,
    "ankle": 0.95,
    "heel": 0.98,
}


def figure() -> np.ndarray[Any, Any]:
    """Return who stands facing the camera: head at 0, soles at 1, shape (landmark, xy)."""
    points = np.zeros((len(LANDMARKS), 2), np.float32)
    points[:11] = (0.0, 0.06)
    for side, sign in zip(SIDES, (1, -1), strict=True):
        for name in LANDMARKS[11:]:
            joint = name.removeprefix(f"{side}_")
            if name.startswith(side):
                points[landmark(side, joint)] = (0.1 * sign, HEIGHTS.get(joint, 0.5))
        points[landmark(side, "foot_index")] = (0.12 * sign, 1.0)
    return points


def seen(
    *,
    size: tuple[int, int] = (640, 480),
    fill: float = 0.78,
    centre: tuple[float, float] = (0.5, 0.5),
    roll_deg: float = 0.0,
    azimuth_deg: float = 0.0,
    pitch_deg: float = -5.0,
    luma: float = 120.0,
    visibility: float = 0.95,
    detected: bool = True,
    strays: float = 0.0,
    edge_px: float = 1.0,
) -> Motion:
    """Return what a camera shows of somebody who stands still."""
    points = (figure() - (0.0, 0.53)) * fill * size[1]
    c, s = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    points = points @ np.array([[c, s], [-s, c]]) + np.array(centre) * size
    image = (
        np.repeat(points[None], FRAMES, axis=0) if detected else np.full((FRAMES, len(LANDMARKS), 2), np.nan)
    )
    sure = np.full((FRAMES, len(LANDMARKS)), visibility)
    shift = np.zeros((FRAMES, 2)) + np.linspace(0, strays, FRAMES)[:, None]
    shift[np.arange(FRAMES) % 3 > 0] = np.nan  # it is not looked at every picture
    pose = PoseSequence(
        times_s=np.arange(FRAMES) / 15,
        image_px=image,
        world_m=np.zeros((FRAMES, len(LANDMARKS), 3)),
        visibility=sure,
        presence=sure,
        luma=np.full(FRAMES, luma),
        camera_shift=shift,
        edge_px=np.where(np.arange(FRAMES) % 8 == 0, edge_px, np.nan),
        video=VideoInfo("webcam", *size, frames=FRAMES, duration_s=2.0, mean_fps=15.0),
    )
    still = np.zeros((FRAMES, len(ANGLES)))
    return Motion(
        times_s=pose.times_s,
        left=AngleSet("left", still, still + 3),
        right=AngleSet("right", still, still + 3),
        joints_m=np.zeros((FRAMES, len(LANDMARKS), 3)),
        azimuth_deg=np.full(FRAMES, azimuth_deg),
        lying=np.zeros(FRAMES, bool),
        view=View("front", azimuth_deg, 5.0, pitch_deg),
        pose=pose,
    )


def checks(motion: Motion | None, **more: Any) -> tuple[Check, ...]:
    return check_setup(motion, RULES, THRESHOLDS, **more)


def test_a_good_picture_is_ready() -> None:
    found = checks(seen())
    assert [check.item for check in found] == list(ITEMS)
    assert all(check.ok for check in found)
    assert ready(found)
    assert first_problem(found) is None


@pytest.mark.parametrize(
    ("item", "problem", "wrong"),
    [
        ("body", "nobody", {"detected": False}),
        ("body", "feet_cut", {"centre": (0.5, 0.65)}),
        ("body", "head_cut", {"centre": (0.5, 0.34)}),
        ("body", "side_cut", {"centre": (0.05, 0.5)}),
        ("body", "too_near", {"fill": 1.2}),
        ("body", "hidden", {"visibility": 0.1}),
        ("distance", "far", {"fill": 0.35}),
        ("distance", "near", {"fill": 1.01}),
        ("angle", "turn_either", {"azimuth_deg": 45.0}),
        ("light", "dark", {"luma": 20.0}),
        ("sharp", "blurred", {"edge_px": 4.0}),
        ("level", "tilted", {"roll_deg": 9.0}),
        ("level", "looks_down", {"pitch_deg": -28.0}),
        ("level", "looks_up", {"pitch_deg": 25.0}),
        ("steady", "moves", {"strays": 0.05}),
    ],
)
def test_each_problem_is_found_under_its_item(item: str, problem: str, wrong: dict[str, Any]) -> None:
    found = {check.item: check for check in checks(seen(**wrong))}
    assert (found[item].ok, found[item].problem) == (False, problem)
    assert not ready(tuple(found.values()))


def test_before_anything_was_measured_nothing_is_ready() -> None:
    assert first_problem(checks(None)) == "nobody"
    assert not ready(checks(None))
    assert not ready(())


def test_nobody_is_sent_into_a_picture_that_is_too_dark_to_see_them() -> None:
    """A covered lens, or a room without light: stepping into the picture would mend nothing."""
    assert first_problem(checks(seen(detected=False, luma=5.0))) == "dark"
    assert first_problem(checks(seen(detected=False))) == "nobody"


def test_nobody_is_sent_into_a_picture_that_is_too_blurred_to_see_them() -> None:
    """A smeared lens, or one that has not focused; edges as narrow as pixels allow are sharp, however few."""
    assert first_problem(checks(seen(detected=False, edge_px=8.0))) == "blurred"
    assert first_problem(checks(seen(detected=False, edge_px=8.0, luma=5.0))) == "dark"
    sharp = ITEMS.index("sharp")
    assert checks(seen(edge_px=1.4, size=(160, 120)))[sharp].ok
    assert checks(seen(edge_px=float("nan")))[sharp].ok is None


def test_the_chosen_exercise_decides_the_angle() -> None:
    front, side, behind = seen(azimuth_deg=5), seen(azimuth_deg=-92), seen(azimuth_deg=176)
    for exercise in EXERCISES:
        frontal = RULES.planes[exercise] == "frontal"
        for motion, is_frontal in ((front, True), (side, False), (behind, True)):
            angle = checks(motion, exercise=exercise)[ITEMS.index("angle")]
            assert angle.ok is (is_frontal == frontal)
            if not angle.ok:
                assert angle.problem == ("turn_front" if frontal else "turn_side")


def test_a_recognised_exercise_says_how_to_turn() -> None:
    bout = Bout("hip_hinge", 0.9, None, "left", 0.0, 2.0)
    assert off_view(bout, seen(azimuth_deg=0), RULES, THRESHOLDS) == "turn_side"
    assert off_view(bout, seen(azimuth_deg=91), RULES, THRESHOLDS) is None


def test_who_lies_fills_the_width_and_needs_no_level() -> None:
    upright = seen(fill=1.0)
    lying = replace(
        upright,
        lying=np.ones(FRAMES, bool),
        pose=upright.pose.with_points(upright.pose.image_px[..., ::-1] + (80, -80), upright.pose.world_m),
    )
    found = {check.item: check for check in checks(lying)}
    assert found["level"].ok is None
    assert found["distance"].ok
    assert ready(tuple(found.values()))


def test_somebody_dark_before_a_bright_window_needs_light_from_the_front() -> None:
    light = ITEMS.index("light")
    assert checks(seen(luma=180.0), person_luma=50.0)[light].problem == "backlit"
    assert checks(seen(luma=180.0), person_luma=120.0)[light].ok
    assert checks(seen(luma=180.0), person_luma=None)[light].ok


@given(azimuth=st.floats(-179.9, 179.9))
def test_left_and_right_count_alike(azimuth: float) -> None:
    assert checks(seen(azimuth_deg=azimuth)) == checks(seen(azimuth_deg=-azimuth))


def test_a_wrong_edit_is_answered_with_line_and_reason(tmp_path: Any) -> None:
    from importlib.resources import files

    own = tmp_path / "mine.toml"
    own.write_text("[flow]\ncountdown_s = -1\n")
    with pytest.raises(CoachingFileError, match=r"mine\.toml', line 2: flow\.countdown_s"):
        load_table(LiveRules, files("formcheck.coaching") / "live.toml", own)
