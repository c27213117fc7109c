"""What every PDF of ours shares: the page with its footer, the fonts, the styles of text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate

from formcheck.reports import texts
from formcheck.reports.pdf_shapes import colour
from formcheck.reports.style import INK, QUIET, RULE, font_file

_MARGIN: Final = 16 * mm
_FOOT: Final = 21 * mm
_INSET: Final = 6.0
"""What the layout leaves free on either side of its frame, points."""
WIDTH: Final = A4[0] - 2 * (_MARGIN + _INSET)
LINE: Final = ("LINEBELOW", (0, 0), (-1, -1), 0.4, colour(RULE))
TOP: Final = ("VALIGN", (0, 0), (-1, -1), "TOP")
Flow = list[Any]


def build(story: Flow, path: Path, *, title: str) -> None:
    """Write the parts of ``story`` to a PDF with the footer on every page."""
    document = SimpleDocTemplate(
        str(path),
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=14 * mm,
        bottomMargin=_FOOT,
        title=title,
        author="formcheck",
    )
    document.build(story, onFirstPage=_foot, onLaterPages=_foot)


def bullets(heading: str, lines: Sequence[str]) -> KeepTogether:
    """Return a heading with a list under it; the lines are markup."""
    return KeepTogether([text(heading, "h3"), *(markup(f"•  {line}", "item") for line in lines)])


def _foot(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.saveState()
    note = text(texts.page("footer"), "foot")
    _, high = note.wrap(WIDTH, _FOOT)
    note.drawOn(canvas, _MARGIN + _INSET, _FOOT - high - 2 * mm)
    number = text(f"{texts.page('page')} {document.page}", "foot_right")
    number.wrap(WIDTH, _FOOT)
    number.drawOn(canvas, _MARGIN + _INSET, 6 * mm)
    canvas.restoreState()


def text(words: str, style: str) -> Paragraph:
    """Return plain words in a style of `_styles`."""
    return markup(escape(words), style)


def markup(words: str, style: str) -> Paragraph:
    """Return words that are markup already in a style of `_styles`."""
    return Paragraph(words, _styles()[style])


def padding(points: float) -> list[tuple[Any, ...]]:
    """Return the table style of that room on all sides."""
    sides = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
    return [(side, (0, 0), (-1, -1), points) for side in sides]


@cache
def register_fonts() -> None:
    """Make the two fonts known to the PDF library, once."""
    pdfmetrics.registerFont(TTFont("DejaVu", str(font_file())))
    pdfmetrics.registerFont(TTFont("DejaVu-Bold", str(font_file(bold=True))))
    pdfmetrics.registerFontFamily(
        "DejaVu", normal="DejaVu", bold="DejaVu-Bold", italic="DejaVu", boldItalic="DejaVu-Bold"
    )


@cache
def _styles() -> dict[str, ParagraphStyle]:
    register_fonts()

    def style(size: float, *, bold: bool = False, quiet: bool = False, **more: Any) -> ParagraphStyle:
        return ParagraphStyle(
            "style",
            fontName="DejaVu-Bold" if bold else "DejaVu",
            fontSize=size,
            leading=more.pop("leading", size * 1.32),
            textColor=colour(QUIET if quiet else INK),
            **more,
        )

    return {
        "title": style(18, bold=True, spaceAfter=2),
        "h2": style(12.5, bold=True, spaceBefore=8, spaceAfter=4),
        "h3": style(11, bold=True, spaceBefore=9, spaceAfter=3),
        "headline": style(13, bold=True, spaceBefore=4, spaceAfter=3),
        "body": style(8.5),
        "item": style(8.5, leftIndent=9, firstLineIndent=-9, spaceAfter=2),
        "quiet": style(7.5, quiet=True, spaceBefore=1),
        "group": style(7, bold=True, quiet=True),
        "value": style(15, bold=True),
        "say": style(10.5, bold=True, spaceAfter=2),
        "caption": style(8, bold=True, spaceAfter=1, alignment=1),
        "head": style(7, bold=True, quiet=True),
        "cell": style(7),
        "score": style(8.5, bold=True, alignment=1),
        "score_note": style(7.5, quiet=True, alignment=1),
        "foot": style(6.3, quiet=True),
        "foot_right": style(6.3, quiet=True, alignment=2),
    }
