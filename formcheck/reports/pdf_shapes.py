"""The shapes of the PDF: grade icons beside a text, and the score in a ring."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from formcheck.reports.style import GRADE_COLOUR, INK, OUTLINE, RULE, SIGN, SIGN_COLOUR, Colour


def colour(rgb: Colour) -> Color:
    """Return a colour of the style for the PDF."""
    return Color(*(part / 255 for part in rgb))


class Graded(Flowable):  # type: ignore[misc]
    """A short text on one line with the icon of its grade before it.

    Parameters
    ----------
    text : str
        Drawn smaller if the place is too narrow.
    grade : str or None
        None draws no icon.
    size : float
        Letter height in points.
    bold : bool
        Bold letters.
    """

    def __init__(self, text: str, grade: str | None, *, size: float = 8.5, bold: bool = False) -> None:
        super().__init__()
        self._text, self._grade, self._size = text, grade, size
        self._font = "DejaVu-Bold" if bold else "DejaVu"

    def wrap(self, width: float, _: float) -> tuple[float, float]:
        """Return the size that it takes, as the layout asks for it."""
        self.width, self.height = width, 1.32 * self._size
        return self.width, self.height

    def draw(self) -> None:
        """Draw it at the origin."""
        canvas, lead = self.canv, 0.0
        if self._grade is not None:
            _icon(canvas, self._grade, 0, 0.1 * self._size, 1.1 * self._size)
            lead = 1.4 * self._size
        room = max(self.width - lead - 1, 1)
        size = min(self._size, self._size * room / max(stringWidth(self._text, self._font, self._size), 1e-6))
        canvas.setFillColor(colour(INK))
        canvas.setFont(self._font, size)
        canvas.drawString(lead, 0.3 * self._size, self._text)


class Ring(Flowable):  # type: ignore[misc]
    """The score in a ring that fills with it."""

    def __init__(self, score: int | None, band: Colour) -> None:
        super().__init__()
        self._score, self._band = score, band

    def wrap(self, width: float, _: float) -> tuple[float, float]:
        """Return the size that it takes, as the layout asks for it."""
        self.width, self.height = width, 25 * mm
        return self.width, self.height

    def draw(self) -> None:
        """Draw it at the origin."""
        canvas, middle, radius = self.canv, 12.5 * mm, 10.5 * mm
        canvas.translate(self.width / 2 - middle, 0)
        canvas.setLineWidth(2.3 * mm)
        canvas.setStrokeColor(colour(RULE))
        canvas.circle(middle, middle, radius)
        if self._score:
            canvas.setStrokeColor(colour(self._band))
            canvas.setLineCap(1)
            box = (middle - radius, middle - radius, middle + radius, middle + radius)
            canvas.arc(*box, startAng=90, extent=-3.6 * self._score)
        canvas.setFillColor(colour(INK))
        canvas.setFont("DejaVu-Bold", 20)
        canvas.drawCentredString(middle, middle - 7, "–" if self._score is None else str(self._score))


def _icon(canvas: Any, grade: str, x: float, y: float, size: float) -> None:
    """Draw the icon of a grade with its lower left corner at (x, y); the shapes have y down, a page up."""
    scale = size / 24
    canvas.saveState()
    canvas.translate(x, y + size)
    canvas.scale(scale, -scale)
    canvas.setFillColor(colour(GRADE_COLOUR[grade]))
    if grade == "good":
        canvas.circle(12, 12, 11, stroke=0, fill=1)
    else:
        _path(canvas, OUTLINE[grade], fill=True)
    canvas.setStrokeColor(colour(SIGN_COLOUR[grade]))
    canvas.setLineWidth(2.8)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    for stroke in SIGN[grade]:
        _path(canvas, stroke, fill=False)
    canvas.restoreState()


def _path(canvas: Any, points: tuple[tuple[float, float], ...], *, fill: bool) -> None:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if fill:
        path.close()
    canvas.drawPath(path, stroke=0 if fill else 1, fill=1 if fill else 0)
