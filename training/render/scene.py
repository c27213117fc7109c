"""Rooms and pictures: the empty room is drawn once, the person into it frame by frame."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from scipy import ndimage

from training.render.camera import Camera
from training.render.rotations import Array

os.environ.setdefault("PYOPENGL_PLATFORM", "osmesa")

_DISC = np.ones((3, 3), np.uint8)


@dataclass(frozen=True)
class Room:
    """Light, colours and clutter of a room; ``mat`` lays an exercise mat under the person."""

    wall: tuple[float, float, float] = (0.75, 0.74, 0.70)
    floor: tuple[float, float, float] = (0.45, 0.36, 0.28)
    pattern: str = "planks"
    clutter: int = 5
    key: float = 2.5
    ambient: float = 0.32
    light_azimuth_deg: float = 35.0
    warmth: float = 0.0
    noise: float = 1.5
    blur: float = 0.0
    mat: bool = False


def _pyrender() -> Any:
    np.inf = np.inf  # type: ignore[attr-defined]  # pyrender 0.1.45 still uses the old name
    import pyrender

    return pyrender


def _texture(colour: tuple[float, float, float], pattern: str, rng: Generator, size: int = 768) -> Array:
    """Return a procedural picture of a floor or wall, uint8."""
    grain = ndimage.gaussian_filter(rng.normal(size=(size, size)), 1.2) * 0.06
    broad = ndimage.gaussian_filter(rng.normal(size=(size, size)), 60, mode="wrap")
    shade = 1 + grain + 0.05 * broad / (broad.std() + 1e-9)
    if pattern == "planks":
        rows = np.arange(size) // 48
        shade *= (1 + 0.12 * rng.normal(size=rows.max() + 1))[rows][:, None]
        shade[np.arange(size) % 48 < 2] *= 0.7
    elif pattern == "tiles":
        line = np.arange(size) % 96 < 3
        shade[line] *= 0.75
        shade[:, line] *= 0.75
    elif pattern == "speckle":
        shade *= 1 + 0.35 * (rng.random((size, size)) > 0.985)
    picture: Array = np.clip(255 * np.asarray(colour) * shade[..., None], 0, 255).astype(np.uint8)
    return picture


class Stage:
    """A camera in a room, ready to draw frames of a person.

    Parameters
    ----------
    props : list of (centre, size)
        Boxes that the person stands on, metres.
    """

    def __init__(
        self, camera: Camera, room: Room, props: list[tuple[Array, Array]], rng: Generator, lying: bool
    ) -> None:
        self.camera, self.room, self.rng = camera, room, rng
        self._pyrender = _pyrender()
        self._renderer = self._pyrender.OffscreenRenderer(camera.width, camera.height)
        self.background, self._prop_depth = self._draw_room(props, lying)
        self._floor = (self._floor_share() & ~np.isfinite(self._prop_depth)).astype(np.float32)
        shape = (4, camera.height, camera.width, 1)
        self._noise = np.repeat(rng.normal(0, room.noise, shape), 3, axis=3).round().astype(np.int16)
        self._person_scene = self._scene(np.zeros(4))
        self._light = self._light_direction()

    def close(self) -> None:
        """Free the drawing surface."""
        self._renderer.delete()

    def _light_direction(self) -> Array:
        azimuth = np.radians(self.room.light_azimuth_deg)
        down = np.array([-0.45 * np.sin(azimuth), 0.45 * np.cos(azimuth), -1.0])
        return down / np.linalg.norm(down)

    def _scene(self, background: Array) -> Any:
        pr, room = self._pyrender, self.room
        tint = np.array([1 + 0.12 * room.warmth, 1.0, 1 - 0.15 * room.warmth])
        scene = pr.Scene(bg_color=background, ambient_light=tint * room.ambient)
        camera = pr.IntrinsicsCamera(
            self.camera.focal_px,
            self.camera.focal_px,
            self.camera.width / 2,
            self.camera.height / 2,
            0.05,
            60,
        )
        scene.add(camera, pose=self.camera.pose())
        for share, azimuth, slope in (
            (1.0, room.light_azimuth_deg, -50),
            (0.4, room.light_azimuth_deg - 120, -20),
        ):
            scene.add(
                pr.DirectionalLight(color=tint, intensity=room.key * share), pose=_facing(azimuth, slope)
            )
        return scene

    def _quad(self, corners: Array, picture: Array, repeat: tuple[float, float]) -> Any:
        import trimesh
        from PIL import Image

        uv = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * np.array(repeat)
        material = trimesh.visual.material.PBRMaterial(
            baseColorTexture=Image.fromarray(picture),
            metallicFactor=0.0,
            roughnessFactor=0.9,
            doubleSided=True,
        )
        visual = trimesh.visual.TextureVisuals(uv=uv, material=material)
        mesh = trimesh.Trimesh(corners, [[0, 1, 2], [0, 2, 3]], visual=visual, process=False)
        return self._pyrender.Mesh.from_trimesh(mesh, smooth=False)

    def _block(self, centre: Array, size: Array, colour: Array) -> Any:
        import trimesh

        mesh = trimesh.creation.box(size)
        mesh.apply_translation(centre)
        mesh.visual.vertex_colors = (np.append(np.clip(colour, 0, 1) ** 2.2, 1.0) * 255).astype(np.uint8)
        return self._pyrender.Mesh.from_trimesh(mesh, smooth=False)

    def _draw_room(self, props: list[tuple[Array, Array]], lying: bool) -> tuple[Array, Array]:
        """Return the picture of the empty room and the depth of the props alone (inf where none)."""
        rng, room = self.rng, self.room
        scene = self._scene(np.array([*room.wall, 1.0]))
        span = 7.0
        floor = np.array([[-span, -span, 0], [span, -span, 0], [span, span, 0], [-span, span, 0]])
        scene.add(self._quad(floor, _texture(room.floor, room.pattern, rng), (7, 7)))
        behind = rng.uniform(1.8, 3.2)
        into = self.camera.axes[2] * np.array([1.0, 1.0, 0.0])
        into = into / np.linalg.norm(into)
        across = np.array([-into[1], into[0], 0.0])
        up = np.array([0.0, 0.0, 1.0])
        base = behind * into
        wall = np.stack(
            [
                base - span * across,
                base + span * across,
                base + span * across + 3.2 * up,
                base - span * across + 3.2 * up,
            ]
        )
        scene.add(self._quad(wall, _texture(room.wall, "plain", rng), (4, 1)))
        self._add_clutter(scene, base, into, across)
        if room.mat:
            colour = rng.uniform(0.1, 0.6, 3)
            size = np.array([0.7, 1.9, 0.012]) if lying else np.array([0.7, 1.8, 0.012])
            scene.add(self._block(np.array([0.0, -0.35 if lying else 0.0, -0.004]), size, colour))
        wood = np.array([0.55, 0.42, 0.28]) * rng.uniform(0.5, 1.2)
        alone = self._scene(np.zeros(4))
        for centre, size in props:
            block = self._block(centre, size, wood)
            scene.add(block)
            alone.add(block)
        colour, _ = self._renderer.render(scene)
        depth = np.full(colour.shape[:2], np.inf)
        if props:
            seen = self._renderer.render(alone, flags=self._pyrender.RenderFlags.DEPTH_ONLY)
            depth = np.where(seen > 0, seen, np.inf)
        return colour[..., :3].copy(), depth

    def _add_clutter(self, scene: Any, base: Array, into: Array, across: Array) -> None:
        rng = self.rng
        for _ in range(self.room.clutter):
            size = rng.uniform([0.2, 0.2, 0.25], [0.9, 0.5, 1.3])
            centre = base - rng.uniform(0.25, 0.5) * into + rng.uniform(-2.6, 2.6) * across
            centre = centre + np.array([0, 0, size[2] / 2])
            scene.add(self._block(centre, size, rng.uniform(0.15, 0.7) + rng.uniform(-0.12, 0.12, 3)))
        for _ in range(self.room.clutter // 2):
            size = np.abs(across) * rng.uniform(0.4, 1.2) + np.array([0.02, 0.02, rng.uniform(0.4, 0.9)])
            centre = (
                base - 0.02 * into + rng.uniform(-2.4, 2.4) * across + np.array([0, 0, rng.uniform(1.4, 2.1)])
            )
            scene.add(self._block(centre, size, rng.uniform(0.2, 0.9) + rng.uniform(-0.15, 0.15, 3)))

    def _floor_share(self) -> Array:
        """Return where the picture shows the floor: below the horizon."""
        camera = self.camera
        x = np.arange(camera.width) + 0.5 - camera.width / 2
        y = camera.height / 2 - np.arange(camera.height) - 0.5
        rays = (
            x[None, :, None] * camera.axes[0]
            + y[:, None, None] * camera.axes[1]
            + camera.focal_px * camera.axes[2]
        )
        return rays[..., 2] < 0

    def _shadow(self, vertices: Array) -> Array:
        """Return a soft shadow on the floor, 0 to 1 per pixel, from every few vertices."""
        camera = self.camera
        points = vertices[::3]
        points = points[points[:, 2] < 1.6]
        on_floor = points - self._light * (points[:, 2:] / self._light[2])
        index = np.round(camera.project(on_floor) / 4).astype(int)
        rows, columns = camera.height // 4, camera.width // 4
        index = index[((index >= 0) & (index < [columns, rows])).all(axis=1)]
        mask = np.zeros((rows, columns), dtype=np.float32)
        mask[index[:, 1], index[:, 0]] = 1.0
        mask = cv2.morphologyEx(cv2.dilate(mask, _DISC), cv2.MORPH_CLOSE, _DISC, iterations=2)
        soft = cv2.resize(cv2.GaussianBlur(mask, (0, 0), 1.3), (camera.width, camera.height))
        shadow: Array = soft * self._floor
        return shadow

    def draw(self, vertices: Array, normals: Array, faces: Array, colours: Array) -> Array:
        """Return one frame with the person in it, uint8 RGB (height, width, 3)."""
        pr = self._pyrender
        material = pr.MetallicRoughnessMaterial(
            metallicFactor=0.0, roughnessFactor=0.75, baseColorFactor=[1.0, 1.0, 1.0, 1.0]
        )
        primitive = pr.Primitive(
            positions=vertices.astype(np.float32),
            normals=normals.astype(np.float32),
            color_0=np.concatenate([colours**2.2, np.ones((len(colours), 1))], 1).astype(np.float32),
            indices=faces,
            material=material,
            mode=4,
        )
        node = self._person_scene.add(pr.Mesh([primitive]))
        picture, depth = self._renderer.render(self._person_scene)
        self._person_scene.remove_node(node)
        shown = (depth > 0) & (self._prop_depth >= depth - 0.01)
        light = 1 - 0.45 * self._shadow(vertices)
        frame = cv2.multiply(self.background, cv2.merge([light] * 3), dtype=cv2.CV_8U)
        np.copyto(frame, picture, where=shown[..., None])
        return self._sensor(_soften_outline(frame, shown.astype(np.uint8)))

    def _sensor(self, frame: Array) -> Array:
        if self.room.blur:
            frame = cv2.GaussianBlur(frame, (0, 0), self.room.blur)
        noise = self._noise[self.rng.integers(len(self._noise))]
        picture: Array = cv2.add(frame, np.roll(noise, int(self.rng.integers(64)), axis=1), dtype=cv2.CV_8U)
        return picture


def _soften_outline(frame: Array, shown: Array) -> Array:
    """Blur the pixels on the outline of the person: the software renderer does not smooth edges."""
    outline = cv2.morphologyEx(shown, cv2.MORPH_GRADIENT, _DISC) > 0
    np.copyto(frame, cv2.GaussianBlur(frame, (3, 3), 0), where=outline[..., None])
    return frame


def _facing(azimuth_deg: float, slope_deg: float) -> Array:
    """Return the pose of a light that shines from ``azimuth_deg`` (as a camera there would look)."""
    azimuth, slope = np.radians([azimuth_deg, slope_deg])
    forwards = np.array([-np.sin(azimuth) * np.cos(slope), np.cos(azimuth) * np.cos(slope), np.sin(slope)])
    right = np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(right, forwards), -forwards], axis=-1)
    return pose
