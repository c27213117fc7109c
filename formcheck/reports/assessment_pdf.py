"""The report of a baseline assessment as a PDF (A4 and US Letter), with the same content as the HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, KeepTogether, Spacer, Table

from formcheck.reports import texts
from formcheck.reports.assessment_page import AssessmentPage, DifferenceLine, Focus, SideCell, words
from formcheck.reports.pdf_base import LINE, TOP, WIDTH, Flow, build, bullets, markup, padding, text
from formcheck.reports.pdf_shapes import Graded, Ring, colour
from formcheck.reports.style import BAND_COLOUR, GRADE_COLOUR, RULE


def render_assessment_pdf(page: AssessmentPage, path: Path) -> None:
    """Write the report to ``path``."""
    say = words().say
    title = f"{page.title}: {page.person}" if page.person else page.title
    story: Flow = [text(title, "title"), text(page.made, "quiet"), Spacer(0, 3 * mm), _lead(page)]
    if page.questions:
        story.append(bullets(say("safety_questions"), [escape(each) for each in page.questions]))
    story += [
        CondPageBreak(60 * mm),
        text(say("tests"), "h3"),
        _tests(page),
        text(say("tests_note"), "quiet"),
    ]
    story += [CondPageBreak(45 * mm), text(say("focus"), "h3")]
    story += [_focus(each) for each in page.focus] or [text(say("focus_none"), "body")]
    story += [CondPageBreak(60 * mm), text(say("starts"), "h3"), _starts(page)]
    if page.changes:
        story += [CondPageBreak(40 * mm), text(say("changes"), "h3")]
        story.append(_compared(page.changes, say("before"), say("now")))
    if page.differences:
        story += [CondPageBreak(40 * mm), text(say("differences"), "h3")]
        story += [_compared(page.differences, say("left"), say("right"))]
        story.append(text(say("differences_note"), "quiet"))
    if page.missing:
        lines = [
            f"<b>{escape(each.name)}</b>: {escape(each.reason)} {escape(each.how)}" for each in page.missing
        ]
        story.append(bullets(say("missing"), lines))
    if page.cannot:
        story.append(bullets(say("cannot"), [escape(sentence) for sentence in page.cannot]))
    story += _measures(page)
    rows = [[text(label, "quiet"), text(value, "body")] for label, value in page.how]
    how = Table(rows, colWidths=[34 * mm, WIDTH - 34 * mm], style=[TOP, *padding(1)])
    story.append(KeepTogether([text(say("how"), "h3"), how]))
    story.append(text(f"{texts.page('how_error')} {texts.page('how_range')}", "quiet"))
    story.append(text(texts.page("persist"), "quiet"))
    build(story, path, title=title)


def _lead(page: AssessmentPage) -> Table:
    say = words().say
    left: Flow = [
        text(page.tier, "headline"),
        text(page.tier_note, "body"),
        text(say("safety").upper(), "group"),
    ]
    left += [text(sentence, "body") for sentence in page.safety]
    right: Flow = [
        Ring(page.index, BAND_COLOUR[page.band]),
        text(say("no_index" if page.index is None else "index"), "score"),
    ]
    side = 36 * mm
    return Table([[left, right]], colWidths=[WIDTH - side, side], style=[TOP, *padding(0)])


def _tests(page: AssessmentPage) -> Table:
    say = words().say
    rows: Flow = [[text(say(key), "head") for key in ("test", "left", "right")]]
    style: Flow = [TOP, LINE, *padding(2)]
    for number, line in enumerate(page.tests, start=1):
        cells = [_cell(cell) for cell in line.cells]
        if len(cells) == 1:
            style.append(("SPAN", (1, number), (2, number)))
            cells.append([])
        name = f"<b>{escape(line.id)}</b> {escape(line.name)}"
        rows.append([markup(name, "body"), *cells])
    wide = (WIDTH - 52 * mm) / 2
    return Table(rows, colWidths=[52 * mm, wide, wide], style=style, repeatRows=1)


def _cell(cell: SideCell) -> Flow:
    said = " · ".join(filter(None, (cell.score, cell.level, words().say("weaker") if cell.weaker else "")))
    shown: Flow = [Graded(said, cell.grade, bold=True)]
    return [*shown, text(cell.note, "quiet")] if cell.note else shown


def _focus(focus: Focus) -> KeepTogether:
    say = words().say
    cell: Flow = [text(focus.title.upper(), "group"), Graded(focus.sentence, focus.grade, size=9, bold=True)]
    if focus.note:
        cell.append(text(focus.note, "quiet"))
    if focus.cue:
        cell.append(text(f"“{focus.cue.say}”", "say"))
        practise, easier = (
            say("practise", practise=focus.cue.practise),
            say("easier", easier=focus.cue.easier),
        )
        cell.append(text(f"{practise} {easier}", "body"))
    if focus.praise:
        cell.append(text(f"{say('praise')}: {focus.praise}", "quiet"))
    style: Flow = [("BOX", (0, 0), (-1, -1), 0.5, colour(RULE)), *padding(5)]
    style.append(("LINEBEFORE", (0, 0), (0, 0), 3.5, colour(GRADE_COLOUR[focus.grade])))
    return KeepTogether([Table([[cell]], colWidths=[WIDTH], style=style), Spacer(0, 2 * mm)])


def _starts(page: AssessmentPage) -> Table:
    say = words().say
    rows: Flow = [[text(say(key), "head") for key in ("ladder", "rung", "because")]]
    for start in page.starts:
        rung = markup(f"<b>{escape(start.rung)}</b>", "body")
        rows.append([text(start.ladder, "body"), rung, text(start.reason, "quiet")])
    widths = [42 * mm, 50 * mm, WIDTH - 92 * mm]
    return Table(rows, colWidths=widths, style=[TOP, LINE, *padding(2)], repeatRows=1)


def _compared(lines: Sequence[DifferenceLine], first: str, second: str) -> Table:
    say = words().say
    heads = (say("measure"), first, second, say("difference"), say("needed"), say("verdict"))
    rows: Flow = [[text(word, "head") for word in heads]]
    for line in lines:
        cells = (line.name, line.first, line.second, line.difference, line.needed, line.verdict)
        rows.append([text(word, "body" if line.counts else "quiet") for word in cells])
    widths = [WIDTH - 128 * mm, 24 * mm, 24 * mm, 20 * mm, 20 * mm, 40 * mm]
    return Table(rows, colWidths=widths, style=[TOP, LINE, *padding(1.5)], repeatRows=1)


def _measures(page: AssessmentPage) -> Flow:
    say, story = words().say, []
    for number, table in enumerate(page.measures):
        rows: Flow = [[text(texts.page(key), "head") for key in ("measure", "value", "aim", "grade")]]
        for name, value, aim, grade, word, note in table.rows:
            result: Flow = [Graded(word, grade)] if word else []
            result += [text(note, "quiet")] if note else []
            rows.append([text(name, "body"), text(value, "body"), text(aim, "body"), result])
        widths = [WIDTH - 100 * mm, 28 * mm, 28 * mm, 44 * mm]
        drawn = Table(rows, colWidths=widths, style=[TOP, LINE, *padding(1.5)])
        heading: Flow = [] if number else [text(say("measures"), "h3")]
        story.append(KeepTogether([*heading, text(table.title, "h3"), drawn]))
    return story
