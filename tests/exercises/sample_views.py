"""One sample as other cameras, or a mirror, would show it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.motion.camera import Camera
from formcheck.names import LANDMARKS
from formcheck.pose import PoseSequence

SWAP = [
    LANDMARKS.index(n.replace("left", "R").replace("right", "left").replace("R", "right")) for n in LANDMARKS
]


def in_the_mirror(pose: PoseSequence) -> PoseSequence:
    image = pose.image_px[:, SWAP].copy()
    image[..., 0] = pose.video.width - image[..., 0]
    return replace(
        pose,
        image_px=image,
        world_m=pose.world_m[:, SWAP] * np.array([-1, 1, 1], np.float32),
        visibility=pose.visibility[:, SWAP],
        presence=pose.presence[:, SWAP],
    )


def seen_by_a_panned_camera(pose: PoseSequence, pan_deg: float) -> PoseSequence:
    camera = Camera.assumed(pose.video.width, pose.video.height)
    x, y, z = np.moveaxis(camera.rays(pose.image_px.astype(float)), -1, 0)
    sine, cosine = np.sin(np.radians(pan_deg)), np.cos(np.radians(pan_deg))
    aside = np.stack([x * cosine + z * sine, y, z * cosine - x * sine], axis=-1)
    return replace(pose, image_px=camera.project(aside).astype(np.float32))
