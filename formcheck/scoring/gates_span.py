"""What the quality gates look at, and what they tell: a stretch of a clip, a finding, the limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from formcheck.exercises.bouts import better_seen_side
from formcheck.exercises.types import Bout
from formcheck.motion.types import Motion
from formcheck.names import Side, landmark
from formcheck.scoring.context import Plane, bout_frames, camera_plane, outside_picture
from formcheck.scoring.thresholds import Thresholds
from formcheck.scoring.types import ScoredBout
from formcheck.validation import BoolArray, FloatArray


class Limits(BaseModel):
    """The limits of ``quality.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person_share: float
    fps: float
    luma: float
    body_px: float
    body_hopeless_px: float
    hip_width_px: float
    cropped_share: float
    lost_share: float
    gap_s: float
    mean_visibility: float
    landmark_visibility: float
    visible_share: float
    foot_shift: float
    camera_shift: float
    edge_px: float
    edge_share: float
    edge_hopeless_share: float
    shank_width: float
    slow_motion_fps: float
    slow_motion_times: float
    oblique_times: float


@dataclass(frozen=True)
class Finding:
    """A problem and the numbers that its text needs."""

    code: str
    words: Mapping[str, Any]


@dataclass(frozen=True)
class Span:
    """The stretch of a clip that the gates look at: a bout, or the whole clip if nothing was recognised."""

    motion: Motion
    scored: ScoredBout | None
    thresholds: Thresholds
    limits: Limits

    @property
    def bout(self) -> Bout | None:
        """The bout."""
        return self.scored.bout if self.scored is not None else None

    @cached_property
    def frames(self) -> BoolArray:
        """The frames of the stretch: of a bout those of its repetitions."""
        if self.bout is None:
            return np.ones(len(self.motion), dtype=bool)
        return bout_frames(self.bout, self.motion)

    @cached_property
    def seen(self) -> BoolArray:
        """Those of them with a person."""
        found: BoolArray = self.frames & self.motion.pose.detected
        return found

    @property
    def plane(self) -> Plane:
        """How the camera looks at the person."""
        return camera_plane(self.motion.azimuth_deg[self.frames], self.thresholds)

    @property
    def side(self) -> Side:
        """The working side, or the better seen one."""
        if self.bout is not None:
            return self.bout.measured_side
        return better_seen_side(self.motion, self.motion.times_s[0], self.motion.times_s[-1])

    @cached_property
    def body_px(self) -> float:
        """How long the body is in the picture; NaN if nobody is seen."""
        return body_length_px(self.motion.pose.image_px[self.seen])

    def points(self, *names: str) -> list[int]:
        """Return the landmarks of those names on the working side."""
        return [landmark(self.side, name) for name in names]

    def share_outside(self, points: list[int]) -> float:
        """Return the share of the seen frames in which one of the landmarks is cut off."""
        if not self.seen.any():
            return 0.0
        return float(outside_picture(self.motion)[self.seen][:, points].any(axis=1).mean())


def body_length_px(image_px: FloatArray) -> float:
    """Return how long a body is in the picture, as its box's diagonal where it is stretched out.

    Parameters
    ----------
    image_px : ndarray, shape (frame, landmark, xy)
        Of frames in which the body is seen.

    Returns
    -------
    float
        NaN without a frame.
    """
    if not len(image_px):
        return float("nan")
    extent = np.nanmax(image_px, axis=1) - np.nanmin(image_px, axis=1)
    return float(np.nanpercentile(np.linalg.norm(extent, axis=1), 95))
