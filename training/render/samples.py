"""The sample clips: ``python -m training.render.samples --out sample_videos [--only NAME] [--jobs N]``.

Clips that exist are kept, so an interrupted run goes on where it stopped; the same spec makes the same clip.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from training.render.actor import Plan
from training.render.body import BodyShape
from training.render.camera import View
from training.render.clip import ClipSpec, render
from training.render.look import Look
from training.render.scene import Room

WIDE = {"width": 960, "height": 540}
BRISK = (1.5, 0.15, 0.9, 0.35)

SHAPES = {
    "woman": BodyShape(gender=1.0, age=0.62, weight=0.42, stature_m=1.67),
    "strong_woman": BodyShape(gender=1.0, age=0.68, muscle=0.7, weight=0.55, stature_m=1.74),
    "tall_man": BodyShape(gender=0.0, age=0.65, muscle=0.6, weight=0.40, stature_m=1.88),
    "stocky_man": BodyShape(gender=0.0, age=0.75, muscle=0.55, weight=0.72, stature_m=1.73),
    "older_woman": BodyShape(gender=1.0, age=0.88, muscle=0.4, weight=0.6, stature_m=1.62),
}
LOOKS = {
    "blue": Look(),
    "red": Look(
        skin=(0.88, 0.70, 0.60),
        hair=(0.55, 0.38, 0.18),
        top=(0.70, 0.12, 0.14),
        bottom=(0.15, 0.17, 0.28),
        legs=0.25,
        sleeves=0.05,
        long_hair=True,
        shoes=(0.2, 0.2, 0.22),
    ),
    "tights": Look(
        skin=(0.42, 0.28, 0.20),
        hair=(0.05, 0.04, 0.04),
        top=(0.92, 0.92, 0.90),
        bottom=(0.13, 0.14, 0.20),
        legs=0.93,
        sleeves=0.3,
        shoes=(0.85, 0.35, 0.15),
    ),
    "grey": Look(
        skin=(0.70, 0.50, 0.38),
        hair=(0.35, 0.33, 0.32),
        top=(0.42, 0.44, 0.46),
        bottom=(0.28, 0.30, 0.34),
        legs=0.5,
        sleeves=0.9,
    ),
    "green": Look(
        skin=(0.60, 0.42, 0.30),
        hair=(0.10, 0.08, 0.07),
        top=(0.16, 0.45, 0.28),
        bottom=(0.50, 0.50, 0.52),
        legs=0.42,
        stripes=True,
        shoes=(0.15, 0.15, 0.6),
    ),
}
ROOMS = {
    "studio": Room(),
    "gym": Room(
        wall=(0.38, 0.42, 0.48), floor=(0.20, 0.21, 0.22), pattern="speckle", clutter=8, key=2.2, warmth=-0.4
    ),
    "home": Room(
        wall=(0.86, 0.82, 0.74), floor=(0.62, 0.50, 0.36), clutter=6, warmth=0.6, light_azimuth_deg=-50
    ),
    "clinic": Room(
        wall=(0.88, 0.90, 0.91), floor=(0.60, 0.63, 0.64), pattern="tiles", clutter=3, key=2.4, ambient=0.4
    ),
    "dim": Room(
        wall=(0.55, 0.50, 0.46),
        floor=(0.35, 0.28, 0.22),
        clutter=7,
        key=1.7,
        ambient=0.22,
        warmth=0.8,
        noise=3.0,
    ),
}


def _spec(
    name: str,
    plans: Plan | tuple[Plan, ...],
    shape: str,
    look: str,
    room: str,
    view: View,
    seed: int,
    fps: float = 30.0,
) -> ClipSpec:
    plans = (plans,) if isinstance(plans, Plan) else plans
    lying = plans[0].exercise in ("bridge", "single_leg_bridge")
    return ClipSpec(
        name, plans, SHAPES[shape], LOOKS[look], view, replace(ROOMS[room], mat=lying), seed=seed, fps=fps
    )


SAMPLES: tuple[ClipSpec, ...] = (
    _spec(
        "single_leg_rdl_rear_left_good", Plan("single_leg_rdl"), "woman", "blue", "studio", View(180, -6), 11
    ),
    _spec(
        "single_leg_rdl_rear_oblique_right_opening",
        Plan("single_leg_rdl", "right", faults={"opening": 22.0, "rotation": 10.0}),
        "tall_man",
        "tights",
        "gym",
        View(150, -5, fill=0.78),
        12,
    ),
    _spec(
        "single_leg_rdl_side_left_shallow",
        Plan("single_leg_rdl", faults={"shallow": 0.42}),
        "stocky_man",
        "green",
        "home",
        View(88, -4, **WIDE),
        13,
    ),
    _spec(
        "step_up_front_right_good",
        Plan("step_up", "right", box_m=0.24, arms="hips", tempo=BRISK),
        "strong_woman",
        "red",
        "home",
        View(-4, -5, fill=0.78),
        21,
        25.0,
    ),
    _spec(
        "step_up_oblique_left_valgus_lean",
        Plan("step_up", faults={"valgus": 30.0, "lean": 10.0}, box_m=0.22, variant="drive", tempo=BRISK),
        "tall_man",
        "grey",
        "clinic",
        View(32, -6),
        22,
        25.0,
    ),
    _spec(
        "step_down_front_right_good",
        Plan("step_down", "right", box_m=0.16, arms="hips", knee_in=9.0),
        "tall_man",
        "blue",
        "clinic",
        View(3, -4, fill=0.82),
        31,
    ),
    _spec(
        "step_down_front_left_drop",
        Plan("step_down", faults={"drop": 11.0, "valgus": 20.0}, box_m=0.19),
        "woman",
        "red",
        "gym",
        View(-8, -7),
        32,
    ),
    _spec(
        "lunge_front_left_good",
        Plan("lunge", variant="reverse", arms="hips", knee_in=9.0),
        "strong_woman",
        "tights",
        "studio",
        View(5, -5),
        41,
    ),
    _spec(
        "lunge_front_oblique_right_valgus_rotation",
        Plan(
            "lunge",
            "right",
            variant="forward",
            faults={"valgus": 24.0, "rotation": 16.0},
            arms="crossed",
            tempo=BRISK,
        ),
        "stocky_man",
        "blue",
        "dim",
        View(-30, -5),
        42,
        25.0,
    ),
    _spec(
        "lunge_side_left_split",
        Plan("lunge", variant="split", tempo=BRISK, knee_in=9.0),
        "older_woman",
        "green",
        "clinic",
        View(85, -3, **WIDE),
        43,
        25.0,
    ),
    _spec("bridge_side_good", Plan("bridge"), "woman", "tights", "home", View(90, -8, **WIDE), 51),
    _spec(
        "bridge_side_shallow_fast",
        Plan("bridge", reps=5, faults={"shallow": 0.4, "fast": 1.0}),
        "stocky_man",
        "grey",
        "gym",
        View(-84, -6, **WIDE),
        52,
        25.0,
    ),
    _spec(
        "single_leg_bridge_side_left_shallow",
        Plan("single_leg_bridge", faults={"shallow": 0.4}),
        "strong_woman",
        "blue",
        "studio",
        View(86, -9, **WIDE),
        61,
    ),
    _spec(
        "single_leg_bridge_side_right_good",
        Plan("single_leg_bridge", "right", tempo=BRISK),
        "tall_man",
        "green",
        "clinic",
        View(-95, -7, **WIDE),
        62,
        25.0,
    ),
    _spec("hip_hinge_side_good", Plan("hip_hinge"), "older_woman", "grey", "home", View(90, -4), 71),
    _spec(
        "single_leg_stance_front_right_good",
        Plan("single_leg_stance", "right", arms="hips", hold_s=45.0),
        "older_woman",
        "red",
        "clinic",
        View(2, -4),
        81,
        25.0,
    ),
    _spec(
        "two_exercises_rear_left",
        (Plan("single_leg_rdl", tempo=BRISK), Plan("lunge", variant="reverse", tempo=BRISK)),
        "woman",
        "green",
        "gym",
        View(172, -5),
        91,
        25.0,
    ),
    replace(
        _spec(
            "step_down_portrait_turned_right_lean",
            Plan("step_down", "right", faults={"lean": 11.0}, tempo=BRISK),
            "stocky_man",
            "tights",
            "home",
            View(0, -4),
            92,
            25.0,
        ),
        turned=True,
    ),
    replace(
        _spec(
            "lunge_60fps_front_right_fast",
            Plan("lunge", "right", variant="reverse", faults={"fast": 1.0}),
            "tall_man",
            "red",
            "studio",
            View(10, -5),
            93,
        ),
        fps=60.0,
    ),
)


def make(task: tuple[ClipSpec, Path]) -> str:
    """Render one sample unless it exists."""
    spec, folder = task
    if not (folder / f"{spec.name}.mp4").exists():
        render(spec, folder)
    return spec.name


def run(specs: list[ClipSpec], folder: Path, jobs: int) -> None:
    """Render specs, ``jobs`` at a time (each in a fresh process: OSMesa keeps state)."""
    tasks = [(spec, folder) for spec in specs]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for name in pool.map(make, tasks):
            print(name, flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Make the sample clips.")
    parser.add_argument("--out", type=Path, default=Path("sample_videos"))
    parser.add_argument("--only", action="append", default=[], help="name of a clip; may be repeated")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    chosen = [spec for spec in SAMPLES if not options.only or spec.name in options.only]
    run(chosen, options.out, options.jobs)


if __name__ == "__main__":
    main()
