"""Train the network that reads pelvis, trunk and thighs off a crop.

``python -m training.motion.trunk DATA OUT SECONDS``: DATA holds the shards of `training.motion.generate`.
OUT gets ``trunk.pt`` (weights), ``predictions.npz`` (what the network says of every crop, and which clips it
was not trained on) and ``log.txt``.
"""

from __future__ import annotations

import pickle
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.motion.blazepose import BlazePoseTrunk

VECTORS = (
    ("left_hip", "right_hip"),
    ("left_shoulder", "right_shoulder"),
    ("trunk",),
    ("left_thigh",),
    ("right_thigh",),
)
HELD_OUT = 0.40
"""Share of clips that the network never sees: the temporal model learns from what it says of those."""
_LEAST_LOG_SD = -5.0


class TrunkReader(nn.Module):
    """Crops (batch, 3, 160, 160) in 0…1 give five directions and their log standard deviations (batch, 30).

    The directions, 3 numbers each in the axes of the ray through the crop's middle (right, up, forwards):
    right hip → left hip, right shoulder → left shoulder, hips → shoulders, left and right hip → knee.
    """

    def __init__(self, bundle: Path) -> None:
        super().__init__()
        self.trunk = BlazePoseTrunk(bundle)
        self.squeeze = nn.Conv2d(192, 96, 1)
        self.head = nn.Sequential(nn.Linear(96 * 25, 256), nn.GELU(), nn.Dropout(0.2), nn.Linear(256, 30))

    def forward(self, crops: Tensor) -> Tensor:
        """Return directions and log standard deviations."""
        x = functional.gelu(self.squeeze(self.trunk(crops))).flatten(1)
        out = self.head(x)
        means, spreads = out[:, :15], out[:, 15:].clamp(_LEAST_LOG_SD, 1.0)
        return torch.cat([means, spreads], dim=1)


def ray_axes(centre: np.ndarray, size: tuple[int, int], focal_px: float) -> np.ndarray:
    """Return the axes (right, up, forwards as rows) of the ray through a pixel, in camera axes."""
    x, y = centre[0] - size[0] / 2, size[1] / 2 - centre[1]
    forwards = np.array([x, y, focal_px])
    forwards = forwards / np.linalg.norm(forwards)
    right = np.cross(np.array([0.0, 1.0, 0.0]), forwards)
    right = right / np.linalg.norm(right)
    return np.stack([right, np.cross(forwards, right), forwards])


def directions(joints: np.ndarray) -> np.ndarray:
    """Return the five directions of a posture; joints (10, 3) as in `training.motion.generate.JOINTS`."""
    hip, knee, shoulder = joints[0:2], joints[2:4], joints[8:10]
    lines = np.stack(
        [
            hip[0] - hip[1],
            shoulder[0] - shoulder[1],
            shoulder.mean(0) - hip.mean(0),
            knee[0] - hip[0],
            knee[1] - hip[1],
        ]
    )
    return lines / np.linalg.norm(lines, axis=-1, keepdims=True)


def load(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Return crops, directions (crop, 15), the clip of each crop, and the clips' names."""
    crops, wanted, owner, names = [], [], [], []
    for shard in sorted(folder.glob("*.pkl")):
        for clip in pickle.loads(shard.read_bytes()):
            local = (clip["joints"] - clip["position"]) @ clip["axes"].T
            for at in clip["crop_at"]:
                axes = ray_axes(at[1:3], clip["size"], clip["focal_px"])
                wanted.append((directions(local[int(at[0])]) @ axes.T).ravel())
            crops.append(clip["crops"])
            owner += [len(names)] * len(clip["crops"])
            names.append(clip["name"])
    return np.concatenate(crops), np.array(wanted, np.float32), np.array(owner), names


def augment(crops: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """Turn, scale, mirror, recolour, blur, dirty and hide parts of crops; the directions turn with them."""
    n, device = len(crops), crops.device

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return torch.rand(n, *shape, device=device) * (high - low) + low

    x = crops.float() / 255
    turn, scale, flip = uniform(-0.14, 0.14), uniform(0.85, 1.18), (uniform(0, 1) < 0.5).float() * 2 - 1
    cos, sin = torch.cos(turn), torch.sin(turn)
    # the grid says where an output pixel comes from: mirrored first, then turned (y points down)
    matrix = torch.stack(
        [
            torch.stack([scale * cos * flip, scale * sin, uniform(-0.06, 0.06)], 1),
            torch.stack([-scale * sin * flip, scale * cos, uniform(-0.06, 0.06)], 1),
        ],
        1,
    )
    grid = functional.affine_grid(matrix, list(x.shape), align_corners=False)
    x = functional.grid_sample(x, grid, align_corners=False)
    v = wanted.view(n, 5, 3)
    # out = flip(turned picture): directions turn by the inverse of the sampling, then mirror
    vx = cos[:, None] * v[..., 0] + sin[:, None] * v[..., 1]
    vy = cos[:, None] * v[..., 1] - sin[:, None] * v[..., 0]
    turned = torch.stack([vx, vy, v[..., 2]], -1)
    mirrored = turned * torch.tensor([-1.0, 1, 1], device=device)
    mirrored = torch.stack(
        [-mirrored[:, 0], -mirrored[:, 1], mirrored[:, 2], mirrored[:, 4], mirrored[:, 3]], 1
    )
    turned = torch.where((flip < 0)[:, None, None], mirrored, turned)
    grey = x.mean(1, keepdim=True)
    x = torch.lerp(x, grey, uniform(0, 1, 1, 1, 1).pow(2))
    middle = x.mean((2, 3), keepdim=True)
    x = (x - middle) * uniform(0.5, 1.5, 1, 1, 1) + middle * uniform(0.5, 1.5, 1, 1, 1)
    x = x * uniform(0.8, 1.2, 3, 1, 1)
    blurred = functional.avg_pool2d(x, 5, 1, 2)
    x = torch.lerp(x, blurred, uniform(-0.3, 1.0, 1, 1, 1))
    x = x + torch.randn_like(x) * uniform(0, 0.06, 1, 1, 1)
    for _ in range(2):
        cx, cy, w, h = uniform(0, 160), uniform(0, 160), uniform(4, 34), uniform(4, 34)
        at = torch.arange(160, device=device)
        inside = ((at - cx[:, None]).abs() < w[:, None] / 2)[:, None, :] & (
            (at - cy[:, None]).abs() < h[:, None] / 2
        )[:, :, None]
        hide = inside & (uniform(0, 1) < 0.4)[:, None, None]
        x = torch.where(hide[:, None], uniform(0, 1, 3, 1, 1), x)
    return x.clamp(0, 1), turned.reshape(n, 15)


def loss_of(out: Tensor, wanted: Tensor) -> Tensor:
    """Return the negative log likelihood, between Gauss and Laplace (Huber of the scaled error)."""
    scaled = (out[:, :15] - wanted) * torch.exp(-out[:, 15:])
    return (functional.huber_loss(scaled, torch.zeros_like(scaled), delta=1.5) + out[:, 15:].mean()).mean()


def elevations(v: Tensor) -> Tensor:
    """Return the elevation above the crop's horizontal of hip line and shoulder line, degrees."""
    lines = v[:, :6].view(-1, 2, 3)
    return torch.rad2deg(torch.asin((lines[..., 1] / lines.norm(dim=-1)).clamp(-1, 1)))


def batches(index: Tensor, size: int) -> Iterator[Tensor]:
    """Yield random batches of an epoch."""
    order = index[torch.randperm(len(index), device=index.device)]
    for start in range(0, len(order) - size + 1, size):
        yield order[start : start + size]


def train(
    model: nn.Module, crops: Tensor, wanted: Tensor, index: Tensor, seconds: float, batch: int = 512
) -> Iterator[str]:
    """Train for a while; yields a line per epoch."""
    kept = [p for name, p in model.named_parameters() if not name.startswith("trunk.")]
    started = [p for name, p in model.named_parameters() if name.startswith("trunk.")]
    for parameter in started[:24]:  # the first layers have seen real pictures: they stay as they are
        parameter.requires_grad_(False)
    rates = [2e-3, 8e-4]
    optimiser = torch.optim.AdamW(
        [{"params": kept, "lr": rates[0]}, {"params": started[24:], "lr": rates[1]}], weight_decay=1e-3
    )
    start, epoch = time.time(), 0
    while time.time() - start < seconds:
        total, steps = 0.0, 0
        for chosen in batches(index, min(batch, len(index))):
            done = min((time.time() - start) / seconds, 1.0)
            warm = min((epoch * 1000 + steps + 1) / 200, 1.0)
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * warm * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * done)))
            x, y = augment(crops[chosen], wanted[chosen])
            with torch.autocast(crops.device.type, torch.bfloat16, enabled=crops.is_cuda):
                out = model(x.contiguous(memory_format=torch.channels_last))
            loss = loss_of(out.float(), y)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            steps += 1
            if steps % 50 == 0:
                total = float(loss.detach())
                if time.time() - start > seconds:
                    break
        epoch += 1
        yield f"{time.time() - start:.0f} s, epoch {epoch}, {steps} steps, loss {total:.3f}"


@torch.no_grad()
def predict(model: nn.Module, crops: Tensor) -> Tensor:
    """Return what the network says of every crop."""
    model.eval()
    said = [model(part.float() / 255) for part in crops.split(1024)]
    model.train()
    return torch.cat(said)


def report(said: Tensor, wanted: Tensor, index: Tensor) -> str:
    """Say how good the elevations of hip and shoulder line are: mean error, correlation."""
    error = (elevations(said[index]) - elevations(wanted[index])).abs().mean(0)
    pairs = [
        torch.corrcoef(torch.stack([elevations(said[index])[:, k], elevations(wanted[index])[:, k]]))[0, 1]
        for k in (0, 1)
    ]
    parts = (said[index, :15] - wanted[index]).abs().mean(0)
    return (
        f"elevation error {error.tolist()} r {[float(p) for p in pairs]} "
        f"components {[round(float(p), 4) for p in parts]}"
    )


def main() -> None:
    """Read the command line."""
    data, out, seconds = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    crops, wanted, owner, names = load(data)
    held = np.random.default_rng(1).random(len(names)) < HELD_OUT
    log = (out / "log.txt").open("a")

    def say(line: str) -> None:
        print(line, flush=True)
        log.write(line + "\n")
        log.flush()

    say(f"{len(names)} clips, {len(crops)} crops")
    pictures = torch.empty((len(crops), 3, 160, 160), dtype=torch.uint8, device=device)
    for i in range(0, len(crops), 4096):
        pictures[i : i + 4096] = torch.from_numpy(crops[i : i + 4096]).to(device).permute(0, 3, 1, 2)
    del crops
    truths = torch.from_numpy(wanted).to(device)
    test = torch.from_numpy(np.flatnonzero(held[owner])).to(device)
    learn = torch.from_numpy(np.flatnonzero(~held[owner])).to(device)
    torch.manual_seed(0)
    model: Any = TrunkReader(Path("models/pose_landmarker_lite.task")).to(device)
    model = model.to(memory_format=torch.channels_last)
    for epoch, line in enumerate(train(model, pictures, truths, learn, seconds)):
        say(line)
        if epoch % 4 == 3:
            some = test[torch.randperm(len(test), device=device)[:8192]]
            said = torch.zeros((len(owner), 30), device=device)
            said[some] = predict(model, pictures[some])
            say(report(said, truths, some))
            torch.save({k: v.cpu() for k, v in model.state_dict().items()}, out / "trunk.pt")
    said = predict(model, pictures)
    say("held out: " + report(said, truths, test))
    say("learnt: " + report(said, truths, learn[:20000]))
    torch.save({k: v.cpu() for k, v in model.state_dict().items()}, out / "trunk.pt")
    np.savez_compressed(
        out / "predictions.npz",
        said=said.cpu().numpy().astype(np.float16),
        owner=owner,
        held=held,
        names=np.array(names),
    )


if __name__ == "__main__":
    main()
