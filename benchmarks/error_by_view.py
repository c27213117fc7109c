"""How sure each angle is from each side: the table of docs/angles.md.

Usage: ``python benchmarks/error_by_view.py [FOLDER ...] [--model full] [--write]``

For every measure and camera position, over the sets: the typical half width of the 90 % interval that
formcheck gives, and in brackets the mean absolute error against the truth. Folders as for
``benchmarks/accuracy.py``; the samples are the default. ``--write`` puts the table into docs/angles.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from accuracy import Z90, Samples, grouped, load, samples
from common import ROOT, write_between

from formcheck.names import ANGLES

VIEWS = {
    "front 0-20": "front, to 20°",
    "front 20-45": "20–45° off the front",
    "front 45-70": "45–70° off the front",
    "side": "side",
    "rear 45-70": "45–70° off the back",
    "rear 20-45": "20–45° off the back",
    "rear 0-20": "back, to 20°",
}
"""The views of `accuracy.view_bin`, and their headings."""


PAGE = ROOT / "docs" / "angles.md"
BEGIN, END = "<!-- begin: benchmarks/error_by_view.py -->", "<!-- end -->"


def table(parts: Iterable[Samples]) -> str:
    """Return the table in Markdown; a dash where no clip shows the measure from there."""
    cells = grouped(list(parts), lambda part: (part.angle, part.view))
    views = [view for view in VIEWS if any((angle, view) in cells for angle in ANGLES)]
    lines = [["measure", *(VIEWS[view] for view in views)], ["---"] * (len(views) + 1)]
    for angle in ANGLES:
        row = [cells.get((angle, view)) for view in views]
        lines.append(
            [
                f"`{angle}`",
                *(f"± {Z90 * cell['sd']:.0f} ({cell['mae']:.0f})" if cell else "–" for cell in row),
            ]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "sample_videos"])
    parser.add_argument("--model", default="full", choices=("lite", "full", "heavy"))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    made = table(part for clip in load(options.folders, options.model) for part in samples(clip))
    print(made)
    if options.write:
        write_between(PAGE, BEGIN, END, made)


if __name__ == "__main__":
    main()
