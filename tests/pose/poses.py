"""Pose sequences and estimators made up for the tests of stage 2."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.names import LANDMARKS
from formcheck.pose import PersonPose, PoseSequence
from formcheck.video.types import Frame, VideoInfo

POINTS = len(LANDMARKS)


def sequence(
    times_s: NDArray[np.float64], signal: NDArray[np.float64], missing: Any = (), width: int = 640
) -> PoseSequence:
    """Return a person of whom every coordinate follows ``signal`` (frame,), times a factor of its own."""
    count = len(times_s)
    factors = np.linspace(0.5, 1.5, POINTS * 5).reshape(POINTS, 5)
    values = signal[:, None, None] * factors
    seen = np.full((count, POINTS), 0.9)
    values[list(missing)] = np.nan
    seen[list(missing)] = np.nan
    info = VideoInfo("made up.mp4", width, 480, count, float(times_s[-1] - times_s[0]), 30.0)
    return PoseSequence(times_s, values[..., :2], values[..., 2:], seen, seen, info)


def frames(count: int, fps: float = 30.0, size: tuple[int, int] = (48, 64)) -> list[Frame]:
    """Return grey pictures that grow brighter, so that each can be told from the others."""
    return [Frame(i, i / fps, np.full((*size, 3), i % 256, np.uint8)) for i in range(count)]


class BrightnessEstimator:
    """Puts every landmark where the picture's brightness says; sees nobody in every tenth picture."""

    name = "brightness"
    sha256 = "0" * 64

    def __init__(self) -> None:
        self.times_s: list[float] = []
        self.left = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.left = True

    def estimate(self, rgb: NDArray[np.uint8], time_s: float) -> PersonPose | None:
        """Return a pose that depends on the picture and on how many came before it."""
        self.times_s.append(time_s)
        if len(self.times_s) % 10 == 0:
            return None
        share = float(rgb[0, 0, 0]) / 255
        return PersonPose(
            np.full((POINTS, 2), share), np.full((POINTS, 3), -share), np.ones(POINTS), np.ones(POINTS)
        )
