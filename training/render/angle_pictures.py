"""The pictures of docs/angles.md: ``python -m training.render.angle_pictures --out docs/angles``.

For each measure the same rendered person in two positions, with the lines drawn through the true joint
centres, and the true value: where the measure is small, and where it is large.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image

from formcheck.names import LANDMARKS, Side, landmark, other
from formcheck.reports import sprites
from formcheck.reports.angle_lines import Pen, draw_angle
from formcheck.reports.style import GRADE_ON_VIDEO
from training.render import truth
from training.render.actor import Plan
from training.render.body import SIDES, Body
from training.render.camera import Camera, View, place
from training.render.clip import ClipSpec, Posed, joints_of, pose_clip
from training.render.look import dress, normals_operator, vertex_normals
from training.render.rotations import Array
from training.render.samples import LOOKS, ROOMS, SHAPES
from training.render.scene import Stage

WIDTH, HEIGHT, LETTERS = 420, 560, 20
BAND = 78
"""Height of the caption, pixels."""
WHITE = (255, 255, 255)
Picture = np.ndarray


@dataclass(frozen=True)
class Case:
    """A measure, and the two bouts that show it."""

    measure: str
    small: Plan
    large: Plan
    view: View
    person: str = "woman"
    look: str = "blue"
    captions: tuple[str, str] = ("good", "faulty")
    grades: tuple[str | None, str | None] = field(default=("good", "fail"))


FRONT = View(0, -4, fill=0.88, width=WIDTH, height=HEIGHT)
SIDE = View(88, -4, fill=0.88, width=WIDTH, height=HEIGHT)
DOWN = {"box_m": 0.18, "arms": "hips"}
MAGNITUDES = ("trunk_inclination_deg", "knee_flexion_deg", "hip_flexion_deg")
MORE = {"captions": ("less", "more"), "grades": (None, None)}

CASES = (
    Case(
        "pelvic_drop_deg",
        Plan("step_down", faults={"drop": 2.0}, **DOWN),
        Plan("step_down", faults={"drop": 15.0}, **DOWN),
        FRONT,
    ),
    Case(
        "fppa_deg",
        Plan("step_down", knee_in=12.0, **DOWN),
        Plan("step_down", faults={"valgus": 28.0}, **DOWN),
        FRONT,
    ),
    Case(
        "kmd_foot_pct",
        Plan("lunge", variant="reverse", arms="hips", knee_in=20.0),
        Plan("lunge", variant="reverse", arms="hips", faults={"valgus": 36.0}),
        FRONT,
        "strong_woman",
        "red",
    ),
    Case(
        "trunk_lateral_lean_deg",
        Plan("step_down", **DOWN),
        Plan("step_down", faults={"lean": 16.0}, **DOWN),
        FRONT,
        "tall_man",
        "grey",
    ),
    Case(
        "trunk_rotation_deg",
        Plan("lunge", variant="reverse", arms="crossed", knee_in=20.0),
        Plan("lunge", variant="reverse", arms="crossed", knee_in=20.0, faults={"rotation": 25.0}),
        View(0, -40, fill=0.88, width=WIDTH, height=HEIGHT),
        "stocky_man",
        "green",
    ),
    Case(
        "hip_opening_deg",
        Plan("single_leg_rdl"),
        Plan("single_leg_rdl", faults={"opening": 28.0}),
        View(162, -4, fov_deg=16, fill=0.88, width=WIDTH, height=HEIGHT),
        "tall_man",
        "tights",
    ),
    Case(
        "trunk_inclination_deg",
        Plan("single_leg_rdl", faults={"shallow": 0.6}),
        Plan("single_leg_rdl"),
        SIDE,
        "stocky_man",
        "blue",
        **MORE,
    ),
    Case(
        "knee_flexion_deg",
        Plan("lunge", variant="reverse", arms="hips", faults={"shallow": 0.55}),
        Plan("lunge", variant="reverse", arms="hips"),
        replace(SIDE, fill=0.74),
        "strong_woman",
        "tights",
        **MORE,
    ),
    Case(
        "hip_flexion_deg",
        Plan("hip_hinge", faults={"shallow": 0.6}),
        Plan("hip_hinge"),
        SIDE,
        "older_woman",
        "red",
        **MORE,
    ),
)


def picture(case: Case) -> Picture:
    """Return the two positions of a measure beside each other."""
    halves = [
        _half(case, plan, caption, grade)
        for plan, caption, grade in zip((case.small, case.large), case.captions, case.grades, strict=True)
    ]
    gap = np.full((halves[0].shape[0], 6, 3), 255, np.uint8)
    return np.concatenate([halves[0], gap, halves[1]], axis=1)


def _half(case: Case, plan: Plan, caption: str, grade: str | None) -> Picture:
    spec = ClipSpec(
        case.measure, (plan,), SHAPES[case.person], LOOKS[case.look], case.view, ROOMS["studio"], seed=7
    )
    body = Body(spec.shape)
    posed = pose_clip(spec, body)
    joints = joints_of(body, posed)
    frame = _turn(posed)
    canvas, camera = _still(spec, body, posed, frame)
    side: Side = "left"
    points = _points(joints, camera, frame)
    pen = Pen(canvas, LETTERS / 11)
    _skeleton(pen, points, side)
    if case.measure == "kmd_foot_pct":
        _knee_over_foot(pen, points, side, grade)
    elif case.measure == "hip_flexion_deg":
        _hip_bend(pen, points, side, grade)
    else:
        draw_angle(pen, points, side, case.measure, grade)
    return _captioned(canvas, caption, _value(case.measure, joints, side, frame), grade)


def _turn(posed: Posed) -> int:
    return int(np.argmin(np.abs(posed.times_s - posed.bouts[0]["repetitions"][1][1])))


def _still(spec: ClipSpec, body: Body, posed: Posed, frame: int) -> tuple[Picture, Camera]:
    rng = np.random.default_rng(spec.seed)
    rest, colours = dress(body, spec.look, rng)
    vertices = body.mesh(posed.rotations[frame], posed.heads[frame], rest)
    camera = place(spec.view, vertices[::40])
    stage = Stage(camera, spec.room, posed.props, rng, lying=False)
    try:
        normals = vertex_normals(vertices, body.faces, normals_operator(body))
        return np.ascontiguousarray(stage.draw(vertices, normals, body.faces, colours)), camera
    finally:
        stage.close()


def _points(joints: dict[str, Array], camera: Camera, frame: int) -> Array:
    """Return the true joints in the picture in the order of the landmarks, NaN for those without a joint."""
    points = np.full((len(LANDMARKS), 2), np.nan)
    for side in SIDES:
        for joint in ("shoulder", "hip", "knee", "ankle"):
            points[landmark(side, joint)] = camera.project(joints[f"{side}_{joint}"][frame])
    return points


def _skeleton(pen: Pen, points: Array, side: Side) -> None:
    for joint in ("shoulder", "hip"):
        pen.line(points[landmark(side, joint)], points[landmark(other(side), joint)], WHITE, 0.8)
    for which, width in ((other(side), 0.8), (side, 1.6)):
        for start, end in (("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle")):
            pen.line(points[landmark(which, start)], points[landmark(which, end)], WHITE, width)


def _knee_over_foot(pen: Pen, points: Array, side: Side, grade: str | None) -> None:
    """Draw the plumb line above the ankle, and how far the knee lies beside it."""
    knee, ankle = points[landmark(side, "knee")], points[landmark(side, "ankle")]
    above = np.array([ankle[0], knee[1]])
    pen.dashed(ankle, above + 0.35 * (above - ankle), WHITE, 0.7)
    pen.line(ankle, knee, GRADE_ON_VIDEO[grade], 1.6)
    pen.line(above, knee, GRADE_ON_VIDEO[grade], 1.6)
    pen.dot(knee, GRADE_ON_VIDEO[grade], 1.7)


def _hip_bend(pen: Pen, points: Array, side: Side, grade: str | None) -> None:
    """Draw the thigh's line on beyond the hip, and the bend from it to the trunk."""
    shoulder, hip, knee = (points[landmark(side, joint)] for joint in ("shoulder", "hip", "knee"))
    straight_on = hip + 1.1 * (hip - knee)
    pen.dashed(hip, straight_on, WHITE, 0.7)
    pen.line(hip, shoulder, GRADE_ON_VIDEO[grade], 1.6)
    pen.arc(hip, straight_on, shoulder, 0.7 * float(np.hypot(*(hip - knee))), GRADE_ON_VIDEO[grade])


def _value(measure: str, joints: dict[str, Array], side: Side, frame: int) -> str:
    if measure == "hip_opening_deg":
        return _signed(truth.hip_opening(joints, side)[frame], "°")
    value = truth.reference_angles(joints, side)[measure][frame]
    if measure in MAGNITUDES:
        return f"{value:.0f}°"
    return _signed(value, " %" if measure.endswith("_pct") else "°")


def _signed(value: float, unit: str) -> str:
    """Return a whole number with its sign."""
    return f"{round(value):+d}{unit}".replace("-", "−")


def _captioned(canvas: Picture, caption: str, value: str, grade: str | None) -> Picture:
    band = np.full((BAND, canvas.shape[1], 3), (28, 34, 40), np.uint8)
    sprite = sprites.label_sprite(caption, value, grade, 2 * LETTERS)
    wide, high = sprites.size_of(sprite)
    sprites.paste(band, sprite, (canvas.shape[1] - wide) // 2, (BAND - high) // 2)
    return np.concatenate([canvas, band])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=[case.measure for case in CASES])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        if not options.only or case.measure in options.only:
            Image.fromarray(picture(case)).save(options.out / f"{case.measure}.jpg", quality=80)


if __name__ == "__main__":
    main()
