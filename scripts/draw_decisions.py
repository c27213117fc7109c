"""Draws the decision table as the picture of docs/coaching.md; its argument is the file to write."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from formcheck.coaching.decision_table import Condition, DecisionTable, Row, load_decisions

WORDS: Final = {
    "red_flag": "a safety question answered yes",
    "sharp": "sharp pain",
    "limp": "limping or giving way",
    "rising": "pain rising",
    "pain": "pain",
    "pain24_up": "pain up next morning by",
    "quality": "film",
    "score": "form score",
    "fails": "main measures beyond their range",
    "core_cautions": "main measures a little off",
    "same_fault_prev": "same fault as last time",
    "rpe": "effort",
    "phase": "phase",
    "two_for_two": "2 repetitions over target, twice",
    "good_streak": "good sessions in a row",
    "at_rung_exit": "the rung's exit is met",
}
COLOURS: Final = {
    "STOP": "#c43220",
    "MODIFY": "#ce640c",
    "NO": "#5c656e",
    "REGRESS": "#ce640c",
    "HOLD": "#26547c",
}
PROGRESS_COLOUR: Final = "#008a69"
WIDTH, LEFT, RIGHT, GAP = 940, 440, 400, 26
LINE: Final = 18


def draw(table: DecisionTable) -> str:
    """Return the picture as SVG."""
    parts, y = [], 20
    for number, row in enumerate(table.rows, start=1):
        last = number == len(table.rows)
        asked = textwrap.wrap(f"{number}. {condition_words(row)}", 52)
        told = [row.code, *textwrap.wrap(row.action, 52)]
        height = LINE * max(len(asked), len(told)) + 20
        middle = y + height / 2
        parts.append(box(20, y, LEFT, height, "#ffffff", "#8a949d"))
        parts += lines(34, y, height, asked, "#1c2228")
        colour = COLOURS.get(row.code.split("_")[0], PROGRESS_COLOUR)
        parts.append(box(20 + LEFT + 60, y, RIGHT, height, colour, colour))
        parts += lines(34 + LEFT + 60, y, height, told, "#ffffff", first_bold=True)
        parts.append(arrow(20 + LEFT, middle, 20 + LEFT + 58, middle))
        parts.append(f'<text x="{20 + LEFT + 16}" y="{middle - 6}" class="s">{"" if last else "yes"}</text>')
        if not last:
            parts.append(arrow(120, y + height, 120, y + height + GAP - 2))
            parts.append(f'<text x="128" y="{y + height + GAP / 2 + 4}" class="s">no</text>')
        y += height + GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" font-size="13.5" '
        'font-family="system-ui, DejaVu Sans, sans-serif" role="img">\n'
        "<title>How a decision on one exercise is made</title>\n"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#5c656e"/></marker></defs>\n'
        "<style>.s { font-size: 12px; fill: #5c656e; }</style>\n"
        f'<rect width="{WIDTH}" height="{y}" fill="#f6f8f9"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def condition_words(row: Row) -> str:
    """Return when a row holds, in a few words."""
    either = " or ".join(words(each) for each in row.any)
    every = ", and ".join(words(each) for each in row.all)
    said = ", and ".join(filter(None, (either, every))) or "otherwise"
    if row.needs_certainty:
        said += "; not by one borderline grade alone"
    return said[0].upper() + said[1:]


def words(condition: Condition) -> str:
    """Return one condition in a few words."""
    name = WORDS[condition.field]
    if condition.missing:
        return f"no {name}" + (", nor a rating of your own" if condition.field == "score" else "")
    if condition.is_ is not None:
        return name if condition.is_ else f"{name} not good enough"
    if condition.one_of is not None:
        return f"{name} is {', '.join(condition.one_of)}".replace("_", " ")
    if condition.at_least is not None:
        return f"{name} ≥ {condition.at_least:g}"
    if condition.at_most is not None:
        return f"{name} ≤ {condition.at_most:g}"
    return f"{name} < {condition.below:g}"


def box(x: float, y: float, width: float, height: float, fill: str, stroke: str) -> str:
    """Return a rounded box."""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="9" fill="{fill}" stroke="{stroke}"/>'


def lines(
    x: float, y: float, height: float, said: list[str], colour: str, *, first_bold: bool = False
) -> list[str]:
    """Return lines of text, in the middle of a box's height."""
    top = y + (height - LINE * len(said)) / 2 + 13.5
    weights = ["bold" if first_bold else "normal"] + ["normal"] * len(said)
    return [
        f'<text x="{x}" y="{top + LINE * i}" fill="{colour}" font-weight="{weights[i]}">{escape(line)}</text>'
        for i, line in enumerate(said)
    ]


def arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return an arrow."""
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#5c656e" stroke-width="1.5" '
        'marker-end="url(#tip)"/>'
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(draw(load_decisions()), encoding="utf-8")
