"""One sample as another camera would show it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.motion.camera import Camera
from formcheck.pose import PoseSequence


def seen_by_a_panned_camera(pose: PoseSequence, pan_deg: float) -> PoseSequence:
    camera = Camera.assumed(pose.video.width, pose.video.height)
    x, y, z = np.moveaxis(camera.rays(pose.image_px.astype(float)), -1, 0)
    sine, cosine = np.sin(np.radians(pan_deg)), np.cos(np.radians(pan_deg))
    aside = np.stack([x * cosine + z * sine, y, z * cosine - x * sine], axis=-1)
    return replace(pose, image_px=camera.project(aside).astype(np.float32))
