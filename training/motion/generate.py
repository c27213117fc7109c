"""Landmarks of rendered people with known joints: ``python -m training.motion.generate --help``.

The pose model really runs on the pictures (after JPEG), as it does on a video. Each worker writes a shard per
few clips; a run that is stopped loses only the shards in the making, and clip numbers go on where ``--start``
says.
"""

from __future__ import annotations

import argparse
import os
import pickle
import time
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from formcheck.pose.mediapipe_estimator import MediaPipeEstimator
from formcheck.pose.models import pose_model
from training.motion.bodies import StoredShapes
from training.motion.crop import trunk_crop
from training.render import dataset
from training.render.body import Body
from training.render.camera import Camera, place
from training.render.clip import ClipSpec, _extent, joints_of, pose_clip
from training.render.gl import FastStage, context
from training.render.look import dress, normals_operator, vertex_normals
from training.render.motions import LYING
from training.render.scene import Stage

JOINTS = ("hip", "knee", "ankle", "ball", "shoulder")
SIZES = ((540, 960), (540, 960), (432, 768), (720, 1280))
FRAME_RATES = (15.0,)
CROP_HZ = 6.0
MAX_S = 9.0
SHARD_CLIPS = 2


@dataclass(frozen=True)
class Work:
    """What a worker does: every ``step``-th clip from ``start`` until the time is up."""

    out: Path
    bodies: Path
    seed: int
    start: int
    step: int
    until: float
    core: int
    software: bool


def spec_of(number: int, seed: int, software: bool = False) -> ClipSpec:
    """Return clip ``number`` in the cheaper sizes and frame rates of training data."""
    spec = dataset.random_spec(number, seed)
    rng = np.random.default_rng([seed, number, 77])
    width, height = (432, 768) if software else SIZES[rng.integers(len(SIZES))]
    if spec.view.width > spec.view.height:
        width, height = height, width
    view = replace(spec.view, width=width, height=height)
    return replace(spec, view=view, fps=float(rng.choice(FRAME_RATES)))


def make_clip(gl: Any, spec: ClipSpec, shapes: StoredShapes) -> dict[str, Any]:
    """Draw a clip and run the pose model on it; returns its arrays by name."""
    rng = np.random.default_rng(spec.seed)
    shapes.rng = rng
    body = Body(spec.shape, shapes)
    rest, colours = dress(body, spec.look, rng)
    posed = pose_clip(spec, body)
    camera = place(spec.view, _extent(body, posed, rest))
    first, count = _window(rng, len(posed.times_s), int(MAX_S * spec.fps))
    stage = _stage(gl, camera, spec, body, rest, colours, posed.props, rng)
    model = "full" if rng.random() < 0.8 else "lite"
    quality = int(rng.integers(40, 95))
    noise = rng.normal(0, spec.room.noise, (camera.height + 64, camera.width, 1)).round().astype(np.int16)
    noise = np.repeat(noise, 3, axis=2)
    clip = _empty(count)
    every = max(round(spec.fps / CROP_HZ), 1)
    try:
        with MediaPipeEstimator(pose_model(model)) as estimator:
            for i in range(count):
                picture = stage.draw(posed.rotations[first + i], posed.heads[first + i])
                picture = camera_look(picture, spec, noise, quality, rng)
                found = estimator.estimate(picture, i / spec.fps)
                if found is None:
                    continue
                clip["image"][i] = found.image * [camera.width, camera.height]
                clip["world"][i] = found.world_m
                clip["visibility"][i] = found.visibility
                clip["presence"][i] = found.presence
                if i % every == 0:
                    crop = trunk_crop(picture, clip["image"][i], found.world_m)
                    clip["crops"].append(crop.rgb)
                    clip["crop_at"].append((i, *crop.centre_px, crop.side_px))
    finally:
        stage.close()
    joints = joints_of(body, posed)
    at = np.stack([joints[f"{side}_{j}"] for j in JOINTS for side in ("left", "right")], axis=1)
    clip["crops"] = np.array(clip["crops"], np.uint8).reshape(-1, 160, 160, 3)
    clip["crop_at"] = np.array(clip["crop_at"], np.float32).reshape(-1, 4)
    return clip | {
        "joints": at[first : first + count].astype(np.float32),
        "position": camera.position,
        "axes": camera.axes,
        "focal_px": camera.focal_px,
        "size": (camera.width, camera.height),
        "fps": spec.fps,
        "first": first,
        "name": spec.name,
        "model": model,
        "bouts": posed.bouts,
        "props": [(np.asarray(c), np.asarray(s)) for c, s in posed.props],
        "seed": spec.seed,
        "stature_m": spec.shape.stature_m,
    }


def _stage(
    gl: Any,
    camera: Camera,
    spec: ClipSpec,
    body: Body,
    rest: Any,
    colours: Any,
    props: Any,
    rng: np.random.Generator,
) -> Any:
    if gl is not None:
        return FastStage(gl, camera, spec.room, body, rest, colours, props, rng)
    return SoftwareStage(camera, spec, body, rest, colours, props, rng)


class SoftwareStage:
    """The sample clips' stage, drawing from bones as `training.render.gl.FastStage` does."""

    def __init__(
        self,
        camera: Camera,
        spec: ClipSpec,
        body: Body,
        rest: Any,
        colours: Any,
        props: Any,
        rng: np.random.Generator,
    ) -> None:
        lying = spec.plans[0].exercise in LYING
        self._stage = Stage(camera, spec.room, props, rng, lying)
        self._body, self._rest, self._colours = body, rest, colours
        self._operator = normals_operator(body)

    def draw(self, rotations: Any, heads: Any) -> Any:
        """Return the picture of one frame, uint8 RGB (height, width, 3)."""
        vertices = self._body.mesh(rotations, heads, self._rest)
        normals = vertex_normals(vertices, self._body.faces, self._operator)
        return self._stage.draw(vertices, normals, self._body.faces, self._colours)

    def close(self) -> None:
        """Free the drawing surface."""
        self._stage.close()


def _window(rng: np.random.Generator, frames: int, most: int) -> tuple[int, int]:
    """Return where a part of at most ``most`` frames starts and how long it is."""
    if frames <= most:
        return 0, frames
    # half of the parts from the start, where people stand as they do in a clip's lead
    return (0 if rng.random() < 0.5 else int(rng.integers(frames - most))), most


def _empty(count: int) -> dict[str, Any]:
    return {
        "image": np.full((count, 33, 2), np.nan, np.float32),
        "world": np.full((count, 33, 3), np.nan, np.float32),
        "visibility": np.zeros((count, 33), np.float32),
        "presence": np.zeros((count, 33), np.float32),
        "crops": [],
        "crop_at": [],
    }


def camera_look(
    picture: Any, spec: ClipSpec, noise: Any, quality: int, rng: np.random.Generator
) -> np.ndarray[Any, Any]:
    """Blur, noise and compression of a camera."""
    if spec.room.blur:
        picture = cv2.GaussianBlur(picture, (0, 0), spec.room.blur)
    row = int(rng.integers(64))
    picture = cv2.add(picture, noise[row : row + len(picture)], dtype=cv2.CV_8U)
    _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))


def work(job: Work) -> None:
    """Make clips until the time is up."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {job.core})
    cv2.setNumThreads(1)
    gl = None if job.software else context()
    shapes = StoredShapes(job.bodies, np.random.default_rng(0))
    shard: list[dict[str, Any]] = []
    number = job.start
    while time.time() < job.until:
        try:
            shard.append(make_clip(gl, spec_of(number, job.seed, job.software), shapes))
        except (ValueError, RuntimeError, FloatingPointError) as error:  # one odd clip costs itself only
            print(f"clip {number}: {type(error).__name__}: {error}", flush=True)
        number += job.step
        if len(shard) == SHARD_CLIPS:
            _write(job, number, shard)
            shard = []
    if shard:
        _write(job, number, shard)


def _write(job: Work, number: int, shard: list[dict[str, Any]]) -> None:
    target = job.out / f"{number:06d}.pkl"
    partial = target.with_suffix(".part")
    partial.write_bytes(pickle.dumps(shard, protocol=5))
    partial.rename(target)
    print(f"{target.name} {[c['name'] for c in shard]}", flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Make landmarks of rendered people with known joints.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bodies", type=Path, required=True, help="from training.motion.bodies")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--software", action="store_true", help="draw on the processor, in smaller pictures")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    until = time.time() + options.seconds
    spawn = get_context("spawn")
    workers = [
        spawn.Process(
            target=work,
            args=(
                Work(
                    options.out,
                    options.bodies,
                    options.seed,
                    options.start + i,
                    options.jobs,
                    until,
                    i,
                    options.software,
                ),
            ),
        )
        for i in range(options.jobs)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
