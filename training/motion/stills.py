"""Crops of single moments, each with its truth: ``python -m training.motion.stills --help``.

A network that reads crops learns more from many people than from many frames of one. So a person is drawn in
a dozen moments of a motion, from as many camera places, and only the square that `training.motion.crop` would
cut: no pose model runs here, its errors in place and size are drawn at random instead, as large as they are
on clips (`SHIFT_M`, `SCALE`). Drawn by Mesa on the processor, about 15 crops a second and core.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from training.motion.bodies import StoredShapes
from training.motion.crop import CROP_M, CROP_PX
from training.motion.generate import JOINTS
from training.motion.workers import Maker, run
from training.render import dataset
from training.render.body import Body
from training.render.camera import Camera, View, place
from training.render.clip import Posed, joints_of, pose_clip
from training.render.gl import FastStage, context
from training.render.look import dress
from training.render.motions import LYING

DRAWN_PX = 192
MOMENTS = 12
POSE_FPS = 6.0
SHIFT_M = 0.035
"""How far the landmarks' hips lie off the joints' (standard deviation in the picture, metres on the body)."""
SCALE = (1.026, 0.08)
"""The crop's side against the wanted one: median, and the logarithm's standard deviation."""
WINDOW_PX = (110.0, 800.0)
NEGATIVES = 0.05
SHARD_CROPS = 480


def person(gl: Any, number: int, seed: int, shapes: StoredShapes) -> list[dict[str, Any]]:
    """Draw one person's crops, each with its joints in the axes of the ray through the crop's middle."""
    spec = replace(dataset.random_spec(number, seed, NEGATIVES), fps=POSE_FPS)
    rng = np.random.default_rng([seed, number, 78])
    shapes.rng = rng
    body = Body(spec.shape, shapes)
    rest, colours = dress(body, spec.look, rng)
    posed = pose_clip(spec, body)
    joints = joints_of(body, posed)
    at = np.stack([joints[f"{side}_{j}"] for j in JOINTS for side in ("left", "right")], axis=1)
    lying = spec.plans[0].exercise in LYING
    frames = rng.choice(len(at), MOMENTS, p=_interest(posed))
    views = [_moved(spec.view, rng, lying) for _ in frames]
    cameras = [place(view, _extent(posed, i)) for view, i in zip(views, frames, strict=True)]
    closer = [_closer(camera, at[i], rng) for camera, i in zip(cameras, frames, strict=True)]
    stage = FastStage(gl, closer[0], spec.room, body, rest, colours, posed.props, rng)
    crops = []
    try:
        for camera, (seen, i) in zip(cameras, zip(closer, frames, strict=True), strict=True):
            stage.look_from(seen)
            picture = stage.draw(posed.rotations[i], posed.heads[i], shadow=lying or bool(rng.random() < 0.2))
            side_px = CROP_M * camera.focal_px / float((at[i, :2].mean(0) - camera.position) @ camera.axes[2])
            local = (at[i] - seen.position) @ seen.axes.T
            crops.append(
                {
                    "jpeg": _filmed(picture, float(np.clip(side_px, *WINDOW_PX)), spec.room, rng),
                    "joints": local.astype(np.float32),
                    "pitch_deg": float(np.degrees(np.arcsin(seen.axes[2, 2]))),
                    "up": seen.axes[:, 2].astype(np.float32),
                    "person": number,
                    "exercise": spec.plans[0].exercise,
                    "lying": lying,
                }
            )
    finally:
        stage.close()
    return crops


def _interest(posed: Posed) -> Any:
    """Return how often a frame is drawn: those within repetitions twice as often as the rest."""
    weight = np.ones(len(posed.times_s))
    for bout in posed.bouts:
        for start, _, end in bout["repetitions"]:
            weight[(posed.times_s >= start) & (posed.times_s <= end)] = 2.0
    return weight / weight.sum()


def _moved(view: View, rng: np.random.Generator, lying: bool) -> View:
    """Return a camera near the clip's own, in the room's open part."""
    other = dataset.random_view(rng, lying, view.width, view.height)
    azimuth = view.azimuth_deg + rng.uniform(-22, 22)
    return replace(other, azimuth_deg=azimuth, width=view.width, height=view.height)


def _extent(posed: Posed, frame: int) -> Any:
    """Return the joints of a moment and of the clip's first, with room for head and hands."""
    heads = np.concatenate([posed.heads[frame], posed.heads[0]])
    return np.concatenate([heads, heads.max(axis=0)[None] + 0.12, heads.min(axis=0)[None] - 0.06])


def _closer(camera: Camera, joints: Any, rng: np.random.Generator) -> Camera:
    """Return the camera of the crop: the same place, turned to the hips as the landmarks find them."""
    hips = joints[:2].mean(axis=0)
    distance = float((hips - camera.position) @ camera.axes[2])
    spread = SHIFT_M * (1.0 if rng.random() < 0.9 else 2.5)
    aim = hips + rng.normal(0, spread) * camera.axes[0] + rng.normal(0, spread) * camera.axes[1]
    forwards = (aim - camera.position) / np.linalg.norm(aim - camera.position)
    right = np.cross(camera.axes[1], forwards)
    right = -right / np.linalg.norm(right) if right @ camera.axes[0] < 0 else right / np.linalg.norm(right)
    up = np.cross(right, forwards)
    up = up if up @ camera.axes[1] > 0 else -up
    side_m = CROP_M * SCALE[0] * np.exp(rng.normal(0, SCALE[1]))
    return Camera(
        camera.position, np.stack([right, up, forwards]), DRAWN_PX * distance / side_m, DRAWN_PX, DRAWN_PX
    )


def _filmed(picture: Any, side_px: float, room: Any, rng: np.random.Generator) -> bytes:
    """Return the crop as a camera far away, its blur, noise and compression would leave it."""
    native = round(min(side_px, DRAWN_PX))
    if native < DRAWN_PX:
        picture = cv2.resize(picture, (native, native), interpolation=cv2.INTER_AREA)
    if room.blur:
        picture = cv2.GaussianBlur(picture, (0, 0), room.blur * native / max(side_px, 1.0))
    noise = rng.normal(0, room.noise, (*picture.shape[:2], 1)).round().astype(np.int16)
    picture = cv2.add(picture, np.repeat(noise, 3, axis=2), dtype=cv2.CV_8U)
    _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 95))])
    picture = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    how = cv2.INTER_AREA if native > CROP_PX else cv2.INTER_LINEAR
    small = cv2.resize(picture, (CROP_PX, CROP_PX), interpolation=how)
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 95])[1])


def build(seed: int, shapes: StoredShapes) -> Maker:
    """Return a worker's maker."""
    gl = context()
    return lambda number: person(gl, number, seed, shapes)


if __name__ == "__main__":
    run("Draw crops of people with known joints.", build, SHARD_CROPS)
