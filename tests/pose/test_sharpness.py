"""Blur is read off the person's edges in pixels: not off contrast, noise or the background."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.names import LANDMARKS, landmark
from formcheck.pose.sharpness import edge_width

WIDTH, HEIGHT = 360, 640
PLACES = {
    "shoulder": (0.09, 0.3), "elbow": (0.16, 0.4), "wrist": (0.2, 0.5), "hip": (0.06, 0.52),
    "knee": (0.07, 0.72), "ankle": (0.08, 0.9), "heel": (0.08, 0.93), "foot_index": (0.12, 0.94),
}  # fmt: skip
"""How far beside the middle and how far down the left half of a body is, in shares of width and height."""


def body() -> np.ndarray:
    """Return landmarks as shares of width and height, shape (landmark, xy)."""
    points = np.tile([0.5, 0.12], (len(LANDMARKS), 1))
    for name, (x, y) in PLACES.items():
        points[landmark("left", name)] = [0.5 + x, y]
        points[landmark("right", name)] = [0.5 - x, y]
    return points


def limbs(thick: int = 22) -> np.ndarray:
    """Return where the body is in the picture, 0…1, shape (height, width), with the finest edges possible."""
    points = (body() * [WIDTH, HEIGHT] * 8).round().astype(int)
    drawn = np.zeros((HEIGHT * 4, WIDTH * 4), np.uint8)
    for side in ("left", "right"):
        chain = [points[landmark(side, n)] for n in ("wrist", "elbow", "shoulder", "hip", "knee", "ankle")]
        cv2.polylines(drawn, [np.array(chain)], False, 255, thick * 4, cv2.LINE_AA, 1)
    return cv2.resize(drawn, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) / 255


def picture(*, blur: float = 0.0, low: float = 60.0, high: float = 190.0, room: float = 0.0) -> np.ndarray:
    """Return the body before a wall of stripes, blurred by standard deviations of so many pixels; RGB."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    wall = low + 20.0 * ((rows // 16 + columns // 16) % 2)
    wall, cover = (cv2.GaussianBlur(a, (0, 0), sd) if sd else a for a, sd in ((wall, room), (limbs(), blur)))
    grey = wall + (high - low) * cover
    return np.repeat(grey.clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)


@settings(max_examples=15, deadline=None)
@given(blur=st.floats(2, 7), low=st.floats(20, 90), contrast=st.floats(60, 140))
def test_the_width_is_that_of_the_blur_whatever_the_contrast(blur, low, contrast):
    found = edge_width(picture(blur=blur, room=blur, low=low, high=low + contrast), body())
    assert found == pytest.approx(np.hypot(blur, edge_width(picture(), body())), rel=0.25)


def test_a_bigger_copy_has_edges_as_much_wider():
    small = picture(blur=3.0, room=3.0)
    large = cv2.resize(small, None, fx=3, fy=3, interpolation=cv2.INTER_LINEAR)
    assert edge_width(large, body()) == pytest.approx(3 * edge_width(small, body()), rel=0.1)


def test_coarse_compression_and_noise_hardly_matter():
    for blur in (0.0, 5.0):
        before = picture(blur=blur, room=blur)
        coded = cv2.imdecode(
            cv2.imencode(".jpg", before, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], cv2.IMREAD_COLOR
        )
        rough = before + np.random.default_rng(0).normal(0, 6, before.shape)
        for other in (coded, rough.clip(0, 255).astype(np.uint8)):
            assert edge_width(other, body()) == pytest.approx(edge_width(before, body()), rel=0.15)


def test_a_sharp_background_does_not_make_the_person_sharp():
    both, person = (edge_width(picture(blur=6.0, room=room), body()) for room in (6.0, 0.0))
    assert person > 0.6 * both


@pytest.mark.parametrize("degrees", [0, 45, 135])  # this figure has no edge across 90°
def test_a_shaken_camera_is_seen_though_edges_along_its_movement_stay_sharp(degrees):
    length = 24
    smear = np.zeros((2 * length + 1,) * 2)
    reach = length / 2 * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    ends = [(length + s * reach).round().astype(int).tolist() for s in (-1, 1)]
    cv2.line(smear, *ends, 1.0)
    shaken = cv2.filter2D(picture(), -1, smear / smear.sum())
    assert edge_width(shaken, body()) > 3 * edge_width(picture(), body())


def test_where_nothing_stands_out_nobody_knows():
    plain = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    assert np.isnan(edge_width(plain, body()))
    assert np.isnan(edge_width(plain, None))


def test_without_a_person_the_whole_picture_is_looked_at():
    assert edge_width(picture(blur=6.0, room=6.0), None) > 2 * edge_width(picture(), None)


@settings(max_examples=30, deadline=None)
@given(x=st.floats(-2, 2), y=st.floats(-2, 2), size=st.floats(0, 3))
def test_a_person_partly_or_wholly_outside_is_no_error(x, y, size):
    found = edge_width(picture(), (body() - 0.5) * size + [x, y])
    assert np.isnan(found) or found >= 0
