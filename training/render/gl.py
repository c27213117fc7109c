# ruff: noqa: E501  (shader lines)
"""A fast stage on the graphics card (or Mesa's software one): body skinned in the shader, some 200 frames/s.

`training.render.scene` draws the sample clips and their shadows more finely; this one is for training data by
the hundred thousand frames. Needs ``moderngl`` and an EGL driver.
"""

from __future__ import annotations

from typing import Any

import moderngl
import numpy as np
from numpy.random import Generator

from training.render.body import Body
from training.render.camera import Camera
from training.render.look import normals_operator, vertex_normals
from training.render.rotations import Array
from training.render.scene import Room

_PROJECT = """
uniform vec3 eye; uniform mat3 axes; uniform vec3 lens;  // focal / half width, focal / half height, unused
vec4 project(vec3 p) {
    vec3 q = (p - eye) * axes;
    float near = 0.1, far = 60.0;
    return vec4(lens.x * q.x, -lens.y * q.y, ((far + near) * q.z - 2.0 * far * near) / (far - near), q.z);
}
"""
_NOISE = """
float hash(vec3 p) { p = fract(p * 0.3183099 + 0.1); p *= 17.0; return fract(p.x * p.y * p.z * (p.x + p.y + p.z)); }
float noise(vec3 x) {
    vec3 i = floor(x), f = fract(x); f = f * f * (3.0 - 2.0 * f);
    return mix(mix(mix(hash(i), hash(i + vec3(1,0,0)), f.x), mix(hash(i + vec3(0,1,0)), hash(i + vec3(1,1,0)), f.x), f.y),
               mix(mix(hash(i + vec3(0,0,1)), hash(i + vec3(1,0,1)), f.x),
                   mix(hash(i + vec3(0,1,1)), hash(i + vec3(1,1,1)), f.x), f.y), f.z);
}
float clouds(vec3 p) { return 0.5 * noise(p) + 0.3 * noise(p * 2.1 + 7.0) + 0.2 * noise(p * 4.3 + 3.0); }
"""
_LIGHT = """
uniform vec3 key; uniform vec3 fill; uniform vec3 tint; uniform vec2 strength;  // ambient, key
vec3 lit(vec3 albedo, vec3 n) {
    float up = 0.75 + 0.25 * n.z;
    float light = strength.x * up + 0.30 * strength.y * (max(dot(n, -key), 0.0) + 0.35 * max(dot(n, -fill), 0.0));
    return pow(clamp(pow(albedo, vec3(2.2)) * light * tint * 2.0, 0.0, 1.0), vec3(1.0 / 2.2));
}
"""
_BODY_VERTEX = (
    """#version 330
in vec3 at; in vec3 normal; in vec3 colour; in vec4 bones_a; in vec4 bones_b; in vec4 weights_a; in vec4 weights_b;
uniform sampler2D pose; uniform float flatten; uniform vec3 key;
out vec3 n; out vec3 c; out vec3 rest;
"""
    + _PROJECT
    + """
void main() {
    vec4 rows[3] = vec4[3](vec4(0), vec4(0), vec4(0));
    for (int i = 0; i < 4; i++) for (int r = 0; r < 3; r++) {
        rows[r] += weights_a[i] * texelFetch(pose, ivec2(r, int(bones_a[i])), 0);
        rows[r] += weights_b[i] * texelFetch(pose, ivec2(r, int(bones_b[i])), 0);
    }
    vec4 p = vec4(at, 1.0);
    vec3 world = vec3(dot(rows[0], p), dot(rows[1], p), dot(rows[2], p));
    n = vec3(dot(rows[0].xyz, normal), dot(rows[1].xyz, normal), dot(rows[2].xyz, normal));
    if (flatten > 0.5) world -= key * (world.z / key.z);
    c = colour; rest = at;
    gl_Position = project(world);
}"""
)
_BODY_FRAGMENT = (
    """#version 330
in vec3 n; in vec3 c; in vec3 rest; out vec4 shown;
uniform vec4 cloth;  // size of folds, their frequency, size of the pattern, its frequency
uniform float flatten;
"""
    + _LIGHT
    + _NOISE
    + """
void main() {
    if (flatten > 0.5) { shown = vec4(1.0); return; }
    vec3 q = rest * cloth.y;
    vec3 bump = vec3(clouds(q), clouds(q + 31.0), clouds(q + 57.0)) - 0.5;
    float pattern = 1.0 + cloth.z * (clouds(rest * cloth.w + 11.0) - 0.5);
    shown = vec4(lit(clamp(c * pattern, 0.01, 1.0), normalize(normalize(n) + cloth.x * bump)), 1.0);
}"""
)
_ROOM_VERTEX = (
    """#version 330
in vec3 at; in vec3 normal; in vec3 colour; in vec4 kind;
out vec3 n; out vec3 c; out vec3 p; out vec4 k;
"""
    + _PROJECT
    + "void main() { n = normal; c = colour; p = at; k = kind; gl_Position = project(at); }"
)
_ROOM_FRAGMENT = (
    """#version 330
in vec3 n; in vec3 c; in vec3 p; in vec4 k; out vec4 shown;
uniform sampler2D shadow; uniform vec2 size; uniform float softness;
"""
    + _LIGHT
    + _NOISE
    + """
void main() {  // k: pattern, its frequency, its depth, takes a shadow
    float value = clouds(p * k.y);
    if (k.x > 0.5 && k.x < 1.5) value = step(0.92, fract(p.x * k.y)) + step(0.92, fract((p.y + p.z) * k.y));
    if (k.x > 1.5 && k.x < 2.5) value = step(0.5, fract((p.x + p.y + p.z) * k.y));
    if (k.x > 2.5) value = mod(floor(p.x * k.y) + floor((p.y + p.z) * k.y), 2.0);
    vec3 albedo = clamp(c * (1.0 + k.z * (value - 0.5)) + 0.04 * (noise(p * 90.0) - 0.5), 0.01, 1.0);
    vec3 colour = lit(albedo, n);
    if (k.w > 0.5) {
        float dark = 0.0;
        for (int i = -2; i <= 2; i++) for (int j = -2; j <= 2; j++)
            dark += texture(shadow, gl_FragCoord.xy / size + softness * vec2(i, j) / size).r;
        colour *= 1.0 - 0.45 * dark / 25.0;
    }
    shown = vec4(colour, 1.0);
}"""
)
_FACES = [(0, 1), (0, -1), (1, 1), (1, -1), (2, 1), (2, -1)]


def _box(centre: Array, size: Array, colour: Array, kind: tuple[float, float, float, float]) -> Array:
    """Return the 36 vertices of a box: position, normal, colour, kind; shape (36, 13)."""
    rows = []
    for axis, sign in _FACES:
        normal = np.zeros(3)
        normal[axis] = sign
        u, v = (np.eye(3)[(axis + k) % 3] for k in (1, 2))
        corners = [
            centre + size / 2 * (normal + a * u + b * v)
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, -1), (1, 1), (-1, 1))
        ]
        rows += [np.concatenate([corner, normal, np.clip(colour, 0, 1), kind]) for corner in corners]
    return np.array(rows)


def context() -> Any:
    """Open a drawing context without a window."""
    return moderngl.create_standalone_context(backend="egl")


class FastStage:
    """A camera in a room with one dressed body; ``draw`` takes the bones of a frame.

    Parameters
    ----------
    gl : moderngl.Context
    rest, colours : ndarray, shape (vertex, 3)
        From `training.render.look.dress`.
    props : list of (centre, size)
        Boxes that the person stands on, metres.
    """

    def __init__(
        self,
        gl: Any,
        camera: Camera,
        room: Room,
        body: Body,
        rest: Array,
        colours: Array,
        props: list[tuple[Array, Array]],
        rng: Generator,
    ) -> None:
        self.gl, self.camera, self.rng, self.body = gl, camera, rng, body
        size = (camera.width, camera.height)
        self._held: list[Any] = []
        self._body_program = gl.program(vertex_shader=_BODY_VERTEX, fragment_shader=_BODY_FRAGMENT)
        self._room_program = gl.program(vertex_shader=_ROOM_VERTEX, fragment_shader=_ROOM_FRAGMENT)
        self._body = self._body_array(rest, colours)
        self._room = self._room_array(room, props)
        self._bones = self._hold(gl.texture((3, len(body.labels)), 4, dtype="f4"))
        self._bones.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self._shadow_map = self._hold(gl.texture((size[0] // 2, size[1] // 2), 1))
        self._shadow = self._hold(gl.framebuffer([self._shadow_map]))
        colour, depth = gl.renderbuffer(size, 4, samples=4), gl.depth_renderbuffer(size, samples=4)
        plain = gl.renderbuffer(size, 4)
        self._smooth = self._hold(gl.framebuffer([self._hold(colour)], self._hold(depth)))
        self._plain = self._hold(gl.framebuffer([self._hold(plain)]))
        self._empty: Any = None
        self._set_uniforms(room)

    def _hold(self, thing: Any) -> Any:
        self._held.append(thing)
        return thing

    def close(self) -> None:
        """Free everything on the card."""
        for thing in reversed(self._held):
            thing.release()
        self._body_program.release()
        self._room_program.release()

    def _body_array(self, rest: Array, colours: Array) -> Any:
        body = self.body
        order = np.argsort(-body.weights, axis=1)[:, :8]
        weights = np.take_along_axis(body.weights, order, axis=1)
        weights = weights / weights.sum(axis=1, keepdims=True)
        normals = vertex_normals(rest, body.faces, normals_operator(body))
        table = np.concatenate([rest, normals, colours, order, weights], axis=1).astype("f4")
        vertices = self._hold(self.gl.buffer(table.tobytes()))
        index = self._hold(self.gl.buffer(np.ascontiguousarray(body.faces, dtype="i4").tobytes()))
        names = ("at", "normal", "colour", "bones_a", "bones_b", "weights_a", "weights_b")
        layout = [(vertices, "3f 3f 3f 4f 4f 4f 4f", *names)]
        return self._hold(self.gl.vertex_array(self._body_program, layout, index))

    def _room_array(self, room: Room, props: list[tuple[Array, Array]]) -> Any:
        rng, camera = self.rng, self.camera
        into = camera.axes[2] * [1, 1, 0]
        into = into / np.linalg.norm(into)
        across = np.array([into[1], -into[0], 0.0])

        def kind(shadow: float = 0.0) -> tuple[float, float, float, float]:
            return (
                float(rng.integers(0, 4)),
                float(np.exp(rng.uniform(0, 2.5))),
                float(rng.choice([0.05, rng.uniform(0, 0.7)])),
                shadow,
            )

        boxes = [_box(np.array([0, 0, -0.5]), np.array([40, 40, 1.0]), np.array(room.floor), kind(1.0))]
        back = rng.uniform(1.2, 5.0)
        for _ in range(2):  # walls at right angles to the world axes, behind what is filmed
            axis = int(rng.integers(2))
            sign = np.sign(into[axis]) or 1.0
            centre, size = np.zeros(3), np.array([40.0, 40.0, 8.0])
            centre[axis], size[axis] = sign * (back + 0.5), 1.0
            if abs(into[axis]) > 0.3:
                boxes.append(_box(centre, size, np.array(room.wall) * rng.uniform(0.7, 1.2), kind()))
        for _ in range(room.clutter * 2):
            size = rng.uniform([0.1, 0.1, 0.1], [0.9, 0.9, 1.6])
            centre = into * rng.uniform(0.9, back + 0.5) + across * rng.uniform(-3, 3)
            centre[2] = size[2] / 2 + rng.choice([0.0, rng.uniform(0, 2.0)])
            boxes.append(_box(centre, size, rng.uniform(0.05, 0.95, 3), kind()))
        for centre, size in props:
            boxes.append(_box(np.asarray(centre), np.asarray(size), rng.uniform(0.1, 0.9, 3), kind(1.0)))
        self._vertices, self._props = 36 * len(boxes), 36 * len(props)
        table = self._hold(self.gl.buffer(np.concatenate(boxes).astype("f4").tobytes()))
        return self._hold(
            self.gl.vertex_array(
                self._room_program, [(table, "3f 3f 3f 4f", "at", "normal", "colour", "kind")]
            )
        )

    def look_from(self, camera: Camera) -> None:
        """Draw from another place, in pictures of the same size."""
        self.camera, self._empty = camera, None
        values = {
            "eye": tuple(camera.position),
            # GLSL reads columns: ``v * axes`` is then the product with each row of camera.axes
            "axes": tuple(camera.axes.ravel()),
            "lens": (2 * camera.focal_px / camera.width, 2 * camera.focal_px / camera.height, 0.0),
        }
        for program in (self._body_program, self._room_program):
            for name, value in values.items():
                program[name].value = value

    def _set_uniforms(self, room: Room) -> None:
        camera, rng = self.camera, self.rng
        self.look_from(camera)
        azimuth = np.radians(room.light_azimuth_deg)
        key = np.array([-0.6 * np.sin(azimuth), 0.6 * np.cos(azimuth), -rng.uniform(0.4, 1.2)])
        values = {
            "key": key / np.linalg.norm(key),
            "fill": np.array([0.8 * np.sin(azimuth + 1), -0.8 * np.cos(azimuth + 1), -0.3]),
            "tint": (1 + 0.10 * room.warmth, 1.0, 1 - 0.12 * room.warmth),
            "strength": (room.ambient * 1.3, room.key * 0.75),
            "cloth": (
                rng.uniform(0, 0.9),
                rng.uniform(5, 25),
                rng.choice([0.1, rng.uniform(0, 1.2)]),
                rng.uniform(4, 40),
            ),
            "size": (camera.width, camera.height),
            "softness": float(rng.uniform(0.5, 3.0)),
            "shadow": 1,
            "pose": 0,
        }
        for program in (self._body_program, self._room_program):
            for name, value in values.items():
                if name in program:
                    program[name].value = tuple(value) if not np.isscalar(value) else value

    def draw(self, rotations: Array, heads: Array, *, shadow: bool = True) -> Array:
        """Return the picture of one frame, uint8 RGB (height, width, 3).

        Parameters
        ----------
        rotations, heads : ndarray, shapes (bone, 3, 3) and (bone, 3)
        shadow : bool
            Whether the body throws one. Without, the room is drawn only once, so that the rest of a camera's
            pictures takes a tenth of the time.
        """
        shift = heads - np.einsum("bij,bj->bi", rotations, self.body.heads)
        self._bones.write(np.concatenate([rotations, shift[..., None]], axis=2).astype("f4").tobytes())
        self._bones.use(0)
        self._shadow.use()
        self._shadow.clear()
        self.gl.disable(moderngl.DEPTH_TEST)
        if shadow:
            self._body_program["flatten"].value = 1.0
            self._body.render()
        self._shadow_map.use(1)
        self._body_program["flatten"].value = 0.0
        self.gl.enable(moderngl.DEPTH_TEST)
        self._smooth.use()
        if shadow:
            self._smooth.clear(*self.rng.uniform(0.2, 0.8) * np.ones(3))
            self._body.render()  # first: what it hides of the room needs no colour
            self._room.render()
            return self._picture()[..., :3]
        if self._empty is None:
            self._smooth.clear(*self.rng.uniform(0.2, 0.8) * np.ones(3))
            self._room.render()
            self._empty = self._picture()[..., :3].astype(np.float32)
        self._smooth.clear()
        self._body.render()
        if self._props:
            self._room.render(first=self._vertices - self._props, vertices=self._props)
        seen = self._picture()
        share = seen[..., 3:] / np.float32(255)
        # what is drawn over nothing, black, has its share of the pixel in its colour already
        return (self._empty * (1 - share) + seen[..., :3]).round().astype(np.uint8)

    def _picture(self) -> Array:
        """Return what has been drawn, uint8 RGBA."""
        self.gl.copy_framebuffer(self._plain, self._smooth)
        flat = np.frombuffer(self._plain.read(components=4, alignment=1), np.uint8)
        return flat.reshape(self.camera.height, self.camera.width, 4)
