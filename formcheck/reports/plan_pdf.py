"""The plan's sheet as a PDF (A4 and US Letter, one session to a page), with what the HTML page has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from formcheck.coaching.plan_types import Drill
from formcheck.reports.pdf_base import INSET, PAGE, Flow, build, padding, paragraph, text_style
from formcheck.reports.pdf_shapes import colour
from formcheck.reports.plan_content import (
    FOOTER,
    STOP_PAIN,
    TEMPO_NOTE,
    HowTo,
    Row,
    Sheet,
    SheetBlock,
    SheetDay,
    SheetSession,
    TileKind,
)
from formcheck.reports.style import INK, LINE, PAPER, QUIET, RULE, Colour, hex_colour

_MARGIN: Final = 12 * mm
_FOOT: Final = 17 * mm
_WIDTH: Final = PAGE[0] - 2 * _MARGIN
_WHITE: Final[Colour] = (255, 255, 255)
_TILE: Final[dict[TileKind, tuple[Colour, Colour]]] = {
    "strength": (LINE, _WHITE),
    "easy": ((227, 242, 238), (0, 84, 63)),
    "hard": ((251, 238, 219), (107, 67, 0)),
    "race": ((196, 50, 32), _WHITE),
    "small": ((238, 241, 243), INK),
}


def render_plan_pdf(sheet: Sheet, path: Path) -> None:
    """Write the sheet to ``path``."""
    story = _first_page(sheet)
    for session in sheet.sessions:
        story += [PageBreak(), *_session(session)]
    if sheet.how_to:
        story += [PageBreak(), _text("How to do them", "h2"), _how_to(sheet.how_to)]
    title = f"{sheet.title}: {sheet.subtitle}"
    build(story, path, title=title, margin=_MARGIN - INSET, top=11 * mm, bottom=_FOOT, foot=_foot)


def _first_page(sheet: Sheet) -> Flow:
    head = Table(
        [[[_text(sheet.title, "title"), _text(sheet.subtitle, "quiet")], _text(sheet.phase, "phase")]],
        colWidths=[_WIDTH - 78 * mm, 78 * mm],
        style=[("VALIGN", (0, 0), (-1, -1), "BOTTOM"), *padding(0)],
    )
    story: Flow = [head, Spacer(0, 4 * mm)]
    if sheet.stop:
        story += [_text(sheet.stop, "h2"), Spacer(0, 3 * mm)]
    story += [_week(sheet.days), Spacer(0, 5 * mm), _text("WHY THIS WEEK LOOKS LIKE THIS", "h3")]
    story += [_text(f"•  {reason}", "body") for reason in sheet.reasons]
    if not sheet.stop:
        box = Table(
            [[_text(STOP_PAIN, "body")]],
            colWidths=[_WIDTH],
            style=[
                ("BACKGROUND", (0, 0), (-1, -1), colour(PAPER)),
                ("LINEBEFORE", (0, 0), (0, -1), 4, colour((222, 146, 0))),
                *padding(7),
            ],
        )
        story += [Spacer(0, 4 * mm), box]
    for routine in sheet.routines:
        heading = _text(f"{routine.title} · {routine.minutes}".upper(), "h3")
        lines = [_markup(f"•  {_drill(drill)}", "body") for drill in routine.drills]
        story += [Spacer(0, 4 * mm), KeepTogether([heading, *lines])]
    return story


def _week(days: Sequence[SheetDay]) -> Table:
    width = _WIDTH / len(days)
    cells = []
    for day in days:
        cell: Flow = [_markup(f"<b>{day.weekday}</b> {day.number}", "body")]
        for tile in day.tiles:
            back, ink = _TILE[tile.kind]
            style = ParagraphStyle("tile", parent=_styles()["tile"], textColor=colour(ink))
            cell += [
                Spacer(0, 1.2 * mm),
                Table(
                    [[paragraph(escape(tile.text), style)]],
                    colWidths=[width - 8],
                    style=[
                        ("BACKGROUND", (0, 0), (-1, -1), colour(back)),
                        ("ROUNDEDCORNERS", [4, 4, 4, 4]),
                        *padding(3.5),
                    ],
                ),
            ]
        cells.append(cell)
    return Table(
        [cells],
        colWidths=[width] * len(days),
        rowHeights=[34 * mm],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BOX", (0, 0), (-1, -1), 0.6, colour(RULE)),
            ("INNERGRID", (0, 0), (-1, -1), 0.6, colour(RULE)),
            *padding(4),
        ],
    )


def _session(session: SheetSession) -> Flow:
    left: Flow = [_text(session.day, "quiet"), _text(session.title, "h2")]
    right: Flow = [_text(session.facts, "facts"), _text(session.when, "when")]
    head = Table(
        [[left, right]],
        colWidths=[_WIDTH - 84 * mm, 84 * mm],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
            ("LINEBELOW", (0, 0), (-1, -1), 2, colour(LINE)),
            *padding(2),
        ],
    )
    story: Flow = [head, *(_text(note, "quiet") for note in session.notes)]
    for block in session.blocks:
        story.append(_block(block))
    return [*story, Spacer(0, 2 * mm), _text(TEMPO_NOTE, "quiet")]


def _block(block: SheetBlock) -> KeepTogether:
    head = Table(
        [[_text(block.title.upper(), "h3"), _text(block.minutes, "when")]],
        colWidths=[_WIDTH - 20 * mm, 20 * mm],
        style=padding(0),
    )
    parts: Flow = [Spacer(0, 2.2 * mm), head]
    if block.drills:
        parts.append(_markup(" &nbsp; ".join(_drill(drill) for drill in block.drills), "drills"))
    if block.rows:
        parts.append(_rows(block.rows))
    return KeepTogether(parts)


def _rows(rows: Sequence[Row]) -> Table:
    """Return the exercises of a block; the reason runs below each, over the whole width."""
    data: list[list[object]] = []
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), *padding(2.5)]
    for row in rows:
        film = " <font size=7 color='#26547c'>[film one set]</font>" if row.filmed else ""
        what: Flow = [_markup(f"<b>{escape(row.name)}</b>{film}", "name"), _text(f"“{row.cue}.”", "cue")]
        much = [_text(row.dose, "dose"), _text(row.details, "why")]
        code = Table(
            [[_text(row.code, "code")]],
            colWidths=[12 * mm],
            style=[
                ("BACKGROUND", (0, 0), (-1, -1), colour(row.colour)),
                ("ROUNDEDCORNERS", [5, 5, 5, 5]),
                *padding(3),
            ],
        )
        if data:
            style.append(("LINEABOVE", (0, len(data)), (-1, len(data)), 0.4, colour(RULE)))
        data.append(
            [code, what, much, _Boxes(row.boxes), [_text(row.effort, "effort"), _text("effort", "when")]]
        )
        if row.why:
            below = len(data)
            style += [("SPAN", (1, below), (-1, below)), ("TOPPADDING", (0, below), (-1, below), 0)]
            style.append(("BOTTOMPADDING", (0, below - 1), (-1, below - 1), 0))
            data.append(["", _text(row.why, "why")])
    widths = [15 * mm, _WIDTH - 112 * mm, 60 * mm, 24 * mm, 13 * mm]
    return Table(data, colWidths=widths, style=style)


class _Boxes(Flowable):  # type: ignore[misc]
    """A box to tick for every set."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count, self.width, self.height = count, 22 * mm, 6 * mm

    def draw(self) -> None:
        self.canv.setStrokeColor(colour((154, 164, 173)))
        self.canv.setLineWidth(1.2)
        side = min(5.2 * mm, self.width / max(self.count, 1) - 1.2 * mm)
        for index in range(self.count):
            self.canv.roundRect(index * (side + 1.2 * mm), 0, side, side, 2)


def _how_to(items: Sequence[HowTo]) -> Table:
    cells: Flow = []
    for each in items:
        shade = hex_colour(each.colour)
        cell: Flow = [
            _markup(
                f"<font color='{shade}'><b>{each.code}</b></font> &nbsp;<b>{escape(each.name)}</b>", "body"
            ),
            _text(each.text, "small"),
        ]
        cell += [_text(f"You need: {each.needs}.", "why")] if each.needs else []
        cell += [_text(f"Camera: {each.camera}", "why")] if each.camera else []
        cells.append(cell)
    rows = [cells[i : i + 2] + [""] * (2 - len(cells[i : i + 2])) for i in range(0, len(cells), 2)]
    return Table(rows, colWidths=[_WIDTH / 2] * 2, style=[("VALIGN", (0, 0), (-1, -1), "TOP"), *padding(5)])


def _drill(drill: Drill) -> str:
    reason = f" <font color='#5c656e' size=8>{escape(drill.reason)}</font>" if drill.reason else ""
    return f"<b>{escape(drill.name)}</b> {escape(drill.dose)}{reason}"


def _foot(canvas: Canvas, _document: SimpleDocTemplate) -> None:
    canvas.saveState()
    note = _text(FOOTER, "foot")
    _, high = note.wrap(_WIDTH, _FOOT)
    note.drawOn(canvas, _MARGIN, _FOOT - high - 3 * mm)
    canvas.restoreState()


def _text(text: str, style: str) -> Paragraph:
    return _markup(escape(text), style)


def _markup(text: str, style: str) -> Paragraph:
    return paragraph(text, _styles()[style])


@cache
def _styles() -> dict[str, ParagraphStyle]:
    """Return the styles of the sheet, which is read from the wall: larger than those of a report."""
    return {
        "title": text_style(22, bold=True, spaceAfter=4),
        "h2": text_style(17, bold=True, spaceAfter=4),
        "h3": text_style(8, bold=True, ink=LINE),
        "phase": text_style(10, bold=True, ink=LINE, alignment=2),
        "body": text_style(9.5, spaceAfter=1.5),
        "drills": text_style(8.8, spaceBefore=2),
        "small": text_style(8.6, spaceBefore=1.5),
        "quiet": text_style(8.8, ink=QUIET),
        "why": text_style(7.6, ink=QUIET, spaceBefore=1),
        "tile": text_style(7.4, bold=True),
        "name": text_style(11.5),
        "cue": text_style(9, bold=True, ink=LINE),
        "dose": text_style(12.5, bold=True),
        "code": text_style(10, bold=True, ink=_WHITE, alignment=1),
        "effort": text_style(13, bold=True, alignment=2),
        "facts": text_style(9.2, bold=True, alignment=2),
        "when": text_style(8.6, ink=QUIET, alignment=2),
        "foot": text_style(6.8, ink=QUIET),
    }
