"""What stage 3 gives: named angle series with their standard deviation, and where the camera stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from formcheck import validation
from formcheck.names import ANGLES, LANDMARKS, SIDES, Side
from formcheck.pose.sequence import PoseSequence
from formcheck.validation import BoolArray, FloatArray

ViewLabel = Literal["front", "front_oblique", "side", "rear_oblique", "rear", "foot_end", "head_end"]
VIEW_LABELS: Final[tuple[ViewLabel, ...]] = (
    "front",
    "front_oblique",
    "side",
    "rear_oblique",
    "rear",
    "foot_end",
    "head_end",
)


@dataclass(frozen=True)
class View:
    """Where the camera stands around the person.

    Attributes
    ----------
    label : str
        One of `VIEW_LABELS`.
    azimuth_deg : float
        0 in front, +90 at the person's left, ±180 behind, −90 at the person's right. For a lying
        person "in front" is the foot end.
    azimuth_sd_deg : float
        Its standard deviation.
    pitch_deg : float
        Negative when the camera looks down.
    """

    label: ViewLabel
    azimuth_deg: float
    azimuth_sd_deg: float
    pitch_deg: float

    def __post_init__(self) -> None:
        validation.one_of("label", self.label, VIEW_LABELS)


@dataclass(frozen=True)
class AngleSet:
    """The angle series of one side.

    Attributes
    ----------
    side : str
        The side taken as stance side: it fixes every sign.
    value, sd : ndarray, shape (frame, angle)
        In the order of `formcheck.names.ANGLES`; degrees, except ``kmd_foot_pct`` (% of shank length).
        NaN where not measurable.
    """

    side: Side
    value: FloatArray
    sd: FloatArray

    def __post_init__(self) -> None:
        validation.one_of("side", self.side, SIDES)
        for name in ("value", "sd"):
            checked = validation.float_array(name, getattr(self, name), ("frame", len(ANGLES)))
            object.__setattr__(self, name, checked)

    def of(self, angle: str) -> FloatArray:
        """Return the series of ``angle``, shape (frame,)."""
        series: FloatArray = self.value[:, ANGLES.index(angle)]
        return series

    def sd_of(self, angle: str) -> FloatArray:
        """Return the standard deviation of ``angle``, shape (frame,)."""
        series: FloatArray = self.sd[:, ANGLES.index(angle)]
        return series


@dataclass(frozen=True)
class Motion:
    """How the person moved.

    Attributes
    ----------
    times_s : ndarray, shape (frame,)
        The video's own frame times.
    left, right : AngleSet
        The angles with that side taken as stance side.
    joints_m : ndarray, shape (frame, landmark, xyz)
        Best 3D estimate, metres, gravity-aligned and fixed in the room: x to the viewer's right, y up
        (0 at the floor), z towards the camera. Also tells travel, not only shape.
    azimuth_deg : ndarray, shape (frame,)
        Where the camera stands around the person at each frame (see `View`).
    lying : ndarray of bool, shape (frame,)
        Whether the person lies (supine) rather than stands or kneels.
    view : View
        The view over the clip.
    pose : PoseSequence
        The smoothed landmarks that all this was measured from, on the same frames.
    estimator : str
        Which motion estimator (``geometry``, or which network corrects it).
    """

    times_s: NDArray[np.float64]
    left: AngleSet
    right: AngleSet
    joints_m: FloatArray
    azimuth_deg: FloatArray
    lying: BoolArray
    view: View
    pose: PoseSequence
    estimator: str = "geometry"

    def __post_init__(self) -> None:
        count = len(self.times_s)
        set_ = object.__setattr__
        set_(self, "times_s", validation.times("times_s", self.times_s))
        set_(self, "joints_m", validation.float_array("joints_m", self.joints_m, (count, len(LANDMARKS), 3)))
        set_(self, "azimuth_deg", validation.float_array("azimuth_deg", self.azimuth_deg, (count,)))
        set_(self, "lying", validation.bool_array("lying", self.lying, (count,)))

    def __len__(self) -> int:
        return len(self.times_s)

    def of(self, side: Side) -> AngleSet:
        """Return the angles with ``side`` as the stance side."""
        return self.left if side == "left" else self.right

    def within(self, start_s: float, end_s: float) -> BoolArray:
        """Return which frames lie in the closed interval, shape (frame,)."""
        inside: BoolArray = (self.times_s >= start_s) & (self.times_s <= end_s)
        return inside
