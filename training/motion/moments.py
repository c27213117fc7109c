"""What the pose model says of single moments: ``python -m training.motion.moments --help``.

The error of landmarks is nearly the same from frame to frame and differs between people, clothes and cameras.
So a network that corrects angles learns more from a few moments of many people than from every frame of few.
A person is drawn standing and in moments of the motion, all from one camera, and the pose model runs on each
picture twice, since the second time it looks where it found the person, as in the middle of a video. Drawn by
Mesa on the processor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from formcheck.pose.mediapipe_estimator import MediaPipeEstimator
from formcheck.pose.models import pose_model
from training.motion.bodies import StoredShapes
from training.motion.generate import camera_look
from training.motion.pack import JOINTS
from training.motion.workers import Maker, run
from training.render import dataset
from training.render.actor import Plan
from training.render.body import Body
from training.render.camera import place
from training.render.clip import Posed, joints_of, pose_clip
from training.render.gl import FastStage, context
from training.render.look import dress

SIZE = (288, 512)
POSE_FPS = 6.0
MOMENTS, STANDING = 6, 2
NEGATIVES = 0.15
WIDE = 0.5
"""Share of people who move far beyond what exercises ask for, so that few real ones lie at the edge."""
STRAIGHT = 0.6
"""Share of people who stand with straight knees, as most do; the others stand as `Plan` and variation say."""
ROLLED, ROLL_DEG = 0.2, 28.0
"""Share of cameras that are held aslant, and by how much at most."""
REACHING = 0.12
"""Share of people who lean far to a side, with a level, dropped or raised pelvis."""
LITE = 0.15
"""Share of people seen by the ``lite`` model."""
SHARD = 100


@dataclass
class People:
    """Draws people by their number and runs the pose model on them."""

    seed: int
    shapes: StoredShapes

    def __post_init__(self) -> None:
        self._gl = context()
        self._models = {
            name: MediaPipeEstimator(pose_model(name), native_filter=False).__enter__()
            for name in ("full", "lite")
        }
        self._clock_s = 0.0

    def __call__(self, number: int) -> list[dict[str, Any]]:
        """Return one person's moments, in the form of `training.motion.generate`'s clips."""
        rng = np.random.default_rng([self.seed, number, 79])
        spec = replace(dataset.random_spec(number, self.seed, NEGATIVES), fps=POSE_FPS)
        spec = replace(spec, plans=tuple(_varied(spec.plans, rng)))
        if rng.random() < ROLLED:
            roll_deg = float(rng.uniform(-ROLL_DEG, ROLL_DEG))
            spec = replace(spec, view=replace(spec.view, roll_deg=roll_deg))
        width, height = sorted(SIZE, reverse=spec.view.width > spec.view.height)
        spec = replace(spec, view=replace(spec.view, width=width, height=height))
        self.shapes.rng = rng
        body = Body(spec.shape, self.shapes)
        rest, colours = dress(body, spec.look, rng)
        posed = pose_clip(spec, body)
        frames = _chosen(posed, rng)
        heads = np.concatenate([posed.heads[i] for i in frames])
        heads = np.concatenate([heads, heads.max(axis=0)[None] + 0.12, heads.min(axis=0)[None] - 0.06])
        camera = place(spec.view, heads)
        quality = int(rng.integers(40, 95))
        noise = rng.normal(0, spec.room.noise, (height + 64, width, 1)).round().astype(np.int16)
        noise = np.repeat(noise, 3, axis=2)
        model = "lite" if rng.random() < LITE else "full"
        shadow = bool(rng.random() < 0.03)
        seen = {key: np.full((len(frames), 33, size), np.nan, np.float32) for key, size in _KEPT}
        stage = FastStage(self._gl, camera, spec.room, body, rest, colours, posed.props, rng)
        try:
            for row, i in enumerate(frames):
                picture = stage.draw(posed.rotations[i], posed.heads[i], shadow=shadow)
                self._look(model, camera_look(picture, spec, noise, quality, rng), seen, row)
        finally:
            stage.close()
        joints = joints_of(body, posed)
        at = np.stack([joints[f"{side}_{j}"] for j in JOINTS for side in ("left", "right")], axis=1)
        return [
            {
                "image": seen["image"] * [width, height],
                "world": seen["world"],
                "visibility": np.nan_to_num(seen["visibility"][..., 0]),
                "presence": np.nan_to_num(seen["visibility"][..., 0]),
                "joints": at[frames].astype(np.float32),
                "times_s": posed.times_s[frames],
                "position": camera.position,
                "axes": camera.axes,
                "size": (width, height),
                "name": spec.name,
                "model": model,
                "bouts": posed.bouts,
                "stature_m": spec.shape.stature_m,
            }
        ]

    def _look(self, model: str, picture: Any, seen: dict[str, Any], row: int) -> None:
        for _ in range(2):
            self._clock_s += 0.1
            found = self._models[model].estimate(picture, self._clock_s)
        if found is not None:
            seen["image"][row], seen["world"][row] = found.image, found.world_m
            seen["visibility"][row, :, 0] = found.visibility


_KEPT = (("image", 2), ("world", 3), ("visibility", 1))


def _varied(plans: Sequence[Plan], rng: np.random.Generator) -> Iterator[Plan]:
    """Yield the bouts of a person, all with the same habits."""
    straight, wide, reaching = rng.random(3) < (STRAIGHT, WIDE, REACHING)
    quiet_knee_deg, sink = float(rng.uniform(1.0, 6.0)), float(rng.uniform(0.0, 0.3))
    for drawn in plans:
        plan = _wider(drawn, rng) if wide else drawn
        if straight:
            vary = replace(plan.vary, sink=sink) if plan.vary else None
            plan = replace(plan, quiet_knee_deg=quiet_knee_deg, vary=vary)
        if reaching:
            far = {"lean": float(rng.uniform(-30.0, 50.0)), "drop": float(rng.uniform(-18.0, 18.0))}
            plan = replace(plan, faults={**plan.faults, **far})
        yield plan


def _wider(plan: Plan, rng: np.random.Generator) -> Plan:
    if plan.vary is None:
        return plan
    strength = plan.vary.strength * float(rng.uniform(1.2, 2.6))
    return replace(plan, vary=replace(plan.vary, strength=strength, reach=2.2))


def _chosen(posed: Posed, rng: np.random.Generator) -> Any:
    """Return the frames drawn, in order: from before the first repetition, then mostly within repetitions."""
    first = posed.bouts[0]["start_s"]
    before = np.flatnonzero(posed.times_s <= max(first - 0.15, 0.0))
    weight = np.full(len(posed.times_s), 0.25)
    for bout in posed.bouts:
        for start, _, end in bout["repetitions"]:
            weight[(posed.times_s >= start) & (posed.times_s <= end)] = 2.0
    weight[before] = 0.0
    count = min(MOMENTS, int((weight > 0).sum()))
    moments = rng.choice(len(weight), count, replace=False, p=weight / weight.sum())
    standing = rng.choice(before, min(STANDING, len(before)), replace=False)
    return np.sort(np.concatenate([standing, moments]))


def build(seed: int, shapes: StoredShapes) -> Maker:
    """Return a worker's maker."""
    return People(seed, shapes)


if __name__ == "__main__":
    run("Make landmarks of single moments of many people with known joints.", build, SHARD)
