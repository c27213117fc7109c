"""What the learned correction sees of a frame: landmarks, fitted skeleton, angles, and the person standing.

Everything is written as for the left leg as stance leg; for the right leg the person is mirrored, so that
both legs go through the same network and the mirror law holds by construction. Pictures are measured in
sizes of the body, so that neither distance nor resolution counts.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.motion.fitted import Fitted
from formcheck.motion.geometry import Array
from formcheck.names import ANGLES, LANDMARK_INDEX, Side, other

_PAIRED = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")
_MAIN = ("shoulder", "hip", "knee", "ankle")
ANGLE_UNIT: Final = np.array([10.0, 20.0, 15.0, 10.0, 20.0, 30.0, 40.0, 40.0])
"""Size of a usual difference in each of `formcheck.names.ANGLES`: what 1 means inside the network."""
TARGETS: Final = (*ANGLES, "azimuth_deg", "pitch_deg")
"""What is corrected: the angles, where the camera stands (mirrored with the person) and its pitch."""
TARGET_UNIT: Final = np.append(ANGLE_UNIT, [15.0, 5.0])
_UNKNOWN_SD = 3.0
_MOST = 8.0


def features(fitted: Fitted, side: Side) -> Array:
    """Return what is seen of each frame with ``side`` as the stance side, shape (frame, feature), float32.

    Parameters
    ----------
    fitted : Fitted
        The geometry of the frames in which somebody was found.
    side : str
        Stance side.
    """
    rays = fitted.camera.rays(fitted.pose.image_px.astype(float))[..., :2] * [mirror_sign(side), 1.0]
    now = np.concatenate([_seen(fitted, side, rays), _angle_values(fitted, side)], axis=1)
    standing = np.zeros((1, now.shape[1]))
    stands = bool(fitted.standing.any())
    if stands:
        standing = np.median(now[fitted.standing], axis=0, keepdims=True)
    parts = [
        now,
        np.broadcast_to(standing, now.shape),
        np.full((len(now), 1), float(stands)),
        _situation(fitted, side, rays),
    ]
    flat: Array = np.clip(np.concatenate(parts, axis=1), -_MOST, _MOST).astype(np.float32)
    return flat


def _order(side: Side, joints: tuple[str, ...]) -> list[int]:
    """Return landmarks pair by pair, the stance side first."""
    return [LANDMARK_INDEX[f"{which}_{joint}"] for joint in joints for which in (side, other(side))]


def _landmarks(side: Side) -> list[int]:
    return [LANDMARK_INDEX["nose"], *_order(side, _PAIRED)]


def mirror_sign(side: Side) -> float:
    """Return what sideways directions are multiplied by, so that ``side`` becomes the left leg."""
    return 1.0 if side == "left" else -1.0


def _seen(fitted: Fitted, side: Side, rays: Array) -> Array:
    """Return picture, the network's own depth and the fitted joints around the hips, shape (frame, …)."""
    order, main = _landmarks(side), _order(side, _MAIN)
    world = fitted.pose.world_m.astype(float) * [mirror_sign(side), 1.0, 1.0]
    joints = fitted.joints * [mirror_sign(side), 1.0, 1.0]
    hips = _order(side, ("hip",))
    size = spread(world[:, main, :2])
    parts = [
        (rays[:, order] - rays[:, hips].mean(axis=1, keepdims=True)) / spread(rays[:, main])[:, None, None],
        (world[:, order] - world[:, hips].mean(axis=1, keepdims=True)) / size[:, None, None],
        (joints[:, main] - joints[:, hips].mean(axis=1, keepdims=True))
        / spread(joints[:, main, :2])[:, None, None],
    ]
    return np.concatenate([part.reshape(len(rays), -1) for part in parts], axis=1)


def spread(points: Array) -> Array:
    """Return the root of the summed squared distances from the mean point, shape (frame,)."""
    away = points - points.mean(axis=1, keepdims=True)
    size: Array = np.maximum(np.sqrt((away**2).sum(axis=(1, 2))), 1e-6)
    return size


def _angle_values(fitted: Fitted, side: Side) -> Array:
    both = [fitted.values[which] / ANGLE_UNIT for which in (side, other(side))]
    return np.concatenate(both, axis=1)


def _situation(fitted: Fitted, side: Side, rays: Array) -> Array:
    """Return what says how a frame is seen, shape (frame, …)."""
    mirror, count = mirror_sign(side), len(fitted.pose)
    azimuth = np.radians(fitted.azimuth) * mirror
    camera, hips = fitted.camera, _order(side, ("hip",))
    doubt = [
        np.log(np.hypot(0.1, fitted.propagated[which] / ANGLE_UNIT)) / _UNKNOWN_SD
        for which in (side, other(side))
    ]
    level = np.array([camera.pitch_deg / 10, mirror * camera.roll_deg / 5, camera.seeming_pitch_deg / 10])
    return np.concatenate(
        [
            np.stack([np.sin(azimuth), np.cos(azimuth), fitted.lying.astype(float)], axis=1),
            np.broadcast_to(level, (count, 3)),
            rays[:, hips].mean(axis=1) * 3,
            np.log(spread(rays[:, _order(side, _MAIN)]))[:, None],
            fitted.pose.visibility[:, _landmarks(side)],
            *doubt,
        ],
        axis=1,
    )


_NOW: Final = 17 * 2 + 17 * 3 + 8 * 3 + 2 * len(ANGLES)
FEATURES: Final = 2 * _NOW + 1 + 3 + 3 + 2 + 1 + 17 + 2 * len(ANGLES)
"""How many."""
STANDING: Final = slice(_NOW, 2 * _NOW + 1)
"""Those of the person standing, 0 where nobody stands."""
