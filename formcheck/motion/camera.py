"""The camera as far as one clip tells it: pixels to rays, and camera axes to gravity-aligned axes.

Camera axes here: x to the viewer's right, y up in the picture, z towards the camera, metres.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formcheck.motion.geometry import Array, unit

FOCAL_PER_LONG_SIDE = 1.1
"""Assumed focal length in units of the picture's longer side.

Phones' main cameras and webcams lie between about 0.8 and 1.3 when filming; the angles depend on it only
through perspective, by a few percent of the depth differences within a body at 2–4 m.
"""


@dataclass(frozen=True)
class Camera:
    """A pinhole camera without distortion, its centre in the middle of the picture.

    Attributes
    ----------
    focal_px : float
        Focal length.
    width, height : int
        Upright picture size.
    pitch_deg : float
        Negative when it looks down.
    roll_deg : float
        Positive when plumb lines lean towards the viewer's right in the picture.
    pitch_sd_deg, roll_sd_deg : float
        Their standard deviations.
    seeming_pitch_deg : float
        The pitch at which the network's standing body would be plumb; it differs from the pitch by the
        network's habit of making people lean in depth.
    """

    focal_px: float
    width: int
    height: int
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    pitch_sd_deg: float = 8.0
    roll_sd_deg: float = 2.0
    seeming_pitch_deg: float = 0.0

    @classmethod
    def assumed(cls, width: int, height: int) -> Camera:
        """Return a level camera with the assumed focal length."""
        return cls(FOCAL_PER_LONG_SIDE * max(width, height, 1), width, height)

    def rays(self, image_px: Array) -> Array:
        """Return the viewing rays of pixels, shape (..., xyz), scaled so that z is −1."""
        x = (image_px[..., 0] - self.width / 2) / self.focal_px
        y = (self.height / 2 - image_px[..., 1]) / self.focal_px
        return np.stack([x, y, -np.ones_like(x)], axis=-1)

    def project(self, points_m: Array) -> Array:
        """Return the pixels of points in camera axes, shape (..., xy)."""
        depth = np.maximum(-points_m[..., 2], 1e-3)
        x = self.width / 2 + self.focal_px * points_m[..., 0] / depth
        y = self.height / 2 - self.focal_px * points_m[..., 1] / depth
        return np.stack([x, y], axis=-1)

    def turned(self, pitch_deg: float, roll_deg: float) -> Camera:
        """Return the camera with so much more pitch and roll."""
        return replace(self, pitch_deg=self.pitch_deg + pitch_deg, roll_deg=self.roll_deg + roll_deg)

    @property
    def to_room(self) -> Array:
        """Rotation from camera axes to gravity-aligned axes, shape (xyz, xyz)."""
        return gravity_rotation(up_vector(self.pitch_deg, self.roll_deg))


def up_vector(pitch_deg: float, roll_deg: float) -> Array:
    """Return the unit vector that points up in the camera axes of a camera with that pitch and roll."""
    pitch, roll = np.radians(pitch_deg), np.radians(roll_deg)
    return np.array([np.sin(roll) * np.cos(pitch), np.cos(roll) * np.cos(pitch), -np.sin(pitch)])


def gravity_rotation(up: Array) -> Array:
    """Return the rotation from camera axes to axes with ``up`` as y and the camera straight ahead at +z.

    Parameters
    ----------
    up : ndarray, shape (xyz,)
        Unit vector in camera axes.

    Returns
    -------
    ndarray, shape (xyz, xyz)
        Apply as ``points @ rotation.T``.
    """
    towards = unit(np.array([0.0, 0.0, 1.0]) - up[2] * up)
    return np.stack([np.cross(up, towards), up, towards])


def towards_person(root_rays: Array) -> Array:
    """Return the rotations that turn the optical axis onto the ray to the person, shape (frame, xyz, xyz).

    A pose network sees a crop with the person in its middle, so its depth runs along the ray to the person,
    not along the optical axis.
    """
    forward = -unit(root_rays)
    right = unit(np.cross(np.broadcast_to([0.0, 1.0, 0.0], forward.shape), forward))
    return np.stack([right, np.cross(forward, right), forward], axis=-1)
