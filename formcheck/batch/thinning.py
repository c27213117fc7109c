"""Leaving out frames of clips that were filmed faster than their movement needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager

from formcheck.pose.estimate import Rereadable
from formcheck.video.types import Frame, VideoInfo


class Thinned:
    """The frames of a video at no more than ``max_fps``, each with its own time.

    Parameters
    ----------
    video : Rereadable
        Read once, here.
    max_fps : float
        Frames per second at most; the kept ones are as evenly spaced as the video allows.
    """

    def __init__(self, video: Rereadable, max_fps: float) -> None:
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

    def again(self, max_side_px: int) -> AbstractContextManager[Iterable[Frame]]:
        """Open the video itself once more, with all of its frames."""
        return self._video.again(max_side_px)

    def __iter__(self) -> Iterator[Frame]:
        due_s = before_s = 0.0
        for frame in self._video:
            # The frame next to when one is due: recorders' clocks are not exact.
            if frame.time_s >= due_s - (frame.time_s - before_s) / 2:
                late = frame.time_s > due_s + self._step_s / 2
                due_s = (frame.time_s if late else due_s) + self._step_s
                yield frame
            before_s = frame.time_s
