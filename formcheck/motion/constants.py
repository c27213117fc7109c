"""The numbers of stage 3 that are measured or assumed, read from ``constants.toml`` and checked."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Self

from pydantic import BaseModel, ConfigDict, PositiveFloat, model_validator

from formcheck.names import ANGLES


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FitErrors(_Strict):
    """Standard deviations of what the fit in `lift` agrees with."""

    image_m: PositiveFloat
    length_m: PositiveFloat
    depth_m: PositiveFloat
    twist: PositiveFloat
    distance_share: PositiveFloat
    least_visibility: PositiveFloat


class ViewErrors(_Strict):
    """Standard deviations of the view."""

    azimuth_sd_deg: PositiveFloat


class AngleErrors(_Strict):
    """What was measured on rendered people: see ``training/fit_motion_errors.py``.

    The standard deviation of an angle is hypot(scale × propagated, beyond), `beyond` being interpolated over how far
    the camera stands off the front or the back.
    """

    off_axis_deg: list[float]
    scale: dict[str, float]
    beyond: dict[str, list[float]]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if set(self.scale) != set(ANGLES) or set(self.beyond) != set(ANGLES):
            raise ValueError(f"expected one entry for each of {ANGLES}")
        if any(len(row) != len(self.off_axis_deg) for row in self.beyond.values()):
            raise ValueError("expected one number per entry of off_axis_deg in each row of beyond")
        return self


class Constants(_Strict):
    """All of them."""

    fit: FitErrors
    view: ViewErrors
    errors: AngleErrors


@cache
def constants() -> Constants:
    """Return the constants; pydantic raises if the file says something that is not understood."""
    text = files("formcheck.motion").joinpath("constants.toml").read_text(encoding="utf-8")
    return Constants.model_validate(tomllib.loads(text))
