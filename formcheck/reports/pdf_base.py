"""What every PDF of ours shares: the page with its foot, how styles and text are made; a report's style."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate

from formcheck.reports import texts
from formcheck.reports.pdf_letters import register_fonts, with_fonts
from formcheck.reports.pdf_shapes import colour
from formcheck.reports.style import INK, QUIET, RULE, Colour

PAGE: Final = (A4[0], LETTER[1])
"""As wide as A4 and as high as US Letter, points: fits on either sheet without scaling."""
_MARGIN: Final = 16 * mm
_FOOT: Final = 21 * mm
INSET: Final = 6.0
"""What the layout leaves free on either side of its frame, points."""
WIDTH: Final = PAGE[0] - 2 * (_MARGIN + INSET)
LINE: Final = ("LINEBELOW", (0, 0), (-1, -1), 0.4, colour(RULE))
TOP: Final = ("VALIGN", (0, 0), (-1, -1), "TOP")
Flow = list[Any]


Foot = Callable[[Canvas, SimpleDocTemplate], None]
"""Draws the foot of a page."""


def build(
    story: Flow,
    path: Path,
    *,
    title: str,
    margin: float = _MARGIN,
    top: float = 14 * mm,
    bottom: float = _FOOT,
    foot: Foot | None = None,
) -> None:
    """Write the parts of ``story`` to a PDF (`PAGE`), margins in points, a foot (or a report's) on each."""
    register_fonts()
    document = SimpleDocTemplate(
        str(path),
        pagesize=PAGE,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=top,
        bottomMargin=bottom,
        title=title,
        author="formcheck",
    )
    document.build(story, onFirstPage=foot or _foot, onLaterPages=foot or _foot)


def bullets(heading: str, lines: Sequence[str]) -> KeepTogether:
    """Return a heading with a list under it; the lines are markup."""
    return KeepTogether([text(heading, "h3"), *(markup(f"•  {line}", "item") for line in lines)])


def _foot(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.saveState()
    note = text(texts.page("footer"), "foot")
    _, high = note.wrap(WIDTH, _FOOT)
    note.drawOn(canvas, _MARGIN + INSET, _FOOT - high - 2 * mm)
    number = text(f"{texts.page('page')} {document.page}", "foot_right")
    number.wrap(WIDTH, _FOOT)
    number.drawOn(canvas, _MARGIN + INSET, 6 * mm)
    canvas.restoreState()


def text(words: str, style: str) -> Paragraph:
    """Return plain words in a style of `_styles`."""
    return markup(escape(words), style)


def markup(words: str, style: str) -> Paragraph:
    """Return words that are markup already in a style of `_styles`."""
    return paragraph(words, _styles()[style])


def paragraph(words: str, style: ParagraphStyle) -> Paragraph:
    """Return markup in a style, each letter in a font that has it."""
    return Paragraph(with_fonts(words), style)


def padding(points: float) -> list[tuple[Any, ...]]:
    """Return the table style of that room on all sides."""
    sides = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
    return [(side, (0, 0), (-1, -1), points) for side in sides]


def text_style(size: float, *, bold: bool = False, ink: Colour = INK, **more: Any) -> ParagraphStyle:
    """Return a style of text: points, weight, colour, and what else the PDF library knows."""
    register_fonts()
    return ParagraphStyle(
        "style",
        fontName="DejaVu-Bold" if bold else "DejaVu",
        fontSize=size,
        leading=more.pop("leading", size * 1.32),
        textColor=colour(ink),
        **more,
    )


@cache
def _styles() -> dict[str, ParagraphStyle]:
    return {
        "title": text_style(18, bold=True, spaceAfter=2),
        "h2": text_style(12.5, bold=True, spaceBefore=8, spaceAfter=4),
        "h3": text_style(11, bold=True, spaceBefore=9, spaceAfter=3),
        "headline": text_style(13, bold=True, spaceBefore=4, spaceAfter=3),
        "body": text_style(8.5),
        "item": text_style(8.5, leftIndent=9, firstLineIndent=-9, spaceAfter=2),
        "quiet": text_style(7.5, ink=QUIET, spaceBefore=1),
        "group": text_style(7, bold=True, ink=QUIET),
        "value": text_style(15, bold=True),
        "say": text_style(10.5, bold=True, spaceAfter=2),
        "caption": text_style(8, bold=True, spaceAfter=1, alignment=1),
        "head": text_style(7, bold=True, ink=QUIET),
        "cell": text_style(7),
        "score": text_style(8.5, bold=True, alignment=1),
        "score_note": text_style(7.5, ink=QUIET, alignment=1),
        "foot": text_style(6.3, ink=QUIET),
        "foot_right": text_style(6.3, ink=QUIET, alignment=2),
    }
