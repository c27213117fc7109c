"""The lines of each angle, drawn where it is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.names import Side, landmark, other
from formcheck.reports.sprites import Picture
from formcheck.reports.style import GRADE_ON_VIDEO, Colour
from formcheck.validation import FloatArray

Kind = Literal["pelvis", "knee", "hip", "lean", "rotation"]
Point = NDArray[np.floating[Any]]

MARK_KIND: Final[dict[str, Kind]] = {
    "pelvic_drop_deg": "pelvis",
    "pelvic_tilt_deg": "pelvis",
    "hip_opening_deg": "pelvis",
    "fppa_deg": "knee",
    "kmd_foot_pct": "knee",
    "knee_flexion_deg": "knee",
    "knee_band_dev_deg": "knee",
    "hip_angle_top_deg": "hip",
    "hip_flexion_deg": "hip",
    "trunk_lateral_lean_deg": "lean",
    "trunk_inclination_deg": "lean",
    "trunk_inclination_dev_deg": "lean",
    "trunk_rotation_deg": "rotation",
}
"""Where on the body each measure is drawn; measures that are not here have no place there."""

_DARK: Final[Colour] = (12, 16, 20)
_REFERENCE: Final[Colour] = (255, 255, 255)
_FRACTION_BITS: Final = 4


@dataclass(frozen=True)
class Pen:
    """Draws smooth lines with a dark edge; widths are multiples of ``unit`` pixels."""

    canvas: Picture
    unit: float

    def line(self, start: Point, end: Point, colour: Colour, width: float) -> None:
        """Draw a line; nothing if an end is unknown."""
        if not (_drawable(start) and _drawable(end)):
            return
        thick = max(1, round(width * self.unit))
        for paint, extra in ((_DARK, max(1, round(0.6 * self.unit))), (colour, 0)):
            cv2.line(
                self.canvas, _fixed(start), _fixed(end), paint, thick + extra, cv2.LINE_AA, _FRACTION_BITS
            )

    def dashed(self, start: Point, end: Point, colour: Colour, width: float) -> None:
        """Draw a dashed line."""
        if not (_drawable(start) and _drawable(end)):
            return
        length = float(np.linalg.norm(end - start))
        count = max(3, int(length / (4 * self.unit + 3)) | 1)
        steps = np.linspace(0.0, 1.0, count + 1)
        for a, b in zip(steps[:-1:2], steps[1::2], strict=False):
            self.line(start + a * (end - start), start + b * (end - start), colour, width)

    def arc(self, corner: Point, start: Point, end: Point, radius: float, colour: Colour) -> None:
        """Draw the arc at ``corner`` between the directions of two points, the short way round."""
        if not (_drawable(corner) and _drawable(start) and _drawable(end)):
            return
        first = np.arctan2(*(start - corner)[::-1])
        turn = (np.arctan2(*(end - corner)[::-1]) - first + np.pi) % (2 * np.pi) - np.pi
        angles = first + turn * np.linspace(0, 1, 16)
        points = corner + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        fixed = np.round(points * (1 << _FRACTION_BITS)).astype(np.int32)
        for paint, thick in ((_DARK, 2.0), (colour, 1.2)):
            width = max(1, round(thick * self.unit))
            cv2.polylines(self.canvas, [fixed], False, paint, width, cv2.LINE_AA, _FRACTION_BITS)

    def dot(self, centre: Point, colour: Colour, radius: float) -> None:
        """Draw a filled dot."""
        if not _drawable(centre):
            return
        for paint, extra in ((_DARK, 0.5), (colour, 0.0)):
            size = round((radius + extra) * self.unit * (1 << _FRACTION_BITS))
            cv2.circle(self.canvas, _fixed(centre), size, paint, -1, cv2.LINE_AA, _FRACTION_BITS)


def draw_angle(pen: Pen, points: FloatArray, side: Side, measure: str, grade: str | None) -> None:
    """Draw the lines of ``measure`` for the measured ``side`` in the colour of ``grade``.

    Parameters
    ----------
    pen : Pen
        What to draw with.
    points : ndarray, shape (landmark, xy)
        Pixels.
    side : str
        The measured side.
    measure : str
        A key of `MARK_KIND`.
    grade : str or None
        Gives the colour.
    """
    colour = GRADE_ON_VIDEO[grade]
    body = _Body(points, side)
    match MARK_KIND[measure]:
        case "pelvis":
            _pelvis(pen, body, colour)
        case "knee":
            _knee(pen, body, colour, graded=grade is not None)
        case "hip":
            _hip(pen, body, colour, graded=grade is not None)
        case "lean":
            _lean(pen, body, colour)
        case "rotation":
            _rotation(pen, body, colour)


def anchor_of(points: FloatArray, side: Side, measure: str) -> tuple[Point, bool]:
    """Return where the label of ``measure`` points to, and whether it stands on the measured side."""
    body = _Body(points, side)
    places: dict[Kind, tuple[Point, bool]] = {
        "pelvis": (body.free_hip, False),
        "knee": (body.knee, True),
        "hip": (body.hip, True),
        "lean": (body.beside_trunk, False),
        "rotation": (body.shoulder, True),
    }
    return places[MARK_KIND[measure]]


class _Body:
    """The joints that angles are drawn at, seen from the measured side."""

    def __init__(self, points: FloatArray, side: Side) -> None:
        self.hip, self.free_hip = points[landmark(side, "hip")], points[landmark(other(side), "hip")]
        self.knee, self.ankle = points[landmark(side, "knee")], points[landmark(side, "ankle")]
        self.shoulder = points[landmark(side, "shoulder")]
        self.free_shoulder = points[landmark(other(side), "shoulder")]
        self.pelvis = (self.hip + self.free_hip) / 2
        self.neck = (self.shoulder + self.free_shoulder) / 2

    @property
    def beside_trunk(self) -> Point:
        """Middle of the arc between plumb line and trunk."""
        trunk = self.neck - self.pelvis
        length = float(np.hypot(*trunk))
        between = trunk + np.array([0.0, -length])
        middle: Point = self.pelvis + 0.8 * length * between / max(float(np.hypot(*between)), 1e-6)
        return middle


def _pelvis(pen: Pen, body: _Body, colour: Colour) -> None:
    across = body.free_hip - body.hip
    level = np.array([np.hypot(*across) * (1 if across[0] >= 0 else -1), 0.0])
    pen.dashed(body.hip - 0.5 * level, body.hip + 1.7 * level, _REFERENCE, 0.7)
    pen.line(body.hip - 0.5 * across, body.hip + 1.7 * across, colour, 1.5)
    pen.arc(body.hip, body.hip + level, body.free_hip, 1.35 * float(np.hypot(*across)), colour)


def _knee(pen: Pen, body: _Body, colour: Colour, *, graded: bool) -> None:
    # Without a grade the bones keep their own colour, which tells the stance side.
    thigh = body.knee - body.hip
    straight_on = body.knee + 0.75 * thigh
    pen.dashed(body.knee, straight_on, _REFERENCE, 0.7)
    if graded:
        pen.line(body.hip, body.knee, colour, 1.6)
        pen.line(body.knee, body.ankle, colour, 1.6)
    pen.arc(body.knee, straight_on, body.ankle, 0.5 * float(np.hypot(*thigh)), colour)
    for joint in (body.hip, body.knee, body.ankle):
        pen.dot(joint, colour, 1.5)


def _hip(pen: Pen, body: _Body, colour: Colour, *, graded: bool) -> None:
    if graded:
        pen.line(body.shoulder, body.hip, colour, 1.6)
        pen.line(body.hip, body.knee, colour, 1.6)
    pen.arc(body.hip, body.shoulder, body.knee, 0.3 * float(np.hypot(*(body.knee - body.hip))), colour)
    for joint in (body.shoulder, body.hip, body.knee):
        pen.dot(joint, colour, 1.7)


def _lean(pen: Pen, body: _Body, colour: Colour) -> None:
    height = float(np.hypot(*(body.neck - body.pelvis)))
    plumb = body.pelvis - np.array([0.0, 1.15 * height])
    pen.dashed(body.pelvis, plumb, _REFERENCE, 0.7)
    pen.line(body.pelvis, body.neck, colour, 1.5)
    pen.arc(body.pelvis, plumb, body.neck, 0.8 * height, colour)
    pen.dot(body.neck, colour, 1.5)


def _rotation(pen: Pen, body: _Body, colour: Colour) -> None:
    across = body.free_shoulder - body.shoulder
    pen.line(body.shoulder - 0.15 * across, body.free_shoulder + 0.15 * across, colour, 1.5)
    # The hip line is drawn thinner, since hip drop often takes the same place in its own colour.
    pen.line(body.hip, body.free_hip, colour, 0.8)


def _drawable(point: Point) -> bool:
    # Far outside the picture fixed-point coordinates would overflow.
    return bool(np.isfinite(point).all() and np.abs(point).max() < 30_000)


def _fixed(point: Point) -> tuple[int, int]:
    return round(float(point[0]) * (1 << _FRACTION_BITS)), round(float(point[1]) * (1 << _FRACTION_BITS))
