"""Files for OpenSim: markers (``.trc``) and angles (``.mot``), both tab-separated text on an even clock.

Metres, y up as in OpenSim; x to the camera's right and z towards the camera, wherever the person looks.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from formcheck.names import ANGLES, LANDMARKS, SIDES
from formcheck.reports.files import replacing
from formcheck.reports.uniform import evenly

if TYPE_CHECKING:
    from formcheck.analysis import Analysis

_COORDINATES: Final = {"knee_flexion_deg": "knee_angle", "hip_flexion_deg": "hip_flexion"}
"""Angles that have a namesake in OpenSim's gait models (Rajagopal 2016: flexion is positive)."""


def write_trc(analysis: Analysis, path: str | Path) -> None:
    """Write the landmarks in the room as markers: 33 BlazePose points, metres, y up; blank where unseen.

    Raises
    ------
    InvalidDataError
        If the clip has fewer than two frames.
    ReportWriteError
        If the file cannot be written.
    """
    motion = analysis.motion
    clock_s, flat = evenly(motion.times_s, motion.joints_m.reshape(len(motion), -1))
    rate = _rate(clock_s)
    with replacing(path) as temporary, temporary.open("w", encoding="ascii", newline="\n") as file:
        file.write(f"PathFileType\t4\t(X/Y/Z)\t{Path(path).name}\n")
        file.write(
            "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n"
        )
        file.write(
            f"{rate:.6f}\t{rate:.6f}\t{len(clock_s)}\t{len(LANDMARKS)}\tm\t{rate:.6f}\t1\t{len(clock_s)}\n"
        )
        file.write("Frame#\tTime\t" + "\t\t\t".join(LANDMARKS) + "\t\t\n")
        axes = (f"{axis}{i}" for i in range(1, len(LANDMARKS) + 1) for axis in "XYZ")
        file.write("\t\t" + "\t".join(axes) + "\n\n")
        for number, (time_s, row) in enumerate(zip(clock_s, flat, strict=True), 1):
            file.write(f"{number}\t{time_s:.6f}\t" + "\t".join(_cell(value) for value in row) + "\n")


def write_mot(analysis: Analysis, path: str | Path) -> None:
    """Write the angles of both sides as a motion file, degrees, each side taken as the stance side.

    Columns are ``knee_angle_r`` and ``hip_flexion_r`` (and ``_l``) where OpenSim's gait models have a
    coordinate of that meaning, else formcheck's own ids with ``_r`` or ``_l``. Hip flexion is that between
    trunk and thigh, since the pelvis by itself is not seen. ``nan`` where not measurable.

    Raises
    ------
    InvalidDataError
        If the clip has fewer than two frames.
    ReportWriteError
        If the file cannot be written.
    """
    motion = analysis.motion
    values = np.concatenate([motion.of(side).value for side in SIDES], axis=1)
    clock_s, series = evenly(motion.times_s, values)
    names = [f"{_COORDINATES.get(angle, angle)}_{side[0]}" for side in SIDES for angle in ANGLES]
    with replacing(path) as temporary, temporary.open("w", encoding="ascii", newline="\n") as file:
        file.write(f"{Path(path).stem}\nversion=1\nnRows={len(clock_s)}\nnColumns={len(names) + 1}\n")
        file.write("inDegrees=yes\nendheader\n")
        file.write("\t".join(("time", *names)) + "\n")
        for time_s, row in zip(clock_s, series, strict=True):
            file.write(f"{time_s:.6f}\t" + "\t".join(f"{value:.4f}" for value in row) + "\n")


def _rate(clock_s: NDArray[np.float64]) -> float:
    return float(1.0 / (clock_s[1] - clock_s[0]))


def _cell(value: float) -> str:
    return f"{value:.5f}" if np.isfinite(value) else ""
