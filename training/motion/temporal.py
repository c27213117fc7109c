"""Train the temporal motion model: ``python -m training.motion.temporal EXAMPLES.pkl... --out OUT.pt``.

A stack of dilated convolutions over time corrects the geometric angles and says how far off it may be.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from formcheck.names import ANGLES
from training.motion.examples import MODES
from training.motion.features import ANGLE_UNIT

WIDTH = 64
DILATIONS = (1, 2, 4, 8, 4, 2)
ANGLE_COUNT = len(ANGLES)
TICKS = 128
_LEAST_LOG_SD, _MOST_LOG_SD = -3.5, 2.0


class Block(nn.Module):
    """A dilated convolution over time with a short cut; every channel is normalised within its tick."""

    def __init__(self, width: int, dilation: int, causal: bool) -> None:
        super().__init__()
        self.reach, self.causal = 2 * dilation * (2 if causal else 1), causal
        self.norm = nn.LayerNorm(width)
        self.over_time = nn.Conv1d(width, 2 * width, 5, dilation=dilation)
        self.back = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return (batch, channel, tick) of the same shape."""
        y = self.norm(x.transpose(1, 2)).transpose(1, 2)
        y = functional.pad(y, (self.reach, 0) if self.causal else (self.reach, self.reach), mode="replicate")
        value, gate = self.over_time(y).chunk(2, dim=1)
        shortcut: Tensor = x + self.back(value * torch.sigmoid(gate))
        return shortcut


class TemporalModel(nn.Module):
    """Features (batch, tick, feature) give what is said of every tick (batch, tick, 16 + view 3 + modes).

    The first eight numbers correct the geometric angles, in units of `ANGLE_UNIT`; the next eight are the log
    standard deviations of what is left.
    """

    def __init__(self, features: int, causal: bool = False) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))
        self.causal = causal
        self.enter = nn.Linear(features, WIDTH)
        self.blocks = nn.ModuleList([Block(WIDTH, d, causal) for d in DILATIONS])
        self.context = nn.Linear(2 * WIDTH, WIDTH)
        self.drop = nn.Dropout(0.15)
        self.leave = nn.Sequential(
            nn.LayerNorm(WIDTH),
            nn.Linear(WIDTH, WIDTH),
            nn.GELU(),
            nn.Linear(WIDTH, 2 * ANGLE_COUNT + 3 + MODES),
        )

    def forward(self, features: Tensor) -> Tensor:
        """Return what is said of every tick."""
        x = self.enter((features - self.mean) / self.scale).transpose(1, 2)
        for i, block in enumerate(self.blocks):
            x = block(self.drop(x))
            if i == len(self.blocks) // 2 - 1:
                x = x + self._whole_clip(x)
        out: Tensor = self.leave(x.transpose(1, 2))
        spread = out[..., ANGLE_COUNT : 2 * ANGLE_COUNT].clamp(_LEAST_LOG_SD, _MOST_LOG_SD)
        return torch.cat([out[..., :ANGLE_COUNT], spread, out[..., 2 * ANGLE_COUNT :]], dim=-1)

    def _whole_clip(self, x: Tensor) -> Tensor:
        """Return what the clip as a whole says (so far, if causal): the same person, camera and habits."""
        if self.causal:
            count = torch.arange(1, x.shape[-1] + 1, device=x.device)
            mean, square = x.cumsum(-1) / count, (x * x).cumsum(-1) / count
        else:
            mean, square = x.mean(-1, keepdim=True), (x * x).mean(-1, keepdim=True)
        spread = torch.sqrt((square - mean * mean).clamp(min=1e-6))
        said = self.context(torch.cat([mean, spread], dim=1).transpose(1, 2)).transpose(1, 2)
        return functional.gelu(said).expand_as(x) if not self.causal else functional.gelu(said)


def wrapped(difference: Tensor) -> Tensor:
    """Return angles between −180 and 180."""
    return torch.remainder(difference + 180, 360) - 180


def loss_of(out: Tensor, example: dict[str, Tensor], mode_weight: float = 0.15) -> Tensor:
    """Return the loss of a batch: likelihood of the angles, of the view, and of what goes on."""
    unit = torch.tensor(ANGLE_UNIT, dtype=torch.float32)
    wanted = wrapped(example["truth"] - example["geometry"]) / unit
    spread = out[..., ANGLE_COUNT : 2 * ANGLE_COUNT]
    scaled = (out[..., :ANGLE_COUNT] - wanted) * torch.exp(-spread)
    likelihood = functional.huber_loss(scaled, torch.zeros_like(scaled), reduction="none", delta=2.0) + spread
    # between bouts nobody asks for an angle, but it must not run wild either
    weight = torch.where(example["mode"] > 0, 1.0, 0.3)[..., None]
    view = functional.smooth_l1_loss(out[..., 16:19], example["view"])
    modes = functional.cross_entropy(out[..., 19:].flatten(0, 1), example["mode"].flatten())
    return (likelihood * weight).sum() / weight.sum() / ANGLE_COUNT + view + mode_weight * modes


def windows(
    examples: list[dict[str, Any]], rng: np.random.Generator, batch: int
) -> Iterator[dict[str, Tensor]]:
    """Yield batches of random windows of `TICKS`, one of each example an epoch."""
    order = rng.permutation(len(examples))
    for start in range(0, len(order), batch):
        parts = [_window(examples[i], rng) for i in order[start : start + batch]]
        yield {key: torch.from_numpy(np.stack([part[key] for part in parts])) for key in parts[0]}


def _window(example: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return a window, played slower or faster, with noise and some inputs hidden."""
    count = len(example["features"])
    tempo = float(np.exp(rng.uniform(-0.35, 0.35)))
    reach = min((TICKS - 1) * tempo, count - 1)
    at = rng.uniform(0, count - 1 - reach) + np.linspace(0, reach, TICKS)
    low = np.floor(at).astype(int)
    high, share = np.minimum(low + 1, count - 1), (at - low)[:, None].astype(np.float32)
    mixed = {
        k: example[k][low] * (1 - share) + example[k][high] * share
        for k in ("features", "truth", "geometry", "view")
    }
    features = mixed["features"]
    features = features + rng.normal(0, 0.01, features.shape) + rng.normal(0, 0.02, features.shape[1])
    return mixed | {"features": features.astype(np.float32), "mode": example["mode"][low]}


def train(
    learn: list[dict[str, Any]], epochs: int, causal: bool, seed: int, say: Any = print
) -> TemporalModel:
    """Train a model."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    table = np.concatenate([example["features"] for example in learn])
    model = TemporalModel(table.shape[1], causal)
    model.mean.copy_(torch.from_numpy(table.mean(0)))
    model.scale.copy_(torch.from_numpy(table.std(0) + 0.05))
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.02)
    batch = 32
    steps = epochs * -(-len(learn) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps, pct_start=0.1)
    for epoch in range(epochs):
        total = []
        for part in windows(learn, rng, batch):
            loss = loss_of(model(part["features"]), part)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total.append(float(loss.detach()))
        if epoch % 3 == 2:
            say(f"epoch {epoch + 1}: loss {np.mean(total):.3f}", flush=True)
    return model.eval()


@torch.no_grad()
def table_of(model: TemporalModel | None, examples: list[dict[str, Any]]) -> str:
    """Return error, bias, slope and correlation of each angle, in bouts, with the stance leg working."""
    lines = []
    said, wanted, sd = [], [], []
    for example in examples:
        inside = (example["mode"] > 0) & (example["mode"] <= (MODES - 1) // 2)
        if not inside.any():
            continue
        estimate = example["geometry"][inside].astype(float)
        if model is not None:
            out = model(torch.from_numpy(example["features"])[None])[0].numpy()[inside]
            estimate = estimate + out[:, :ANGLE_COUNT] * ANGLE_UNIT
            sd.append(np.exp(out[:, ANGLE_COUNT : 2 * ANGLE_COUNT]) * ANGLE_UNIT)
        said.append(estimate)
        wanted.append(example["truth"][inside])
    estimate, truth = np.concatenate(said), np.concatenate(wanted)
    error = (estimate - truth + 180) % 360 - 180
    for k, name in enumerate(ANGLES):
        slope, _ = np.polyfit(truth[:, k], truth[:, k] + error[:, k], 1)
        r = np.corrcoef(truth[:, k], truth[:, k] + error[:, k])[0, 1]
        held = (
            ""
            if model is None
            else f" 90 % holds {np.mean(np.abs(error[:, k]) < 1.645 * np.concatenate(sd)[:, k]):.2f}"
        )
        lines.append(
            f"{name:24s} error {np.abs(error[:, k]).mean():5.2f} bias {error[:, k].mean():5.2f} "
            f"slope {slope:4.2f} r {r:4.2f}{held}"
        )
    return "\n".join(lines)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Train the temporal motion model.")
    parser.add_argument("examples", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--held-out", type=float, default=0.15)
    parser.add_argument("--causal", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    every = [example for path in options.examples for example in pickle.loads(path.read_bytes())]
    names = sorted({example["name"] for example in every})
    chosen = set(np.random.default_rng(3).permutation(names)[: int(options.held_out * len(names))])
    learn = [example for example in every if example["name"] not in chosen]
    test = [example for example in every if example["name"] in chosen]
    print(len(learn), "examples to learn from,", len(test), "held out")
    if test:
        print(table_of(None, test))
    model = train(learn, options.epochs, options.causal, options.seed)
    if test:
        print(table_of(model, test))
    torch.save(
        {"state": model.state_dict(), "features": len(model.mean), "causal": options.causal}, options.out
    )


if __name__ == "__main__":
    main()
