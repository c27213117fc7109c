"""The angles' table and plots of docs/validation.md.

Usage: ``python benchmarks/validation.py FOLDER [...] [--write]``

A folder holds videos with their truth (as for ``benchmarks/accuracy.py``), or landmarks packed by
``training.motion.pack``. The table says how far the angles are off with the camera in front (up to 70°), over
the bout and at the turn, beside the formulas and the aim. The plots: Bland–Altman (estimate less truth
against their mean), error against the camera's place, how often intervals of every width hold the truth, and
what more people to learn from brought (``training/motion/learning_curve.csv``). ``--write`` puts them into
the page and into docs/validation/.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from accuracy import Array, Samples
from common import ROOT, write_between
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from observability import HEADINGS, VIEWS, parts
from scipy.stats import norm

from formcheck.names import ANGLES

PAGE = ROOT / "docs" / "validation.md"
PICTURES = ROOT / "docs" / "validation"
CURVE = ROOT / "training" / "motion" / "learning_curve.csv"
BEGIN, END = "<!-- begin: benchmarks/validation.py -->", "<!-- end -->"
NAMES = {
    "pelvic_drop_deg": "hip drop (°)",
    "fppa_deg": "knee valgus, FPPA (°)",
    "kmd_foot_pct": "knee over foot (% of the shank)",
    "trunk_lateral_lean_deg": "trunk lean (°)",
    "trunk_rotation_deg": "trunk rotation (°)",
    "trunk_inclination_deg": "trunk inclination (°)",
    "knee_flexion_deg": "knee flexion (°)",
    "hip_flexion_deg": "hip flexion (°)",
}
OURS, FORMULAS, QUIET = "#00795c", "#b06020", "#5c656e"
LEVELS = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
LEAST_TURNS = 10


@dataclass(frozen=True)
class Aim:
    """What an angle shall reach; ``everywhere``: not only with the camera in front."""

    error: float
    bias: float
    slope: str
    r: float
    everywhere: bool = False


AIMS = {
    "pelvic_drop_deg": Aim(1.5, 0.5, "0.85–1.1", 0.9),
    "fppa_deg": Aim(3, 1, "0.85–1.1", 0.95),
    "kmd_foot_pct": Aim(2.5, 0.8, "0.85–1.1", 0.9),
    "trunk_lateral_lean_deg": Aim(1.2, 0.5, "0.85–1.1", 0.95),
    "trunk_rotation_deg": Aim(4, 1, "≥ 0.75", 0.85),
    "trunk_inclination_deg": Aim(4, 1, "0.9–1.1", 0.98, everywhere=True),
    "knee_flexion_deg": Aim(4, 1, "0.9–1.1", 0.98, everywhere=True),
    "hip_flexion_deg": Aim(4, 1, "0.9–1.1", 0.98, everywhere=True),
}


def of_angle(found: Iterable[Samples], angle: str) -> list[Samples]:
    """Return the bouts that count for an angle's row of the table."""
    front = [v for v in VIEWS if v.startswith("front")]
    return [p for p in found if p.angle == angle and (AIMS[angle].everywhere or p.view in front)]


def turns(chosen: Iterable[Samples]) -> Array:
    """Return truth, estimate, standard deviation and formula at the turns, shape (repetition, 4)."""
    return np.concatenate([np.empty((0, 4)), *(p.at_turn for p in chosen)])


def within(chosen: list[Samples]) -> Array:
    """Return truth and estimate at the turns, less the mean of the exercise."""
    each = []
    for exercise in sorted({p.exercise for p in chosen}):
        pairs = turns(p for p in chosen if p.exercise == exercise)[:, :2]
        if len(pairs) >= LEAST_TURNS:
            each.append(pairs - pairs.mean(axis=0))
    return np.concatenate([np.empty((0, 2)), *each])


def table(found: list[Samples]) -> str:
    """Return the table of errors in Markdown."""
    lines = [
        "| measure | sets | error over the set | at the turn | formulas | bias | slope | r "
        "| within the exercise: slope | r | inside 90 % | aim: error, bias, slope, r |",
        "|---" * 12 + "|",
    ]
    for angle, aim in AIMS.items():
        chosen = of_angle(found, angle)
        over = np.mean([np.abs(p.ours - p.truth).mean() for p in chosen])
        truth, ours, sd, naive = turns(chosen).T
        own = within(chosen)
        inside = np.mean(np.abs(ours - truth) <= norm.ppf(0.95) * sd)
        lines.append(
            f"| {NAMES[angle]} | {len(chosen)} | {over:.1f} | {np.abs(ours - truth).mean():.1f} "
            f"| {np.abs(naive - truth).mean():.1f} | {(ours - truth).mean():+.1f} "
            f"| {np.polyfit(truth, ours, 1)[0]:.2f} | {np.corrcoef(truth, ours)[0, 1]:.2f} "
            f"| {np.polyfit(*own.T, 1)[0]:.2f} | {np.corrcoef(*own.T)[0, 1]:.2f} | {100 * inside:.0f} % "
            f"| {aim.error:g}, {aim.bias:g}, {aim.slope}, {aim.r:g} |"
        )
    return "\n".join(lines)


def panels(draw: Callable[[Axes, str], None], title: str, path: Path) -> None:
    """Draw one panel an angle."""
    figure = Figure(figsize=(14, 7), layout="constrained")
    figure.suptitle(title, fontsize=14, weight="bold")
    for axes, angle in zip(figure.subplots(2, 4).flat, ANGLES, strict=True):
        axes.set_title(NAMES[angle], fontsize=11)
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes, angle)
    save(figure, path)


def save(figure: Figure, path: Path) -> None:
    """Write a picture, small enough for a page."""
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=90, pil_kwargs={"quality": 80})


def bland_altman(found: list[Samples], path: Path) -> None:
    """Draw estimate less truth against their mean, each turn a point."""

    def draw(axes: Axes, angle: str) -> None:
        truth, ours, _, _ = turns(of_angle(found, angle)).T
        off = ours - truth
        axes.scatter((ours + truth) / 2, off, s=7, alpha=0.35, color=OURS, linewidths=0)
        for level, style in ((0.0, ":"), (off.mean(), "-")):
            axes.axhline(level, color=QUIET, linestyle=style, linewidth=1)
        for limit in (off.mean() - 1.96 * off.std(), off.mean() + 1.96 * off.std()):
            axes.axhline(limit, color=FORMULAS, linestyle="--", linewidth=1)
            axes.annotate(
                f"{limit:+.1f}",
                (1, limit),
                xycoords=("axes fraction", "data"),
                fontsize=9,
                ha="right",
                va="bottom",
            )
        axes.set_xlabel("mean of estimate and truth")
        axes.set_ylabel("estimate − truth")

    panels(draw, "Estimate less truth at the turns, with bias and 95 % limits of agreement", path)


def by_view(found: list[Samples], path: Path) -> None:
    """Draw the mean error at the turns against the camera's place, beside the formulas'."""

    def draw(axes: Axes, angle: str) -> None:
        seen = [turns(p for p in found if p.angle == angle and p.view == view) for view in VIEWS]
        for column, colour, name in ((1, OURS, "formcheck"), (3, FORMULAS, "formulas")):
            errors = [
                np.abs(t[:, column] - t[:, 0]).mean() if len(t) >= LEAST_TURNS else np.nan for t in seen
            ]
            axes.plot(HEADINGS, errors, "o-", color=colour, label=name, markersize=4)
        axes.set_ylim(bottom=0)
        axes.tick_params(axis="x", rotation=40, labelsize=8)
        axes.set_ylabel("mean error at the turn")
        if angle == ANGLES[0]:
            axes.legend(frameon=False)

    panels(draw, "Error by where the camera stands", path)


def reliability(found: list[Samples], path: Path) -> None:
    """Draw how many truths lie inside intervals that promise a share of them."""

    def draw(axes: Axes, angle: str) -> None:
        truth, ours, sd, _ = turns(p for p in found if p.angle == angle).T
        large = np.abs(truth - np.median(truth)) >= np.quantile(np.abs(truth - np.median(truth)), 0.9)
        for chosen, colour, name in (
            (large | True, OURS, "all turns"),
            (large, FORMULAS, "the most unusual tenth"),
        ):
            scaled = (np.abs(ours - truth) / sd)[chosen]
            held = [(scaled <= norm.ppf(0.5 + level / 2)).mean() for level in LEVELS]
            axes.plot(100 * LEVELS, 100 * np.array(held), "o-", color=colour, label=name, markersize=4)
        axes.plot([50, 95], [50, 95], color=QUIET, linestyle=":")
        axes.set(xlabel="promised, %", ylabel="held, %", ylim=(0, 101))
        if angle == ANGLES[0]:
            axes.legend(frameon=False, loc="upper left", fontsize=9)

    panels(draw, "How many truths the intervals hold", path)


def learning_curve(path: Path) -> None:
    """Draw the error against the number of people to learn from."""
    with CURVE.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["people"]))
    people = [int(row["people"]) for row in rows]

    def draw(axes: Axes, angle: str) -> None:
        axes.plot(people, [float(row[angle]) for row in rows], "o-", color=OURS, markersize=4)
        axes.set_xscale("symlog", linthresh=300)
        axes.set_xticks(people, [f"{n:,}" for n in people], fontsize=8, rotation=40)
        axes.minorticks_off()
        axes.set_ylim(bottom=0)
        axes.set(xlabel="people learned from", ylabel="mean error in the bout")

    panels(draw, "What more people to learn from bring (0: geometry alone)", path)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = [part for folder in options.folders for part in parts(folder)]
    made = table(found)
    print(made)
    if options.write:
        write_between(PAGE, BEGIN, END, made)
        bland_altman(found, PICTURES / "bland_altman.webp")
        by_view(found, PICTURES / "error_by_view.webp")
        reliability(found, PICTURES / "reliability.webp")
        learning_curve(PICTURES / "learning_curve.webp")


if __name__ == "__main__":
    main()
