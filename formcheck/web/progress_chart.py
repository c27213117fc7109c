"""The drawing of a trend: values with their error, coaching range, and what is too small to be a change.

A drawing is a Vega-Lite specification, which Streamlit draws in the browser.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from formcheck.records.types import SetInfo
from formcheck.reports import texts
from formcheck.reports.style import (
    BAND_COLOUR,
    GRADE_COLOUR,
    GRADE_ON_VIDEO,
    LINE,
    QUIET,
    STANCE,
    Colour,
    hex_colour,
)
from formcheck.scoring.types import Grade
from formcheck.web.progress import Trend
from formcheck.web.words import say

Spec = dict[str, Any]

HEIGHT_PX: Final = 230
_SHAPES: Final = {"good": "circle", "caution": "triangle-up", "fail": "square", None: "diamond"}
_GRADES: Final[tuple[Grade | None, ...]] = ("good", "caution", "fail", None)
_DAY_MS: Final = 86_400_000
_TEXT: Final[Spec] = {"type": "text", "fontSize": 11}
_DOTS: Final[Spec] = {"type": "point", "filled": True, "size": 90, "opacity": 1}


def _ink(on_light: Colour, on_dark: Colour) -> Spec:
    """Return a colour that follows the page's: the browser chooses, also when the theme is changed."""
    return {"expr": f"luminance(background) < 0.5 ? '{hex_colour(on_dark)}' : '{hex_colour(on_light)}'"}


_LINE_INK: Final = _ink(LINE, STANCE)
_QUIET_INK: Final = _ink(QUIET, (176, 184, 190))
_LINE_MARK: Final[Spec] = {"type": "line", "strokeWidth": 1.5, "color": _LINE_INK}
_GRADE_INK: Final = {grade: _ink(GRADE_COLOUR[grade], GRADE_ON_VIDEO[grade]) for grade in _GRADES}


def trend_chart(trend: Trend) -> Spec:
    """Return the drawing of a measure over time, in the unit that people read."""
    text = texts.measure_text(trend.measure)
    rows = [
        {
            "at": point.recorded_at.isoformat(),
            "value": point.value * text.scale,
            "low": (point.value - point.sd) * text.scale,
            "high": (point.value + point.sd) * text.scale,
            "grade": texts.grade_word(point.grade),  # type: ignore[arg-type] # checked when it was stored
            "shown": texts.format_value(trend.measure, point.value, point.sd),
        }
        for point in trend.points
    ]
    time = _time([point.recorded_at for point in trend.points])
    unit = text.unit.strip()
    value = _y("value", title=f"{text.label} ({unit})" if unit else text.label)
    error = {"x": time, "y": _y("low"), "y2": {"field": "high"}}
    words = {grade: texts.grade_word(grade) for grade in _GRADES}
    dots = {
        "x": time,
        "y": value,
        "color": _scale("grade", {words[grade]: _GRADE_INK[grade] for grade in _GRADES}),
        "shape": _scale("grade", {words[grade]: _SHAPES[grade] for grade in _GRADES}),
        "tooltip": [_when(), _told("shown", "progress.value"), _told("grade", "progress.result")],
    }
    layers = [
        *_zone(trend, text.scale),
        *_range(trend, text.scale),
        {"mark": {"type": "area", "opacity": 0.13, "color": _LINE_INK}, "encoding": error},
        {"mark": {"type": "rule", "strokeWidth": 1.5, "color": _LINE_INK}, "encoding": error},
        {"mark": _LINE_MARK, "encoding": {"x": time, "y": value}},
        {"mark": _DOTS, "encoding": dots},
    ]
    return _drawing(rows, layers, f"{text.name}: {trend.sentence}")


def score_chart(sets: Sequence[SetInfo]) -> Spec:
    """Return the drawing of form scores over time."""
    rows = [
        {"at": one.recorded_at.isoformat(), "value": one.score, "band": texts.band_word(one.band)}
        for one in sets
    ]
    place = {
        "x": _time([one.recorded_at for one in sets]),
        "y": {**_y("value", title=say("progress.score")), "scale": {"domain": [0, 100]}},
    }
    colours = {texts.band_word(band): hex_colour(colour) for band, colour in BAND_COLOUR.items()}
    dots = {
        **place,
        "color": _scale("band", colours),
        "tooltip": [_when(), _told("value", "progress.score"), _told("band", "progress.result")],
    }
    layers = [{"mark": _LINE_MARK, "encoding": place}, {"mark": _DOTS, "encoding": dots}]
    return _drawing(rows, layers, say("progress.score"))


def _zone(trend: Trend, scale: float) -> list[Spec]:
    """Return the band around the first set within which nothing can be told apart."""
    if trend.limit is None:
        return []
    middle = trend.first.value
    data = {"values": [{"low": (middle - trend.limit) * scale, "high": (middle + trend.limit) * scale}]}
    band = {"type": "rect", "opacity": 0.16, "color": _QUIET_INK}
    name = {
        **_TEXT,
        "align": "left",
        "baseline": "bottom",
        "dx": 4,
        "dy": -3,
        "color": _QUIET_INK,
    }
    at = {"y": _y("low"), "x": {"value": 0}, "text": {"value": say("progress.band_label")}}
    return [
        {"data": data, "mark": band, "encoding": {"y": _y("low"), "y2": {"field": "high"}}},
        {"data": data, "mark": name, "encoding": at},
    ]


def _range(trend: Trend, scale: float) -> list[Spec]:
    """Return the lines where the coaching range and its limit end."""
    low_is_good = trend.row.direction == "low"
    ends: tuple[tuple[float, Grade, str], ...] = (
        (trend.row.good, "good", "≤" if low_is_good else "≥"),
        (trend.row.fail, "fail", ">" if low_is_good else "<"),
    )
    layers: list[Spec] = []
    for limit, grade, sign in ends:
        colour = _GRADE_INK[grade]
        data = {"values": [{"limit": limit * scale}]}
        words = f"{texts.grade_word(grade).lower()} {sign} {texts.format_number(trend.measure, limit)}"
        above = (grade == "fail") == low_is_good
        side = {"baseline": "bottom", "dy": -3} if above else {"baseline": "top", "dy": 4}
        rule = {"type": "rule", "strokeDash": [5, 4], "color": colour}
        at = {"y": _y("limit"), "x": {"value": "width"}, "text": {"value": words}}
        layers += [
            {"data": data, "mark": rule, "encoding": {"y": _y("limit")}},
            {"data": data, "mark": {**_TEXT, **side, "align": "right", "color": colour}, "encoding": at},
        ]
    return layers


def _drawing(rows: list[Spec], layers: list[Spec], description: str) -> Spec:
    return {
        "data": {"values": rows},
        "layer": layers,
        "height": HEIGHT_PX,
        "description": description,  # for screen readers
    }


def _time(moments: Sequence[datetime]) -> Spec:
    """Return the axis of time: wider than its sets, and with no tick for less than a day."""
    first, last = (moment.astimezone() for moment in (min(moments), max(moments)))
    pad = max(timedelta(days=1), 0.04 * (last - first))
    return {
        "field": "at",
        "type": "temporal",
        "title": None,
        "scale": {"domain": [_day(first - pad), _day(last + pad + timedelta(days=1))], "nice": False},
        "axis": {"format": "%-d %b", "tickCount": 6, "tickMinStep": _DAY_MS, "labelOverlap": True},
    }


def _day(moment: datetime) -> Spec:
    """Return a day as the specification wants it: Streamlit's Vega-Lite takes no number for a time."""
    return {"year": moment.year, "month": moment.month, "date": moment.day}


def _y(field: str, title: str | None = None) -> Spec:
    return {"field": field, "type": "quantitative", "title": title, "scale": {"zero": False}}


def _scale(field: str, looks: Mapping[str, str | Spec]) -> Spec:
    scale = {"domain": list(looks), "range": list(looks.values())}
    return {"field": field, "type": "nominal", "scale": scale, "legend": None}


def _when() -> Spec:
    return {
        "field": "at",
        "type": "temporal",
        "title": say("progress.filmed"),
        "format": "%-d %b %Y %H:%M",
    }


def _told(field: str, key: str) -> Spec:
    return {"field": field, "title": say(key)}
