"""The curves that run with the video, its repetitions, and the best one beside the worst: ``replay.js``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import streamlit as st

from formcheck.reports import texts
from formcheck.reports.grading import best_and_worst, grade_of
from formcheck.reports.plots import MeasurePlot
from formcheck.scoring.types import ScoredBout, ScoredRepetition
from formcheck.validation import FloatArray
from formcheck.web.words import say

_MOST_POINTS: Final = 500
_ROOM: Final = 0.08
"""Free above and below a curve, as a share of its range."""

Data = dict[str, Any]


def show(scored: ScoredBout, plots: tuple[MeasurePlot, ...], *, video: str, key: str) -> None:
    """Draw the curves of a set.

    Parameters
    ----------
    scored : ScoredBout
        The set.
    plots : tuple of MeasurePlot
        Its measures over time.
    video : str
        Key of the container that the page's video stands in.
    key : str
        Of this element.
    """
    if plots:
        _component()(data=data_of(scored, plots, video=video), key=key)


def data_of(scored: ScoredBout, plots: tuple[MeasurePlot, ...], *, video: str) -> Data:
    """Return what the curves are drawn from, ready for JSON (see `show`)."""
    times = plots[0].times_s
    return {
        "video": video,
        "start": round(float(times[0]), 2),
        "end": round(float(times[-1]), 2),
        "reps": [_repetition(number, each) for number, each in enumerate(scored.repetitions, start=1)],
        "tracks": [_track(plot) for plot in plots],
        "pair": _pair(scored),
        "words": {name: say(f"replay.{name}") for name in ("reps", "moment", "at", "pair", "play", "pause")},
    }


def _repetition(number: int, each: ScoredRepetition) -> Data:
    repetition = each.repetition
    name = say("replay.rep" if repetition.valid else "replay.rep_invalid", number=number)
    reason = "" if repetition.valid else texts.reason_text(repetition.reason)
    return {
        "number": number,
        "name": name,
        "title": reason or say("replay.jump", start=f"{repetition.start_s:.1f}"),
        "valid": repetition.valid,
        **_moments(each),
    }


def _moments(each: ScoredRepetition) -> Data:
    repetition = each.repetition
    return {name: round(float(getattr(repetition, f"{name}_s")), 3) for name in ("start", "turn", "end")}


def _pair(scored: ScoredBout) -> list[Data]:
    shown = best_and_worst(scored)
    return [
        {
            "caption": say("replay.caption", kind=texts.page(f"{kind}_rep"), number=index + 1),
            **_moments(scored.repetitions[index]),
        }
        for kind, index in shown
        if kind != "only"
    ]


def _track(plot: MeasurePlot) -> Data:
    measurement, series = plot.measurement, plot.series
    text = texts.measure_text(series.measure)
    keep = slice(None, None, max(1, len(plot.times_s) // _MOST_POINTS))
    marks = _marks(plot) if series.measure == measurement.id else []
    limits = _limits(plot)
    return {
        "title": plot.title,
        "unit": text.unit,
        "says": say("replay.says", name=text.name, value=texts.value_text(measurement)),
        "times": [round(float(time), 3) for time in plot.times_s[keep]],
        "values": _numbers(series.value[keep]),
        "sds": _numbers(series.sd[keep]),
        "marks": marks,
        "limits": limits,
        "range": _range(series.value, series.sd, marks, limits),
    }


def _numbers(values: FloatArray) -> list[float | None]:
    return [round(float(value), 2) if np.isfinite(value) else None for value in values]


def _marks(plot: MeasurePlot) -> list[Data]:
    return [
        {
            "time": round(float(repetition.turn_s), 3),
            "value": round(estimate.value, 2),
            "sd": round(estimate.sd, 2),
            "grade": grade_of(plot.measurement, estimate.value),
        }
        for repetition, estimate in plot.repetitions
        if estimate is not None and repetition.valid
    ]


def _limits(plot: MeasurePlot) -> list[Data]:
    good, fail = plot.measurement.good, plot.measurement.fail
    if not plot.series.graded or good is None or fail is None:
        return []
    low_is_good = good < fail
    return [
        {
            "value": limit,
            "grade": grade,
            "words": f"{word} {sign} {texts.format_number(plot.series.measure, limit)}",
        }
        for limit, grade, word, sign in (
            (good, "good", texts.grade_word("good").lower(), "≤" if low_is_good else "≥"),
            (fail, "fail", texts.grade_word("fail").lower(), ">" if low_is_good else "<"),
        )
    ]


def _range(value: FloatArray, sd: FloatArray, marks: list[Data], limits: list[Data]) -> list[float]:
    """Return the lowest and the highest value to draw; single wild frames don't count."""
    known = value[np.isfinite(value)]
    around = float(np.nanmedian(sd)) if np.isfinite(sd).any() else 0.0
    low, high = np.percentile(known, (1, 99)) if known.size else (0.0, 1.0)
    points = [float(low) - around, float(high) + around, *(limit["value"] for limit in limits)]
    points += [mark["value"] + sign * mark["sd"] for mark in marks for sign in (-1, 1)]
    room = _ROOM * max(max(points) - min(points), 1e-3)
    return [round(min(points) - room, 2), round(max(points) + room, 2)]


@cache
def _component() -> Any:
    """Return the component, made known to Streamlit once."""
    js, css = (
        files("formcheck.web").joinpath(f"replay.{kind}").read_text(encoding="utf-8")
        for kind in ("js", "css")
    )
    return st.components.v2.component("formcheck_replay", html='<div class="replay"></div>', css=css, js=js)
