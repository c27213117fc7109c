"""What each camera position shows of each exercise: the tables of docs/filming.md.

Usage: ``python benchmarks/observability.py FOLDER [...] [--write]``

A folder holds videos with their truth (as for ``benchmarks/accuracy.py``), or landmarks packed by
``training.motion.pack``. For every exercise, measure and camera position: the typical half width of the 90 %
interval at the turns, and in brackets the mean absolute error there. The surest position is the one where the
half widths of hip drop, knee and trunk rotation together are smallest. ``--write`` puts the tables into the
page.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from accuracy import Z90, Samples, load, samples
from common import ROOT, write_between

from formcheck.names import ANGLES, EXERCISES

PAGE = ROOT / "docs" / "filming.md"
BEGIN, END = "<!-- begin: benchmarks/observability.py -->", "<!-- end -->"
VIEWS = ("front 0-20", "front 20-45", "front 45-70", "side", "rear 45-70", "rear 20-45", "rear 0-20")
HEADINGS = ("front", "20–45°", "45–70°", "side", "110–135°", "135–160°", "back")
LYING = ("bridge", "single_leg_bridge")
LEAST = 3
"""Fewer bouts than this say nothing."""


def parts(folder: Path) -> Iterator[Samples]:
    """Yield what every bout of a folder says of every angle."""
    if not any(folder.glob("*.xz")):
        for clip in load([folder], "full"):
            yield from samples(clip)
        return
    sys.path.insert(0, str(ROOT))
    from training.motion.examples import azimuth_of, bouts_of, clips_of

    for clip in clips_of(folder):
        azimuth, start = float(np.median(azimuth_of(clip))), clip["first"] / clip["fps"]
        for bout in bouts_of(clip):
            facts = [
                one | {"repetitions": [[t - start for t in rep] for rep in one["repetitions"]]}
                for one in bout.facts["bouts"]
            ]
            seen = SimpleNamespace(
                motion=bout.motion,
                pose=bout.motion.pose,
                truth=bout.truth,
                facts={"bouts": facts, "azimuth_deg": azimuth},
            )
            yield from samples(seen)  # type: ignore[arg-type]


def cells(found: list[Samples]) -> dict[tuple[str, str, str], tuple[float, float, int]]:
    """Return half width, error and number of bouts by exercise, angle and view."""
    kept = defaultdict(list)
    for part in found:
        if len(part.at_turn):
            truth, ours, sd, _ = part.at_turn.T
            kept[part.exercise, part.angle, part.view].append(
                (Z90 * np.median(sd), np.abs(ours - truth).mean())
            )
    return {
        key: (float(np.median([w for w, _ in rows])), float(np.mean([e for _, e in rows])), len(rows))
        for key, rows in kept.items()
        if len(rows) >= LEAST
    }


def knee_of(exercise: str) -> str:
    """Return the measure of the knee that means something in an exercise."""
    return "kmd_foot_pct" if exercise in ("lunge", *LYING) else "fppa_deg"


def best_view(table: dict[tuple[str, str, str], tuple[float, float, int]], exercise: str) -> str | None:
    """Return where the three headline measures are surest together (widths as shares of their mean)."""
    angles = ("pelvic_drop_deg", knee_of(exercise), "trunk_rotation_deg")
    rows = {v: [table.get((exercise, a, v)) for a in angles] for v in VIEWS}
    whole = {v: np.array([cell[0] for cell in row if cell]) for v, row in rows.items() if all(row)}
    if not whole:
        return None
    usual = np.mean(list(whole.values()), axis=0)
    return min(whole, key=lambda view: float((whole[view] / usual).sum()))


def tables(found: list[Samples]) -> str:
    """Return the tables in Markdown."""
    table = cells(found)
    text = []
    for exercise in EXERCISES:
        best = best_view(table, exercise)
        named = HEADINGS[VIEWS.index(best)] if best else "–"
        text += [f"**`{exercise}`**, surest for hip drop, knee and rotation together: **{named}**", ""]
        text += [f"| measure | {' | '.join(HEADINGS)} |", "|---" * (len(VIEWS) + 1) + "|"]
        for angle in ANGLES:
            row = [table.get((exercise, angle, view)) for view in VIEWS]
            if any(row):
                said = [f"± {cell[0]:.0f} ({cell[1]:.0f})" if cell else "–" for cell in row]
                text.append(f"| `{angle}` | {' | '.join(said)} |")
        text.append("")
    return "\n".join(text).rstrip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = [part for folder in options.folders for part in parts(folder)]
    made = tables(found)
    print(made)
    if options.write:
        write_between(PAGE, BEGIN, END, made)


if __name__ == "__main__":
    main()
