"""Features, truths and labels at 15 Hz: ``python -m training.motion.examples OUT FOLDER...``.

A folder holds either packed clips (`training.motion.pack`) or shards of `training.motion.generate`.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from formcheck.motion import measure_motion
from formcheck.names import BILATERAL, EXERCISES, SIDES, Side
from formcheck.pose.sequence import PoseSequence
from formcheck.video.types import VideoInfo
from training.motion.features import resampled, stretches
from training.motion.generate import JOINTS
from training.motion.pack import unpack
from training.render.truth import reference_angles

MODES = 1 + 2 * len(EXERCISES)
"""What goes on at a tick: nothing of ours, an exercise with the stance leg working, or with the other."""


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


def examples(clip: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield an example for each stretch and stance side of a clip."""
    pose = pose_of(clip)
    motion = measure_motion(pose)
    joints = joints_of(clip)
    pitch = np.degrees(np.arcsin(clip["axes"][2, 2]))
    for stretch in stretches(motion):
        if len(stretch.clock_s) < 30:
            continue
        for side in SIDES:
            truth = np.stack(list(reference_angles(joints, side).values()), axis=1)
            geometry = motion.of(side).value[stretch.frames]
            azimuth = np.radians(azimuth_of(clip)) * (1 if side == "left" else -1)
            at = pose.times_s[stretch.frames]
            yield {
                "name": clip["name"],
                "side": side,
                "features": stretch.features[side],
                "truth": resampled(truth, pose.times_s, stretch.clock_s).astype(np.float32),
                "geometry": resampled(np.nan_to_num(geometry), at, stretch.clock_s).astype(np.float32),
                "mode": modes(clip, stretch.clock_s, side),
                "view": resampled(
                    np.stack([np.sin(azimuth), np.cos(azimuth), np.full(len(azimuth), pitch / 10)], 1),
                    pose.times_s,
                    stretch.clock_s,
                ).astype(np.float32),
            }


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


def modes(clip: dict[str, Any], clock_s: np.ndarray, side: Side) -> np.ndarray:
    """Return the mode of every tick, shape (tick,)."""
    mode = np.zeros(len(clock_s), np.int64)
    start = clip["first"] / clip["fps"]
    for bout in clip["bouts"]:
        if bout["exercise"] in EXERCISES:
            inside = (clock_s >= bout["start_s"] - start) & (clock_s <= bout["end_s"] - start)
            own = bout["exercise"] in BILATERAL or bout["side"] == side
            mode[inside] = 1 + EXERCISES.index(bout["exercise"]) + (0 if own else len(EXERCISES))
    return mode


def main() -> None:
    """Read the command line."""
    out, folders = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    kept = []
    for folder in folders:
        for clip in clips_of(folder):
            kept += list(examples(clip))
    out.write_bytes(pickle.dumps(kept, protocol=5))
    ticks = sum(len(example["features"]) for example in kept)
    print(f"{len(kept)} examples, {ticks} ticks, {kept[0]['features'].shape[1]} features")


if __name__ == "__main__":
    main()
