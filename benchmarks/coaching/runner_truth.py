"""What a camera without any error would have shown: a film's true angles, scored by the same rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq

from formcheck import Analysis
from formcheck.exercises.types import Bout, Repetition
from formcheck.motion import measure_motion
from formcheck.motion.types import AngleSet, Motion
from formcheck.names import ANGLES, Side
from formcheck.pose import PoseSequence
from formcheck.scoring import score_bout
from formcheck.scoring.types import Quality

TRUE_SD: Final = 0.3
"""Standard deviation of a true angle, degrees: next to none."""


def true_analysis(film: Path, pose: PoseSequence) -> dict[str, Any]:
    """Return the document of a film as if its angles had been measured without error.

    Times and distances (tempo, depth, sway) are as measured; which exercise, which side and when are true.

    Parameters
    ----------
    film : Path
        ``NAME.mp4``, with ``NAME.truth.json`` and ``NAME.truth.parquet`` beside it.
    pose : PoseSequence
        Its landmarks.
    """
    facts = json.loads(film.with_suffix(".truth.json").read_text(encoding="utf-8"))
    (told,) = facts["bouts"]
    motion = _with_true_angles(measure_motion(pose), film, facts, told)
    repetitions = tuple(Repetition(*times) for times in told["repetitions"])
    side: Side = told["side"] or "left"
    start_s, end_s = told["start_s"], told["end_s"]
    bout = Bout(told["exercise"], 1.0, told["side"], side, start_s, end_s, repetitions)
    said = {"motion_model": "truth", "pose_model": pose.model}
    quality = Quality()
    return Analysis(pose.video, pose, motion, (score_bout(bout, motion),), quality, said).to_dict()


def _with_true_angles(
    motion: Motion, film: Path, facts: Mapping[str, Any], told: Mapping[str, Any]
) -> Motion:
    table = pq.read_table(film.with_suffix(".truth.parquet"))
    times = table["time_s"].to_numpy()
    value = np.stack([np.interp(motion.times_s, times, table[name].to_numpy()) for name in ANGLES], axis=1)
    side: Side = told["side"] or "left"
    angles = AngleSet(side, value.astype(np.float32), np.full(value.shape, TRUE_SD, np.float32))
    seen_from = np.full(len(motion), facts["azimuth_deg"], np.float32)
    return replace(motion, azimuth_deg=seen_from, **{side: angles})
