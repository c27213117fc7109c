"""From a video to a `PoseSequence`: decoding and inference overlapped, landmarks kept, pictures dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from formcheck.errors import InvalidDataError
from formcheck.names import LANDMARKS
from formcheck.pose.clothing import shank_width
from formcheck.pose.estimator import PersonPose, PoseEstimator
from formcheck.pose.mediapipe_estimator import MediaPipeEstimator
from formcheck.pose.models import pose_model
from formcheck.pose.prefetch import prefetched
from formcheck.pose.sequence import PoseSequence
from formcheck.pose.sharpness import edge_width
from formcheck.pose.steadiness import CameraWatch, small_grey
from formcheck.pose.subject import Point, SubjectEstimator
from formcheck.validation import FloatArray
from formcheck.video.types import Frame, VideoInfo

POSE_MAX_SIDE_PX: Final = 1280
"""Longer side of the pictures that pose needs: the network sees 256 × 256 pixels of the person."""

LOOK_MAX_SIDE_PX: Final = 640
"""Longer side of the pictures that tell who of several people exercises."""

_LUMA_SAMPLES: Final = 64  # points along the shorter side: they tell the mean brightness well enough
_LUMA_WEIGHTS: Final = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601
CAMERA_EVERY_S: Final = 0.19
"""How often it is looked whether the camera has moved: five times a second, at any frame rate."""
PERSON_EVERY_S: Final = 0.49
"""How often it is looked how sharp the person is, and how loose the clothes: twice a second."""


@runtime_checkable
class VideoSource(Protocol):
    """Frames that know the file they come from, as `formcheck.video.read_video` gives them."""

    @property
    def info(self) -> VideoInfo:
        """What is known of the file; complete once all frames have been read."""

    @property
    def expected_frames(self) -> int | None:
        """How many frames the file's header promises, for progress only."""

    def __iter__(self) -> Iterator[Frame]: ...


@runtime_checkable
class Rereadable(VideoSource, Protocol):
    """A video that can be opened once more."""

    def again(self, max_side_px: int) -> AbstractContextManager[Iterable[Frame]]:
        """Return the same frames once more, scaled down to a longer side of at most so many pixels."""


def estimate_pose(
    video: Iterable[Frame],
    *,
    model: str = "full",
    estimator: PoseEstimator | None = None,
    subject: Point | None = None,
    progress: Callable[[float], None] | None = None,
) -> PoseSequence:
    """Find the person's landmarks in each frame.

    Parameters
    ----------
    video : VideoReader or iterable of Frame
        Upright frames in time order. They may be smaller than the original (`POSE_MAX_SIDE_PX` is enough).
    model : str
        ``lite``, ``full`` or ``heavy``; not looked at if ``estimator`` is given.
    estimator : PoseEstimator, optional
        Another source of landmarks; it is entered and left here.
    subject : (x, y), optional
        Whom to follow of several people: where that person is when first seen, in shares of the picture's
        width and height; by default the one who exercises, if that is clear and the video can be read
        twice, else the largest and most central one. Unused if ``estimator`` is given.
    progress : callable, optional
        Called with the share done, 0…1 and never falling, where the length of the video is known.

    Returns
    -------
    PoseSequence
        In pixels of the upright original. Frames without a person are NaN, even if that is all of them.

    Raises
    ------
    ModelFileError, PoseRuntimeError
        If the model cannot be used (see `MediaPipeEstimator`).
    InvalidDataError
        If there is no frame.
    FormcheckError
        Whatever the video raises while it is read.
    """
    if estimator is None:
        estimator = SubjectEstimator(MediaPipeEstimator(pose_model(model)), subject)
    else:
        subject = None
    tracks = _Tracks()
    report = _reporter(video, progress)
    with estimator, prefetched(_looked_at(video)) as frames:
        follower = estimator if isinstance(estimator, SubjectEstimator) else None
        if follower is not None and isinstance(video, Rereadable):
            follower.look_ahead(partial(video.again, LOOK_MAX_SIDE_PX))
        for frame, look in frames:
            pose = estimator.estimate(frame.rgb, frame.time_s)
            if follower is not None and follower.anew:
                tracks.forget()
            tracks.add(frame, look, pose)
            report(len(tracks.times_s))
    info = video.info if isinstance(video, VideoSource) else tracks.info()
    return replace(tracks.sequence(info, estimator), subject=subject)


@dataclass(frozen=True)
class _Look:
    """What a picture shows without regard to anybody in it; now and then a small copy of it."""

    luma: float
    small: FloatArray | None


def _looked_at(video: Iterable[Frame]) -> Iterator[tuple[Frame, _Look]]:
    last_s = -np.inf
    for frame in video:
        due = frame.time_s - last_s >= CAMERA_EVERY_S
        last_s = frame.time_s if due else last_s
        yield frame, _Look(mean_luma(frame.rgb), small_grey(frame.rgb) if due else None)


def mean_luma(rgb: NDArray[np.uint8]) -> float:
    """Return the mean brightness of a picture, 0…255, from a sample of its pixels.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, rgb)
    """
    step = max(min(rgb.shape[:2]) // _LUMA_SAMPLES, 1)
    sample = rgb[::step, ::step]
    # Channel by channel: one sum over both strided axes at once takes eight times as long.
    means = [sample[..., i].sum(dtype=np.uint32) / sample[..., i].size for i in range(3)]
    return float(np.array(means, dtype=np.float32) @ _LUMA_WEIGHTS)


def _reporter(video: Iterable[Frame], progress: Callable[[float], None] | None) -> Callable[[int], None]:
    expected = video.expected_frames if isinstance(video, VideoSource) else None

    def report(done: int) -> None:
        if progress is not None and expected:
            progress(min(done / expected, 1.0))  # a header may promise too few

    return report


class PersonWatch:
    """Looks now and then how sharp the person is and how loose the clothes are (`PERSON_EVERY_S`)."""

    def __init__(self) -> None:
        self._looked_s = -np.inf

    def look(self, rgb: NDArray[np.uint8], time_s: float, person: PersonPose | None) -> tuple[float, float]:
        """Return ``edge_px`` and ``shank_width`` as in `PoseSequence`; NaN where it isn't looked."""
        if time_s - self._looked_s < PERSON_EVERY_S:
            return np.nan, np.nan
        self._looked_s = time_s
        if person is None:
            return edge_width(rgb, None), np.nan
        return edge_width(rgb, person.image), shank_width(rgb, person.image, person.visibility)


@dataclass
class _Tracks:
    """The landmarks found so far."""

    times_s: list[float] = field(default_factory=list)
    points: list[FloatArray] = field(default_factory=list)
    luma: list[float] = field(default_factory=list)
    camera: list[FloatArray] = field(default_factory=list)
    size: tuple[int, int] = (0, 0)
    watch: CameraWatch = field(default_factory=CameraWatch)
    looks: PersonWatch = field(default_factory=PersonWatch)
    edges: list[float] = field(default_factory=list)
    shanks: list[float] = field(default_factory=list)

    def add(self, frame: Frame, look: _Look, pose: PersonPose | None) -> None:
        if not self.times_s:
            self.size = (frame.rgb.shape[1], frame.rgb.shape[0])
        self.times_s.append(frame.time_s)
        self.luma.append(look.luma)
        points = None if pose is None else pose.image
        self.camera.append(_NOT_LOOKED if look.small is None else self.watch.look(look.small, points))
        edge_px, shank = self.looks.look(frame.rgb, frame.time_s, pose)
        self.edges.append(edge_px)
        self.shanks.append(shank)
        self.points.append(_NOBODY if pose is None else _row(pose))

    def forget(self) -> None:
        """Take back all poses: they were somebody else's."""
        self.points = [_NOBODY] * len(self.points)

    def info(self) -> VideoInfo:
        """Describe frames that came without a file."""
        count = len(self.times_s)
        if not count:
            raise InvalidDataError("video: expected at least one frame, came none.")
        step_s = float(np.median(np.diff(self.times_s))) if count > 1 else 0.0
        duration_s = self.times_s[-1] - self.times_s[0] + step_s
        fps = count / duration_s if duration_s else 0.0
        return VideoInfo("frames", *self.size, frames=count, duration_s=duration_s, mean_fps=fps)

    def sequence(self, info: VideoInfo, estimator: PoseEstimator) -> PoseSequence:
        if not self.points:
            raise InvalidDataError("video: expected at least one frame, came none.")
        table = np.stack(self.points)
        self.points.clear()  # the table is as large, and an hour of video has 100,000 frames
        return PoseSequence(
            times_s=np.array(self.times_s),
            image_px=table[..., 0:2] * np.array([info.width, info.height], dtype=np.float32),
            world_m=table[..., 2:5],
            visibility=table[..., 5],
            presence=table[..., 6],
            video=info,
            model=estimator.name,
            model_sha256=estimator.sha256,
            luma=np.array(self.luma, dtype=np.float32),
            camera_shift=np.array(self.camera, dtype=np.float32),
            edge_px=np.array(self.edges, dtype=np.float32) * np.float32(info.width / self.size[0]),
            shank_width=np.array(self.shanks, dtype=np.float32),
        )


_NOBODY: Final = np.full((len(LANDMARKS), 7), np.nan, dtype=np.float32)
_NOT_LOOKED: Final = np.full(2, np.nan, dtype=np.float32)


def _row(pose: PersonPose) -> FloatArray:
    row: FloatArray = np.concatenate(
        [pose.image, pose.world_m, pose.visibility[:, None], pose.presence[:, None]], axis=1
    )
    return row
