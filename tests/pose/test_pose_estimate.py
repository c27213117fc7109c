"""From frames to a pose sequence: the overlap changes nothing, and nothing is lost or left running."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from poses import BrightnessEstimator, frames

from formcheck.errors import FormcheckError, InvalidDataError, UnreadableVideoError
from formcheck.pose import estimate_pose
from formcheck.pose.estimate import mean_luma
from formcheck.video.types import Frame, VideoInfo


@dataclass
class Source:
    """A video of which the header promises too much and the pictures were scaled down."""

    pictures: list[Frame]
    expected_frames: int | None = 50
    info: VideoInfo = field(default_factory=lambda: VideoInfo("clip.mp4", 1280, 960, 40, 1.3, 30.0))

    def __iter__(self) -> Iterator[Frame]:
        return iter(self.pictures)


def test_overlapped_estimation_gives_what_a_plain_loop_gives() -> None:
    pictures = frames(40)
    plain = BrightnessEstimator()
    expected = [plain.estimate(frame.rgb, frame.time_s) for frame in pictures]
    pose = estimate_pose(Source(pictures), estimator=BrightnessEstimator())
    assert len(pose) == 40
    for i, person in enumerate(expected):
        if person is None:
            assert not pose.detected[i]
            assert np.isnan(pose.visibility[i]).all()
        else:
            np.testing.assert_allclose(pose.image_px[i], person.image * [1280, 960], rtol=1e-6)
            np.testing.assert_array_equal(pose.world_m[i], person.world_m)
    np.testing.assert_allclose(pose.times_s, [frame.time_s for frame in pictures])
    np.testing.assert_allclose(pose.luma, np.arange(40), atol=1e-3)


def test_edges_are_looked_at_twice_a_second_and_told_in_pixels_of_the_original() -> None:
    class Nobody(BrightnessEstimator):
        def estimate(self, *_: object) -> None:
            return None

    rng = np.random.default_rng(0)
    things = np.kron(rng.integers(0, 255, (12, 16)), np.ones((20, 20))).astype(np.uint8)
    pictures = [Frame(i, i / 30, np.repeat(things[..., None], 3, axis=2)) for i in range(40)]
    edges = estimate_pose(Source(pictures), estimator=Nobody()).edge_px
    looked = np.flatnonzero(np.isfinite(edges))
    assert looked.tolist() == [0, 15, 30]
    alone = estimate_pose(iter(pictures), estimator=Nobody()).edge_px
    np.testing.assert_allclose(edges[looked], 1280 / 320 * alone[looked], rtol=1e-5)


def test_provenance_and_video_are_kept() -> None:
    source = Source(frames(12))
    pose = estimate_pose(source, estimator=BrightnessEstimator())
    assert (pose.model, pose.model_sha256, pose.video) == ("brightness", "0" * 64, source.info)


def test_frames_without_a_file_describe_themselves() -> None:
    info = estimate_pose(frames(30, fps=25, size=(48, 64)), estimator=BrightnessEstimator()).video
    assert (info.width, info.height, info.frames) == (64, 48, 30)
    assert info.duration_s == pytest.approx(30 / 25)
    assert info.mean_fps == pytest.approx(25)


def test_one_frame_is_enough_and_none_is_refused() -> None:
    assert len(estimate_pose(frames(1), estimator=BrightnessEstimator())) == 1
    with pytest.raises(InvalidDataError, match="at least one frame"):
        estimate_pose([], estimator=BrightnessEstimator())


@pytest.mark.parametrize("expected", [20, 40, 80])
def test_progress_never_falls_and_never_passes_the_end(expected: int) -> None:
    shares: list[float] = []
    estimate_pose(Source(frames(40), expected), estimator=BrightnessEstimator(), progress=shares.append)
    assert len(shares) == 40
    assert shares == sorted(shares)
    assert shares[-1] == min(40 / expected, 1)


def test_without_a_promised_length_there_is_no_progress() -> None:
    shares: list[float] = []
    estimate_pose(Source(frames(5), None), estimator=BrightnessEstimator(), progress=shares.append)
    assert shares == []


def test_an_error_of_the_decoder_reaches_the_caller() -> None:
    def broken() -> Iterator[Frame]:
        yield from frames(7)
        raise UnreadableVideoError("This file is broken: record it again.")

    estimator = BrightnessEstimator()
    with pytest.raises(UnreadableVideoError, match="record it again"):
        estimate_pose(broken(), estimator=estimator)
    assert len(estimator.times_s) == 7
    assert estimator.left


def test_an_error_of_the_estimator_stops_the_decoder() -> None:
    class Failing(BrightnessEstimator):
        def estimate(self, *_: object) -> None:
            raise FormcheckError("no more")

    def endless() -> Iterator[Frame]:
        i = 0
        while True:
            yield Frame(i, i / 30, np.zeros((4, 4, 3), np.uint8))
            i += 1

    with pytest.raises(FormcheckError, match="no more"):
        estimate_pose(endless(), estimator=Failing())
    assert all(thread.name != "formcheck-prefetch" for thread in threading.enumerate())


def test_pictures_are_not_kept() -> None:
    made: list[weakref.ref[np.ndarray]] = []
    kept: list[int] = []

    def source() -> Iterator[Frame]:
        for i in range(100):
            picture = np.zeros((8, 8, 3), np.uint8)
            made.append(weakref.ref(picture))
            kept.append(sum(reference() is not None for reference in made))
            yield Frame(i, i / 30, picture)

    assert len(estimate_pose(source(), estimator=BrightnessEstimator())) == 100
    assert max(kept) < 12


def test_luma_weighs_the_colours_as_the_eye_does() -> None:
    picture = np.zeros((100, 70, 3), np.uint8)
    picture[..., 1] = 255
    assert mean_luma(picture) == pytest.approx(0.587 * 255, rel=1e-3)
    half = np.zeros((400, 400, 3), np.uint8)
    half[:200] = 255
    assert mean_luma(half) == pytest.approx(127.5, rel=0.02)
