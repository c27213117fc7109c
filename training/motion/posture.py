"""Train the correction of feet for recognition: ``python -m training.motion.posture MOMENTS ... --out FILE``.

From what `formcheck.exercises.features` sees of a frame a small network says how far feet, hips and shoulders
of the fitted skeleton lie off. It learns from single moments of many people (`training.motion.moments`); the
angles are learned along, since they shape the layers that both share, and are not exported.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from formcheck.exercises.features import STANDING, features
from formcheck.exercises.posture import OFFSETS
from formcheck.motion import Motion
from formcheck.motion.estimate import by_learning
from formcheck.motion.geometry import dot, unit
from formcheck.names import SIDES, Side, landmark, other
from formcheck.pose.sequence import PoseSequence
from formcheck.video.types import VideoInfo
from training.motion.examples import joints_of
from training.motion.network import Witness, learn

ANGLES = ("knee_flexion_deg", "hip_flexion_deg")
UNIT = np.array([0.1, 0.15, 0.08, 0.1, 0.15, 0.1, 0.06, 12, 12, 12, 12, 7.2, 0.3], np.float32)
"""What 1 means inside the network: leg lengths of the `OFFSETS`; degrees; cosine of the chest."""
WIDTH, BLOCKS, DROP, NOISE = 224, 2, 0.1, 0.05
EPOCHS, SEEDS = 9, (0, 2)
REST_WEIGHT = 0.3
_MOST = 8.0

Array = np.ndarray[Any, Any]


def placed(joints: dict[str, Array], side: Side, axis: int) -> Array:
    """Return the `OFFSETS`, both legs' flexions, trunk inclination and chest, shape (frame, target).

    Parameters
    ----------
    joints : dict of str to ndarray, shape (frame, 3)
        Hips, knees, ankles and shoulders.
    side : str
        The working side.
    axis : int
        Which of the three points up.
    """
    up = np.eye(3)[axis]
    both = {part: [joints[f"{each}_{part}"] for each in (side, other(side))] for part in _PARTS}
    legs = [_length(h - k) + _length(k - a) for h, k, a in zip(*(both[p] for p in _LEG), strict=True)]
    leg = np.median(np.concatenate(legs))
    hips, shoulders = (np.mean(both[part], axis=0) for part in ("hip", "shoulder"))
    trunk = shoulders - hips
    left = sum(joints[f"left_{part}"] - joints[f"right_{part}"] for part in ("hip", "shoulder"))
    left = unit(left * (1 - up))
    outwards = left if side == "left" else -left
    forward = np.cross(left, up)
    working, free = both["ankle"]
    feet, over = working - free, hips - working
    offsets = [-feet @ up, dot(feet, forward), dot(feet, outwards), over @ up]
    offsets += [(shoulders - working) @ up, dot(over, forward), dot(over, outwards)]
    knees = [_bend(h - k, k - a) for h, k, a in zip(*(both[p] for p in _LEG), strict=True)]
    flexions = [_bend(trunk, h - k) for h, k in zip(both["hip"], both["knee"], strict=True)]
    chest = unit(np.cross(joints["left_hip"] - joints["right_hip"], trunk)) @ up
    inclined = _bend(trunk, np.broadcast_to(up, trunk.shape))
    return np.stack([*(o / leg for o in offsets), *knees, *flexions, inclined, chest], axis=1)


_LEG = ("hip", "knee", "ankle")
_PARTS = (*_LEG, "shoulder")


def _length(vectors: Array) -> Array:
    return np.asarray(np.linalg.norm(vectors, axis=1))


def _bend(a: Array, b: Array) -> Array:
    return np.asarray(np.degrees(np.arctan2(_length(np.cross(a, b)), dot(a, b))))


def of_motion(motion: Motion, found: Array, side: Side) -> Array:
    """Return the same of what motion says, the angles as it corrects them."""
    names = [f"{each}_{part}" for part in _PARTS for each in SIDES]
    joints = {n: motion.joints_m[found][:, landmark(*n.split("_"))].astype(float) for n in names}  # type: ignore[arg-type]
    said = placed(joints, side, axis=1)
    flexions = [motion.of(each).of(angle)[found] for angle in ANGLES for each in (side, other(side))]
    inclined = motion.of(side).of("trunk_inclination_deg")[found]
    said[:, len(OFFSETS) : -1] = np.stack([*flexions, inclined], axis=1)
    return said


def examples(shard: Path) -> tuple[Array, Array, Array, Array]:
    """Return features, wanted correction in `UNIT`, lift of the free foot and weight of a shard's frames."""
    parts: list[tuple[Array, Array, Array, Array]] = []
    for clip in pickle.loads(shard.read_bytes()):
        times = clip["times_s"]
        info = VideoInfo(clip["name"], *clip["size"], len(times), float(times[-1] + 1), 6.0)
        pose = PoseSequence(times, clip["image"], clip["world"], clip["visibility"], clip["presence"], info)
        motion = by_learning(pose)
        seen, found = features(motion), np.flatnonzero(pose.detected)
        if seen is None:
            continue
        at_work = np.zeros(len(times), bool)
        for bout in clip["bouts"]:
            at_work |= (times >= bout["start_s"]) & (times <= bout["end_s"])
        for side, each in seen.items():
            truth = placed({n: j.astype(float) for n, j in joints_of(clip).items()}, side, axis=2)[found]
            wanted = np.clip((truth - of_motion(motion, found, side)) / UNIT, -_MOST, _MOST)
            weight = np.where(at_work[found], 1.0, REST_WEIGHT)
            parts.append((each, np.nan_to_num(wanted), truth[:, 0], weight))
    return tuple(np.concatenate(part).astype(np.float32) for part in zip(*parts, strict=True))  # type: ignore[return-value]


class Exported(nn.Module):
    """The networks' mean `OFFSETS` alone, in leg lengths."""

    def __init__(self, networks: list[Witness]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)
        self.register_buffer("unit", torch.from_numpy(UNIT[: len(OFFSETS)]))

    def forward(self, seen: Tensor) -> Tensor:
        """Return (frame, offset)."""
        said = torch.stack([network(seen)[:, : len(OFFSETS)] for network in self.networks])
        return said.mean(0) * self.unit


def train(seen: Array, wanted: Array, weight: Array, seed: int) -> Witness:
    """Train one network, which corrects nothing at first."""
    torch.manual_seed(seed)
    x, y, w = (torch.from_numpy(each) for each in (seen, wanted, weight))
    network = Witness(x, len(UNIT), width=WIDTH, blocks=BLOCKS, drop=DROP, noise=NOISE)
    for last in network.leave[-1].parameters():
        nn.init.zeros_(last)

    def loss_of(said: Tensor, chosen: Tensor) -> Tensor:
        loss = functional.smooth_l1_loss(said, y[chosen], reduction="none").mean(1)
        return (loss * w[chosen]).sum() / w[chosen].sum()

    learn(network, x, STANDING, loss_of, EPOCHS, weight_decay=0.03)
    return network


def evenly_by_lift(lift: Array) -> Array:
    """Return weights by which feet that are high up, of which there are few, count for more."""
    bins = np.clip(np.abs(lift) / 0.05, 0, 12).astype(int)
    count = np.bincount(bins, minlength=13) + 200
    return np.asarray(np.sqrt(count.max() / count[bins]), np.float32)


def from_shards(
    examples: Callable[[Path], tuple[Array, ...]], folders: list[Path], jobs: int
) -> tuple[Array, ...]:
    """Return the examples of all shards of some folders of `training.motion.moments`, put together."""
    shards = [shard for folder in folders for shard in sorted(folder.glob("*.pkl"))]
    with ProcessPoolExecutor(jobs) as pool:
        parts = list(pool.map(examples, shards))
    together = tuple(np.concatenate(part) for part in zip(*parts, strict=True))
    print(f"{len(together[0])} examples")
    return together


def export(model: nn.Module, width: int, output: str, target: Path) -> None:
    """Write a network of ``width`` features as ONNX file and check that it says the same."""
    import onnxruntime

    some = torch.randn(7, width)
    torch.onnx.export(
        model,
        (some,),
        str(target),
        input_names=["features"],
        output_names=[output],
        dynamic_axes={name: {0: "frame"} for name in ("features", output)},
        dynamo=False,
    )
    said = onnxruntime.InferenceSession(str(target)).run(None, {"features": some.numpy()})[0]
    with torch.no_grad():
        off = float(np.abs(said - model(some).numpy()).max())
    print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB, ONNX against PyTorch {off:.1e}")
    if off > 1e-4:
        raise SystemExit("the exported network says something else")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Train the correction of feet for recognition.")
    parser.add_argument("moments", type=Path, nargs="+", help="folders of training.motion.moments")
    parser.add_argument("--out", type=Path, required=True, help="ONNX file to write")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    seen, wanted, lift, weight = from_shards(examples, options.moments, options.jobs)
    weight = weight * evenly_by_lift(lift)
    networks = [train(seen, wanted, weight, seed) for seed in SEEDS]
    export(Exported(networks).eval(), seen.shape[1], "offsets", options.out)


if __name__ == "__main__":
    main()
