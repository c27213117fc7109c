"""One clip: bodies, motions, camera and room put together, written with its truth."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from training.render import truth
from training.render.actor import Performance, Plan
from training.render.body import JOINT_BONES, SIDES, Body, BodyShape, mirrored
from training.render.camera import Camera, View, place, view_label
from training.render.look import Look, dress, normals_operator, vertex_normals
from training.render.motions import LYING, MOTIONS, perform
from training.render.rotations import Array
from training.render.scene import Room, Stage


@dataclass(frozen=True)
class ClipSpec:
    """Everything that makes a clip; equal specs make equal clips."""

    name: str
    plans: tuple[Plan, ...]
    shape: BodyShape = field(default_factory=BodyShape)
    look: Look = field(default_factory=Look)
    view: View = field(default_factory=View)
    room: Room = field(default_factory=Room)
    fps: float = 30.0
    seed: int = 1
    turned: bool = False
    crf: int = 25
    tags: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Posed:
    """The bones of a whole clip and its bouts."""

    times_s: Array
    rotations: Array
    heads: Array
    bouts: list[dict[str, Any]]
    props: list[tuple[Array, Array]]


def pose_clip(spec: ClipSpec, body: Body) -> Posed:
    """Perform the plans one after another, each on its own side."""
    rotations, heads, bouts, props = [], [], [], []
    offset = 0.0
    for plan in spec.plans:
        # The same seed for each plan: the person keeps stance and habits from bout to bout.
        done = perform(body, plan, np.random.default_rng(spec.seed), spec.fps)
        turned, at = body.pose(done.posture)
        flip = plan.side == "right"
        if flip:
            turned, at = mirrored(body.labels, turned, at)
        rotations.append(turned)
        heads.append(at)
        sign = np.array([-1.0 if flip else 1.0, 1.0, 1.0])
        props += [(centre * sign, size) for centre, size in done.props]
        bouts.append(_bout(plan, done, offset))
        offset += len(done.times_s) / spec.fps
    times = np.arange(sum(len(part) for part in heads)) / spec.fps
    return Posed(times, np.concatenate(rotations), np.concatenate(heads), bouts, props)


def _bout(plan: Plan, done: Performance, offset: float) -> dict[str, Any]:
    scored = plan.exercise in MOTIONS
    reps = [[round(offset + t, 3) for t in (rep.start_s, _turn(rep), rep.end_s)] for rep in done.reps]
    return {
        "exercise": plan.exercise if scored else "unknown",
        "movement": plan.exercise,
        "side": None if truth.is_bilateral(plan.exercise) or not scored else plan.side,
        "start_s": reps[0][0],
        "end_s": reps[-1][2],
        "repetitions": reps,
        "faults": sorted(plan.faults),
        "fault_sizes": {k: float(v) for k, v in sorted(plan.faults.items())},
        "variant": plan.variant,
    }


def _turn(rep: Any) -> float:
    return float((rep.turn_s + rep.turn_end_s) / 2)


def joints_of(body: Body, posed: Posed) -> dict[str, Array]:
    """Return the joint centres of a clip by name (``left_hip`` …), each shape (frame, 3)."""
    return {
        f"{side}_{joint}": body.joint(posed.heads, joint, side) for side in SIDES for joint in JOINT_BONES
    }


def render(spec: ClipSpec, folder: Path, *, joints: Path | None = None) -> Path:
    """Render one clip with its truth files into ``folder``; into ``joints``, if given, its joint centres."""
    folder.mkdir(parents=True, exist_ok=True)
    body = Body(spec.shape)
    rng = np.random.default_rng(spec.seed + 1000)
    rest, colours = dress(body, spec.look, rng)
    posed = pose_clip(spec, body)
    camera = place(spec.view, _extent(body, posed, rest))
    lying = spec.plans[0].exercise in LYING
    stage = Stage(camera, spec.room, posed.props, rng, lying)
    target = folder / f"{spec.name}.mp4"
    partial = target.with_suffix(".part.mp4")
    operator = normals_operator(body)
    try:
        with _Writer(partial, spec) as writer:
            for i in range(len(posed.times_s)):
                vertices = body.mesh(posed.rotations[i], posed.heads[i], rest)
                normals = vertex_normals(vertices, body.faces, operator)
                writer.write(stage.draw(vertices, normals, body.faces, colours))
    finally:
        stage.close()
    if spec.turned:
        write_display_turn(partial)
    write_truth(spec, body, posed, camera, folder)
    if joints is not None:
        write_joints(joints / f"{spec.name}.joints.parquet", joints_of(body, posed), camera, posed.times_s)
    partial.rename(target)  # last, so that a clip that exists is complete
    return target


def _extent(body: Body, posed: Posed, rest: Array) -> Array:
    """Return points that bound the person over the clip."""
    frames = np.linspace(0, len(posed.times_s) - 1, 24).astype(int)
    return np.concatenate([body.mesh(posed.rotations[i], posed.heads[i], rest)[::40] for i in frames])


def write_truth(spec: ClipSpec, body: Body, posed: Posed, camera: Camera, folder: Path) -> None:
    """Write ``NAME.truth.parquet`` and ``NAME.truth.json``."""
    columns = truth.table_columns(joints_of(body, posed), posed.times_s, posed.bouts)
    pq.write_table(_table(columns), folder / f"{spec.name}.truth.parquet", compression="zstd")
    lying = spec.plans[0].exercise in LYING
    middle = posed.heads.mean(axis=(0, 1))
    summary = {
        **{k: posed.bouts[0][k] for k in ("exercise", "side", "repetitions", "faults")},
        "view": view_label(spec.view.azimuth_deg, lying),
        "azimuth_deg": spec.view.azimuth_deg,
        "pitch_deg": spec.view.pitch_deg,
        "roll_deg": spec.view.roll_deg,
        "distance_m": round(float(np.linalg.norm(camera.position - middle)), 3),
        "fps": spec.fps,
        "stature_m": spec.shape.stature_m,
        "bouts": posed.bouts,
        "seed": spec.seed,
    }
    (folder / f"{spec.name}.truth.json").write_text(json.dumps(summary, indent=1) + "\n")


def _table(columns: dict[str, list[Any]]) -> pa.Table:
    kinds = {"bout": pa.int32(), "side": pa.string(), "time_s": pa.float64()}
    return pa.table({k: pa.array(v, type=kinds.get(k, pa.float32())) for k, v in columns.items()})


def write_joints(path: Path, joints: dict[str, Array], camera: Camera, times_s: Array) -> None:
    """Write every joint centre: ``NAME_x_m`` … in the world, ``NAME_u_px`` and ``_v_px`` as shown."""
    columns: dict[str, Array] = {"time_s": times_s}
    for name, at in joints.items():
        pixels = camera.project(at)
        for i, axis in enumerate("xyz"):
            columns[f"{name}_{axis}_m"] = at[:, i]
        columns[f"{name}_u_px"], columns[f"{name}_v_px"] = pixels[:, 0], pixels[:, 1]
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


class _Writer:
    """Writes frames as H.264 that plays everywhere; a ``turned`` clip is stored lying on its side."""

    def __init__(self, path: Path, spec: ClipSpec) -> None:
        import av

        self._av, self._spec = av, spec
        self._container = av.open(str(path), "w", format="mp4", options={"movflags": "faststart"})
        self._stream = self._container.add_stream("libx264", rate=Fraction(spec.fps).limit_denominator(1001))
        size = (spec.view.height, spec.view.width) if spec.turned else (spec.view.width, spec.view.height)
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"crf": str(spec.crf), "preset": "veryfast", "threads": "1"}

    def write(self, picture: Array) -> None:
        if self._spec.turned:
            picture = np.ascontiguousarray(np.rot90(picture))
        frame = self._av.VideoFrame.from_ndarray(picture, format="rgb24")
        self._container.mux(self._stream.encode(frame))

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._container.mux(self._stream.encode())
        self._container.close()


def write_display_turn(path: Path) -> None:
    """Mark the video track of an mp4 to be shown turned by 90° clockwise, as phones do."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4
    matrix = at + (52 if data[at] == 1 else 40)
    height = struct.unpack(">I", data[matrix + 40 : matrix + 44])[0]
    one = 0x10000
    data[matrix : matrix + 36] = struct.pack(">9i", 0, one, 0, -one, 0, 0, height, 0, 0x40000000)
    path.write_bytes(bytes(data))
