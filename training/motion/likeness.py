"""Train what tells exercises apart: ``python -m training.motion.likeness MOMENTS ... --out FILE``.

From what `formcheck.exercises.features` sees of a frame, small networks say how likely it is part of a
repetition of each exercise on either leg, of something else that people do, or rest. They learn from single
moments of many people (`training.motion.moments`).
"""

from __future__ import annotations

import argparse
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from formcheck.exercises.features import STANDING, features
from formcheck.exercises.likeness import ONE_LEGGED, TWO_LEGGED
from formcheck.motion.estimate import by_learning
from formcheck.names import EXERCISES, Side
from formcheck.pose.sequence import PoseSequence
from formcheck.video.types import VideoInfo
from training.motion.network import Witness, learn
from training.motion.posture import export, from_shards
from training.render.motions import NEGATIVES

OTHERS = tuple(NEGATIVES)
KINDS = [
    *((exercise, works) for exercise in ONE_LEGGED for works in (True, False)),
    *((exercise, True) for exercise in TWO_LEGGED),
    *((movement, True) for movement in OTHERS),
    ("rest", True),
]
"""What is learned: movement, and whether the leg taken as the working one works."""
OURS = 2 * len(ONE_LEGGED) + len(TWO_LEGGED)
WIDTH, BLOCKS, DROP, NOISE, SOFT = 192, 2, 0.2, 0.1, 0.02
EPOCHS, NETWORKS = 8, 3

Array = np.ndarray[Any, Any]


def examples(shard: Path) -> tuple[Array, Array]:
    """Return features and kind of a shard's frames, seen with either side as the working side."""
    parts: list[tuple[Array, list[int]]] = []
    for clip in pickle.loads(shard.read_bytes()):
        times = clip["times_s"]
        info = VideoInfo(clip["name"], *clip["size"], len(times), float(times[-1] + 1), 6.0)
        pose = PoseSequence(times, clip["image"], clip["world"], clip["visibility"], clip["presence"], info)
        seen = features(by_learning(pose))
        for side, each in (seen or {}).items():
            kinds = [_kind(clip["bouts"], time_s, side) for time_s in times[pose.detected]]
            parts.append((each, kinds))
    seen, kinds = zip(*parts, strict=True)
    return np.concatenate(seen), np.concatenate(kinds)


def _kind(bouts: list[dict[str, Any]], time_s: float, side: Side) -> int:
    for bout in bouts:
        if bout["start_s"] <= time_s <= bout["end_s"]:
            if bout["exercise"] not in EXERCISES:
                return KINDS.index((bout["movement"], True))
            if any(start <= time_s <= end for start, _, end in bout["repetitions"]):
                return KINDS.index((bout["exercise"], bout["side"] in (None, side)))
    return KINDS.index(("rest", True))


class Exported(nn.Module):
    """The networks' mean log-shares; all other movements as one kind."""

    def __init__(self, networks: list[Witness]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, seen: Tensor) -> Tensor:
        """Return (frame, kind)."""
        said = torch.stack([torch.log_softmax(network(seen), 1) for network in self.networks]).mean(0)
        other = torch.logsumexp(said[:, OURS:-1], 1, keepdim=True)
        return torch.cat([said[:, :OURS], other, said[:, -1:]], 1)


def train(seen: Array, kinds: Array, seed: int) -> Witness:
    """Train one network; kinds that are rare count for more, by the root of how rare they are."""
    torch.manual_seed(seed)
    x, y = torch.from_numpy(seen), torch.from_numpy(kinds)
    count = torch.bincount(y, minlength=len(KINDS)).float()
    weight = (count.mean() / (count + 1)).sqrt().clamp(0.3, 3.0)
    network = Witness(x, len(KINDS), width=WIDTH, blocks=BLOCKS, drop=DROP, noise=NOISE)

    def loss_of(said: Tensor, chosen: Tensor) -> Tensor:
        return functional.cross_entropy(said, y[chosen], weight, label_smoothing=SOFT)

    learn(network, x, STANDING, loss_of, EPOCHS, weight_decay=0.05)
    return network


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Train what tells exercises apart.")
    parser.add_argument("moments", type=Path, nargs="+", help="folders of training.motion.moments")
    parser.add_argument("--out", type=Path, required=True, help="ONNX file to write")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    seen, kinds = from_shards(examples, options.moments, options.jobs)
    networks = [train(seen, kinds, seed) for seed in range(1, NETWORKS + 1)]
    export(Exported(networks).eval(), seen.shape[1], "log_shares", options.out)


if __name__ == "__main__":
    main()
