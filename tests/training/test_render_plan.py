import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.render.camera import View, place, view_label
from training.render.timing import phase, plan_reps, ramp


@given(st.integers(0, 10_000), st.integers(1, 8))
def test_repetitions_follow_each_other_and_end_at_rest(seed, count):
    reps = plan_reps(np.random.default_rng(seed), 1.5, count, (2.0, 0.2, 1.0, 0.4))
    edges = [t for rep in reps for t in (rep.start_s, rep.turn_s, rep.turn_end_s, rep.end_s)]
    assert edges == sorted(edges) and len(reps) == count
    depth = phase(np.array([0.0, reps[0].turn_s, edges[-1] + 1]), reps)
    assert depth == pytest.approx([0.0, 1.0, 0.0], abs=1e-9)


def test_ramp_is_monotone_and_reaches_its_ends():
    step = ramp(np.linspace(0, 3, 100), 1.0, 2.0)
    assert (np.diff(step) >= 0).all() and step[0] == 0 and step[-1] == 1


@given(st.floats(-180, 180), st.floats(-30, 5), st.floats(0.5, 0.9))
def test_placed_camera_shows_all_points_at_the_wanted_size(azimuth, pitch, fill):
    points = np.array([[x, y, z] for x in (-0.3, 0.3) for y in (-0.2, 0.2) for z in (1.0, 2.8)])
    view = View(azimuth, pitch, fill=fill)
    pixels = place(view, points).project(points)
    size = np.array([view.width, view.height])
    assert (pixels > 0).all() and (pixels < size).all()
    assert np.max(np.ptp(pixels, axis=0) / size) == pytest.approx(fill, abs=0.02)


def test_camera_at_the_persons_left_sees_the_front_to_the_left():
    points = np.array([[0.2, -0.5, 1.0], [0.0, 0.5, 1.0], [0.0, 0.0, 1.7], [0.0, 0.0, 0.0]])
    pixels = place(View(90.0, 0.0), points).project(points)
    assert pixels[0, 0] < pixels[1, 0] and pixels[2, 1] < pixels[3, 1]


@pytest.mark.parametrize(
    ("azimuth", "lying", "label"),
    [
        (0, False, "front"),
        (-30, False, "front_oblique"),
        (90, False, "side"),
        (150, False, "rear_oblique"),
        (180, False, "rear"),
        (0, True, "foot_end"),
        (-90, True, "side"),
        (180, True, "head_end"),
    ],
)
def test_views_have_their_names(azimuth, lying, label):
    assert view_label(azimuth, lying) == label
