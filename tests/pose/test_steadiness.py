"""The camera's movement is read off the background: not off the person, the light or the noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter, shift

from formcheck.pose.steadiness import CameraWatch, small_grey

HEIGHT, WIDTH = 180, 320
PERSON = np.array([[0.4, 0.2], [0.6, 0.9]])
"""Corners of the landmarks, in shares of width and height."""


def room(seed: int = 0, contrast: float = 60.0) -> np.ndarray:
    """Return a grey picture of things of all sizes, shape (height, width)."""
    rng = np.random.default_rng(seed)
    layers = [gaussian_filter(rng.normal(size=(HEIGHT, WIDTH)), sd) * sd for sd in (3, 8, 20)]
    picture = np.sum(layers, axis=0)
    return 128 + contrast * picture / picture.std()


def seen(grey: np.ndarray, noise: float = 2.0, seed: int = 0) -> np.ndarray:
    """Return what a camera makes of it, RGB."""
    rng = np.random.default_rng(seed)
    return np.repeat((grey + rng.normal(0, noise, grey.shape)).clip(0, 255).astype(np.uint8)[..., None], 3, 2)


def watched(pictures: list[np.ndarray], points: np.ndarray | None = PERSON) -> np.ndarray:
    watch = CameraWatch()
    return np.array([watch.look(small_grey(seen(p, seed=i)), points) for i, p in enumerate(pictures)])


@settings(max_examples=8, deadline=None)
@given(
    far=st.floats(0, 7), way=st.floats(-np.pi, np.pi), seed=st.integers(0, 99), brighter=st.floats(-20, 20)
)
@example(far=5.25, way=0.75, seed=77, brighter=0.0)  # between whole pixels of the small picture both ways
def test_a_shift_is_read_to_a_twentieth_of_a_percent_whatever_the_light(far, way, seed, brighter):
    x, y = far * np.cos(way), far * np.sin(way)
    before = room(seed, contrast=35.0)
    found = watched([before, shift(before, (y, x), mode="nearest") + brighter])[-1]
    np.testing.assert_allclose(found, np.array([x, y]) / WIDTH, atol=0.0005)


def test_shifts_add_up_while_the_camera_pans():
    before = room()
    found = watched([shift(before, (0, 3.0 * i), mode="nearest") for i in range(10)])
    np.testing.assert_allclose(found[:, 0], 3.0 * np.arange(10) / WIDTH, atol=0.002)


def test_a_still_camera_stays_where_it_is_while_the_person_moves():
    background, person = room(1), room(2)
    inside = np.zeros((HEIGHT, WIDTH), dtype=bool)
    inside[36:162, 128:192] = True
    pictures = [np.where(inside, shift(person, (0, 2.5 * i), mode="wrap"), background) for i in range(8)]
    assert np.abs(watched(pictures)).max() < 0.0005


@pytest.mark.parametrize("picture", [np.full((HEIGHT, WIDTH), 128.0), None], ids=["bare wall", "cut"])
def test_what_cannot_be_told_is_not_guessed(picture):
    before = room(1) if picture is None else picture
    after = room(2) if picture is None else picture
    assert np.isnan(watched([before, after])[-1]).all()


def test_a_portrait_is_measured_in_shares_of_its_height():
    before = room().T
    found = watched([before, shift(before, (4.5, 0), mode="nearest")])[-1]
    np.testing.assert_allclose(found, [0, 4.5 / WIDTH], atol=0.001)
