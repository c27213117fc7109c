"""Train the network that reads pelvis, trunk and thighs: ``python -m training.motion.trunk --help``.

Learns from `training.motion.stills`. The first layers stay as they are, so what they say of some changed
copies of each crop is worked out once (``--prepare SECONDS``, beside the shards); then it is trained on that.
``--out`` gets ``trunk.pt`` (weights) and ``log.txt``; a run goes on from the weights of another (``--from``).
"""

from __future__ import annotations

import argparse
import pickle
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.motion.blazepose import BlazePoseTrunk
from training.motion.crop import CROP_M, CROP_PX

COPIES = 3
"""Changed copies of each crop."""
HELD_OUT = 25
"""Every so many-th person is only tested on."""
_LEAST_LOG_SD = -5.0
_PLACED = [0, 1, 2, 3, 8, 9]
"""Hips, knees, shoulders of `training.motion.generate.JOINTS`: where they are helps to learn how they lie."""
_PLACES_WEIGHT = 0.5
_MIRROR = [1, 0, 3, 2, 5, 4, 7, 6, 9, 8]


class TrunkReader(nn.Module):
    """Crops (batch, 3, 160, 160) in 0…1 give five directions and their log standard deviations (batch, 30).

    The directions, 3 numbers each in the axes of the ray through the crop's middle (right, up, forwards):
    right hip → left hip, right shoulder → left shoulder, hips → shoulders, left and right hip → knee.
    """

    def __init__(self, bundle: Path) -> None:
        super().__init__()
        self.trunk = BlazePoseTrunk(bundle)
        self.squeeze = nn.Conv2d(192, 96, 1)
        self.squeeze_fine = nn.Conv2d(56, 24, 1)
        self.hidden = nn.Sequential(
            nn.Linear(96 * 25 + 24 * 100, 256), nn.GELU(), nn.Dropout(0.1), nn.Linear(256, 128), nn.GELU()
        )
        self.directions = nn.Linear(128, 30)
        self.places = nn.Linear(128, 3 * len(_PLACED))

    def both(self, early: Tensor) -> tuple[Tensor, Tensor]:
        """Return what `forward` does, and where hips, knees and shoulders are, in sides of the crop."""
        coarse, fine = self.trunk.back(early)
        x = torch.cat(
            [
                functional.gelu(self.squeeze(coarse)).flatten(1),
                functional.gelu(self.squeeze_fine(fine)).flatten(1),
            ],
            dim=1,
        )
        x = self.hidden(x)
        out = self.directions(x)
        return torch.cat([out[:, :15], out[:, 15:].clamp(_LEAST_LOG_SD, 1.0)], dim=1), self.places(x)

    def forward(self, crops: Tensor) -> Tensor:
        """Return directions and log standard deviations."""
        return self.both(self.trunk.front(crops))[0]


def directions(joints: np.ndarray) -> np.ndarray:
    """Return the five directions (crop, 5, 3) of joints (crop, 10, 3) of `training.motion.generate`."""
    hip, knee, shoulder = joints[:, 0:2], joints[:, 2:4], joints[:, 8:10]
    lines = np.stack(
        [
            hip[:, 0] - hip[:, 1],
            shoulder[:, 0] - shoulder[:, 1],
            shoulder.mean(1) - hip.mean(1),
            knee[:, 0] - hip[:, 0],
            knee[:, 1] - hip[:, 1],
        ],
        axis=1,
    )
    unit: np.ndarray = lines / np.linalg.norm(lines, axis=-1, keepdims=True)
    return unit


@dataclass
class Crops:
    """Packed pictures, joints in the axes of the crop's ray (crop, 10, 3) in metres, and whose they are."""

    jpeg: list[bytes]
    joints: np.ndarray
    person: np.ndarray
    lying: np.ndarray

    @classmethod
    def load(cls, folder: Path) -> Crops:
        """Read the shards of `training.motion.stills` in a folder."""
        return cls.read(sorted(folder.glob("*.pkl")))

    @classmethod
    def read(cls, shards: list[Path]) -> Crops:
        """Read some shards."""
        crops = [c for shard in shards for c in pickle.loads(shard.read_bytes())]
        return cls(
            [c["jpeg"] for c in crops],
            np.stack([c["joints"] for c in crops]).astype(np.float32),
            np.array([c["person"] for c in crops]),
            np.array([c["lying"] for c in crops]),
        )

    def picture(self, index: int) -> Any:
        """Return one picture, uint8 RGB (160, 160, 3)."""
        return cv2.imdecode(np.frombuffer(self.jpeg[index], np.uint8), cv2.IMREAD_COLOR)


def changed(picture: Any, joints: np.ndarray, rng: np.random.Generator) -> tuple[Any, np.ndarray]:
    """Turn, scale, shift, mirror, recolour, blur and partly hide a crop; its joints turn with it."""
    turn, scale = rng.uniform(-9, 9), np.exp(rng.normal(0, 0.05))
    matrix = cv2.getRotationMatrix2D((CROP_PX / 2, CROP_PX / 2), turn, scale)
    shift = rng.normal(0, 0.015, 2)
    matrix[:, 2] += shift * CROP_PX
    border = cv2.BORDER_REFLECT if rng.random() < 0.7 else cv2.BORDER_CONSTANT
    picture = cv2.warpAffine(picture, matrix, (CROP_PX, CROP_PX), flags=cv2.INTER_LINEAR, borderMode=border)
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    turned = joints.copy()
    turned[:, 0] = cos * joints[:, 0] - sin * joints[:, 1]
    turned[:, 1] = sin * joints[:, 0] + cos * joints[:, 1]
    turned[:, :2] += shift * [CROP_M, -CROP_M]
    if rng.random() < 0.5:
        picture, turned = picture[:, ::-1], (turned * [-1, 1, 1])[_MIRROR]
    x = picture.astype(np.float32) / 255
    if rng.random() < 0.3:
        x = x + rng.uniform(0, 1) * (x.mean(axis=2, keepdims=True) - x)
    x = (x - x.mean()) * rng.uniform(0.6, 1.4) + x.mean() * rng.uniform(0.6, 1.4)
    x = x * rng.uniform(0.85, 1.15, 3).astype(np.float32)
    if rng.random() < 0.3:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 1.8))
    if rng.random() < 0.35:  # an arm, a chair, another's shoulder
        left, top = rng.integers(0, CROP_PX, 2)
        wide, high = rng.integers(4, 40, 2)
        x = np.ascontiguousarray(x)
        x[top : top + high, left : left + wide] = rng.uniform(0, 1, 3)
    return np.clip(x, 0, 1), turned


def prepare(folder: Path, reader: TrunkReader, until: float) -> None:
    """Work out the early features of changed copies of the crops, as long as there is time."""
    while time.time() < until:
        waiting = [p for p in sorted(folder.glob("*.pkl")) if not p.with_suffix(".npz").exists()]
        if not waiting:
            time.sleep(5)
        for shard in waiting[:1]:
            crops = Crops.read([shard])
            rng = np.random.default_rng(int(shard.stem))
            early, joints = [], []
            for i in range(len(crops.jpeg)):
                copies = [changed(crops.picture(i), crops.joints[i], rng) for _ in range(COPIES)]
                with torch.no_grad():
                    early.append(reader.trunk.front(tensors(copies)[0]).numpy().astype(np.float16))
                joints.append(np.stack([j for _, j in copies]))
            partial = shard.with_suffix(".part.npz")
            np.savez(
                partial,
                early=np.stack(early),
                joints=np.stack(joints).astype(np.float32),
                person=crops.person,
            )
            partial.rename(shard.with_suffix(".npz"))
            print(shard.stem, flush=True)


class Prepared:
    """What `prepare` has worked out so far."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shards: dict[Path, Any] = {}

    def batches(self, size: int, rng: np.random.Generator) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Yield early features, directions and places of random copies, for ever; new shards join in."""
        while True:
            for path in sorted(self._folder.glob("*.npz")):
                if path not in self._shards and ".part" not in path.name:
                    with np.load(path) as data:
                        self._shards[path] = (data["early"], data["joints"], data["person"])
            rows = [
                (path, i, k)
                for path, (_, _, person) in self._shards.items()
                for i in np.flatnonzero(person % HELD_OUT != 0)
                for k in range(COPIES)
            ]
            order = rng.permutation(len(rows))
            for start in range(0, len(order) - size + 1, size):
                chosen = [rows[j] for j in order[start : start + size]]
                early = np.stack([self._shards[path][0][i, k] for path, i, k in chosen]).astype(np.float32)
                joints = np.stack([self._shards[path][1][i, k] for path, i, k in chosen])
                features = torch.from_numpy(early).contiguous(memory_format=torch.channels_last)
                yield features, *truths(joints)
            print(f"{len(rows)} copies seen once more", flush=True)


def tensors(pairs: list[tuple[Any, np.ndarray]]) -> tuple[Tensor, Tensor, Tensor]:
    """Return pictures, directions and places for the network."""
    x = torch.from_numpy(np.stack([p for p, _ in pairs]).astype(np.float32)).permute(0, 3, 1, 2)
    return x.contiguous(memory_format=torch.channels_last), *truths(np.stack([j for _, j in pairs]))


def truths(joints: np.ndarray) -> tuple[Tensor, Tensor]:
    """Return directions and places of joints (crop, 10, 3)."""
    places = joints[:, _PLACED].copy()
    places[..., 2] -= joints[:, :2, 2].mean(axis=1)[:, None]
    wanted = directions(joints).reshape(len(joints), 15).astype(np.float32)
    flat = (places / CROP_M).reshape(len(joints), -1).astype(np.float32)
    return torch.from_numpy(wanted), torch.from_numpy(flat)


def loss_of(out: Tensor, wanted: Tensor) -> Tensor:
    """Return the negative log likelihood, between Gauss and Laplace (Huber of the scaled error)."""
    scaled = (out[:, :15] - wanted) * torch.exp(-out[:, 15:])
    return (functional.huber_loss(scaled, torch.zeros_like(scaled), delta=1.5) + out[:, 15:].mean()).mean()


def elevations(v: np.ndarray) -> np.ndarray:
    """Return the elevation above the crop's horizontal of hip line and shoulder line (crop, 2), degrees."""
    lines = v[:, :6].reshape(-1, 2, 3)
    sine = lines[..., 1] / np.linalg.norm(lines, axis=-1)
    return np.degrees(np.arcsin(np.clip(sine, -1, 1)))


@torch.no_grad()
def predict(model: TrunkReader, crops: Crops, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what the network says of unchanged crops, and the truth."""
    model.eval()
    said, truth = [], []
    for start in range(0, len(index), 128):
        part = index[start : start + 128]
        x, wanted, _ = tensors([(crops.picture(i) / 255.0, crops.joints[i]) for i in part])
        said.append(model(x).numpy())
        truth.append(wanted.numpy())
    model.train()
    return np.concatenate(said), np.concatenate(truth)


def report(said: np.ndarray, truth: np.ndarray, lying: np.ndarray) -> str:
    """Say how good the elevations of hip and shoulder line are, by how the hips face the camera."""
    sideways = np.abs(truth[:, 0])
    parts = {
        "facing": ~lying & (sideways > 0.9),
        "oblique": ~lying & (sideways > 0.5) & (sideways <= 0.9),
        "side": ~lying & (sideways <= 0.5),
        "lying": lying,
    }
    lines = []
    for name, part in parts.items():
        a, b = elevations(said[part]), elevations(truth[part])
        off = np.abs(a - b).mean(axis=0)
        pairs = [np.corrcoef(a[:, k], b[:, k])[0, 1] for k in (0, 1)]
        held = (np.abs(said[part, 1] - truth[part, 1]) < 1.645 * np.exp(said[part, 16])).mean()
        lines.append(
            f"{name} ({part.sum()}): hips {off[0]:.2f} r {pairs[0]:.3f}, "
            f"shoulders {off[1]:.2f} r {pairs[1]:.3f}, 90 % hold {held:.2f}"
        )
    return "; ".join(lines)


def train(model: TrunkReader, crops: Crops, options: argparse.Namespace, say: Any) -> None:
    """Train for a while, and say now and then how it stands with people held out."""
    test = np.flatnonzero(crops.person % HELD_OUT == 0)
    for parameter in model.trunk.early():
        parameter.requires_grad_(False)
    kept = [p for name, p in model.named_parameters() if not name.startswith("trunk.")]
    late = [p for p in model.trunk.parameters() if p.requires_grad]
    groups = [{"params": kept, "rate": 1.5e-3}, {"params": late, "rate": 6e-4}]
    optimiser = torch.optim.AdamW([{**g, "lr": 0.0} for g in groups], weight_decay=1e-3)
    start, steps, total = time.time(), 0, 0.0
    told = start
    prepared = Prepared(options.data)
    for x, wanted, places in prepared.batches(options.batch, np.random.default_rng(options.seed)):
        done = (time.time() - start) / options.seconds
        if done >= 1:
            break
        for group in optimiser.param_groups:
            shape = min((steps + 1) / 150, 1.0) * (0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * done)))
            group["lr"] = group["rate"] * shape * options.rate
        out, where = model.both(x)
        loss = loss_of(out, wanted)
        whole = loss + _PLACES_WEIGHT * functional.l1_loss(where, places) * 10
        optimiser.zero_grad(set_to_none=True)
        whole.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        steps += 1
        total += float(loss.detach())
        if time.time() - told > options.tell:
            told = time.time()
            some = test[:: max(len(test) // 1000, 1)]
            said, truth = predict(model, crops, some)
            found = report(said, truth, crops.lying[some])
            say(f"{told - start:.0f} s, {steps} steps, loss {total / steps:.3f}: {found}")
            torch.save(model.state_dict(), options.out / "trunk.pt")
    said, truth = predict(model, crops, test)
    say(f"held out, {steps} steps: {report(said, truth, crops.lying[test])}")
    torch.save(model.state_dict(), options.out / "trunk.pt")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Train the network that reads pelvis, trunk and thighs.")
    parser.add_argument("data", type=Path, help="from training.motion.stills")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, default=Path("models/pose_landmarker_lite.task"))
    parser.add_argument("--from", dest="before", type=Path, help="weights to go on from")
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--prepare", type=float, help="work out early features for so many seconds instead")
    parser.add_argument("--tell", type=float, default=180.0, help="seconds between reports")
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--rate", type=float, default=1.0, help="of the usual learning rates")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    cv2.setNumThreads(1)
    log = (options.out / "log.txt").open("a")

    def say(line: str) -> None:
        print(line, flush=True)
        log.write(line + "\n")
        log.flush()

    if options.prepare:
        reader = TrunkReader(options.bundle).to(memory_format=torch.channels_last)
        prepare(options.data, reader, time.time() + options.prepare)
        return
    crops = Crops.load(options.data)
    say(f"{len(crops.jpeg)} crops of {len(np.unique(crops.person))} people")
    model = TrunkReader(options.bundle).to(memory_format=torch.channels_last)
    if options.before:
        model.load_state_dict(torch.load(options.before))
    train(model, crops, options, say)


if __name__ == "__main__":
    main()
