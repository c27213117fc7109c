"""What the measures of a bout share: body lengths, camera plane, baseline, and the frames of each phase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises import depth_signal, leg_length_m
from formcheck.exercises.types import Bout, Repetition
from formcheck.motion.geometry import usual_direction
from formcheck.motion.types import AngleSet, Motion
from formcheck.names import Side, landmark, other
from formcheck.scoring.baseline import Baseline, find_baseline
from formcheck.scoring.thresholds import ExerciseRules, Thresholds
from formcheck.validation import BoolArray

Array = NDArray[np.floating[Any]]
Plane = Literal["frontal", "sagittal", "oblique"]

EVENT_SHARE: Final = 0.1
"""Half width of the event window, as a share of the repetition's duration (evidence A.0)."""
FOOT_OFF: Final = 0.02
"""A foot has left its support when its ankle has risen by this share of the leg length (evidence A.3)."""
FOOT_ON_BOX: Final = 0.04
"""The free foot counts as beside the working one when their ankles' heights differ by less, same unit."""
STEEPEST_THIGH_DEG: Final = 45.0
"""Beyond this the thigh points too much at the camera for an angle in the frontal plane (evidence A.2)."""
BORDER_SHARE: Final = 0.01
"""A landmark this close to the border of the picture, or beyond it, counts as cropped."""


@dataclass(frozen=True)
class BoutContext:
    """A bout with what its measures share.

    Attributes
    ----------
    motion, bout, rules, limits
        What is scored, by which rules.
    side : str
        The side taken as stance side.
    depth : ndarray, shape (frame,)
        The exercise's depth signal: 0 at the start posture, growing towards the turn.
    baseline : Baseline
        Quiet standing, or what stands in for it.
    plane : str
        ``frontal``, ``sagittal`` or ``oblique``: how the camera looks at the person in this bout.
    leg_m : float
        Leg length; NaN without joints.
    age_years : float or None
        For norms by age.
    """

    motion: Motion
    bout: Bout
    rules: ExerciseRules
    limits: Thresholds
    side: Side
    depth: Array
    baseline: Baseline
    plane: Plane
    leg_m: float
    age_years: float | None = None

    @property
    def angles(self) -> AngleSet:
        """The angle series with the stance side of the bout."""
        return self.motion.of(self.side)

    def joint(self, name: str, *, free: bool = False) -> Array:
        """Return the path of a joint of the stance (or free) side, shape (frame, xyz)."""
        path: Array = self.motion.joints_m[:, landmark(other(self.side) if free else self.side, name)]
        return path

    @property
    def pelvis(self) -> Array:
        """The hip midpoint, shape (frame, xyz)."""
        middle: Array = (self.joint("hip") + self.joint("hip", free=True)) / 2
        return middle

    def why_missing(self, frames: BoolArray) -> str:
        """Return ``cropped`` if hips or stance leg are mostly out of the picture, else ``occluded``."""
        needed = [landmark(self.side, name) for name in ("shoulder", "hip", "knee", "ankle")]
        outside = outside_picture(self.motion)[frames][:, needed].any(axis=1)
        return "cropped" if outside.mean() > 0.5 else "occluded"


@dataclass(frozen=True)
class RepContext:
    """One repetition of a bout, with the frames of its phases, each a mask of shape (frame,)."""

    of: BoutContext
    repetition: Repetition

    @property
    def frames(self) -> BoolArray:
        """All frames of the repetition."""
        return _at_least_one(self.of.motion, self.repetition.start_s, self.repetition.end_s)

    def around(self, time_s: float) -> BoolArray:
        """Frames within ±10 % of the repetition's duration of ``time_s``."""
        half = EVENT_SHARE * (self.repetition.end_s - self.repetition.start_s)
        return _at_least_one(self.of.motion, time_s - half, time_s + half)

    @property
    def turn(self) -> BoolArray:
        """The window around the turn."""
        return self.around(self.repetition.turn_s)

    @property
    def start(self) -> BoolArray:
        """The first tenth of the repetition."""
        return self.around(self.repetition.start_s) & self.frames

    @property
    def events(self) -> tuple[BoolArray, ...]:
        """The windows that faults are looked for in, by the exercise's rules; the worst of them counts."""
        if self.of.rules.event == "hold":
            return (self.frames,)
        if self.of.rules.event == "climb_and_turn":
            climbing = self.single_support & (self.thigh_elevation_deg <= STEEPEST_THIGH_DEG)
            return (climbing, self.turn) if climbing.any() else (self.turn,)
        return (self.turn,)

    @property
    def single_support(self) -> BoolArray:
        """Frames with the free foot off the floor and not yet on the box beside the working foot."""
        free, stance = self.of.joint("ankle", free=True)[:, 1], self.of.joint("ankle")[:, 1]
        inside = self.frames
        if not np.isfinite(free[inside]).any():
            return np.zeros_like(inside)
        floor = np.nanmin(free[inside])
        off = free - floor > FOOT_OFF * self.of.leg_m
        beside = np.abs(free - stance) < FOOT_ON_BOX * self.of.leg_m
        alone: BoolArray = inside & off & ~beside
        return alone

    @property
    def thigh_elevation_deg(self) -> Array:
        """Angle of the stance thigh from the vertical, shape (frame,)."""
        thigh = self.of.joint("hip") - self.of.joint("knee")
        with np.errstate(invalid="ignore", divide="ignore"):
            elevation: Array = np.degrees(np.arccos(thigh[:, 1] / np.linalg.norm(thigh, axis=1)))
        return elevation

    def deepest_below(self, trunk_deg: float, span_deg: float = 10.0) -> BoolArray:
        """Frames of the most inclined stretch of ``span_deg`` with the trunk at no more than ``trunk_deg``.

        A repetition that goes deeper passes it twice, on the way down and up; one that turns before
        gives the frames around its turn. None if the trunk was never measured below.
        """
        trunk = self.of.angles.of("trunk_inclination_deg")
        with np.errstate(invalid="ignore"):
            below: BoolArray = self.frames & (trunk <= trunk_deg)
            if not below.any():
                return below
            deepest: BoolArray = below & (trunk >= trunk[below].max() - span_deg)
        return deepest


def outside_picture(motion: Motion) -> BoolArray:
    """Return which landmarks lie outside the picture or within 1 % of its border, shape (frame, landmark)."""
    size = np.array([motion.pose.video.width, motion.pose.video.height], dtype=float)
    with np.errstate(invalid="ignore"):
        share = motion.pose.image_px / size
        outside: BoolArray = np.any((share < BORDER_SHARE) | (share > 1 - BORDER_SHARE), axis=2)
    return outside


def camera_plane(azimuth_deg: Array, limits: Thresholds) -> Plane:
    """Return how the camera looks at the person, from the azimuths of the frames of a bout."""
    usual = usual_direction(azimuth_deg)
    from_axis = min(abs(usual), 180 - abs(usual))  # 0 in front or behind, 90 at the side
    if from_axis <= limits.views.frontal_within_deg:
        return "frontal"
    return "sagittal" if from_axis >= 90 - limits.views.side_within_deg else "oblique"


def bout_context(
    bout: Bout, motion: Motion, limits: Thresholds, age_years: float | None = None
) -> BoutContext:
    """Gather what the measures of ``bout`` share."""
    side = bout.measured_side
    rules = limits.exercises[bout.exercise]
    depth = depth_signal(motion, bout.exercise, side)
    leg_m = leg_length_m(motion)
    return BoutContext(
        motion=motion,
        bout=bout,
        rules=rules,
        limits=limits,
        side=side,
        depth=np.asarray(depth, dtype=float),
        baseline=find_baseline(motion, bout, depth, leg_m, limits.uncertainty.standing_prior_sd_deg),
        plane=camera_plane(motion.azimuth_deg[bout_frames(bout, motion)], limits),
        leg_m=leg_m,
        age_years=age_years,
    )


def bout_frames(bout: Bout, motion: Motion) -> BoolArray:
    """Return the frames of the bout's repetitions: the other leg's lie between where legs work in turn."""
    frames: BoolArray = np.zeros(len(motion), dtype=bool)
    for repetition in bout.repetitions:
        frames |= motion.within(repetition.start_s, repetition.end_s)
    return frames if frames.any() else motion.within(bout.start_s, bout.end_s)


def hidden_measures(plane: Plane, rules: ExerciseRules, limits: Thresholds) -> frozenset[str]:
    """Return the measures that a camera in that plane can't show."""
    if plane == "frontal":
        return frozenset(limits.views.hidden_from_front)
    if plane == "sagittal":
        return frozenset(limits.views.hidden_from_side) - frozenset(rules.also_shown_from_side)
    return frozenset()


def _at_least_one(motion: Motion, start_s: float, end_s: float) -> BoolArray:
    """Return the frames in the interval, or the one nearest to its middle if it holds none."""
    inside = motion.within(start_s, end_s)
    if not inside.any() and len(motion):
        inside = inside.copy()
        inside[np.argmin(np.abs(motion.times_s - (start_s + end_s) / 2))] = True
    return inside
