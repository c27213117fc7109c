"""Drawing on one picture: skeleton, angles where they are measured, labels, header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from formcheck.names import Side, landmark, other
from formcheck.reports import sprites, texts
from formcheck.reports.angle_lines import MARK_KIND, Pen, anchor_of, draw_angle
from formcheck.reports.layout import Box, free_place
from formcheck.reports.sprites import Picture, Sprite
from formcheck.reports.style import STANCE, Colour
from formcheck.scoring.types import Grade
from formcheck.validation import FloatArray

_BONE: Final[Colour] = (226, 231, 235)
_LIMBS: Final = (("shoulder", "elbow"), ("elbow", "wrist"), ("shoulder", "hip"), *(_LEG := (
    ("hip", "knee"), ("knee", "ankle"), ("ankle", "heel"), ("ankle", "foot_index"), ("heel", "foot_index"),
)))  # fmt: skip
_HEAD: Final = tuple(range(11))


@dataclass(frozen=True)
class AngleMark:
    """A measure to draw where it is measured.

    Attributes
    ----------
    measure : str
        A measure id; those without a place on the body are not drawn.
    value, sd : float
        What the label says.
    grade : str or None
        Decides colour and icon; None is neutral.
    """

    measure: str
    value: float
    sd: float
    grade: Grade | None = None


@dataclass(frozen=True)
class Overlay:
    """What to draw over one picture.

    Attributes
    ----------
    points_px : ndarray, shape (landmark, xy)
        Landmarks in pixels of that picture; NaN where unknown.
    stance : str or None
        The working side, drawn thicker and with a tag; None for exercises on two feet.
    measured_side : str
        The side whose knee and hip the angles are drawn at.
    marks : tuple of AngleMark
        The angles.
    title, subtitle, counter : str
        Upper left, below it, and upper right.
    outward : int
        Direction in the picture from the body towards the measured side (−1 left, +1 right), where the
        labels of that side stand; 0 takes it from the hips of this very picture.
    hide_face : bool
        Whether to make the head unrecognisable.
    scale : float
        Makes letters and lines larger than they are by themselves.
    """

    points_px: FloatArray
    stance: Side | None = None
    measured_side: Side = "left"
    marks: tuple[AngleMark, ...] = ()
    title: str = ""
    subtitle: str = ""
    counter: str = ""
    outward: int = 0
    hide_face: bool = False
    scale: float = 1.0


def draw_overlay(rgb: Picture, overlay: Overlay) -> Picture:
    """Return a copy of the picture with everything of ``overlay`` drawn on it.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, rgb)
        The picture; left unchanged.
    overlay : Overlay
        What to draw. Lines and letters scale with the picture.
    """
    canvas: Picture = np.array(rgb, order="C")
    size = round(overlay.scale * text_size(canvas))
    if overlay.hide_face:
        hide_face(canvas, overlay.points_px)
    taken: list[Box] = [_draw_header(canvas, overlay, size)]
    if np.isfinite(overlay.points_px).any():
        _draw_skeleton(overlay, Pen(canvas, size / 11))
        marks = [mark for mark in overlay.marks if mark.measure in MARK_KIND]
        # The heaviest measure comes last and lies on top.
        for mark in reversed(marks):
            draw_angle(
                Pen(canvas, size / 11), overlay.points_px, overlay.measured_side, mark.measure, mark.grade
            )
        _draw_stance_tag(canvas, overlay, size, taken)
        outward = overlay.outward or _outward(overlay)
        taken += _joints(overlay, marks, size)
        for mark in marks:
            _draw_label(canvas, overlay, mark, outward, size, taken)
    return canvas


def text_size(canvas: Picture) -> int:
    """Return the letter height for a picture: readable when the picture is as wide as a phone."""
    height, width = canvas.shape[:2]
    return max(11, round(0.033 * float(np.sqrt(width * height))))


def hide_face(canvas: Picture, points_px: FloatArray) -> None:
    """Blur the head, in place."""
    head = points_px[list(_HEAD)]
    head = head[np.isfinite(head).all(axis=1)]
    if not len(head):
        return
    centre = head.mean(axis=0)
    spread = float(np.linalg.norm(head - centre, axis=1).max())
    radius = max(1.7 * spread, 0.28 * _trunk_px(points_px), 4.0)
    x0, y0 = (int(max(v, 0)) for v in centre - radius)
    x1, y1 = (int(min(v, limit)) for v, limit in zip(centre + radius, canvas.shape[1::-1], strict=True))
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    patch = canvas[y0:y1, x0:x1]
    coarse = cv2.resize(patch, (7, 7), interpolation=cv2.INTER_AREA)
    blurred = cv2.resize(coarse, (x1 - x0, y1 - y0), interpolation=cv2.INTER_LINEAR)
    mask = np.zeros(patch.shape[:2], np.uint8)
    middle = (int(centre[0]) - x0, int(centre[1]) - y0)
    cv2.circle(mask, middle, int(radius), 255, -1)
    patch[mask > 0] = blurred[mask > 0]


def _trunk_px(points_px: FloatArray) -> float:
    pairs = [("shoulder", "hip"), ("hip", "knee")]
    lengths = [
        np.linalg.norm(points_px[landmark(side, a)] - points_px[landmark(side, b)])
        for side in ("left", "right")
        for a, b in pairs
    ]
    known = [float(length) for length in lengths if np.isfinite(length)]
    return max(known, default=0.0)


def _draw_skeleton(overlay: Overlay, pen: Pen) -> None:
    points = overlay.points_px
    pen.line(points[landmark("left", "shoulder")], points[landmark("right", "shoulder")], _BONE, 1.0)
    pen.line(points[landmark("left", "hip")], points[landmark("right", "hip")], _BONE, 1.0)
    # The stance side comes last, so that it lies on top where the legs cross.
    sides: tuple[Side, Side] = (other(overlay.measured_side), overlay.measured_side)
    for side in sides:
        for start, end in _LIMBS:
            stance = side == overlay.stance and (start, end) in _LEG
            width = 2.8 if stance else 1.0
            pen.line(
                points[landmark(side, start)], points[landmark(side, end)], STANCE if stance else _BONE, width
            )
        for joint in ("shoulder", "hip", "knee", "ankle"):
            pen.dot(points[landmark(side, joint)], STANCE if side == overlay.stance else _BONE, 1.5)


def _draw_header(canvas: Picture, overlay: Overlay, size: int) -> Box:
    if not (overlay.title or overlay.counter):
        return (0, 0, 0, 0)
    width, margin = canvas.shape[1], round(0.5 * size)
    counter = sprites.text_sprite(overlay.counter, round(1.35 * size), bold=True) if overlay.counter else None
    room = width - 3 * margin - (sprites.size_of(counter)[0] if counter else 0)
    title = _fitting(overlay.title or " ", size, room)
    subtitle = _fitting(overlay.subtitle, round(0.8 * size), room) if overlay.subtitle else None
    height = round(2.75 * size)
    band = canvas[:height]
    cv2.convertScaleAbs(band, dst=band, alpha=0.34)
    sprites.paste(canvas, title, margin, round(0.4 * size))
    if subtitle:
        sprites.paste(canvas, subtitle, margin, round(1.6 * size))
    if counter:
        wide, high = sprites.size_of(counter)
        sprites.paste(canvas, counter, width - margin - wide, (height - high) // 2)
    return (0, 0, width, height)


def _fitting(text: str, size: int, room: int) -> Sprite:
    sprite = sprites.text_sprite(text, size, bold=True)
    wide = sprites.size_of(sprite)[0]
    return (
        sprite if wide <= room else sprites.text_sprite(text, max(8, size * max(room, 1) // wide), bold=True)
    )


def _draw_stance_tag(canvas: Picture, overlay: Overlay, size: int, taken: list[Box]) -> None:
    if overlay.stance is None:
        return
    foot = overlay.points_px[[landmark(overlay.stance, j) for j in ("ankle", "heel", "foot_index")]]
    foot = foot[np.isfinite(foot).all(axis=1)]
    if not len(foot):
        return
    word = texts.video_word("stance", side=texts.side_word(overlay.stance))
    tag = sprites.tag_sprite(word, max(9, round(0.72 * size)), STANCE)
    wide, high = sprites.size_of(tag)
    x, y = int(foot[:, 0].mean()) - wide // 2, int(foot[:, 1].max()) + round(0.5 * size)
    box = free_place(canvas.shape[1::-1], (x, y, wide, high), taken)
    taken.append(box)
    sprites.paste(canvas, tag, box[0], box[1])


def _joints(overlay: Overlay, marks: Sequence[AngleMark], size: int) -> list[Box]:
    """Return the places that labels must not cover: where the angles are."""
    half = round(0.8 * size)
    anchors = [anchor_of(overlay.points_px, overlay.measured_side, mark.measure)[0] for mark in marks]
    return [
        (int(x) - half, int(y) - half, 2 * half, 2 * half)
        for x, y in anchors
        if np.isfinite(x) and np.isfinite(y)
    ]


def _draw_label(
    canvas: Picture, overlay: Overlay, mark: AngleMark, outward: int, size: int, taken: list[Box]
) -> None:
    anchor, towards_stance = anchor_of(overlay.points_px, overlay.measured_side, mark.measure)
    if not np.isfinite(anchor).all():
        return
    text = texts.format_value(mark.measure, mark.value, mark.sd)
    label = sprites.label_sprite(texts.measure_text(mark.measure).label, text, mark.grade, size)
    wide, high = sprites.size_of(label)
    direction = outward if towards_stance else -outward
    gap = max(1.7 * size, 0.3 * _trunk_px(overlay.points_px))
    x = anchor[0] + gap if direction > 0 else anchor[0] - gap - wide
    box = free_place(canvas.shape[1::-1], (int(x), int(anchor[1]) - high // 2, wide, high), taken)
    taken.append(box)
    edge_x = box[0] if box[0] > anchor[0] else min(box[0] + wide, int(anchor[0]))
    Pen(canvas, size / 18).line(anchor, np.array([edge_x, box[1] + high / 2]), (255, 255, 255), 1.0)
    sprites.paste(canvas, label, box[0], box[1])


def _outward(overlay: Overlay) -> int:
    side = overlay.measured_side
    across = overlay.points_px[landmark(side, "hip"), 0] - overlay.points_px[landmark(other(side), "hip"), 0]
    return 1 if not across < 0 else -1
