"""Files in the format of motion laboratories (C3D): markers and angles on an even clock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from formcheck.errors import UsageError
from formcheck.names import ANGLES, LANDMARKS, SIDES
from formcheck.reports.files import replacing
from formcheck.reports.uniform import evenly

if TYPE_CHECKING:
    from formcheck.analysis import Analysis


def library() -> Any:
    """Return the library that writes the format.

    Raises
    ------
    UsageError
        If it is not installed.
    """
    try:
        import ezc3d
    except ImportError as error:
        raise UsageError(
            "A .c3d file needs ezc3d: install it with `pip install 'formcheck[c3d]'`."
        ) from error
    return ezc3d


def write_c3d(analysis: Analysis, path: str | Path) -> None:
    """Write the landmarks as points (metres; x to the camera's right, y away from it, z up).

    The angles of both sides are points of kind ``ANGLES`` with the value in x and its standard deviation in
    y, as laboratories keep theirs, named ``<id>_l`` and ``<id>_r``; degrees. What was not seen has the
    residual −1, which means a missing point.

    Raises
    ------
    InvalidDataError
        If the clip has fewer than two frames.
    UsageError
        If ``ezc3d`` is not installed.
    ReportWriteError
        If the file cannot be written.
    """
    ezc3d = library()
    motion = analysis.motion
    _, joints = evenly(motion.times_s, motion.joints_m.reshape(len(motion), -1))
    points = joints.reshape(len(joints), len(LANDMARKS), 3)[..., [0, 2, 1]] * np.array([1.0, -1.0, 1.0])
    pairs = [np.stack([motion.of(side).value, motion.of(side).sd], axis=2) for side in SIDES]
    clock_s, flat = evenly(motion.times_s, np.concatenate(pairs, axis=1).reshape(len(motion), -1))
    angles = np.zeros((len(clock_s), len(SIDES) * len(ANGLES), 3))
    angles[..., :2] = flat.reshape(len(clock_s), -1, 2)
    names = [f"{angle}_{side[0]}" for side in SIDES for angle in ANGLES]

    file = ezc3d.c3d()
    file["parameters"]["POINT"]["UNITS"]["value"] = ["m"]
    file["parameters"]["POINT"]["RATE"]["value"] = [float(1 / (clock_s[1] - clock_s[0]))]
    file["parameters"]["POINT"]["LABELS"]["value"] = [*LANDMARKS, *names]
    file.add_parameter("POINT", "ANGLES", names)
    file.add_parameter("POINT", "ANGLE_UNITS", ["deg"])
    both = np.concatenate([points, angles], axis=1).transpose(2, 1, 0)
    file["data"]["points"] = np.concatenate([both, np.ones((1, *both.shape[1:]))])
    missing = ~np.isfinite(both).all(axis=0)
    file["data"]["points"][:, missing] = np.nan
    file["data"]["meta_points"]["residuals"] = np.where(missing, -1.0, 0.0)[None]
    with replacing(path) as temporary:
        file.write(str(temporary))
