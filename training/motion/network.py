"""The network that corrects angles: its members, how strange a frame looks to it, and its ONNX file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from formcheck.motion.features import FEATURES, TARGET_UNIT, TARGETS

COUNT = len(TARGETS)
OUTPUTS = ("correction", "sd", "strange_sd")
WIDTH, BLOCKS, DROP = 256, 3, 0.15
NOISE = 0.05
"""Added to the standardised features, so that nothing hangs on their last digit."""
BATCH, NO_STANDING = 512, 0.1
"""Rows in a step of `learn`, and the share of them whose standing is hidden."""
COMPONENTS, STRANGE, UNKNOWN = 40, 1.6, 2.4
_CLIPPED = 6.0
_LEAST_LOG_SD, _MOST_LOG_SD = -3.0, 2.0


def residual_blocks(count: int, width: int, drop: float) -> nn.ModuleList:
    """Return blocks whose output is added to what goes into them."""
    return nn.ModuleList(
        nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, width),
            nn.GELU(),
            nn.Dropout(drop),
            nn.Linear(width, width),
        )
        for _ in range(count)
    )


class Corrector(nn.Module):
    """Standardised features → corrections and log standard deviations, in units of `TARGET_UNIT`."""

    def __init__(self, mean: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        self.enter = nn.Linear(FEATURES, WIDTH)
        self.blocks = residual_blocks(BLOCKS, WIDTH, DROP)
        self.leave = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 2 * COUNT))

    def forward(self, seen: Tensor) -> tuple[Tensor, Tensor]:
        """Return (frame, target) twice."""
        x = (seen - self.mean) / self.scale
        if self.training:
            x = x + NOISE * torch.randn_like(x)
        x = self.enter(x.clamp(-_CLIPPED, _CLIPPED))
        for block in self.blocks:
            x = x + block(x)
        out = self.leave(x)
        return out[:, :COUNT], out[:, COUNT:].clamp(_LEAST_LOG_SD, _MOST_LOG_SD)


class Witness(nn.Module):
    """Standardised features of `formcheck.exercises.features` → outputs, through residual blocks."""

    def __init__(
        self, seen: Tensor, outputs: int, *, width: int, blocks: int, drop: float, noise: float
    ) -> None:
        super().__init__()
        self.register_buffer("mean", seen.mean(0))
        self.register_buffer("scale", seen.std(0) + 0.02)
        self.noise = noise
        self.enter = nn.Linear(seen.shape[1], width)
        self.blocks = residual_blocks(blocks, width, drop)
        self.leave = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, outputs))

    def forward(self, seen: Tensor) -> Tensor:
        """Return (frame, output)."""
        x = ((seen - self.mean) / self.scale).clamp(-_CLIPPED, _CLIPPED)
        if self.training:
            x = x + self.noise * torch.randn_like(x)
        x = self.enter(x)
        for block in self.blocks:
            x = x + block(x)
        said: Tensor = self.leave(x)
        return said


def learn(
    network: nn.Module,
    seen: Tensor,
    standing: slice,
    loss_of: Callable[[Any, Tensor], Tensor],
    epochs: int,
    weight_decay: float,
) -> None:
    """Train a network; its ``standing`` features are sometimes hidden, as in clips that begin in the middle.

    ``loss_of`` gets what the network says of some rows of ``seen``, and which rows these are.
    """
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=weight_decay)
    batches = len(seen) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, 1.5e-3, total_steps=epochs * batches, pct_start=0.1
    )
    for epoch in range(epochs):
        total = 0.0
        for chosen in torch.randperm(len(seen)).split(BATCH)[:batches]:
            batch = seen[chosen]
            batch[torch.rand(len(batch)) < NO_STANDING, standing] = 0.0
            loss = loss_of(network(batch), chosen)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        print(f"  epoch {epoch + 1}: loss {total / batches:.3f}", flush=True)
    network.eval()


class Familiar(nn.Module):
    """How strange a frame looks: by its principal components, and by what they leave over.

    1 is what nine of ten frames of the training stay below.
    """

    def __init__(self, seen: np.ndarray) -> None:
        super().__init__()
        mean, scale = seen.mean(0), seen.std(0) + 0.02
        table = np.clip((seen - mean) / scale, -_CLIPPED, _CLIPPED)
        _, vectors = np.linalg.eigh(np.cov(table.T))
        axes = vectors[:, -COMPONENTS:]
        within = table @ axes
        whitening = np.linalg.cholesky(np.linalg.inv(np.cov(within.T)))
        for name, value in (("mean", mean), ("scale", scale), ("axes", axes), ("whitening", whitening)):
            self.register_buffer(name, torch.tensor(value, dtype=torch.float32))
        self.register_buffer("usual", torch.ones(2))
        self.usual.copy_(torch.quantile(self._distances(torch.from_numpy(seen[::7])), 0.9, dim=0))

    def _distances(self, seen: Tensor) -> Tensor:
        x = ((seen - self.mean) / self.scale).clamp(-_CLIPPED, _CLIPPED)
        within = x @ self.axes
        left = x - within @ self.axes.T
        far = torch.sqrt(((within @ self.whitening) ** 2).mean(1))
        return torch.stack([far, torch.sqrt((left**2).mean(1))], dim=1)

    def forward(self, seen: Tensor) -> Tensor:
        """Return (frame, 1)."""
        return (self._distances(seen) / self.usual).amax(1, keepdim=True)


class Together(nn.Module):
    """Several networks' mean correction, its standard deviation, and what strangeness adds to that.

    All in the targets' own units. The stranger a frame, up to `STRANGE`, the more of the error of geometry
    alone is added (in square); beyond, up to `UNKNOWN`, the correction fades.
    """

    def __init__(self, members: list[Corrector], familiar: Familiar, alone_sd: np.ndarray) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.familiar = familiar
        self.register_buffer("unit", torch.tensor(TARGET_UNIT, dtype=torch.float32))
        self.register_buffer("alone_sd", torch.tensor(alone_sd, dtype=torch.float32))

    @classmethod
    def of(cls, members: list[Corrector], seen: np.ndarray, wanted: np.ndarray) -> Together:
        """Put members together with what they learned from: features, and the corrections wanted there."""
        alone = np.sqrt(np.mean(np.minimum(np.abs(wanted), 3.0) ** 2, axis=0))
        return cls(members, Familiar(seen), alone).eval()

    def forward(self, seen: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return correction and both standard deviations, (frame, target) each."""
        said = [member(seen) for member in self.members]
        each = torch.stack([value for value, _ in said])
        mean = each.mean(0)
        within = torch.stack([torch.exp(2 * log_sd) for _, log_sd in said]).mean(0)
        between = ((each - mean) ** 2).mean(0)
        strangeness = self.familiar(seen)
        doubt = ((strangeness - 1) / (STRANGE - 1)).clamp(0, 1)
        kept = ((UNKNOWN - strangeness) / (UNKNOWN - STRANGE)).clamp(0, 1)
        sd = torch.sqrt(within + between)
        return kept * mean * self.unit, sd * self.unit, torch.sqrt(doubt) * self.alone_sd * self.unit


def export(model: Together, target: Path) -> None:
    """Write the ONNX file and check that it says the same."""
    import onnxruntime

    some = torch.randn(7, FEATURES)
    torch.onnx.export(
        model,
        (some,),
        str(target),
        input_names=["features"],
        output_names=list(OUTPUTS),
        dynamic_axes={name: {0: "frame"} for name in ("features", *OUTPUTS)},
        dynamo=False,
    )
    session = onnxruntime.InferenceSession(str(target))
    said = session.run(None, {"features": some.numpy()})
    with torch.no_grad():
        off = [float(np.abs(a - b.numpy()).max()) for a, b in zip(said, model(some), strict=True)]
    print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB, ONNX against PyTorch {max(off):.1e}")
    if max(off) > 1e-3:
        raise SystemExit("the exported network says something else")
