"""Pinhole cameras around a person: 0° in front, +90° at the person's left; negative pitch looks down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.render.rotations import Array


@dataclass(frozen=True)
class View:
    """Where a camera shall stand; ``fill`` is the share of the frame that the person takes at most."""

    azimuth_deg: float = 0.0
    pitch_deg: float = -5.0
    roll_deg: float = 0.0
    fov_deg: float = 50.0
    fill: float = 0.8
    width: int = 540
    height: int = 960


@dataclass(frozen=True)
class Camera:
    """A placed camera: ``axes`` holds right, up and forwards as rows."""

    position: Array
    axes: Array
    focal_px: float
    width: int
    height: int

    def project(self, points: Array) -> Array:
        """Project world points (…, 3) to pixels (…, xy)."""
        local = (points - self.position) @ self.axes.T
        scaled = self.focal_px * local[..., :2] / np.maximum(local[..., 2:], 1e-3)
        pixels: Array = np.array([self.width / 2, self.height / 2]) + scaled * np.array([1.0, -1.0])
        return pixels

    def pose(self) -> Array:
        """Return the OpenGL camera-to-world matrix."""
        matrix = np.eye(4)
        matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = self.axes[0], self.axes[1], -self.axes[2]
        matrix[:3, 3] = self.position
        return matrix


def axes_of(view: View) -> Array:
    """Return the camera's right, up and forwards directions as rows."""
    azimuth, pitch, roll = np.radians([view.azimuth_deg, view.pitch_deg, view.roll_deg])
    forwards = np.array([-np.sin(azimuth) * np.cos(pitch), np.cos(azimuth) * np.cos(pitch), np.sin(pitch)])
    right = np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    up = np.cross(right, forwards)
    return np.stack(
        [np.cos(roll) * right + np.sin(roll) * up, np.cos(roll) * up - np.sin(roll) * right, forwards]
    )


def place(view: View, points: Array, lowest_m: float = 0.12) -> Camera:
    """Place the camera so that all ``points`` (n, 3) just take ``fill`` of the frame, in its middle."""
    axes = axes_of(view)
    focal = max(view.width, view.height) / 2 / np.tan(np.radians(view.fov_deg) / 2)
    target = (points.max(axis=0) + points.min(axis=0)) / 2
    distance = 4.0
    for _ in range(12):
        camera = Camera(target - distance * axes[2], axes, focal, view.width, view.height)
        pixels = camera.project(points)
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        taken = np.max((high - low) / np.array([view.width, view.height]))
        off = (low + high) / 2 - np.array([view.width, view.height]) / 2
        target = target + distance / focal * (off[0] * axes[0] - off[1] * axes[1])
        distance = max(distance * taken / view.fill, 0.9)
    position = target - distance * axes[2]
    position[2] = max(position[2], lowest_m)
    return Camera(position, axes, focal, view.width, view.height)


def view_label(azimuth_deg: float, lying: bool) -> str:
    """Return the name of a view, as in `formcheck.motion.types.VIEW_LABELS`."""
    off = abs((azimuth_deg + 180) % 360 - 180)
    if lying:
        return "foot_end" if off < 45 else "head_end" if off > 135 else "side"
    for limit, label in ((20, "front"), (65, "front_oblique"), (115, "side"), (160, "rear_oblique")):
        if off < limit:
            return label
    return "rear"
