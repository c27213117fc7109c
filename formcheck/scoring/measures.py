"""The measures of one repetition that are angles, as evidence A.1 defines them, on the 3D series of `Motion`.

Each takes a `RepContext` and returns a `Reading` or why it is `Missing`; `MEASURE` lists all by id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from formcheck.names import BILATERAL, SIDES
from formcheck.scoring import travel
from formcheck.scoring.context import RepContext
from formcheck.scoring.reading import (
    Missing,
    Outcome,
    Reading,
    difference_sd,
    read_events,
    read_series,
    read_window,
)
from formcheck.validation import BoolArray

NEAR_UPRIGHT_DEG: Final = 30.0
"""Up to this trunk inclination the tilt of the hip line is pelvic drop."""
LEAN_LIMIT_DEG: Final = 45.0
"""Beyond it the trunk is foreshortened and lateral lean means nothing."""
HINGED_DEG: Final = (40.0, 65.0)
"""The trunk inclinations between which the tilt of the hip line is hip opening."""
SMALLEST_BEND_DEG: Final = 20.0
"""Less bending of hip and knee together is too little for their ratio."""


def pelvic_drop(rep: RepContext) -> Outcome:
    """Free side of the pelvis lower than in standing, degrees.

    In the single-leg RDL: near upright, or the free hip below the stance hip at depth, whichever is more;
    there a higher free hip is not a hike but hip opening.
    """
    if rep.of.bout.exercise != "single_leg_rdl":
        return _from_rest(rep, "pelvic_drop_deg", read_events(rep, "pelvic_drop_deg"))
    near_upright = _upright_drop(rep)
    at_depth = _excursion(rep, "pelvic_drop_deg", rep.turn)
    if isinstance(near_upright, Missing):
        return near_upright
    if isinstance(at_depth, Reading) and at_depth.value > max(near_upright.value, 0.0):
        return at_depth
    return near_upright


def hip_opening(rep: RepContext) -> Outcome:
    """Pelvis of a hinged person turned up and out at the free hip, degrees, ≥ 0.

    ``asin(sin(drop₀·cos φ − tilt)/sin φ)`` with the hip line's tilt and the trunk's inclination φ in the
    deepest 10° of 40° ≤ φ ≤ 65°, and drop₀ near upright: the upward elevation of the free hip, freed of
    the drop that hides in it. drop₀ is 0 if unknown or negative, for a pelvis that opens early looks like
    a hike there.
    """
    low, high = HINGED_DEG
    angles = rep.of.angles
    trunk, tilt = angles.of("trunk_inclination_deg"), angles.of("pelvic_drop_deg")
    frames = _hinged(rep)
    if not frames.any():
        return _not_hinged(rep)
    level = rep.of.baseline.angles.get("pelvic_drop_deg")
    upright = _upright_drop(rep)
    drop0 = max(upright.value, 0.0) if isinstance(upright, Reading) else 0.0
    with np.errstate(invalid="ignore"):
        phi = np.radians(np.clip(trunk, low, high))
        up = np.radians(drop0 * np.cos(phi) - (tilt - (level.value if level else 0.0)))
        opening = np.degrees(np.arcsin(np.clip(np.sin(up) / np.sin(phi), -1, 1)))
        from_trunk = np.radians(angles.sd_of("trunk_inclination_deg")) * opening / np.tan(phi)
        sd = np.hypot(angles.sd_of("pelvic_drop_deg") / np.sin(phi), from_trunk)
    outcome = read_series(rep, opening, sd, frames)
    return Reading(max(outcome.value, 0.0), outcome.sd) if isinstance(outcome, Reading) else outcome


def fppa(rep: RepContext) -> Outcome:
    """Knee towards the midline in the frontal plane, degrees; absolute, with the excursion as trend value."""
    outcome = read_events(rep, "fppa_deg")
    if isinstance(outcome, Missing):
        return outcome
    excursion = rep.of.baseline.excursion("fppa_deg", outcome.value, outcome.sd)
    return Reading(outcome.value, outcome.sd, excursion=excursion.value if excursion else None)


def kmd_foot(rep: RepContext) -> Outcome:
    """Knee towards the midline of the foot, % of shank length; on two feet that of the worse leg."""
    if rep.of.bout.exercise not in BILATERAL:
        return read_events(rep, "kmd_foot_pct")
    legs = [rep.of.motion.of(side) for side in SIDES]
    outcomes = [read_series(rep, leg.of("kmd_foot_pct"), leg.sd_of("kmd_foot_pct"), rep.turn) for leg in legs]
    readings = [outcome for outcome in outcomes if isinstance(outcome, Reading)]
    return max(readings, key=lambda reading: reading.value) if readings else outcomes[0]


def trunk_lateral_lean(rep: RepContext) -> Outcome:
    """Trunk towards the stance side against standing, degrees; of a hinge only where φ ≤ 45°."""
    if rep.of.bout.exercise == "single_leg_rdl":
        return _excursion(rep, "trunk_lateral_lean_deg", rep.deepest_below(LEAN_LIMIT_DEG))
    return _from_rest(rep, "trunk_lateral_lean_deg", read_events(rep, "trunk_lateral_lean_deg"))


def trunk_rotation(rep: RepContext) -> Outcome:
    """Shoulder line against hip line about the trunk, degrees, as a magnitude.

    Of a hinge between φ 40° and 65°, where cameras see it best.
    """
    if rep.of.bout.exercise != "single_leg_rdl":
        outcome = read_events(rep, "trunk_rotation_deg", magnitude=True)
    else:
        frames = _hinged(rep)
        if not frames.any():
            return _not_hinged(rep)
        outcome = read_window(rep, "trunk_rotation_deg", frames)
    if isinstance(outcome, Missing):
        return outcome
    return Reading(abs(outcome.value), outcome.sd, signed=outcome.value)


def hinge_ratio(rep: RepContext) -> Outcome:
    """Hip's share of the bending from start to turn: 1 = pure hinge, about 0.5 = squat."""
    ends = [
        read_window(rep, angle, frames)
        for angle in ("hip_flexion_deg", "knee_flexion_deg")
        for frames in (rep.start, rep.turn)
    ]
    for end in ends:
        if isinstance(end, Missing):
            return end
    hip0, hip1, knee0, knee1 = (end for end in ends if isinstance(end, Reading))
    hip, knee = max(hip1.value - hip0.value, 0.0), max(knee1.value - knee0.value, 0.0)
    bend = hip + knee
    if bend < SMALLEST_BEND_DEG:
        return Missing("too_shallow")
    sd = np.hypot(knee * difference_sd(hip0, hip1), hip * difference_sd(knee0, knee1)) / bend**2
    return Reading(hip / bend, float(sd))


def trunk_inclination(rep: RepContext) -> Outcome:
    """Trunk from the vertical at the turn, degrees."""
    return read_window(rep, "trunk_inclination_deg", rep.turn)


def trunk_inclination_dev(rep: RepContext) -> Outcome:
    """How far the trunk's inclination at the turn lies outside the exercise's band, degrees."""
    return _outside(
        read_window(rep, "trunk_inclination_deg", rep.turn), rep.of.rules.trunk_inclination_band_deg
    )


def knee_flexion(rep: RepContext) -> Outcome:
    """Bend of the stance knee at the turn, degrees."""
    return read_window(rep, "knee_flexion_deg", rep.turn)


def knee_band_dev(rep: RepContext) -> Outcome:
    """How far the knee's flexion at the turn lies outside the exercise's band, degrees."""
    return _outside(read_window(rep, "knee_flexion_deg", rep.turn), rep.of.rules.knee_flexion_band_deg)


def hip_angle_top(rep: RepContext) -> Outcome:
    """Shoulder–hip–knee at the top of a bridge, degrees: 180 = straight."""
    outcome = read_window(rep, "hip_flexion_deg", rep.turn)
    return Reading(180.0 - outcome.value, outcome.sd) if isinstance(outcome, Reading) else outcome


def pelvic_tilt(rep: RepContext) -> Outcome:
    """Tilt of the hip line at the top of a bridge against lying, degrees; on two feet as a magnitude."""
    outcome = _excursion(rep, "pelvic_drop_deg", rep.turn)
    if isinstance(outcome, Reading) and rep.of.bout.exercise in BILATERAL:
        return Reading(abs(outcome.value), outcome.sd, signed=outcome.value)
    return outcome


MEASURE: Final[dict[str, Callable[[RepContext], Outcome]]] = {
    "pelvic_drop_deg": pelvic_drop,
    "hip_opening_deg": hip_opening,
    "fppa_deg": fppa,
    "kmd_foot_pct": kmd_foot,
    "trunk_rotation_deg": trunk_rotation,
    "trunk_lateral_lean_deg": trunk_lateral_lean,
    "hinge_ratio": hinge_ratio,
    "trunk_inclination_deg": trunk_inclination,
    "trunk_inclination_dev_deg": trunk_inclination_dev,
    "knee_flexion_deg": knee_flexion,
    "knee_band_dev_deg": knee_band_dev,
    "depth_ratio": travel.depth_ratio,
    "hip_angle_top_deg": hip_angle_top,
    "pelvic_tilt_deg": pelvic_tilt,
    "ecc_s": travel.eccentric,
    "pause_s": travel.pause,
    "con_s": travel.concentric,
    "hold_s": travel.hold,
    "hold_ratio": travel.hold_ratio,
    "sway_ml_rms_pct": travel.sway,
}


def _excursion(rep: RepContext, angle: str, frames: BoolArray) -> Outcome:
    return _from_rest(rep, angle, read_window(rep, angle, frames))


def _from_rest(rep: RepContext, angle: str, outcome: Outcome) -> Outcome:
    if isinstance(outcome, Missing):
        return outcome
    excursion = rep.of.baseline.excursion(angle, outcome.value, outcome.sd)
    return Reading(excursion.value, excursion.sd) if excursion else Missing("no_baseline")


def _upright_drop(rep: RepContext) -> Outcome:
    return _excursion(rep, "pelvic_drop_deg", rep.deepest_below(NEAR_UPRIGHT_DEG))


def _hinged(rep: RepContext) -> BoolArray:
    low, high = HINGED_DEG
    with np.errstate(invalid="ignore"):
        hinged: BoolArray = rep.deepest_below(high) & (rep.of.angles.of("trunk_inclination_deg") >= low)
    return hinged


def _not_hinged(rep: RepContext) -> Missing:
    seen = isinstance(read_window(rep, "trunk_inclination_deg", rep.turn), Reading)
    return Missing("too_shallow" if seen else rep.of.why_missing(rep.frames))


def _outside(outcome: Outcome, band: tuple[float, float] | None) -> Outcome:
    if isinstance(outcome, Missing):
        return outcome
    if band is None:
        return Missing("no_band")
    low, high = band
    return Reading(max(low - outcome.value, outcome.value - high, 0.0), outcome.sd)
