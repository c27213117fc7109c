"""Leaving out frames: never faster than asked, never emptier than needed, times untouched."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from formcheck.batch.thinning import Thinned
from formcheck.pose.estimate import VideoSource
from formcheck.video.types import Frame, VideoInfo

PIXEL = np.zeros((1, 1, 3), np.uint8)


class Film:
    """A video of given times."""

    expected_frames = None

    def __init__(self, times_s) -> None:
        self._times_s = times_s
        self.info = VideoInfo("film", 1, 1)

    def __iter__(self):
        return (Frame(i, float(t), PIXEL) for i, t in enumerate(self._times_s))


def kept(times_s, max_fps: float) -> list[float]:
    thinned = Thinned(Film(times_s), max_fps)
    assert isinstance(thinned, VideoSource) and thinned.info.name == "film"
    return [frame.time_s for frame in thinned]


def test_of_a_fast_recording_every_second_or_eighth_frame_stays() -> None:
    for fps, every in ((60, 2), (120, 4), (240, 8)):
        times_s = np.arange(5 * fps) / fps
        assert kept(times_s, 30) == list(times_s[::every])


def test_a_recording_that_is_not_faster_is_left_alone() -> None:
    jitter = np.random.default_rng(1).uniform(-1e-3, 1e-3, 200)
    times_s = np.arange(200) / 30 + jitter
    assert kept(times_s, 30) == list(times_s)


@given(st.lists(st.floats(1e-3, 0.2), min_size=1, max_size=80), st.sampled_from((10.0, 25.0, 30.0)))
def test_no_more_frames_than_asked_and_no_longer_gaps_than_the_video_forces(steps, max_fps) -> None:
    times_s = np.concatenate([[0.0], np.cumsum(steps)])
    left = kept(times_s, max_fps)
    assert set(left) <= set(times_s) and left[0] == 0.0
    assert len(left) <= (times_s[-1] + max(steps) / 2) * max_fps + 1 + 1e-9
    assert np.all(np.diff(left) <= 1.5 / max_fps + max(steps) + 1e-9)
