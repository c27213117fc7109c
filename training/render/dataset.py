"""Random clips: ``python -m training.render.dataset --count N --out FOLDER [--jobs N] [--joints]``.

Clip number i is the same on every run with the same ``--seed``; clips that exist are kept.
"""

from __future__ import annotations

import argparse
import colorsys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.random import Generator

from training.render.actor import ARM_STYLES, Plan
from training.render.body import BodyShape
from training.render.camera import View
from training.render.clip import ClipSpec, render
from training.render.look import PATTERNS, Look
from training.render.motions import LYING, MOTIONS, NEGATIVES
from training.render.scene import Room
from training.render.variation import Variation

FAULTS: dict[str, dict[str, tuple[float, float]]] = {
    "single_leg_rdl": {
        "drop": (5, 14),
        "opening": (10, 28),
        "rotation": (8, 22),
        "lean": (5, 14),
        "shallow": (0.25, 0.5),
        "valgus": (15, 40),
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

VARIANTS: dict[str, tuple[str, ...]] = {
    "lunge": ("split", "reverse", "forward"),
    "step_up": ("", "drive"),
    "jump": ("jacks", "squat"),
    "arm_exercise": ("curl", "press", "raise", "row", "wave"),
    "stretch": ("side_bend", "forward_fold", "twist", "quad"),
    "push_up": ("", "plank"),
    "sit_up": ("", "still"),
    "single_leg_rdl": ("", "", "kickstand"),
    "walk": ("in", "across", "about"),
}
"""Exercise → its variants, drawn evenly."""

_SKINS = ((0.90, 0.72, 0.62), (0.80, 0.60, 0.48), (0.68, 0.48, 0.36), (0.48, 0.32, 0.23), (0.30, 0.20, 0.15))


_TOUCHED = {"drop": "drop", "valgus": "knee", "rotation": "rotation", "lean": "lean", "opening": "drop"}
"""Fault → the channel of `training.render.variation` whose turn part it takes the place of."""

MAX_BOUT_S = 13.0


def random_faults(rng: Generator, exercise: str) -> dict[str, float]:
    """Draw named faults: none in half of the bouts, else one or two (the variation makes others)."""
    faults: dict[str, float] = {}
    if exercise in FAULTS and rng.random() < 0.5:
        names = rng.permutation(list(FAULTS[exercise]))[: rng.integers(1, 3)]
        faults = {str(name): float(rng.uniform(*FAULTS[exercise][name])) for name in names}
        if {"drop", "opening"} <= set(faults):
            del faults["drop"]
    return faults


def random_tempo(rng: Generator, least_s: float = 0.6) -> tuple[float, float, float, float]:
    """Draw down, hold, up and pause: a repetition takes 0.5 to 8 s, most of them 1.5 to 4 s."""
    total = np.clip(np.exp(rng.normal(np.log(2.6), 0.5)), least_s, 8.0)
    if rng.random() < 0.12:
        total = rng.uniform(least_s - 0.1, 8.0)
    down = rng.uniform(0.38, 0.68)
    hold = rng.uniform(0.5, 2.5) if rng.random() < 0.15 else total * rng.uniform(0.0, 0.15)
    pause = rng.uniform(0.0, 2.0) if rng.random() < 0.2 else rng.uniform(0.05, 0.8)
    return float(total * down), float(hold), float(total * (1 - down)), float(pause)


def random_plan(rng: Generator, exercise: str) -> Plan:
    """Draw one bout: its faults, tempo and variant, and the random variation on top of them."""
    faults = random_faults(rng, exercise)
    tempo = random_tempo(rng, 1.2 if exercise in ("lunge", "step_up") else 0.6)
    reps = int(np.clip(rng.integers(2, 8), 1, max(1, MAX_BOUT_S // sum(tempo))))
    return Plan(
        exercise,
        side=str(rng.choice(["left", "right"])),
        reps=reps,
        faults=faults,
        arms=str(rng.choice(ARM_STYLES, p=[0.45, 0.25, 0.15, 0.15])),
        variant=str(rng.choice(VARIANTS.get(exercise, ("",)))),
        box_m=float(rng.uniform(0.08, 0.26) if exercise == "step_down" else rng.uniform(0.10, 0.40)),
        tempo=tempo,
        lead_s=float(rng.uniform(0.4, 1.8)),
        hold_s=float(rng.uniform(4, 14)),
        knee_in=float(rng.uniform(0, 10)),
        spread=float(rng.uniform(0.05, 0.3)),
        vary=Variation(
            seed=int(rng.integers(2**31)),
            strength=float(0.25 if rng.random() < 0.1 else rng.uniform(0.6, 1.15)),
            untouched=tuple(sorted({_TOUCHED[name] for name in faults if name in _TOUCHED})),
        ),
    )


JOINABLE = ("single_leg_rdl", "lunge", "hip_hinge", "single_leg_stance")
"""Exercises that begin and end in quiet standing on the floor without a box."""


def random_plans(rng: Generator, exercise: str) -> tuple[Plan, ...]:
    """Draw a clip's bouts: mostly one; else walking in first, another bout after, or legs in turn."""
    plan = random_plan(rng, exercise)
    kind = rng.random()
    if exercise not in JOINABLE or kind > 0.3 or plan.vary is None:
        return (plan,)
    stance = (float(rng.uniform(0.75, 1.05)), float(rng.uniform(3.0, 10.0)))
    if kind < 0.12:  # repetition by repetition on the other leg
        reps = min(plan.reps, 4)
        sides = [plan.side, "right" if plan.side == "left" else "left"] * 2
        plans = [
            replace(plan, side=s, reps=1, lead_s=0.25, hold_s=min(plan.hold_s, 5.0)) for s in sides[:reps]
        ]
    elif kind < 0.2:
        name = str(rng.choice(["walk", "talk", "squat", "arm_exercise"]))
        before = random_plan(rng, name)
        variant = "in" if name == "walk" else before.variant
        plans = [replace(before, reps=1, variant=variant), replace(plan, reps=min(plan.reps, 4))]
    else:
        other = random_plan(rng, str(rng.choice(JOINABLE)))
        plans = [
            replace(plan, reps=min(plan.reps, 3)),
            replace(other, reps=min(other.reps, 3), arms=plan.arms),
        ]
    return tuple(
        replace(
            p,
            stance=stance,
            arms=plan.arms,
            vary=replace(p.vary, seed=p.vary.seed + i, fades=True) if p.vary else None,
        )
        for i, p in enumerate(plans)
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
    """Draw skin, hair and clothes: tight or loose, plain or printed, the waist in view or covered."""
    skin = np.clip(np.array(_SKINS[rng.integers(len(_SKINS))]) * rng.uniform(0.85, 1.12), 0, 1)
    top, bottom = _colour(rng, (0.03, 0.97)), _colour(rng, (0.03, 0.8))
    if rng.random() < 0.2:  # dark all over, or one colour, as sports clothes often are
        top = bottom = _colour(rng, (0.02, 0.3))
    loose_top = rng.uniform(0.005, 0.04) if rng.random() < 0.5 else 0.0
    loose_bottom = rng.uniform(0.005, 0.04) if rng.random() < 0.5 else 0.0
    waist = rng.choice([0.17, rng.uniform(0.1, 0.32), rng.uniform(-0.28, 0.05)], p=[0.25, 0.35, 0.4])
    shanks = rng.choice([rng.uniform(0.08, 0.3), rng.uniform(0.3, 0.55), rng.uniform(0.6, 0.97)])
    return Look(
        skin=(float(skin[0]), float(skin[1]), float(skin[2])),
        hair=colorsys.hsv_to_rgb(0.07, rng.uniform(0.0, 0.6), rng.uniform(0.03, 0.8)),
        top=top,
        bottom=bottom,
        shoes=_colour(rng, (0.05, 0.97)),
        legs=float(shanks),
        sleeves=float(rng.choice([0.05, rng.uniform(0.2, 0.5), 0.95])),
        stripes=bool(rng.random() < 0.08),
        long_hair=bool(rng.random() < 0.4),
        waist=float(waist),
        loose_top=float(loose_top),
        loose_bottom=float(loose_bottom),
        pattern_top=str(rng.choice(PATTERNS)) if rng.random() < 0.5 else "",
        pattern_bottom=str(rng.choice(PATTERNS)) if rng.random() < 0.3 else "",
        print=_colour(rng, (0.03, 0.97)),
        band=_colour(rng, (0.03, 0.97)) if rng.random() < 0.3 else None,
        socks=float(rng.uniform(0.05, 0.85)) if rng.random() < 0.4 else 0.0,
        sock=_colour(rng, (0.05, 0.97)),
        bald=bool(rng.random() < 0.08),
        cloth_seed=int(rng.integers(2**31)),
    )


def random_view(rng: Generator, lying: bool, width: int = 540, height: int = 960) -> View:
    """Draw a camera: anywhere around, six in ten within 60° of the front; seldom the frame crops a little."""
    azimuth = rng.uniform(-60, 60) if rng.random() < 0.6 else rng.uniform(60, 300)
    if lying and rng.random() < 0.5:  # bridges are usually filmed from the side
        azimuth = rng.choice([-90, 90]) + rng.normal(0, 20)
    wide = rng.random() < (0.8 if lying else 0.35)
    size = (
        {"width": max(width, height), "height": min(width, height)}
        if wide
        else {"width": width, "height": height}
    )
    pitch = (
        rng.uniform(-30, 0) if lying else rng.uniform(-30, 10) if rng.random() < 0.35 else rng.normal(-5, 5)
    )
    return View(
        azimuth_deg=round(float((azimuth + 180) % 360 - 180), 1),
        pitch_deg=round(float(np.clip(pitch, -30, 10)), 1),
        roll_deg=round(float(np.clip(rng.normal(0, 2.2), -5, 5)), 1),
        fov_deg=float(rng.uniform(40, 75)),
        fill=float(rng.uniform(0.96, 1.05) if rng.random() < 0.05 else rng.uniform(0.35, 0.95)),
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


def random_spec(number: int, seed: int, negatives: float = 0.15) -> ClipSpec:
    """Draw clip ``number``; a share of ``negatives`` shows none of the exercises."""
    rng = np.random.default_rng([seed, number])
    names = list(NEGATIVES if rng.random() < negatives else MOTIONS)
    exercise = names[int(rng.integers(len(names))) if names[0] in NEGATIVES else number % len(names)]
    lying = exercise in LYING
    return ClipSpec(
        name=f"{number:05d}_{exercise}",
        plans=random_plans(rng, exercise),
        shape=random_shape(rng),
        look=random_look(rng),
        view=random_view(rng, lying),
        room=random_room(rng, lying),
        fps=float(rng.choice([30.0, 30.0, 30.0, 25.0, 24.0, 60.0])),
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
    parser.add_argument("--negatives", type=float, default=0.15, help="share of clips that show no exercise")
    parser.add_argument("--joints", action="store_true", help="also write the joint centres of every frame")
    options = parser.parse_args()
    specs = [random_spec(i, options.seed, options.negatives) for i in range(options.count)]
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        for name in pool.map(partial(make, options.out, options.joints), specs):
            print(name, flush=True)


if __name__ == "__main__":
    main()
