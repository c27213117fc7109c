"""Points in space from several calibrated cameras: what `benchmarks/pose2sim.py` compares one camera with.

World axes are those of the formulas: metres, right-handed, y up. Camera axes are x to the viewer's right,
y down, z away from the camera. Lenses are taken as free of distortion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CAUCHY_PX = 10.0
"""A camera that has a point this far beside it counts half."""
ROUNDS = 10
FULL_TURN_ABOUT_X = np.diag([1.0, -1.0, -1.0])
"""Qualisys cameras have y up and z backwards."""
Z_UP_TO_Y_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
SUBPIXELS = 64


@dataclass(frozen=True)
class Camera:
    """A calibrated camera.

    Attributes
    ----------
    intrinsics : ndarray, shape (3, 3)
        Focal lengths and principal point in pixels.
    rotation : ndarray, shape (3, 3)
        From world to camera axes.
    position_m : ndarray, shape (3,)
        In the world.
    """

    name: str
    intrinsics: Array
    rotation: Array
    position_m: Array

    def seen(self, points: Array) -> Array:
        """Return points of the world in camera axes, shape (..., 3)."""
        in_camera: Array = (points - self.position_m) @ self.rotation.T
        return in_camera

    def project(self, points: Array) -> Array:
        """Return where points of the world, shape (..., 3), show in the picture, shape (..., 2) in pixels."""
        spread = self.seen(points) @ self.intrinsics.T
        pixels: Array = spread[..., :2] / spread[..., 2:]
        return pixels

    @property
    def pitch_deg(self) -> float:
        """Negative when the camera looks down."""
        return float(np.degrees(np.arcsin(self.rotation[2, 1])))

    @property
    def roll_deg(self) -> float:
        """How far the picture's right side is up; 0 when the horizon is level."""
        right, down = self.rotation[0, 1], self.rotation[1, 1]
        return float(np.degrees(np.arctan2(right, -down)))


class Triangulated(NamedTuple):
    """Points in metres, shape (..., 3), and how far beside it each camera has them, shape (camera, ...)."""

    points: Array
    residual_px: Array


def read_qualisys(path: Path) -> list[Camera]:
    """Return the cameras of a Qualisys calibration (``.qca.txt``: XML, millimetres, z up).

    Its rotations are written by columns; lengths in the picture are in 1/64 pixels.
    """
    return [_camera(element) for element in ElementTree.parse(path).getroot().iter("camera")]


def _camera(element: ElementTree.Element) -> Camera:
    lens, place = element.find("intrinsic"), element.find("transform")
    if lens is None or place is None:
        raise ValueError(f"camera {element.get('serial')} is not calibrated")
    focal_u, focal_v, centre_u, centre_v = (
        float(lens.attrib[name]) / SUBPIXELS
        for name in ("focalLengthU", "focalLengthV", "centerPointU", "centerPointV")
    )
    axes = np.array([[float(place.attrib[f"r{row}{column}"]) for column in (1, 2, 3)] for row in (1, 2, 3)])
    position = np.array([float(place.attrib[axis]) for axis in "xyz"]) / 1000
    return Camera(
        name=element.get("serial", ""),
        intrinsics=np.array([[focal_u, 0, centre_u], [0, focal_v, centre_v], [0, 0, 1]]),
        rotation=FULL_TURN_ABOUT_X @ axes @ Z_UP_TO_Y_UP.T,
        position_m=Z_UP_TO_Y_UP @ position,
    )


def triangulate(cameras: Sequence[Camera], image_px: Array, weight: Array) -> Triangulated:
    """Return the points that fit best what the cameras see.

    Parameters
    ----------
    cameras : sequence of Camera
    image_px : ndarray, shape (camera, ..., 2)
        Where each camera sees each point; NaN where it does not.
    weight : ndarray, shape (camera, ...)
        How much each sighting counts, 0 or more (the network's own visibility, say).

    Returns
    -------
    Triangulated
        NaN where fewer than two cameras see the point.

    Notes
    -----
    The direct linear transform (Hartley & Zisserman 2004, ch. 12.2) of the two cameras with which all agree
    best; then of all, again and again, with every camera's equations divided by the depth of the point,
    which makes them reprojection errors in pixels, and weighted down as its error grows (Cauchy). So a camera
    that is quite wrong draws the point little where three others are right.
    """
    known = np.isfinite(image_px).all(axis=-1) & (weight > 0)
    trust = np.where(known, weight, 0.0)
    rows = np.stack(
        [
            _equations(camera, np.where(seen[..., None], pixels, 0.0))
            for camera, pixels, seen in zip(cameras, image_px, known, strict=True)
        ]
    )
    points = _best_pair(cameras, image_px, rows, trust)
    for _ in range(ROUNDS):
        off = _residuals(cameras, image_px, points)
        depth = np.stack([camera.seen(points)[..., 2] for camera in cameras])
        factor = np.sqrt(trust / (1 + np.where(known, off / CAUCHY_PX, 0.0) ** 2)) / depth
        points = _solved(rows, factor)
    points = np.where((known.sum(axis=0) >= 2)[..., None], points, np.nan)
    return Triangulated(points, _residuals(cameras, image_px, points))


def aimed_anew(cameras: Sequence[Camera], image_px: Array, weight: Array) -> list[Camera]:
    """Return the cameras turned, by shifting their principal points, so that on the median they agree.

    For cameras that were knocked a little after they were calibrated: what all points of a picture have in
    common says more about the camera than about the points. Arguments as for `triangulate`.
    """
    aimed = list(cameras)
    for _ in range(ROUNDS):
        points = triangulate(aimed, image_px, weight).points
        for number, camera in enumerate(aimed):
            beside = (image_px[number] - camera.project(points)).reshape(-1, 2)
            intrinsics = camera.intrinsics.copy()
            intrinsics[:2, 2] += np.nanmedian(beside, axis=0)
            aimed[number] = replace(camera, intrinsics=intrinsics)
    return aimed


def _best_pair(cameras: Sequence[Camera], image_px: Array, rows: Array, trust: Array) -> Array:
    """Return each point from the two cameras with which all cameras together agree best."""
    lowest = np.full(trust.shape[1:], np.inf)
    best = np.full((*trust.shape[1:], 3), np.nan)
    for pair in combinations(range(len(cameras)), 2):
        chosen = np.isin(np.arange(len(cameras)), pair).reshape(-1, *[1] * (trust.ndim - 1))
        points = _solved(rows, np.sqrt(trust) * chosen)
        off = _residuals(cameras, image_px, points) / CAUCHY_PX
        cost = np.sum(np.where(trust > 0, trust * np.log1p(off**2), 0.0), axis=0)
        better = (cost < lowest) & (np.where(chosen, trust, np.inf) > 0).all(axis=0)
        best[better], lowest[better] = points[better], cost[better]
    return best


def _equations(camera: Camera, pixels: Array) -> Array:
    """Return the two equations in homogeneous coordinates that a sighting gives, shape (..., 2, 4)."""
    pose = np.column_stack([camera.rotation, -camera.rotation @ camera.position_m])
    matrix = camera.intrinsics @ pose
    equations: Array = pixels[..., None] * matrix[2] - matrix[:2]
    return equations


def _solved(rows: Array, factor: Array) -> Array:
    """Return the points that solve the weighted equations, shape (..., 3)."""
    weighted = np.moveaxis(rows * np.nan_to_num(factor)[..., None, None], 0, -3)
    stacked = weighted.reshape(*weighted.shape[:-3], -1, 4)
    # Not homogeneous: nobody stands at infinity, and so the errors stay those in the picture.
    normal = np.swapaxes(stacked[..., :3], -1, -2) @ stacked[..., :3]
    right = -np.swapaxes(stacked[..., :3], -1, -2) @ stacked[..., 3:]
    solution: Array = (np.linalg.pinv(normal, hermitian=True) @ right)[..., 0]
    return solution


def _residuals(cameras: Sequence[Camera], image_px: Array, points: Array) -> Array:
    off: Array = np.stack(
        [
            np.linalg.norm(camera.project(points) - pixels, axis=-1)
            for camera, pixels in zip(cameras, image_px, strict=True)
        ]
    )
    return off
