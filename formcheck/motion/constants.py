"""The numbers of stage 3 that are measured or assumed, read from ``constants.toml`` and checked."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, NonNegativeFloat, PositiveFloat, model_validator

from formcheck.names import ANGLES


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Proportions(_Strict):
    """Widths of people in shares of trunk + thigh + shank, and how far each source is trusted."""

    shoulder_line: PositiveFloat
    hip_line: PositiveFloat
    people_share: PositiveFloat
    network_share: PositiveFloat
    hidden_share: PositiveFloat

    def of_stature(self) -> dict[str, float]:
        """Return the usual length of each line across the body."""
        return {"shoulder_line": self.shoulder_line, "hip_line": self.hip_line}


class Standing(_Strict):
    """How people stand, and how the network sees them stand."""

    lean_deg: float
    seeming_lean_deg: float
    usual_pitch_deg: float
    pitch_trust: PositiveFloat
    pitch_sd_deg: PositiveFloat
    roll_sd_deg: PositiveFloat


class Usual(_Strict):
    """An angle in quiet standing: its mean, how people differ, and how wrong the fit is there."""

    mean: float
    people: PositiveFloat
    fit: PositiveFloat

    @property
    def trust(self) -> float:
        """Share of a standing offset that is the fit's error rather than the person's build."""
        return self.fit**2 / (self.fit**2 + self.people**2)


class LyingView(_Strict):
    """How people place the camera at the foot end of somebody who lies."""

    usual_pitch_deg: float
    pitch_sd_deg: PositiveFloat


class FitErrors(_Strict):
    """Standard deviations of what the fit in `lift` agrees with."""

    image_m: PositiveFloat
    line_width_m: PositiveFloat
    hip_line_slope_m: PositiveFloat
    shoulder_line_slope_m: PositiveFloat
    length_m: PositiveFloat
    depth_m: PositiveFloat
    sure_depth_m: PositiveFloat
    balance_m: PositiveFloat
    facing_m: PositiveFloat
    twist: PositiveFloat
    distance_share: PositiveFloat
    least_visibility: PositiveFloat


class LandmarkHabits(_Strict):
    """Where the network puts landmarks beside the joint centres: (forward, up, left) of the trunk."""

    hip_m: tuple[float, float, float]
    shoulder_m: tuple[float, float, float]
    pitch_blindness: float

    def offset(self, joint: str) -> tuple[float, float, float]:
        """Return the offset of the landmarks of ``hip`` or ``shoulder``."""
        return {"hip": self.hip_m, "shoulder": self.shoulder_m}[joint]


class ViewErrors(_Strict):
    """Standard deviations of the view."""

    azimuth_sd_deg: PositiveFloat


class AngleErrors(_Strict):
    """What was learned from people with known angles: see ``training/fit_motion_errors.py``.

    The logarithm of an angle's standard deviation is ``constant`` + ``weights`` · terms (`uncertainty`) +
    ``propagated`` · log of the propagated one + ``learned`` · log of the correcting network's own +
    ``large`` · log of the angle's own size, within ``least`` and ``most``. What is hidden or badly determined
    never makes anything surer.
    """

    off_front_deg: list[float]
    terms: list[str]
    least: PositiveFloat
    most: PositiveFloat
    constant: dict[str, float]
    propagated: dict[str, NonNegativeFloat]
    learned: dict[str, NonNegativeFloat]
    large: dict[str, float]
    weights: dict[str, list[float]]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        tables = (self.constant, self.propagated, self.learned, self.large, self.weights)
        if any(set(table) != set(ANGLES) for table in tables):
            raise ValueError(f"expected one entry for each of {ANGLES}")
        if any(len(row) != len(self.terms) for row in self.weights.values()):
            raise ValueError("expected one number per term in each row of weights")
        return self

    def weight_table(self) -> NDArray[np.float64]:
        """Return the weights, shape (term, angle)."""
        return np.array([self.weights[angle] for angle in ANGLES]).T


class Constants(_Strict):
    """All of them."""

    landmarks: LandmarkHabits
    proportions: Proportions
    standing: Standing
    lying: LyingView
    fit: FitErrors
    view: ViewErrors
    quiet_standing: dict[str, Usual]
    errors: AngleErrors


@cache
def constants() -> Constants:
    """Return the constants; pydantic raises if the file says something that is not understood."""
    text = files("formcheck.motion").joinpath("constants.toml").read_text(encoding="utf-8")
    return Constants.model_validate(tomllib.loads(text))
