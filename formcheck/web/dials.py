"""Dials: where a value with its error lies between good and “work on this”."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

import streamlit as st

from formcheck.reports import texts
from formcheck.reports.content import Card
from formcheck.reports.style import GRADE_COLOUR, hex_colour
from formcheck.scoring.types import Grade, Measurement

_LOW, _HIGH = -1.5, 2.5
"""Ends of the dial in shares of the way from the good limit (0) to the other one (1)."""
_RADIUS: Final = 80.0
_CENTRE: Final = (100.0, 96.0)
_ZONES: Final[tuple[tuple[float, float, Grade], ...]] = (
    (_LOW, 0.0, "good"),
    (0.0, 1.0, "caution"),
    (1.0, _HIGH, "fail"),
)
_SIGNS: Final[dict[Grade | None, str]] = {"good": "✓", "caution": "!", "fail": "✗", None: "–"}
_SHAPES: Final[dict[Grade | None, str]] = {
    "good": '<circle cx="12" cy="12" r="11"/>',
    "caution": '<path d="M12 1.6L23.2 22H.8z"/>',
    "fail": '<path d="M1.8 1.8h20.4v20.4H1.8z"/>',
    None: '<path d="M12 1L23 12 12 23 1 12z"/>',
}
"""As in the report and on the video: a grade is told by shape and sign too, not by colour alone."""


_SCRIPT: Final = """
export default function ({ parentElement, data }) {
  parentElement.querySelector(".dials").innerHTML = data;
}
"""


def show(cards: Sequence[Card], measurements: Sequence[Measurement | None], *, key: str) -> None:
    """Draw the dials of a set side by side, on a phone one below the other."""
    dials = "".join(dial(card, each) for card, each in zip(cards, measurements, strict=True))
    _component()(data=dials, key=key)


def dial(card: Card, measurement: Measurement | None) -> str:
    """Return the dial of a headline item as HTML: drawing, value, grade in colour, shape and word.

    Parameters
    ----------
    card : Card
        The item's words.
    measurement : Measurement or None
        What it shows; None where the exercise has none.
    """
    word = card.word
    value = card.value or texts.page("none")
    parts = [
        f'<div class="dial"><h3>{html.escape(card.title)}</h3>',
        _drawing(measurement),
        f'<p class="value">{html.escape(value)}</p>',
        f'<p class="name">{html.escape(card.name)}</p>' if card.name else "",
        f'<p class="grade">{_sign(card.grade)} <span>{html.escape(word)}</span></p>',
        f'<p class="note">{html.escape(card.note)}</p>' if card.note else "",
        "</div>",
    ]
    return "".join(parts)


def place(measurement: Measurement, value: float) -> float:
    """Return where a value lies: 0 at the good limit, 1 at the other one, held within the dial's ends."""
    if measurement.good is None or measurement.fail is None:
        raise ValueError(f"{measurement.id} has no limits: only graded measures have a place on a dial.")
    share = (value - measurement.good) / (measurement.fail - measurement.good)
    return min(max(share, _LOW), _HIGH)


def _drawing(measurement: Measurement | None) -> str:
    graded = measurement is not None and measurement.good is not None and measurement.fail is not None
    parts = ['<svg viewBox="0 0 200 108" aria-hidden="true" focusable="false">']
    for low, high, grade in _ZONES:
        colour = hex_colour(GRADE_COLOUR[grade if graded else None])
        parts.append(f'<path d="{_arc(low, high, _RADIUS)}" class="zone" stroke="{colour}"/>')
    if measurement is not None and graded:
        parts += [*_needle(measurement), *_ticks(measurement)]
    return "".join(parts) + "</svg>"


def _needle(measurement: Measurement) -> list[str]:
    value, sd = measurement.value, measurement.sd
    if value is None or sd is None:
        return []
    low, high = sorted(place(measurement, value + sign * sd) for sign in (-1, 1))
    at = place(measurement, value)
    (x, y), (x0, y0) = _point(at, _RADIUS - 4), _point(at, 26.0)
    # An error of next to nothing stays visible.
    arc = _arc(min(low, at - 0.03), max(high, at + 0.03), _RADIUS - 18)
    return [
        f'<path d="{arc}" class="error"/>',
        f'<path d="M{x0:.1f},{y0:.1f}L{x:.1f},{y:.1f}" class="needle"/>',
    ]


def _ticks(measurement: Measurement) -> list[str]:
    ticks = []
    for share, limit in ((0.0, measurement.good), (1.0, measurement.fail)):
        if limit is None:
            continue
        x, y = _point(share, _RADIUS + 14)
        words = html.escape(texts.format_number(measurement.id, limit))
        ticks.append(f'<text x="{x:.1f}" y="{y + 3:.1f}" text-anchor="middle">{words}</text>')
    return ticks


def _point(share: float, radius: float) -> tuple[float, float]:
    angle = math.pi * (1.0 - (share - _LOW) / (_HIGH - _LOW))
    return _CENTRE[0] + radius * math.cos(angle), _CENTRE[1] - radius * math.sin(angle)


def _arc(low: float, high: float, radius: float) -> str:
    (x0, y0), (x1, y1) = _point(max(low, _LOW), radius), _point(min(high, _HIGH), radius)
    return f"M{x0:.1f},{y0:.1f}A{radius:.0f},{radius:.0f} 0 0 1 {x1:.1f},{y1:.1f}"


def _sign(grade: Grade | None) -> str:
    ink = "#1c2228" if grade == "caution" else "#ffffff"
    return (
        '<svg class="sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f'<g fill="{hex_colour(GRADE_COLOUR[grade])}">{_SHAPES[grade]}</g>'
        f'<text x="12" y="18" text-anchor="middle" style="fill: {ink}">{_SIGNS[grade]}</text></svg>'
    )


@cache
def _component() -> Any:
    """Return the component, made known to Streamlit once; the plain element for HTML takes no SVG."""
    css = files("formcheck.web").joinpath("dials.css").read_text(encoding="utf-8")
    return st.components.v2.component(
        "formcheck_dials", html='<div class="dials"></div>', css=css, js=_SCRIPT
    )
