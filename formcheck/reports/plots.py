"""Plots of a measure over time: repetitions, turns, coaching range, error band, and the graded values."""

from __future__ import annotations

import io
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.types import Repetition
from formcheck.reports import texts
from formcheck.reports.grading import grade_of
from formcheck.reports.series import MeasureSeries, series_of
from formcheck.reports.style import GRADE_COLOUR, LINE, QUIET, RULE, Colour
from formcheck.scoring.types import Estimate, Measurement, ScoredBout

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from formcheck.motion.types import Motion

_SIZE_IN: Final = (4.1, 2.15)
_MARGIN_S: Final = 0.7
_MOST_POINTS: Final = 600
_ONE_AT_A_TIME: Final = threading.Lock()
"""The drawing library keeps its style in one place for all threads, and a page has a thread per visitor."""
_MARKER: Final = {"good": "o", "caution": "^", "fail": "s", None: "D"}
_STYLE: Final = {
    "font.size": 8.5,
    "font.family": "sans-serif",
    "svg.fonttype": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
}


@dataclass(frozen=True)
class MeasurePlot:
    """What one plot shows.

    Attributes
    ----------
    measurement : Measurement
        The measure of the set.
    series : MeasureSeries
        The same over time, on ``times_s``.
    times_s : ndarray, shape (frame,)
        Seconds.
    repetitions : tuple of (Repetition, Estimate or None)
        Each with its own measured value.
    """

    measurement: Measurement
    series: MeasureSeries
    times_s: NDArray[np.float64]
    repetitions: tuple[tuple[Repetition, Estimate | None], ...]

    @property
    def title(self) -> str:
        """Name and unit, and whether it is against rest."""
        text = texts.measure_text(self.series.measure)
        rest = f", {texts.page('from_standing')}" if self.series.from_rest else ""
        return f"{text.name} ({text.unit.strip()}{rest})"

    def svg(self) -> str:
        """Return the plot as an SVG element to stand inside a page; its size follows the page."""
        buffer = io.StringIO()
        self._save(buffer, "svg")
        drawing = buffer.getvalue()
        drawing = drawing[drawing.index("<svg") :]
        # Metadata names places on the network; a style sheet inside a page would hold for the whole page.
        drawing = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", drawing, flags=re.DOTALL)
        # Only the view box may give the size.
        head, rest = drawing.split(">", 1)
        head = re.sub(r' (width|height)="[^"]*"', "", head)
        return f'{head} style="stroke-linejoin: round; stroke-linecap: butt">{rest}'

    def png(self, dots_per_inch: int = 200) -> bytes:
        """Return the plot as a PNG picture."""
        buffer = io.BytesIO()
        self._save(buffer, "png", dots_per_inch)
        return buffer.getvalue()

    def _save(self, target: io.StringIO | io.BytesIO, kind: str, dots_per_inch: int = 100) -> None:
        import matplotlib as mpl

        with _ONE_AT_A_TIME, mpl.rc_context(_STYLE):  # type: ignore[arg-type]
            self._figure().savefig(
                target, format=kind, dpi=dots_per_inch, metadata={"Date": None} if kind == "svg" else {}
            )

    def _figure(self) -> Figure:
        from matplotlib.figure import Figure

        figure = Figure(figsize=_SIZE_IN)
        # Fixed margins: fitting them to the labels would draw each plot twice.
        figure.subplots_adjust(left=0.1, right=0.985, bottom=0.115, top=0.92)
        axes = figure.add_subplot()
        keep = slice(None, None, max(1, len(self.times_s) // _MOST_POINTS))
        times, value, sd = self.times_s[keep], self.series.value[keep], self.series.sd[keep]
        low, high = self._limits()
        for number, (repetition, _) in enumerate(self.repetitions, start=1):
            shade = 0.06 if repetition.valid else 0.02
            axes.axvspan(repetition.start_s, repetition.end_s, color="black", alpha=shade, lw=0)
            axes.plot([repetition.turn_s] * 2, [low, low + 0.05 * (high - low)], color=_rgb(QUIET), lw=1.2)
            axes.annotate(
                str(number),
                (repetition.turn_s, 1.0),
                xycoords=("data", "axes fraction"),
                ha="center",
                va="bottom",
                fontsize=7.5,
                color=_rgb(QUIET),
            )
        self._draw_range(axes)
        axes.fill_between(times, value - sd, value + sd, color=_rgb(LINE), alpha=0.16, lw=0)
        axes.plot(times, value, color=_rgb(LINE), lw=1.4)
        self._draw_values(axes)
        axes.set_xlim(times[0], times[-1])
        axes.set_ylim(low, high)
        axes.set_xlabel("s", loc="right", labelpad=-9, color=_rgb(QUIET))
        axes.tick_params(colors=_rgb(QUIET), length=2.5)
        for spine in axes.spines.values():
            spine.set_color(_rgb(RULE))
        return figure

    def _draw_range(self, axes: Axes) -> None:
        good, fail = self.measurement.good, self.measurement.fail
        if not self.series.graded or good is None or fail is None:
            return
        for limit, grade, sign in (
            (good, "good", "≤" if good < fail else "≥"),
            (fail, "fail", ">" if good < fail else "<"),
        ):
            axes.axhline(limit, color=_rgb(GRADE_COLOUR[grade]), lw=1.0, ls=(0, (4, 3)))
            above = (grade == "fail") == (good < fail)
            axes.annotate(
                f"{texts.grade_word(grade).lower()} {sign} {texts.format_number(self.series.measure, limit)}",  # type: ignore[arg-type]
                (1.0, limit),
                xycoords=("axes fraction", "data"),
                xytext=(-1, 1.5 if above else -1.5),
                textcoords="offset points",
                ha="right",
                va="bottom" if above else "top",
                fontsize=7,
                color=_rgb(GRADE_COLOUR[grade]),
                bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6},
                zorder=5,
            )

    def _draw_values(self, axes: Axes) -> None:
        if self.series.measure != self.measurement.id:
            return
        for repetition, estimate in self.repetitions:
            if estimate is None or not repetition.valid:
                continue
            grade = grade_of(self.measurement, estimate.value)
            axes.errorbar(
                repetition.turn_s,
                estimate.value,
                yerr=estimate.sd,
                fmt=_MARKER[grade],
                ms=5.5,
                capsize=2.5,
                color=_rgb(GRADE_COLOUR[grade]),
                mec="white",
                mew=0.7,
                elinewidth=1.2,
                zorder=4,
            )

    def _limits(self) -> tuple[float, float]:
        value, sd = self.series.value, self.series.sd
        known = np.isfinite(value)
        spread = float(np.nanmedian(sd)) if np.isfinite(sd).any() else 0.0
        points = [*np.nanpercentile(value[known], (1, 99))] if known.any() else [0.0, 1.0]
        points = [points[0] - spread, points[1] + spread]
        points += (
            [e.value + sign * e.sd for _, e in self.repetitions if e for sign in (-1, 1)]
            if self.series.graded
            else []
        )
        if self.series.graded:
            points += [limit for limit in (self.measurement.good, self.measurement.fail) if limit is not None]
        low, high = min(points), max(points)
        pad = 0.08 * max(high - low, 1e-3)
        return low - pad, high + pad


def plots_for(motion: Motion, scored: ScoredBout, *, most: int = 6) -> list[MeasurePlot]:
    """Return the plots of a set: measures that are angles over time and have a value, heaviest first.

    Measures that the camera cannot show are left out, since their series would only be noise.
    """
    bout = scored.bout
    inside = motion.within(bout.start_s - _MARGIN_S, bout.end_s + _MARGIN_S)
    plots: dict[str, MeasurePlot] = {}
    for measurement in sorted(scored.measures, key=lambda m: (not m.core, -m.weight)):
        series = series_of(motion, scored, measurement.id)
        if series is None or measurement.value is None or not np.isfinite(series.value[inside]).any():
            continue
        part = MeasureSeries(
            series.measure, series.value[inside], series.sd[inside], series.graded, series.from_rest
        )
        own = tuple((each.repetition, each.measures.get(measurement.id)) for each in scored.repetitions)
        plots.setdefault(series.measure, MeasurePlot(measurement, part, motion.times_s[inside], own))
    return list(plots.values())[:most]


def _rgb(colour: Colour) -> tuple[float, float, float]:
    return colour[0] / 255, colour[1] / 255, colour[2] / 255
