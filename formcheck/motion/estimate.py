"""`measure_motion`: the one door into stage 3, and the one place where a motion estimator is chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from formcheck.motion import view
from formcheck.motion.fitted import Fitted, only
from formcheck.motion.geometry import Array
from formcheck.motion.learned import correct, name
from formcheck.motion.types import AngleSet, Motion, View
from formcheck.motion.uncertainty import angle_sd, circumstances
from formcheck.names import ANGLES, SIDES, Side, other
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
        `by_learning` if not given.

    Returns
    -------
    Motion
        On the same frames; NaN where nobody was found.
    """
    return (estimator or by_learning)(smooth(pose))


def by_learning(pose: PoseSequence) -> Motion:
    """Estimate the motion by geometry, and correct it as was learned from people with known angles."""
    found = np.flatnonzero(pose.detected)
    if not found.size:
        return _blank(pose)
    fitted = Fitted.to(only(pose, found))
    better = correct(fitted)
    sd = {}
    for side in SIDES:
        mine, others = better.values[side], better.values[other(side)]
        visibility = fitted.pose.visibility
        situation = circumstances(mine, others, better.azimuth, fitted.lying, visibility, side)
        usual = angle_sd(mine, fitted.propagated[side], better.sd[side], situation)
        sd[side] = np.hypot(usual, better.strange_sd[side])
    label = view.summarise(better.azimuth, fitted.lying, better.pitch_deg)
    return _motion(pose, found, fitted, better.values, sd, better.azimuth, label, name())


def by_geometry(pose: PoseSequence) -> Motion:
    """Estimate the motion by geometry alone; the deviations only cover the doubt about joints and gravity."""
    found = np.flatnonzero(pose.detected)
    if not found.size:
        return _blank(pose)
    fitted = Fitted.to(only(pose, found))
    label = view.summarise(fitted.azimuth, fitted.lying, fitted.camera.pitch_deg)
    return _motion(pose, found, fitted, fitted.values, fitted.propagated, fitted.azimuth, label, "geometry")


def _motion(
    pose: PoseSequence,
    found: NDArray[np.intp],
    fitted: Fitted,
    values: dict[Side, Array],
    sd: dict[Side, Array],
    azimuth: Array,
    seen_from: View,
    estimator: str,
) -> Motion:
    """Put what is known of the frames with a person among all frames."""

    def angle_set(side: Side) -> AngleSet:
        count = len(pose)
        return AngleSet(side, _spread(values[side], found, count), _spread(sd[side], found, count))

    return replace(
        _blank(pose),
        left=angle_set("left"),
        right=angle_set("right"),
        joints_m=_spread(fitted.joints, found, len(pose)),
        azimuth_deg=_spread(azimuth, found, len(pose)),
        lying=np.isin(np.arange(len(pose)), found[fitted.lying]),
        view=seen_from,
        estimator=estimator,
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
