"""Leaving out frames of clips that were filmed faster than their movement needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from formcheck.pose.estimate import VideoSource
from formcheck.video.types import Frame, VideoInfo

_JITTER: Final = 0.2
"""Share of a step by which a frame may come early: recorders are not exact, and 33 is as good as 30."""


class Thinned:
    """The frames of a video at no more than ``max_fps``, each with its own time.

    Parameters
    ----------
    video : VideoSource
        Read once, here.
    max_fps : float
        Frames per second at most; the kept ones are as evenly spaced as the video allows.
    """

    def __init__(self, video: VideoSource, max_fps: float) -> None:
        self._video = video
        self._step_s = 1.0 / max_fps

    @property
    def info(self) -> VideoInfo:
        """What is known of the file itself."""
        return self._video.info

    @property
    def expected_frames(self) -> int | None:
        """Not known before the times are."""
        return None

    def __iter__(self) -> Iterator[Frame]:
        due_s = 0.0
        for frame in self._video:
            if frame.time_s >= due_s - _JITTER * self._step_s:
                # From the frame's own time on, so that a slower recording is never bunched up.
                due_s = frame.time_s + self._step_s
                yield frame
