"""`measure_motion`: the one door into stage 3, and the one place where a motion estimator is chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from formcheck.motion import view
from formcheck.motion.fitted import Fitted, only
from formcheck.motion.geometry import Array
from formcheck.motion.types import AngleSet, Motion, View
from formcheck.motion.uncertainty import angle_sd, circumstances
from formcheck.names import ANGLES, Side, other
from formcheck.pose.sequence import PoseSequence
from formcheck.pose.smoothing import smooth
from formcheck.validation import FloatArray


class MotionEstimator(Protocol):
    """Whatever turns smoothed landmarks into motion: geometry now, a learned network later."""

    def __call__(self, pose: PoseSequence) -> Motion:
        """Return the motion on the same frames."""
        ...


def measure_motion(pose: PoseSequence, *, estimator: MotionEstimator | None = None) -> Motion:
    """Return how the person moved: every angle with its standard deviation, and the camera's place.

    Parameters
    ----------
    pose : PoseSequence
        Raw landmarks of one person; frames without a person may lie between.
    estimator : MotionEstimator, optional
        `by_geometry` if not given.

    Returns
    -------
    Motion
        On the same frames; NaN where nobody was found.
    """
    return (estimator or by_geometry)(smooth(pose))


def by_geometry(pose: PoseSequence) -> Motion:
    """Estimate the motion by geometry alone."""
    found = np.flatnonzero(pose.detected)
    blank = _blank(pose)
    if not found.size:
        return blank
    fitted = Fitted.to(only(pose, found))

    def angle_set(side: Side) -> AngleSet:
        value = fitted.values[side]
        situation = circumstances(
            value, fitted.values[other(side)], fitted.azimuth, fitted.lying, fitted.pose.visibility, side
        )
        sd = angle_sd(value, fitted.propagated[side], situation)
        return AngleSet(side, _spread(value, found, len(pose)), _spread(sd, found, len(pose)))

    return replace(
        blank,
        left=angle_set("left"),
        right=angle_set("right"),
        joints_m=_spread(fitted.joints, found, len(pose)),
        azimuth_deg=_spread(fitted.azimuth, found, len(pose)),
        lying=np.isin(np.arange(len(pose)), found[fitted.lying]),
        view=view.summarise(fitted.azimuth, fitted.lying, fitted.camera),
    )


def _blank(pose: PoseSequence) -> Motion:
    """Return the motion of a clip without a person."""
    count = len(pose)
    nothing = np.full((count, len(ANGLES)), np.nan, np.float32)
    return Motion(
        times_s=pose.times_s,
        left=AngleSet("left", nothing, nothing),
        right=AngleSet("right", nothing, nothing),
        joints_m=np.full(pose.world_m.shape, np.nan, np.float32),
        azimuth_deg=np.full(count, np.nan, np.float32),
        lying=np.zeros(count, dtype=bool),
        view=View("front", 0.0, 180.0, 0.0),
        pose=pose,
    )


def _spread(values: Array, frames: NDArray[np.intp], count: int) -> FloatArray:
    """Return the values of some frames among ``count`` frames, NaN elsewhere."""
    out = np.full((count, *values.shape[1:]), np.nan, np.float32)
    out[frames] = values
    return out
