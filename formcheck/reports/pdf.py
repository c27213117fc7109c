"""The report as a PDF (A4), with the same content as the HTML page."""

from __future__ import annotations

import io
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
from reportlab.platypus import (
    CondPageBreak,
    Image,
    KeepTogether,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from formcheck.reports import texts
from formcheck.reports.content import BoutSection, Card, ClipSection, Report
from formcheck.reports.pdf_shapes import Graded, Ring, colour
from formcheck.reports.style import BAND_COLOUR, GRADE_COLOUR, INK, PAPER, QUIET, RULE, font_file

_MARGIN: Final = 16 * mm
_FOOT: Final = 21 * mm
_INSET: Final = 6.0
"""What the layout leaves free on either side of its frame, points."""
_WIDTH: Final = A4[0] - 2 * (_MARGIN + _INSET)
_LINE: Final = ("LINEBELOW", (0, 0), (-1, -1), 0.4, colour(RULE))
_TOP: Final = ("VALIGN", (0, 0), (-1, -1), "TOP")
Flow = list[Any]


def render_pdf(report: Report, path: Path) -> None:
    """Write the report to ``path``."""
    _register_fonts()
    story: Flow = [_text(report.title, "title"), _text(report.made, "quiet")]
    if report.index:
        story += [_text(texts.page("index"), "h3"), _index(report)]
    for number, clip in enumerate(report.clips):
        # A list of clips has a page of its own, and each clip begins on a new one.
        story += [PageBreak()] if number or report.index else []
        story += _clip(clip)
    story += [Spacer(0, 3 * mm), _text(f"{texts.page('how_error')} {texts.page('how_range')}", "quiet")]
    story += [_text(texts.page("persist"), "quiet")]
    document = SimpleDocTemplate(
        str(path),
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=14 * mm,
        bottomMargin=_FOOT,
        title=report.title,
        author="formcheck",
    )
    document.build(story, onFirstPage=_foot, onLaterPages=_foot)


def _clip(clip: ClipSection) -> Flow:
    story: Flow = [_text(clip.name, "h2")]
    if clip.headline:
        story.append(_text(clip.headline, "headline"))
    for bout in clip.bouts:
        story += _bout(bout)
    if clip.problems:
        lines = [f"<b>{escape(p.message)}</b> {escape(p.fix)}" for p in clip.problems]
        story.append(_list(texts.page("filming_notes"), lines))
    rows = [[_text(label, "quiet"), _text(value, "body")] for label, value in clip.how]
    how = Table(rows, colWidths=[34 * mm, _WIDTH - 34 * mm], style=[_TOP, *_padding(1)])
    story.append(KeepTogether([_text(texts.page("how"), "h3"), how]))
    return story


def _bout(bout: BoutSection) -> Flow:
    story: Flow = [CondPageBreak(90 * mm), _lead(bout)]
    if bout.cards:
        story += [Spacer(0, 2 * mm), _cards(bout.cards)]
    story += _advice(bout)
    if bout.key_frames:
        pictures = [
            _picture(frame.jpeg, frame.width, frame.height, 82 * mm, 82 * mm) for frame in bout.key_frames
        ]
        captions = [_text(frame.caption, "caption") for frame in bout.key_frames]
        width = _WIDTH / len(pictures)
        table = Table(
            [pictures, captions],
            colWidths=[width] * len(pictures),
            style=[("ALIGN", (0, 0), (-1, -1), "CENTER"), *_padding(1)],
        )
        story.append(KeepTogether([_text(texts.page("key_frames"), "h3"), table]))
    if bout.rows:
        note = _text(f"{texts.page('core_note')} {bout.coverage}.", "quiet")
        story += [CondPageBreak(40 * mm), _text(texts.page("measures"), "h3"), _measures(bout), note]
    if bout.plots:
        plots: Flow = [
            [_text(plot.title, "caption"), _picture(plot.png(), 410, 215, _WIDTH / 2 - 3 * mm, 60 * mm)]
            for plot in bout.plots
        ]
        rows = [plots[i : i + 2] + [""] * (2 - len(plots[i : i + 2])) for i in range(0, len(plots), 2)]
        first, *rest = [Table([row], colWidths=[_WIDTH / 2] * 2, style=[_TOP, *_padding(1)]) for row in rows]
        story += [KeepTogether([_text(texts.page("over_time"), "h3"), first]), *rest]
        story.append(_text(texts.page("over_time_note"), "quiet"))
    if bout.repetitions:
        story += [CondPageBreak(35 * mm), _text(texts.page("reps"), "h3"), _repetitions(bout)]
    if bout.missing:
        lines = [f"<b>{escape(m.name)}</b>: {escape(m.reason)}. {escape(m.advice)}" for m in bout.missing]
        story.append(_list(texts.page("not_possible"), lines))
    return story


def _lead(bout: BoutSection) -> Table:
    left: Flow = [_text(bout.title, "h3"), _text(bout.facts, "quiet"), _text(bout.headline, "headline")]
    if bout.note:
        left.append(_text(bout.note, "quiet"))
    no_score = bout.score is None or bout.provisional
    right: Flow = [
        Ring(None if bout.provisional else bout.score, BAND_COLOUR[bout.band]),
        _text(texts.page("no_score" if no_score else "score"), "score"),
        _text(bout.score_note, "score_note"),
    ]
    if bout.provisional:
        right.append(
            _text(f"({texts.page('provisional')}: {bout.score} {texts.page('out_of')})", "score_note")
        )
    side = 36 * mm
    return Table([[left, right]], colWidths=[_WIDTH - side, side], style=[_TOP, *_padding(0)])


def _cards(cards: Sequence[Card]) -> Table:
    cells = []
    for card in cards:
        cell: Flow = [_text(card.title.upper(), "group")]
        if card.name:
            cell.append(_text(card.name, "body"))
        if card.value:
            cell.append(_text(card.value, "value"))
        cell.append(Graded(card.word, card.grade, size=9, bold=True))
        if card.note:
            cell.append(_text(card.note, "quiet"))
        cells.append(cell)
    style: Flow = [_TOP, *_padding(5), ("BOX", (0, 0), (-1, -1), 0.5, colour(RULE))]
    style += [
        ("LINEBEFORE", (i, 0), (i, 0), 3.5, colour(GRADE_COLOUR[card.grade])) for i, card in enumerate(cards)
    ]
    return Table([cells], colWidths=[_WIDTH / len(cards)] * len(cards), style=style)


def _advice(bout: BoutSection) -> Flow:
    cell: Flow = []
    if bout.cue:
        cell += [_text(texts.page("cue").upper(), "group"), _text(f"“{bout.cue.say}”", "say")]
        practise = texts.page("cue_practise", practise=bout.cue.practise)
        cell.append(_text(f"{practise} {texts.page('cue_easier', easier=bout.cue.easier)}", "body"))
    if bout.praise:
        cell += [_text(texts.page("praise").upper(), "group"), _text(bout.praise, "body")]
    cell += [_text(remark, "body") for remark in bout.remarks]
    if not cell:
        return []
    style = [("BACKGROUND", (0, 0), (-1, -1), colour(PAPER)), *_padding(6)]
    return [Spacer(0, 2.5 * mm), Table([[cell]], colWidths=[_WIDTH], style=style)]


def _measures(bout: BoutSection) -> Table:
    head = [_text(texts.page(key), "head") for key in ("measure", "value", "aim", "grade")]
    rows: Flow = [head]
    for row in bout.rows:
        name = (
            f"<b>{escape(row.name)}</b>{' ●' if row.core else ''}<br/><font size=7>{escape(row.what)}</font>"
        )
        result: Flow = [Graded(row.word, row.grade)] if row.word else []
        result += [_text(row.note, "quiet")] if row.note else []
        rows.append([_markup(name, "body"), _text(row.value, "body"), _text(row.aim, "body"), result])
    widths = [_WIDTH - 100 * mm, 28 * mm, 32 * mm, 40 * mm]
    return Table(rows, colWidths=widths, style=[_TOP, _LINE, *_padding(2)], repeatRows=1)


def _repetitions(bout: BoutSection) -> Table:
    head = [texts.page("rep"), texts.page("turn"), *bout.columns, texts.page("valid")]
    rows: Flow = [[_text(word, "head") for word in head]]
    for row in bout.repetitions:
        counted = texts.page("yes") if row.valid else f"{texts.page('no')} {row.reason}".strip()
        cells = [Graded(cell.text, cell.grade, size=7) for cell in row.cells]
        rows.append([_text(str(row.number), "cell"), _text(row.turn, "cell"), *cells, _text(counted, "cell")])
    narrow = [9 * mm, 13 * mm]
    share = (_WIDTH - sum(narrow)) / (len(head) - 2)
    widths = [*narrow, *[share] * (len(head) - 2)]
    return Table(rows, colWidths=widths, style=[_TOP, _LINE, *_padding(1.5)], repeatRows=1)


def _index(report: Report) -> Table:
    keys = ("clip", "exercise", "side", "reps_count", "score")
    rows: Flow = [[_text(texts.page(key), "head") for key in keys]]
    for row in report.index:
        score = f"<b>{escape(row.score)}</b> {escape(row.note)}"
        rows.append(
            [
                *(_text(w, "cell") for w in (row.name, row.exercise, row.side, row.repetitions)),
                _markup(score, "cell"),
            ]
        )
    widths = [_WIDTH - 110 * mm, 40 * mm, 14 * mm, 12 * mm, 44 * mm]
    return Table(rows, colWidths=widths, style=[_TOP, _LINE, *_padding(2)], repeatRows=1)


def _list(heading: str, lines: Sequence[str]) -> KeepTogether:
    return KeepTogether([_text(heading, "h3"), *(_markup(f"•  {line}", "item") for line in lines)])


def _picture(data: bytes, width: float, height: float, widest: float, highest: float) -> Image:
    scale = min(widest / width, highest / height)
    return Image(io.BytesIO(data), width=width * scale, height=height * scale)


def _foot(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.saveState()
    note = _text(texts.page("footer"), "foot")
    _, high = note.wrap(_WIDTH, _FOOT)
    note.drawOn(canvas, _MARGIN + _INSET, _FOOT - high - 2 * mm)
    number = _text(f"{texts.page('page')} {document.page}", "foot_right")
    number.wrap(_WIDTH, _FOOT)
    number.drawOn(canvas, _MARGIN + _INSET, 6 * mm)
    canvas.restoreState()


def _text(text: str, style: str) -> Paragraph:
    return _markup(escape(text), style)


def _markup(text: str, style: str) -> Paragraph:
    return Paragraph(text, _styles()[style])


def _padding(points: float) -> list[tuple[Any, ...]]:
    sides = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
    return [(side, (0, 0), (-1, -1), points) for side in sides]


@cache
def _register_fonts() -> None:
    pdfmetrics.registerFont(TTFont("DejaVu", str(font_file())))
    pdfmetrics.registerFont(TTFont("DejaVu-Bold", str(font_file(bold=True))))
    pdfmetrics.registerFontFamily(
        "DejaVu", normal="DejaVu", bold="DejaVu-Bold", italic="DejaVu", boldItalic="DejaVu-Bold"
    )


@cache
def _styles() -> dict[str, ParagraphStyle]:
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
