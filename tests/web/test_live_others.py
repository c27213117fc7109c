"""Others in view at the webcam: the largest and most central person is followed, and nobody takes over."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest
from live_people import PATIENCE_S, Lunges
from numpy.typing import NDArray

from formcheck.names import landmark
from formcheck.pose import pose_model
from formcheck.pose.mediapipe_estimator import MediaPipeEstimator
from formcheck.pose.subject import SubjectEstimator
from formcheck.video import read_video
from formcheck.web.live import CHOOSE_EVERY_S, LiveSession

WHO, OTHER = "step_down_front_left_drop", "lunge_front_left_good"
RATE = 10.0
Picture = NDArray[np.uint8]


@pytest.fixture
def people(sample_path: Callable[[str], Path]) -> tuple[list[Picture], list[Picture]]:
    """Return pictures of somebody at the left, near, and of somebody at the right, farther away."""
    near, far = [], []
    for name, kept in ((WHO, near), (OTHER, far)):
        with read_video(sample_path(name), max_side_px=480) as video:
            kept += [frame.rgb for frame in islice(video, 0, 90, 3)]
    small = [cv2.resize(rgb, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA) for rgb in far]
    height, width = near[0].shape[:2]
    beside = [np.full((height, width, 3), 127, np.uint8) for _ in small]
    for empty, rgb in zip(beside, small, strict=True):
        empty[-rgb.shape[0] :, : rgb.shape[1]] = rgb
    return near, beside


def test_who_is_in_front_is_followed_and_whoever_else_is_there_does_not_take_over(
    people: tuple[list[Picture], list[Picture]], request: pytest.FixtureRequest
) -> None:
    near, far = people
    nobody = np.full_like(near[0], 127)
    session = LiveSession(
        lambda: SubjectEstimator(MediaPipeEstimator(pose_model("lite")), stays=True), stages=Lunges().stages
    )
    request.addfinalizer(lambda: session.close(None))
    number = 0

    def show(left: list[Picture], right: list[Picture]) -> list[float | None]:
        """Offer the pictures side by side; return at which share of the width the followed person is."""
        nonlocal number
        seen = []
        for pair in zip(left, right, strict=True):
            state = session.offer(np.concatenate(pair, axis=1), number / RATE, patience_s=PATIENCE_S)
            number += 1
            hips = [landmark(side, "hip") for side in ("left", "right")]
            seen.append(None if state.person is None else float(state.person.image[hips, 0].mean()))
        return seen

    alone = show([nobody] * 10, far[:10])
    assert alone[-1] is not None
    assert alone[-1] > 0.5, "while there is nobody else, that person is followed"
    settled = round(CHOOSE_EVERY_S * RATE) + 3
    both = show(near, far)[settled:]
    assert all(x is not None and x < 0.5 for x in both), "until the countdown the one in front is chosen"
    session.start_now()
    away = show([nobody] * 20, far[:20])
    assert session.state.phase == "countdown"
    assert all(x is None or x < 0.5 for x in away), "nobody else takes over"
    assert away[-1] is None
    again = show(near, far)[settled:]
    assert all(x is not None and x < 0.5 for x in again), "and the one who comes back is found again"
