"""Colours and shapes that mean the same on the video, in the HTML, in the PDF and in the plots.

A grade is never told by colour alone: each has a shape of its own and a sign in it (good: circle and tick;
watch: triangle and exclamation mark; work on this: square and cross). The colours also differ in brightness.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, Literal

Colour = tuple[int, int, int]
Shape = Literal["circle", "triangle", "square"]

GRADE_COLOUR: Final[dict[str | None, Colour]] = {
    "good": (0, 138, 105),
    "caution": (222, 146, 0),
    "fail": (196, 50, 32),
    None: (112, 120, 128),
}
GRADE_ON_VIDEO: Final[dict[str | None, Colour]] = {
    "good": (52, 214, 160),
    "caution": (255, 193, 46),
    "fail": (255, 92, 70),
    None: (236, 240, 243),
}
"""Brighter, for moving pictures of any darkness behind them."""

GRADE_SHAPE: Final[dict[str, Shape]] = {"good": "circle", "caution": "triangle", "fail": "square"}

BAND_COLOUR: Final[dict[str | None, Colour]] = {
    "green": (0, 138, 105),
    "amber": (222, 146, 0),
    "orange": (206, 100, 12),
    "red": (196, 50, 32),
    None: (112, 120, 128),
}

INK: Final[Colour] = (28, 34, 40)
QUIET: Final[Colour] = (92, 101, 110)
RULE: Final[Colour] = (219, 224, 229)
PAPER: Final[Colour] = (246, 248, 249)
LINE: Final[Colour] = (38, 84, 124)
STANCE: Final[Colour] = (86, 180, 255)

# Signs as strokes on a 24 × 24 square, y down: each stroke is a list of points.
SIGN: Final[dict[str, tuple[tuple[tuple[float, float], ...], ...]]] = {
    "good": (((6.8, 12.4), (10.6, 16.2), (17.4, 8.4)),),
    "caution": (((12, 8.2), (12, 13.8)), ((12, 18.0), (12, 18.7))),
    "fail": (((7.6, 7.6), (16.4, 16.4)), ((16.4, 7.6), (7.6, 16.4))),
}
SIGN_COLOUR: Final[dict[str, Colour]] = {
    "good": (255, 255, 255),
    "caution": (28, 34, 40),
    "fail": (255, 255, 255),
}
OUTLINE: Final[dict[str, tuple[tuple[float, float], ...]]] = {
    "caution": ((12, 1.6), (23.2, 22), (0.8, 22)),
    "fail": ((1.8, 1.8), (22.2, 1.8), (22.2, 22.2), (1.8, 22.2)),
}
"""Corners of the triangle and the square; the circle has radius 11 around (12, 12)."""


def hex_colour(colour: Colour) -> str:
    """Return ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


@cache
def font_file(*, bold: bool = False) -> Path:
    """Return a font file that has ° ± − and ≤ on every machine (it comes with matplotlib)."""
    import matplotlib

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name
