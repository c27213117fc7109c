"""Train the correction of the geometric angles: ``python -m training.motion.corrector --help``.

A network for single frames says how far each angle of `formcheck.motion.fitted` lies off, and how sure it is
of that. It learns from single moments of thousands of people (`training.motion.moments`) and is judged on
whole clips of others (`training.motion.pack`), which go through the product's own smoothing.
"""

from __future__ import annotations

import argparse
import csv
import pickle
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from formcheck.motion.features import STANDING, TARGET_UNIT, TARGETS, features, mirror_sign
from formcheck.motion.fitted import Fitted, only
from formcheck.motion.geometry import wrapped
from formcheck.names import ANGLES, BILATERAL, EXERCISES, SIDES, Side
from formcheck.pose.sequence import PoseSequence
from formcheck.pose.smoothing import smooth
from formcheck.video.types import VideoInfo
from training.evened import evenly
from training.motion.examples import azimuth_of, clips_of, joints_of, pose_of
from training.motion.network import COUNT, Corrector, Together, export, learn
from training.render.truth import reference_angles

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import accuracy

MEMBERS = 3
VIEW_WEIGHT = 0.95
JUDGED_HZ = 3.0


@dataclass(frozen=True)
class Examples:
    """Frames, each seen with one side as stance side.

    Attributes
    ----------
    features, geometry, truth, weight : ndarray, shapes (frame, feature) and (frame, target)
    person : ndarray of int, shape (frame,)
    working : ndarray of bool, shape (frame,)
        Whether the stance side works in one of our exercises.
    """

    features: np.ndarray
    geometry: np.ndarray
    truth: np.ndarray
    weight: np.ndarray
    person: np.ndarray
    working: np.ndarray

    @classmethod
    def joined(cls, parts: list[Examples]) -> Examples:
        """Return all of them."""
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))

    def part(self, chosen: np.ndarray) -> Examples:
        """Return some of them."""
        return Examples(*(getattr(self, f.name)[chosen] for f in fields(self)))

    @property
    def wanted(self) -> np.ndarray:
        """The correction that would be right, in units of `TARGET_UNIT`."""
        return np.asarray(wrapped(self.truth - self.geometry) / TARGET_UNIT)


def of_moments(clip: dict[str, Any], person: int) -> Iterator[Examples]:
    """Yield the examples of a person of `training.motion.moments`."""
    width, height = clip["size"]
    count = len(clip["image"])
    times = clip["times_s"]
    info = VideoInfo(clip["name"], width, height, count, float(times[-1] + 1), 6.0)
    pose = PoseSequence(times, clip["image"], clip["world"], clip["visibility"], clip["presence"], info)
    yield from _examples(pose, clip, times, person)


def of_clip(clip: dict[str, Any], person: int) -> Iterator[Examples]:
    """Yield some frames of a whole clip."""
    pose = smooth(pose_of(clip))
    yield from _examples(pose, clip, pose.times_s + clip["first"] / clip["fps"], person, clip["fps"])


def _examples(
    pose: PoseSequence, clip: dict[str, Any], clock_s: np.ndarray, person: int, fps: float = 0.0
) -> Iterator[Examples]:
    found = np.flatnonzero(pose.detected)
    if len(found) < 3:
        return
    fitted = Fitted.to(only(pose, found))
    joints = joints_of(clip)
    pitch = float(np.degrees(np.arcsin(clip["axes"][2, 2])))
    rows = np.arange(0, len(found), max(round(fps / JUDGED_HZ), 1))
    for side in SIDES:
        truth = reference_angles(joints, side)
        weight, working = _weights(clip, truth, clock_s, side)
        way = mirror_sign(side)
        table = np.column_stack([*truth.values(), way * azimuth_of(clip), np.full(len(pose), pitch)])
        geometry = np.column_stack(
            [fitted.values[side], way * fitted.azimuth, np.full(len(found), fitted.camera.pitch_deg)]
        )
        yield Examples(
            features(fitted, side)[rows],
            geometry[rows].astype(np.float32),
            table[found][rows].astype(np.float32),
            weight[found][rows].astype(np.float32),
            np.full(len(rows), person),
            working[found][rows],
        )


def _weights(
    clip: dict[str, Any], truth: dict[str, np.ndarray], clock_s: np.ndarray, side: Side
) -> tuple[np.ndarray, np.ndarray]:
    """Return how much each angle of a frame counts, and where ``side`` works."""
    weight = np.full((len(clock_s), COUNT), 0.25)
    working = np.zeros(len(clock_s), bool)
    for bout in clip["bouts"]:
        if bout["exercise"] not in EXERCISES:
            continue
        inside = (clock_s >= bout["start_s"]) & (clock_s <= bout["end_s"])
        own = bout["exercise"] in BILATERAL or bout["side"] == side
        means = np.stack([accuracy.told(a, truth, bout["exercise"]) for a in ANGLES], axis=1)
        weight[inside, : len(ANGLES)] = (means * (1.0 if own else 0.4))[inside]
        weight[inside, len(ANGLES) :] = VIEW_WEIGHT
        if own:
            working |= inside
    return weight, working


def train(examples: Examples, epochs: int, seed: int) -> Corrector:
    """Train one network (Huber likelihood)."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    seen = torch.from_numpy(examples.features)
    wanted = torch.from_numpy(examples.wanted.astype(np.float32))
    even = [
        evenly(examples.truth[:, k], examples.working & (examples.weight[:, k] > 0.9)) for k in range(COUNT)
    ]
    weight = torch.from_numpy((examples.weight * np.stack(even, axis=1)).astype(np.float32))
    model = Corrector(seen.mean(0), seen.std(0) + 0.02)

    def loss_of(said: tuple[Tensor, Tensor], chosen: Tensor) -> Tensor:
        value, log_sd = said
        scaled = (value - wanted[chosen]) * torch.exp(-log_sd)
        loss = functional.huber_loss(scaled, torch.zeros_like(scaled), reduction="none", delta=1.5) + log_sd
        return (loss * weight[chosen]).sum() / weight[chosen].sum()

    learn(model, seen, STANDING, loss_of, epochs, weight_decay=0.05)
    return model


@torch.no_grad()
def errors_of(model: nn.Module | None, chosen: Examples) -> tuple[np.ndarray, np.ndarray]:
    """Return how far the corrected angles lie off and their standard deviations, (frame, target) each."""
    estimate = chosen.geometry.astype(float)
    sd = np.full(estimate.shape, np.nan)
    if model is not None:
        correction, spread, strange = model(torch.from_numpy(chosen.features))
        estimate, sd = estimate + correction.numpy(), np.hypot(spread.numpy(), strange.numpy())
    return np.asarray(wrapped(estimate - chosen.truth)), sd


def mean_errors(model: nn.Module | None, examples: Examples) -> dict[str, float]:
    """Return the mean error of each angle while the stance side works."""
    chosen = examples.part(examples.working)
    error, _ = errors_of(model, chosen)
    return {name: float(np.abs(error[chosen.weight[:, k] > 0.9, k]).mean()) for k, name in enumerate(TARGETS)}


def table_of(model: nn.Module | None, examples: Examples) -> str:
    """Return error, bias, slope and correlation of each angle while the stance side works."""
    chosen = examples.part(examples.working)
    error, sd = errors_of(model, chosen)
    lines = []
    for k, name in enumerate(TARGETS):
        use = chosen.weight[:, k] > 0.9
        e, t = error[use, k], chosen.truth[use, k]
        slope = np.polyfit(t, t + e, 1)[0]
        held = np.abs(e) < 1.645 * sd[use, k]
        low, high = np.quantile(t, [0.05, 0.95])
        lines.append(
            f"{name:24s} error {np.abs(e).mean():5.2f} bias {e.mean():5.2f} slope {slope:4.2f} "
            f"r {np.corrcoef(t, t + e)[0, 1]:4.2f} ± {np.median(1.645 * sd[use, k]):4.1f} "
            f"held {held.mean():.2f}, of the lowest {held[t < low].mean():.2f}, "
            f"of the highest {held[t > high].mean():.2f}"
        )
    return "\n".join(lines)


def gathered(folder: Path, whole: bool) -> Examples:
    """Return a folder's examples; those of each shard of moments are kept beside it."""
    parts: list[Examples] = []
    if whole:
        for person, clip in enumerate(clips_of(folder)):
            parts += list(of_clip(clip, person))
        return Examples.joined(parts)
    for shard in sorted(folder.glob("*.pkl")):
        kept = shard.with_suffix(".npz")
        if not kept.exists():
            found: list[Examples] = []
            for i, clip in enumerate(pickle.loads(shard.read_bytes())):
                found += list(of_moments(clip, int(shard.stem) * 1000 + i))
            joined = Examples.joined(found)
            np.savez(kept, **{f.name: getattr(joined, f.name) for f in fields(Examples)})
        with np.load(kept) as data:
            parts.append(Examples(*(data[f.name] for f in fields(Examples))))
    return Examples.joined(parts)


def remember(curve: Path, rows: dict[int, dict[str, float]]) -> None:
    """Write the mean errors by the number of people learned from into the file of the learning curve."""
    if curve.exists():
        with curve.open(encoding="utf-8", newline="") as file:
            known = {int(row.pop("people")): row for row in csv.DictReader(file)}
        rows = {**known, **rows}  # type: ignore[dict-item]
    with curve.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ("people", *TARGETS), lineterminator="\n")
        writer.writeheader()
        for people in sorted(rows):
            writer.writerow({"people": people} | {k: f"{float(v):.2f}" for k, v in rows[people].items()})


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Train the correction of the angles.")
    parser.add_argument("moments", type=Path, help="folder of training.motion.moments")
    parser.add_argument("--judge", type=Path, required=True, help="folder of packed clips of other people")
    parser.add_argument("--out", type=Path, help="ONNX file to write")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--curve", type=Path, help="CSV file to add the errors to, by number of people")
    parser.add_argument("--share", type=float, default=1.0, help="share of the people to learn from")
    options = parser.parse_args()
    taught, judged = gathered(options.moments, whole=False), gathered(options.judge, whole=True)
    people = np.unique(taught.person)
    chosen = np.random.default_rng(0).permutation(people)[: max(int(len(people) * options.share), 1)]
    taught = taught.part(np.isin(taught.person, chosen))
    print(f"{len(taught.features)} examples of {len(chosen)} people; judged on {judged.working.sum()} frames")
    print(table_of(None, judged), flush=True)
    with ProcessPoolExecutor(options.members, mp_context=get_context("spawn")) as pool:
        members = list(pool.map(partial(train, taught, options.epochs), range(options.members)))
    working = taught.part(taught.working)
    model = Together.of(members, working.features, working.wanted)
    print(table_of(model, judged))
    if options.curve:
        rows = {0: mean_errors(None, judged), len(chosen): mean_errors(model, judged)}
        remember(options.curve, rows)
    if options.out:
        export(model, options.out)


if __name__ == "__main__":
    main()
