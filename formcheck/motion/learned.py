"""The learned correction of the angles, and its own standard deviation (``models/motion.onnx``).

A small network for single frames, trained on people with known joints (``training/motion/corrector.py``). It
sees nothing of later frames, so the same one serves clips and live pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from formcheck.motion.features import features, mirror_sign
from formcheck.motion.fitted import Fitted
from formcheck.motion.geometry import Array, wrapped
from formcheck.names import ANGLES, SIDES, Side
from formcheck.pose.models import ModelFile, motion_model

_COUNT = len(ANGLES)
_MAGNITUDES = [ANGLES.index(a) for a in ("trunk_inclination_deg", "knee_flexion_deg", "hip_flexion_deg")]
_FORGOTTEN_DEG = 30.0
_MOST_PITCH_DEG = 45.0
_RARELY = 0.05
"""Standing that takes a smaller share of the clip may be a passing moment, or the top of a split squat."""


@dataclass(frozen=True)
class Corrected:
    """What is believed of the frames of a `Fitted`.

    Attributes
    ----------
    values, sd, strange_sd : dict of side → ndarray, shape (frame, angle)
        The angles with that side as the stance side, the network's own standard deviation of them, and what
        must be added to any (in square) because the frame looks unlike what it learned from.
    azimuth : ndarray, shape (frame,)
        Where the camera stands around the person, degrees, −180…180.
    pitch_deg : float
        The camera's pitch over all frames.
    """

    values: dict[Side, Array]
    sd: dict[Side, Array]
    strange_sd: dict[Side, Array]
    azimuth: Array
    pitch_deg: float


def correct(fitted: Fitted) -> Corrected:
    """Return the angles less what geometry is known to get wrong.

    Raises
    ------
    ModelFileError
        If the network's file is missing or altered.
    """
    said = _run_both(fitted)
    if 0 < fitted.standing.mean() < _RARELY and np.median(said[2]) > 0:
        # Unlike anybody known: what everything is compared with may have been no standing.
        alone = fitted.without_standing()
        otherwise = _run_both(alone)
        if _doubt(otherwise) < _doubt(said):
            fitted, said = alone, otherwise
    correction, sd, strange_sd = ({s: part[i, :, :_COUNT] for i, s in enumerate(SIDES)} for part in said)
    turns = [said[0][i, :, _COUNT] * mirror_sign(side) for i, side in enumerate(SIDES)]
    pitch = fitted.camera.pitch_deg + float(np.median(said[0][:, :, _COUNT + 1]))
    return Corrected(
        {s: _legal(fitted.values[s] + _anchored(correction[s], fitted, s)) for s in SIDES},
        sd,
        strange_sd,
        wrapped(fitted.azimuth + np.mean(turns, axis=0)),
        float(np.clip(pitch, -_MOST_PITCH_DEG, _MOST_PITCH_DEG)) - fitted.tilt_deg,
    )


def name() -> str:
    """Return which network this is, for the provenance of results."""
    return f"geometry, corrected by motion.onnx {motion_model().sha256[:12]}"


def _anchored(correction: Array, fitted: Fitted, side: Side) -> Array:
    """Return the correction without what it says of how bent the quietly standing person is.

    People stand straight; geometry measures from there. The drawn people that the network learned from
    often stand bent, so it expects that of everybody. What it adds while standing is taken off, the less the
    further the body has bent since.
    """
    if not fitted.standing.any():
        return correction
    bent = fitted.values[side][:, _MAGNITUDES]
    at_rest = np.median(correction[fitted.standing][:, _MAGNITUDES], axis=0)
    since = (bent - np.median(bent[fitted.standing], axis=0)) / _FORGOTTEN_DEG
    anchored = correction.copy()
    anchored[:, _MAGNITUDES] -= at_rest * np.exp(-(since**2))
    return anchored


def _legal(values: Array) -> Array:
    """Return signed angles in −180…180, and magnitudes, which cannot be negative, in 0…180."""
    legal: Array = wrapped(values)
    legal[:, _MAGNITUDES] = np.abs(legal[:, _MAGNITUDES])
    return legal


def _run_both(fitted: Fitted) -> list[Array]:
    """Return correction, sd and strange sd with either leg as stance leg, (side, frame, target) each."""
    run = session(motion_model()).run
    said = [run(["correction", "sd", "strange_sd"], {"features": features(fitted, side)}) for side in SIDES]
    return [np.stack(parts).astype(float) for parts in zip(*said, strict=True)]


def _doubt(said: list[Array]) -> float:
    """Return how much the network doubts all it says of a clip."""
    _, sd, strange_sd = said
    return float(np.mean(np.log(np.hypot(sd, strange_sd))))


@cache
def session(model: ModelFile) -> Any:
    """Return a network, opened once, that runs on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # it would keep what the longest recording so far took
    return onnxruntime.InferenceSession(model.path, options, providers=["CPUExecutionProvider"])
