"""Seasons of made-up runners under the plan.

Usage: ``python -m benchmarks.coaching [--out FOLDER] [--seasons N] [--first SEED]``

Draws the sixteen weeks of ten runners (``FOLDER/NN-name.png``) and counts, over N random ones, which rules of
the plan were broken (none may be) and what was decided. A runner follows from its seed, so that many can be
done in pieces: ``--seasons 500 --first 500`` goes on where ``--seasons 500`` ended.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from benchmarks.coaching.plots import plot_season
from benchmarks.coaching.runners import random_runner, ten_runners
from benchmarks.coaching.simulate import MONDAY, season


def main() -> int:
    """Draw the ten, check the many, and return 1 if a rule was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("out/coaching"))
    parser.add_argument("--seasons", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    broken: list[str] = []
    for number, runner in enumerate(ten_runners(MONDAY), start=1):
        weeks = list(season(runner))
        broken += [f"{runner.name}: {line}" for week in weeks for line in week.broken]
        name = runner.name.lower().replace(",", "").replace(" ", "-")
        plot_season(runner.name, weeks, given.out / f"{number:02d}-{name}.png")
        first, last = weeks[0].assessment, weeks[-1].assessment
        print(f"{runner.name:32s} index {first.index:3d} → {last.index:3d}   {first.tier} → {last.tier}")
    decisions: Counter[str] = Counter()
    started = time.perf_counter()
    for seed in range(given.first, given.first + given.seasons):
        for week in season(random_runner(seed, MONDAY)):
            broken += [f"runner {seed}: {line}" for line in week.broken]
            decisions.update(
                e.decision.code for s in week.plan.sessions for e in s.exercises if e.decision is not None
            )
    total = sum(decisions.values()) or 1
    print(f"\n{given.seasons} random seasons in {time.perf_counter() - started:.0f} s, decisions:")
    for code, count in decisions.most_common():
        print(f"  {code:16s} {count:7d}  {count / total:6.1%}")
    print(f"\nrules broken: {len(broken)}")
    for line in broken[:20]:
        print(f"  {line}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
