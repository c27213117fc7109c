"""Random clips: ``python -m training.render.dataset --count N --out FOLDER [--jobs N] [--joints]``.

Clip number i is the same on every run with the same ``--seed``; clips that exist are kept.
"""

from __future__ import annotations

import argparse
import colorsys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.random import Generator

from training.render.actor import ARM_STYLES, Plan
from training.render.body import BodyShape
from training.render.camera import View
from training.render.clip import ClipSpec, render
from training.render.look import Look
from training.render.motions import LYING, MOTIONS, NEGATIVES
from training.render.scene import Room

FAULTS: dict[str, dict[str, tuple[float, float]]] = {
    "single_leg_rdl": {
        "drop": (5, 14),
        "opening": (10, 28),
        "rotation": (8, 22),
        "lean": (5, 14),
        "shallow": (0.25, 0.5),
        "valgus": (15, 45),
    },
    "step_up": {"drop": (5, 14), "valgus": (10, 35), "rotation": (8, 20), "lean": (5, 15)},
    "step_down": {
        "drop": (5, 15),
        "valgus": (8, 30),
        "rotation": (8, 20),
        "lean": (5, 15),
        "shallow": (0.25, 0.5),
    },
    "lunge": {
        "drop": (5, 12),
        "valgus": (8, 28),
        "rotation": (8, 22),
        "lean": (5, 15),
        "shallow": (0.25, 0.5),
    },
    "bridge": {"drop": (4, 10), "valgus": (8, 30), "shallow": (0.2, 0.5)},
    "single_leg_bridge": {"drop": (5, 14), "rotation": (5, 15), "shallow": (0.2, 0.5)},
    "hip_hinge": {"knees": (40, 70), "rotation": (8, 20), "shallow": (0.25, 0.5)},
    "single_leg_stance": {"drop": (4, 12), "lean": (4, 12), "rotation": (6, 18)},
}
"""Fault → range of sizes (see `training.render.actor.Plan`)."""

_SKINS = ((0.90, 0.72, 0.62), (0.80, 0.60, 0.48), (0.68, 0.48, 0.36), (0.48, 0.32, 0.23), (0.30, 0.20, 0.15))


def random_plan(rng: Generator, exercise: str) -> Plan:
    """Draw one bout: half of them good, the others with one or two faults."""
    faults: dict[str, float] = {}
    if exercise in FAULTS and rng.random() < 0.6:
        names = rng.permutation(list(FAULTS[exercise]))[: rng.integers(1, 3)]
        faults = {str(name): float(rng.uniform(*FAULTS[exercise][name])) for name in names}
    if rng.random() < 0.15 and exercise != "single_leg_stance":
        faults["fast"] = 1.0
    variants = {"lunge": ("split", "reverse", "forward"), "step_up": ("", "drive")}.get(exercise, ("",))
    return Plan(
        exercise,
        side=str(rng.choice(["left", "right"])),
        reps=int(rng.integers(3, 7)),
        faults=faults,
        arms=str(rng.choice(ARM_STYLES, p=[0.5, 0.3, 0.1, 0.1])),
        variant=str(rng.choice(variants)),
        box_m=float(rng.uniform(0.12, 0.22) if exercise == "step_down" else rng.uniform(0.15, 0.32)),
        tempo=(
            float(rng.uniform(1.2, 3.0)),
            float(rng.uniform(0, 0.6)),
            float(rng.uniform(0.8, 1.8)),
            float(rng.uniform(0.2, 1.0)),
        ),
        lead_s=float(rng.uniform(1.3, 2.2)),
        hold_s=float(rng.uniform(6, 16)),
        knee_in=float(rng.uniform(0, 14)),
    )


def random_shape(rng: Generator) -> BodyShape:
    """Draw an adult."""
    gender = float(rng.choice([0.0, 1.0]) * 0.9 + rng.uniform(0, 0.1))
    return BodyShape(
        gender=gender,
        age=float(rng.uniform(0.58, 0.92)),
        muscle=float(rng.uniform(0.3, 0.8)),
        weight=float(rng.uniform(0.3, 0.8)),
        proportions=float(rng.uniform(0.3, 0.8)),
        stature_m=float(rng.normal(1.78 - 0.13 * gender, 0.07)),
    )


def _colour(rng: Generator, value: tuple[float, float] = (0.1, 0.9)) -> tuple[float, float, float]:
    return colorsys.hsv_to_rgb(rng.random(), rng.uniform(0, 0.75), rng.uniform(*value))


def random_look(rng: Generator) -> Look:
    """Draw skin, hair and clothes."""
    skin = np.clip(np.array(_SKINS[rng.integers(len(_SKINS))]) * rng.uniform(0.9, 1.1), 0, 1)
    return Look(
        skin=(float(skin[0]), float(skin[1]), float(skin[2])),
        hair=colorsys.hsv_to_rgb(0.07, rng.uniform(0.1, 0.6), rng.uniform(0.05, 0.6)),
        top=_colour(rng),
        bottom=_colour(rng, (0.05, 0.6)),
        shoes=_colour(rng),
        legs=float(rng.choice([rng.uniform(0.2, 0.5), rng.uniform(0.88, 0.95)])),
        sleeves=float(rng.choice([0.05, rng.uniform(0.25, 0.4), 0.95])),
        stripes=bool(rng.random() < 0.2),
        long_hair=bool(rng.random() < 0.4),
    )


def random_view(rng: Generator, lying: bool, width: int = 540, height: int = 960) -> View:
    """Draw a camera: anywhere around, more often at the usual places, level or looking down."""
    usual = rng.choice([0, 90, -90, 180, 35, -35, 145, -145])
    azimuth = rng.normal(usual, 8) if rng.random() < 0.7 else rng.uniform(-180, 180)
    if lying and abs(azimuth) > 125:
        azimuth = rng.choice([-90, 90]) + rng.normal(0, 12)
    wide = lying or rng.random() < 0.35
    size = (
        {"width": max(width, height), "height": min(width, height)}
        if wide
        else {"width": width, "height": height}
    )
    pitch = rng.uniform(-25, -6) if lying else rng.normal(-5, 4)
    return View(
        azimuth_deg=round(float((azimuth + 180) % 360 - 180), 1),
        pitch_deg=round(float(pitch), 1),
        roll_deg=round(float(rng.normal(0, 1.5)), 1),
        fov_deg=float(rng.uniform(40, 68)),
        fill=float(rng.uniform(0.55, 0.9)),
        **size,
    )


def random_room(rng: Generator, lying: bool) -> Room:
    """Draw light, walls, floor and clutter."""
    return Room(
        wall=_colour(rng, (0.3, 0.95)),
        floor=_colour(rng, (0.2, 0.7)),
        pattern=str(rng.choice(["planks", "tiles", "speckle", "plain"])),
        clutter=int(rng.integers(0, 12)),
        key=float(rng.uniform(1.4, 3.0)),
        ambient=float(rng.uniform(0.18, 0.45)),
        light_azimuth_deg=float(rng.uniform(-180, 180)),
        warmth=float(rng.normal(0, 0.5)),
        noise=float(rng.uniform(0, 4)),
        blur=float(rng.choice([0.0, 0.0, rng.uniform(0.5, 1.4)])),
        mat=lying and bool(rng.random() < 0.7),
    )


def random_spec(number: int, seed: int, negatives: float = 0.0) -> ClipSpec:
    """Draw clip ``number``; a share of ``negatives`` shows none of the exercises."""
    rng = np.random.default_rng([seed, number])
    names = list(NEGATIVES if rng.random() < negatives else MOTIONS)
    exercise = names[number % len(names)]
    lying = exercise in LYING
    return ClipSpec(
        name=f"{number:05d}_{exercise}",
        plans=(random_plan(rng, exercise),),
        shape=random_shape(rng),
        look=random_look(rng),
        view=random_view(rng, lying),
        room=random_room(rng, lying),
        fps=float(rng.choice([30.0, 30.0, 25.0, 24.0])),
        seed=int(rng.integers(2**31)),
        crf=int(rng.integers(22, 31)),
    )


def make(folder: Path, joints: bool, spec: ClipSpec) -> str:
    """Render one clip unless it exists."""
    if not (folder / f"{spec.name}.mp4").exists():
        render(spec, folder, joints=folder if joints else None)
    return spec.name


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Make random clips with known angles.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--negatives", type=float, default=0.0, help="share of clips that show no exercise")
    parser.add_argument("--joints", action="store_true", help="also write the joint centres of every frame")
    options = parser.parse_args()
    specs = [random_spec(i, options.seed, options.negatives) for i in range(options.count)]
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        for name in pool.map(partial(make, options.out, options.joints), specs):
            print(name, flush=True)


if __name__ == "__main__":
    main()
