"""Landmarks of rendered people with known joints: ``python -m training.motion.generate --help``.

The pose model really runs on the pictures (after JPEG), as it does on a video. Each worker writes a shard per
few clips; a run that is stopped loses only the shards in the making, and clip numbers go on where ``--start``
says. Drawn by the graphics card, or by Mesa on the processor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from formcheck.pose.mediapipe_estimator import MediaPipeEstimator
from formcheck.pose.models import pose_model
from training.motion.bodies import StoredShapes
from training.motion.pack import JOINTS
from training.motion.workers import Maker, run
from training.render import dataset
from training.render.body import Body
from training.render.camera import place
from training.render.clip import ClipSpec, _extent, joints_of, pose_clip
from training.render.gl import FastStage, context
from training.render.look import dress

SIZES = ((324, 576), (360, 640), (288, 512))
"""The pose model sees the person at 256 pixels; Mesa draws these four times as fast as a phone's pictures."""
FRAME_RATES = (15.0,)
MAX_S = 9.0
SHARD_CLIPS = 2


@dataclass
class Clips:
    """Draws clips by their number and runs the pose model on them."""

    seed: int
    shapes: StoredShapes

    def __post_init__(self) -> None:
        self._gl = context()

    def __call__(self, number: int) -> list[dict[str, Any]]:
        """Return one clip's arrays by name."""
        return [make_clip(self._gl, spec_of(number, self.seed), self.shapes)]


def spec_of(number: int, seed: int) -> ClipSpec:
    """Return clip ``number`` in the cheaper sizes and frame rates of training data."""
    spec = dataset.random_spec(number, seed)
    rng = np.random.default_rng([seed, number, 77])
    width, height = SIZES[rng.integers(len(SIZES))]
    if spec.view.width > spec.view.height:
        width, height = height, width
    view = replace(spec.view, width=width, height=height)
    return replace(spec, view=view, fps=float(rng.choice(FRAME_RATES)))


def make_clip(gl: Any, spec: ClipSpec, shapes: StoredShapes, most_s: float = MAX_S) -> dict[str, Any]:
    """Draw a clip, or a part of ``most_s``, and run the pose model on it; returns its arrays by name."""
    rng = np.random.default_rng(spec.seed)
    shapes.rng = rng
    body = Body(spec.shape, shapes)
    rest, colours = dress(body, spec.look, rng)
    posed = pose_clip(spec, body)
    camera = place(spec.view, _extent(body, posed, rest))
    first, count = _window(rng, len(posed.times_s), int(most_s * spec.fps))
    stage = FastStage(gl, camera, spec.room, body, rest, colours, posed.props, rng)
    model = "full" if rng.random() < 0.8 else "lite"
    quality = int(rng.integers(40, 95))
    noise = rng.normal(0, spec.room.noise, (camera.height + 64, camera.width, 1)).round().astype(np.int16)
    noise = np.repeat(noise, 3, axis=2)
    clip = _empty(count)
    try:
        with MediaPipeEstimator(pose_model(model)) as estimator:
            for i in range(count):
                picture = stage.draw(posed.rotations[first + i], posed.heads[first + i], shadow=False)
                picture = camera_look(picture, spec, noise, quality, rng)
                found = estimator.estimate(picture, i / spec.fps)
                if found is None:
                    continue
                clip["image"][i] = found.image * [camera.width, camera.height]
                clip["world"][i] = found.world_m
                clip["visibility"][i] = found.visibility
                clip["presence"][i] = found.presence
    finally:
        stage.close()
    joints = joints_of(body, posed)
    at = np.stack([joints[f"{side}_{j}"] for j in JOINTS for side in ("left", "right")], axis=1)
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


def build(seed: int, shapes: StoredShapes) -> Maker:
    """Return a worker's maker."""
    return Clips(seed, shapes)


if __name__ == "__main__":
    run("Make landmarks of rendered people with known joints.", build, SHARD_CLIPS)
