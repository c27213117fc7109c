"""A season as one picture: weekly load over the phases, rungs with their decisions, weights, form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.coaching.simulate import SimulatedWeek
from formcheck.coaching.library import load_library
from formcheck.coaching.log import weekly_load
from formcheck.coaching.plan_types import Prescription

PHASE_COLOUR = {
    "base": "#e8f1f8", "off_season": "#eef6ea", "race_approach": "#fdf1dc", "taper": "#fbe3d0",
    "race_week": "#f6c9c2", "post_race": "#ececec",
}  # fmt: skip
# Decision → (marker, colour): up, down, stopped, changed for pain, held with a cue.
MARKS = {
    "PROGRESS_RUNG": ("^", "#00795c"), "PROGRESS_LOAD": ("+", "#00795c"), "REGRESS": ("v", "#b03020"),
    "STOP": ("X", "#b03020"), "MODIFY": ("s", "#de9200"), "HOLD_CUE": ("o", "#de9200"),
    "HOLD_LOAD_DOWN": ("_", "#b03020"), "NO_DECISION": ("$?$", "#5c656e"),
}  # fmt: skip
LIBRARY = load_library()


def plot_season(name: str, weeks: Sequence[SimulatedWeek], path: Path) -> None:
    """Write the picture of one season."""
    figure = Figure(figsize=(13, 11), layout="constrained")
    axes = figure.subplots(4, 1, height_ratios=(1.3, 2.4, 1.2, 1.0), sharex=True)
    first, last = weeks[0].assessment, weeks[-1].assessment
    figure.suptitle(
        f"{name}: index {first.index} ({first.tier}) → {last.index} ({last.tier})", fontsize=15, weight="bold"
    )
    _load(axes[0], weeks)
    _rungs(axes[1], weeks)
    _weights(axes[2], weeks)
    _form(axes[3], weeks)
    axes[3].set_xticks(range(len(weeks)), [str(k + 1) for k in range(len(weeks))])
    axes[3].set_xlim(-0.5, len(weeks) - 0.5)
    axes[3].set_xlabel("week")
    figure.savefig(path, dpi=80)


def _load(axes: Axes, weeks: Sequence[SimulatedWeek]) -> None:
    loads = [weekly_load(w.log, w.plan.week_start) for w in weeks]
    axes.bar(range(len(weeks)), loads, color="#26547c", width=0.6)
    axes.set_ylabel("effort × minutes")
    top = max([*loads, 1.0]) * 1.35
    axes.set_ylim(0, top)
    for index, week in enumerate(weeks):
        axes.axvspan(index - 0.5, index + 0.5, color=PHASE_COLOUR[week.plan.phase], zorder=0)
        words = week.plan.phase.replace("_", "\n")
        if week.plan.deload:
            words = f"{week.plan.deload.kind}\nlighter"
        axes.text(index, top * 0.97, words, ha="center", va="top", fontsize=7.5)
        sets = sum(s.hard_sets for s in week.plan.sessions)
        axes.text(index, loads[index], f"{sets}", ha="center", va="bottom", fontsize=8, color="#26547c")
        if week.plan.races:
            axes.text(index, top * 0.5, "race", ha="center", color="#b03020", weight="bold")
    axes.set_title("Weekly load (number: sets planned)", loc="left", fontsize=10)


def _rungs(axes: Axes, weeks: Sequence[SimulatedWeek]) -> None:
    ladders = list(LIBRARY)
    grid = np.full((len(ladders), len(weeks)), np.nan)
    last: dict[str, Prescription] = {}
    for column, week in enumerate(weeks):
        for each in (e for s in week.plan.sessions for e in s.exercises):
            row = ladders.index(LIBRARY[each.ladder])
            if not each.easy or np.isnan(grid[row, column]):
                grid[row, column] = each.rung
            if each.easy:
                continue
            mark = MARKS.get(_step(each, last.get(each.ladder)))
            if mark:
                axes.plot(column + 0.3, row, marker=mark[0], color=mark[1], markersize=6, linestyle="none")
            last[each.ladder] = each
    axes.imshow(grid, aspect="auto", cmap=mpl.colormaps["YlGnBu"], vmin=-2, vmax=9)
    for row, column in zip(*np.nonzero(~np.isnan(grid)), strict=True):
        axes.text(column, row, f"{grid[row, column]:.0f}", ha="center", va="center", fontsize=9)
    axes.set_yticks(range(len(ladders)), [f"{x.code} {x.name}" for x in ladders], fontsize=8)
    said = "▲ rung up  + more load or repetitions  ▼ rung down  − less load  ✕ stopped  ■ eased for pain"
    axes.set_title(f"Rung of each ladder ({said}  ● one cue  ? not judged)", loc="left", fontsize=10)


def _step(now: Prescription, before: Prescription | None) -> str:
    """Return the decision that became of the exercise; a step up that waits, or has no room, is none."""
    code = now.decision.code if now.decision else ""
    if before is None or not code.startswith("PROGRESS"):
        return code
    if now.rung > before.rung:
        return "PROGRESS_RUNG"
    more = (now.load_kg or 0.0, now.amount) > (before.load_kg or 0.0, before.amount)
    return "PROGRESS_LOAD" if more and now.rung == before.rung else ""


def _weights(axes: Axes, weeks: Sequence[SimulatedWeek]) -> None:
    series: dict[str, dict[int, float]] = {}
    for index, week in enumerate(weeks):
        for each in (e for s in week.plan.sessions for e in s.exercises if e.load_kg):
            series.setdefault(each.code, {})[index] = float(each.load_kg or 0.0)
    for number, (code, points) in enumerate(sorted(series.items())):
        colour = mpl.colormaps["tab20"](number % 20)
        axes.plot(list(points), list(points.values()), marker=".", color=colour, label=code)
    if series:
        axes.set_ylim(0, 1.35 * max(max(points.values()) for points in series.values()))
        axes.legend(ncols=12, fontsize=7, loc="upper left")
    else:
        axes.text(0.5, 0.5, "body weight only", ha="center", va="center", transform=axes.transAxes)
        axes.set_yticks([])
    axes.set_ylabel("kg")
    axes.set_title("Weights", loc="left", fontsize=10)


def _form(axes: Axes, weeks: Sequence[SimulatedWeek]) -> None:
    films = [
        (s.date, s.ladder, s.form.score) for s in weeks[-1].log.sets if s.form and s.form.score is not None
    ]
    open_films = [
        (s.date, s.ladder, s.form.score_range) for s in weeks[-1].log.sets if s.form and s.form.score_range
    ]
    start = weeks[0].plan.week_start
    for ladder in [x for x in LIBRARY if x.filmed]:
        by_week: dict[int, int] = {}
        for day, name, score in films:
            if name == ladder.id:
                week = (day - start).days // 7
                by_week[week] = min(score, by_week.get(week, 100))
        (line,) = axes.plot(list(by_week), list(by_week.values()), marker=".", label=ladder.code)
        for day, name, (low, high) in open_films:
            if name == ladder.id:
                week = (day - start).days / 7
                axes.vlines(week, low, high, color=line.get_color(), alpha=0.35, linewidth=1.2)
    axes.axhline(85, color="#9aa4ad", linewidth=0.8)
    axes.axhline(70, color="#9aa4ad", linewidth=0.8, linestyle=":")
    axes.set_ylim(0, 105)
    axes.legend(ncols=5, fontsize=7, loc="lower right")
    axes.set_title(
        "Form score, weaker side (bars: what a film without a score allows)", loc="left", fontsize=10
    )
