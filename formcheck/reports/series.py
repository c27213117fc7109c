"""The angle series that shows a measure over time, in the terms in which the measure is graded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.motion.types import Motion
from formcheck.names import ANGLES
from formcheck.reports.angle_lines import MARK_KIND
from formcheck.scoring.types import Measurement, ScoredBout
from formcheck.validation import FloatArray

_ANGLE_OF: Final[dict[str, str]] = {
    "pelvic_tilt_deg": "pelvic_drop_deg",
    "hip_angle_top_deg": "hip_flexion_deg",
    "knee_band_dev_deg": "knee_flexion_deg",
    "trunk_inclination_dev_deg": "trunk_inclination_deg",
}
"""Measures that are read from the series of another name."""
_FROM_REST: Final = frozenset({"pelvic_drop_deg", "pelvic_tilt_deg", "trunk_lateral_lean_deg"})
"""Measures that are graded as the change from quiet standing (bridge: lying)."""
_MAGNITUDE: Final = frozenset({"trunk_rotation_deg"})
_MOST_MARKS: Final = 4


@dataclass(frozen=True)
class MeasureSeries:
    """A measure over time.

    Attributes
    ----------
    measure : str
        The id whose words and unit describe the series.
    value, sd : ndarray, shape (frame,)
        NaN where not measurable.
    graded : bool
        Whether thresholds of the measure apply to the series as it is.
    from_rest : bool
        Whether the resting value has been subtracted.
    """

    measure: str
    value: FloatArray
    sd: FloatArray
    graded: bool
    from_rest: bool


def series_of(motion: Motion, scored: ScoredBout, measure: str) -> MeasureSeries | None:
    """Return the series behind ``measure``; None for measures that are no angle over time."""
    angle = _ANGLE_OF.get(measure, measure)
    if angle not in ANGLES:
        return None
    angles = motion.of(scored.bout.measured_side)
    value, sd = angles.of(angle), angles.sd_of(angle)
    rest = scored.baseline.get(angle) if measure in _FROM_REST else None
    if rest is not None:
        value = value - np.float32(rest.value)
    if measure in _MAGNITUDE:
        value = np.abs(value)
    if measure == "hip_angle_top_deg":
        value = np.float32(180.0) - value
    shown = angle if measure.endswith("_dev_deg") else measure
    return MeasureSeries(shown, value, sd, shown == measure, rest is not None)


def shown_measures(scored: ScoredBout) -> list[Measurement]:
    """Return the measures to draw on the picture: those with a value, heaviest first, one per place."""
    chosen: dict[str, Measurement] = {}
    for measurement in sorted(scored.measures, key=lambda m: (not m.core, -m.weight)):
        kind = MARK_KIND.get(measurement.id)
        if kind is not None and measurement.value is not None:
            chosen.setdefault(kind, measurement)
    return list(chosen.values())[:_MOST_MARKS]
