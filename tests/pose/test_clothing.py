"""The width of the lower legs is read off the picture, whatever they wear and stand before."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.names import LANDMARKS, SIDES, landmark
from formcheck.pose.clothing import shank_width

WIDTH, HEIGHT = 360, 640
SEEN = np.ones(len(LANDMARKS))
SHARES = {"shoulder": (0.1, 0.25), "hip": (0.08, 0.5), "knee": (0.13, 0.7), "ankle": (0.16, 0.9)}
"""How far beside the middle and how far down, in shares of width and height; the legs stand apart."""


def body() -> np.ndarray:
    """Return landmarks as shares of width and height, shape (landmark, xy)."""
    points = np.tile([0.5, 0.1], (len(LANDMARKS), 1))
    for joint, (x, y) in SHARES.items():
        points[landmark("left", joint)], points[landmark("right", joint)] = [0.5 + x, y], [0.5 - x, y]
    return points


def picture(width: float, leg=(40, 50, 90), wall=(180, 170, 160), points=None) -> np.ndarray:
    """Return two legs, their shanks so wide (in lengths of the shank), before a wall; RGB."""
    drawn = np.full((HEIGHT, WIDTH, 3), wall, np.uint8)
    pixels = (body() if points is None else points) * [WIDTH, HEIGHT]
    for side in SIDES:
        hip, knee, ankle = (pixels[landmark(side, joint)] for joint in ("hip", "knee", "ankle"))
        half = width / 2 * np.array([knee[1] - ankle[1], ankle[0] - knee[0]])
        shank = np.array([knee + half, knee - half, ankle - half, ankle + half])
        cv2.fillConvexPoly(drawn, shank.round().astype(int), leg, cv2.LINE_AA)
        cv2.line(drawn, hip.astype(int).tolist(), knee.astype(int).tolist(), leg, 30)
    return drawn


@settings(max_examples=20, deadline=None)
@given(width=st.floats(0.18, 0.55), light=st.integers(110, 250), noise=st.floats(0, 6))
def test_the_width_is_found_whatever_the_colours(width, light, noise):
    drawn = picture(width, wall=(light, light - 5, light - 20))
    rough = (drawn + np.random.default_rng(0).normal(0, noise, drawn.shape)).clip(0, 255).astype(np.uint8)
    assert shank_width(rough, body(), SEEN) == pytest.approx(width, abs=0.03)


def test_it_is_a_share_and_the_same_in_a_larger_picture():
    drawn = picture(0.3)
    large = cv2.resize(drawn, None, fx=2.5, fy=2.5)
    assert shank_width(large, body(), SEEN) == pytest.approx(shank_width(drawn, body(), SEEN), abs=0.02)


def test_left_and_right_are_one_code_path():
    drawn, points = picture(0.35), body()
    for side in SIDES:
        seen = SEEN.copy()
        seen[landmark(side, "knee")] = 0.1
        assert shank_width(drawn, points, seen) == pytest.approx(0.35, abs=0.03)


def test_the_narrower_shank_counts():
    """One leg may have a wall's edge beside it; loose trousers are loose on both."""
    drawn = picture(0.25)
    ankle = body()[landmark("left", "ankle")] * [WIDTH, HEIGHT]
    drawn[:, int(ankle[0]) + 40 :] = (20, 160, 20)
    assert shank_width(drawn, body(), SEEN) == pytest.approx(0.25, abs=0.03)


def together(points: np.ndarray) -> None:
    for joint in ("hip", "knee", "ankle"):
        points[landmark("right", joint)] = points[landmark("left", joint)] - [0.02, 0]


def towards_the_camera(points: np.ndarray) -> None:
    for side in SIDES:
        points[landmark(side, "ankle")] = points[landmark(side, "knee")] + [0, 0.05]


@pytest.mark.parametrize("change", [together, towards_the_camera])
def test_legs_that_cover_each_other_or_point_at_the_camera_tell_nothing(change):
    points = body()
    change(points)
    assert np.isnan(shank_width(picture(0.3, points=points), points, SEEN))


def test_hidden_legs_and_legs_like_the_wall_tell_nothing():
    assert np.isnan(shank_width(picture(0.3), body(), 0.1 * SEEN))
    assert np.isnan(shank_width(picture(0.3, leg=(180, 170, 160)), body(), SEEN))
