"""Clips of people with known joints: what the pose model said of them, and the truth.

A folder holds either packed clips (`training.motion.pack`) or shards of `training.motion.generate`.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from formcheck.motion import measure_motion
from formcheck.names import EXERCISES, SIDES
from formcheck.pose.sequence import PoseSequence
from formcheck.video.types import VideoInfo
from training.motion.pack import JOINTS, unpack
from training.render.truth import reference_angles


def clips_of(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the clips of a folder."""
    yield from unpack(folder)
    for shard in sorted(folder.glob("*.pkl")):
        yield from pickle.loads(shard.read_bytes())


def pose_of(clip: dict[str, Any]) -> PoseSequence:
    """Return what the pose model said."""
    width, height = clip["size"]
    count = len(clip["image"])
    info = VideoInfo(clip["name"], width, height, count, count / clip["fps"], clip["fps"])
    times = np.arange(count) / clip["fps"]
    return PoseSequence(times, clip["image"], clip["world"], clip["visibility"], clip["presence"], info)


def bouts_of(clip: dict[str, Any], least_s: float = 2.0) -> Iterator[SimpleNamespace]:
    """Yield what is seen of each bout as `benchmarks.accuracy`: ``motion``, ``truth``, ``facts``."""
    pose = pose_of(clip)
    motion, start = measure_motion(pose), clip["first"] / clip["fps"]
    for bout in clip["bouts"]:
        begin, end = max(bout["start_s"] - start, 0.0), min(bout["end_s"] - start, float(pose.times_s[-1]))
        if bout["exercise"] in EXERCISES and end - begin >= least_s:
            truth = {"time_s": pose.times_s, **reference_angles(joints_of(clip), bout["side"] or "left")}
            facts = {"bouts": [bout | {"start_s": begin, "end_s": end}]}
            yield SimpleNamespace(name=clip["name"], motion=motion, truth=truth, facts=facts)


def joints_of(clip: dict[str, Any]) -> dict[str, np.ndarray]:
    """Return the joint centres by name, each shape (frame, 3)."""
    names = [f"{side}_{joint}" for joint in JOINTS for side in SIDES]
    return {name: clip["joints"][:, i] for i, name in enumerate(names)}


def azimuth_of(clip: dict[str, Any]) -> np.ndarray:
    """Return where the camera stands around the person by the hip line, degrees, shape (frame,)."""
    hips = clip["joints"][:, 0:2]
    left = hips[:, 0] - hips[:, 1]
    forward = np.stack([left[:, 1], -left[:, 0]], axis=1)
    towards = clip["position"][:2] - hips.mean(axis=1)[:, :2]
    cross = forward[:, 0] * towards[:, 1] - forward[:, 1] * towards[:, 0]
    return np.degrees(np.arctan2(cross, (forward * towards).sum(axis=1)))
