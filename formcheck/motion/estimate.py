"""`measure_motion`: the one door into stage 3, and the one place where a motion estimator is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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
    """Whatever turns smoothed landmarks into motion: `by_learning`, or `by_geometry` to compare with."""

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
    return _measured(pose, _learned)


def by_geometry(pose: PoseSequence) -> Motion:
    """Estimate the motion by geometry alone; the deviations only cover the doubt about joints and gravity."""
    return _measured(pose, _geometric)


@dataclass(frozen=True)
class _Believed:
    """What an estimator makes of a `Fitted`: angles and their deviations by side, and the camera's place."""

    values: dict[Side, Array]
    sd: dict[Side, Array]
    azimuth: Array
    pitch_deg: float
    estimator: str


def _geometric(fitted: Fitted) -> _Believed:
    pitch_deg = fitted.camera.pitch_deg - fitted.tilt_deg
    return _Believed(fitted.values, fitted.propagated, fitted.azimuth, pitch_deg, "geometry")


def _learned(fitted: Fitted) -> _Believed:
    better = correct(fitted)
    sd = {}
    for side in SIDES:
        mine, others = better.values[side], better.values[other(side)]
        visibility = fitted.pose.visibility
        situation = circumstances(mine, others, better.azimuth, fitted.lying, visibility, side)
        usual = angle_sd(mine, fitted.propagated[side], better.sd[side], situation)
        sd[side] = np.hypot(usual, better.strange_sd[side])
    return _Believed(better.values, sd, better.azimuth, better.pitch_deg, name())


def _measured(pose: PoseSequence, believe: Callable[[Fitted], _Believed]) -> Motion:
    """Put what is believed of the frames with a person among all frames."""
    found = np.flatnonzero(pose.detected)
    if not found.size:
        return _blank(pose)
    fitted = Fitted.to(only(pose, found))
    said = believe(fitted)
    count = len(pose)

    def angle_set(side: Side) -> AngleSet:
        return AngleSet(side, _spread(said.values[side], found, count), _spread(said.sd[side], found, count))

    return replace(
        _blank(pose),
        left=angle_set("left"),
        right=angle_set("right"),
        joints_m=_spread(fitted.joints, found, count),
        azimuth_deg=_spread(said.azimuth, found, count),
        lying=np.isin(np.arange(count), found[fitted.lying]),
        view=view.summarise(said.azimuth, fitted.lying, said.pitch_deg),
        estimator=said.estimator,
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
        view=View("front", np.nan, np.nan, np.nan),
        pose=pose,
    )


def _spread(values: Array, frames: NDArray[np.intp], count: int) -> FloatArray:
    """Return the values of some frames among ``count`` frames, NaN elsewhere."""
    out = np.full((count, *values.shape[1:]), np.nan, np.float32)
    out[frames] = values
    return out
