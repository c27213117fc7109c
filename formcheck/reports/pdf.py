"""The report as a PDF (A4 and US Letter), with the same content as the HTML page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.platypus import (
    CondPageBreak,
    Image,
    KeepTogether,
    PageBreak,
    Spacer,
    Table,
)

from formcheck.reports import texts
from formcheck.reports.content import BoutSection, Card, ClipSection, Report
from formcheck.reports.pdf_base import LINE, TOP, WIDTH, Flow, build, bullets, markup, padding, text
from formcheck.reports.pdf_shapes import Graded, Ring, colour
from formcheck.reports.style import BAND_COLOUR, GRADE_COLOUR, PAPER, RULE


def render_pdf(report: Report, path: Path) -> None:
    """Write the report to ``path``."""
    story: Flow = [text(report.title, "title"), text(report.made, "quiet")]
    if report.index:
        story += [text(texts.page("index"), "h3"), _index(report)]
    for number, clip in enumerate(report.clips):
        # A list of clips has a page of its own, and each clip begins on a new one.
        story += [PageBreak()] if number or report.index else []
        story += _clip(clip)
    story += [Spacer(0, 3 * mm), text(f"{texts.page('how_error')} {texts.page('how_range')}", "quiet")]
    story += [text(texts.page("persist"), "quiet")]
    build(story, path, title=report.title)


def _clip(clip: ClipSection) -> Flow:
    story: Flow = [text(clip.name, "h2")]
    if clip.headline:
        story.append(text(clip.headline, "headline"))
    for bout in clip.bouts:
        story += _bout(bout)
    if clip.problems:
        lines = [f"<b>{escape(p.message)}</b> {escape(p.fix)}" for p in clip.problems]
        story.append(bullets(texts.page("filming_notes"), lines))
    rows = [[text(label, "quiet"), text(value, "body")] for label, value in clip.how]
    how = Table(rows, colWidths=[34 * mm, WIDTH - 34 * mm], style=[TOP, *padding(1)])
    story.append(KeepTogether([text(texts.page("how"), "h3"), how]))
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
        captions = [text(frame.caption, "caption") for frame in bout.key_frames]
        width = WIDTH / len(pictures)
        table = Table(
            [pictures, captions],
            colWidths=[width] * len(pictures),
            style=[("ALIGN", (0, 0), (-1, -1), "CENTER"), *padding(1)],
        )
        story.append(KeepTogether([text(texts.page("key_frames"), "h3"), table]))
    if bout.rows:
        note = text(f"{texts.page('core_note')} {bout.coverage}.", "quiet")
        story += [CondPageBreak(40 * mm), text(texts.page("measures"), "h3"), _measures(bout), note]
    if bout.plots:
        plots: Flow = [
            [text(plot.title, "caption"), _picture(plot.png(), 410, 215, WIDTH / 2 - 3 * mm, 60 * mm)]
            for plot in bout.plots
        ]
        rows = [plots[i : i + 2] + [""] * (2 - len(plots[i : i + 2])) for i in range(0, len(plots), 2)]
        first, *rest = [Table([row], colWidths=[WIDTH / 2] * 2, style=[TOP, *padding(1)]) for row in rows]
        story += [KeepTogether([text(texts.page("over_time"), "h3"), first]), *rest]
        story.append(text(texts.page("over_time_note"), "quiet"))
    if bout.repetitions:
        story += [
            CondPageBreak(35 * mm),
            text(texts.page("holds" if bout.holds else "reps"), "h3"),
            _repetitions(bout),
        ]
    if bout.missing:
        lines = [f"<b>{escape(m.name)}</b>: {escape(m.reason)}. {escape(m.advice)}" for m in bout.missing]
        story.append(bullets(texts.page("not_possible"), lines))
    return story


def _lead(bout: BoutSection) -> Table:
    left: Flow = [text(bout.title, "h3"), text(bout.facts, "quiet"), text(bout.headline, "headline")]
    if bout.note:
        left.append(text(bout.note, "quiet"))
    no_score = bout.score is None or bout.provisional
    right: Flow = [
        Ring(None if bout.provisional else bout.score, BAND_COLOUR[bout.band]),
        text(texts.page("no_score" if no_score else "score"), "score"),
        text(bout.score_note, "score_note"),
    ]
    if bout.provisional:
        right.append(
            text(f"({texts.page('provisional')}: {bout.score} {texts.page('out_of')})", "score_note")
        )
    side = 36 * mm
    return Table([[left, right]], colWidths=[WIDTH - side, side], style=[TOP, *padding(0)])


def _cards(cards: Sequence[Card]) -> Table:
    cells = []
    for card in cards:
        cell: Flow = [text(card.title.upper(), "group")]
        if card.name:
            cell.append(text(card.name, "body"))
        if card.value:
            cell.append(text(card.value, "value"))
        cell.append(Graded(card.word, card.grade, size=9, bold=True))
        if card.note:
            cell.append(text(card.note, "quiet"))
        cells.append(cell)
    style: Flow = [TOP, *padding(5), ("BOX", (0, 0), (-1, -1), 0.5, colour(RULE))]
    style += [
        ("LINEBEFORE", (i, 0), (i, 0), 3.5, colour(GRADE_COLOUR[card.grade])) for i, card in enumerate(cards)
    ]
    return Table([cells], colWidths=[WIDTH / len(cards)] * len(cards), style=style)


def _advice(bout: BoutSection) -> Flow:
    cell: Flow = []
    if bout.cue:
        cell += [text(texts.page("cue").upper(), "group"), text(f"“{bout.cue.say}”", "say")]
        practise = texts.page("cue_practise", practise=bout.cue.practise)
        cell.append(text(f"{practise} {texts.page('cue_easier', easier=bout.cue.easier)}", "body"))
    if bout.praise:
        cell += [text(texts.page("praise").upper(), "group"), text(bout.praise, "body")]
    cell += [text(remark, "body") for remark in bout.remarks]
    if not cell:
        return []
    style = [("BACKGROUND", (0, 0), (-1, -1), colour(PAPER)), *padding(6)]
    return [Spacer(0, 2.5 * mm), Table([[cell]], colWidths=[WIDTH], style=style)]


def _measures(bout: BoutSection) -> Table:
    head = [text(texts.page(key), "head") for key in ("measure", "value", "aim", "grade")]
    rows: Flow = [head]
    for row in bout.rows:
        name = (
            f"<b>{escape(row.name)}</b>{' ●' if row.core else ''}<br/><font size=7>{escape(row.what)}</font>"
        )
        result: Flow = [Graded(row.word, row.grade)] if row.word else []
        result += [text(row.note, "quiet")] if row.note else []
        rows.append([markup(name, "body"), text(row.value, "body"), text(row.aim, "body"), result])
    widths = [WIDTH - 100 * mm, 28 * mm, 32 * mm, 40 * mm]
    return Table(rows, colWidths=widths, style=[TOP, LINE, *padding(2)], repeatRows=1)


def _repetitions(bout: BoutSection) -> Table:
    numbered = ("hold", "middle") if bout.holds else ("rep", "turn")
    head = [*map(texts.page, numbered), *bout.columns, texts.page("valid")]
    rows: Flow = [[text(word, "head") for word in head]]
    for row in bout.repetitions:
        counted = texts.page("yes") if row.valid else f"{texts.page('no')} {row.reason}".strip()
        cells = [Graded(cell.text, cell.grade, size=7) for cell in row.cells]
        rows.append([text(str(row.number), "cell"), text(row.turn, "cell"), *cells, text(counted, "cell")])
    narrow = [9 * mm, 13 * mm]
    share = (WIDTH - sum(narrow)) / (len(head) - 2)
    widths = [*narrow, *[share] * (len(head) - 2)]
    return Table(rows, colWidths=widths, style=[TOP, LINE, *padding(1.5)], repeatRows=1)


def _index(report: Report) -> Table:
    keys = ("clip", "exercise", "side", "reps_count", "score")
    rows: Flow = [[text(texts.page(key), "head") for key in keys]]
    for row in report.index:
        score = f"<b>{escape(row.score)}</b> {escape(row.note)}"
        rows.append(
            [
                *(text(w, "cell") for w in (row.name, row.exercise, row.side, row.repetitions)),
                markup(score, "cell"),
            ]
        )
    widths = [WIDTH - 122 * mm, 38 * mm, 12 * mm, 14 * mm, 58 * mm]
    return Table(rows, colWidths=widths, style=[TOP, LINE, *padding(2)], repeatRows=1)


def _picture(data: bytes, width: float, height: float, widest: float, highest: float) -> Image:
    scale = min(widest / width, highest / height)
    return Image(io.BytesIO(data), width=width * scale, height=height * scale)
