"""How often exercise, side and repetitions are recognised.

Usage: ``python benchmarks/recognition.py [--manifest MANIFEST.csv | FOLDER ...] [--model full]``

Folders hold rendered clips ``NAME.mp4`` with ``NAME.truth.json``; the samples are the default. A manifest has
the columns ``file`` (beside it), ``exercise`` (an id, or anything else for movements that are not ours),
``reps`` and ``working_leg`` (begins with left or right, else it is not compared). What is found of the
labelled exercise counts together.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from common import ROOT, landmarks

from formcheck.exercises import Bout, find_bouts
from formcheck.motion import measure_motion
from formcheck.names import EXERCISES, SIDES

NOT_OURS = "other"
SHORT = 17
"""Characters of a column's heading."""


@dataclass(frozen=True)
class Wanted:
    """What a clip shows of one exercise; ``None`` where it is not known."""

    exercise: str
    side: str | None = None
    repetitions: int | None = None
    turns_s: tuple[float, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """One wanted bout beside what was found of it."""

    clip: str
    wanted: Wanted
    exercise: str
    side_right: bool | None
    counted: int
    turn_errors_s: tuple[float, ...]
    strangers: tuple[str, ...]


def rendered(folders: Iterable[Path]) -> Iterator[tuple[Path, list[Wanted]]]:
    """Yield the clips of ``folders`` with their truth."""
    for file in sorted(f for folder in folders for f in folder.glob("*.truth.json")):
        bouts = json.loads(file.read_text(encoding="utf-8"))["bouts"]
        wanted = [
            Wanted(b["exercise"], b["side"], len(b["repetitions"]), tuple(rep[1] for rep in b["repetitions"]))
            for b in bouts
            if b["exercise"] in EXERCISES
        ]
        yield file.with_name(file.name.replace(".truth.json", ".mp4")), wanted


def labelled(manifest: Path) -> Iterator[tuple[Path, list[Wanted]]]:
    """Yield the clips of a manifest that are there, with their labels."""
    with manifest.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            path = manifest.parent / row["file"]
            if path.exists():
                side = next((side for side in SIDES if row["working_leg"].startswith(side)), None)
                reps = int(row["reps"]) if row["reps"].isdigit() else None
                wanted = [Wanted(row["exercise"], side, reps)] if row["exercise"] in EXERCISES else []
                yield path, wanted


def outcomes(path: Path, wanted: list[Wanted], bouts: Iterable[Bout]) -> Iterator[Outcome]:
    """Yield one outcome per wanted bout, or a single one for a clip that shows nothing of ours."""
    ours = [bout for bout in bouts if bout.exercise != "unknown"]
    strangers = tuple(sorted({b.exercise for b in ours} - {w.exercise for w in wanted}))
    if not wanted:
        most = max(ours, key=lambda bout: bout.end_s - bout.start_s, default=None)
        found = most.exercise if most else "none"
        yield Outcome(path.name, Wanted(NOT_OURS), found, None, 0, (), strangers)
    for want in wanted:
        same = [bout for bout in ours if bout.exercise == want.exercise]
        found = want.exercise if same else strangers[0] if strangers else "none"
        on_side = [bout for bout in same if want.side in (None, bout.side)]
        turns = sorted(r.turn_s for bout in on_side for r in bout.repetitions if r.valid)
        errors: tuple[float, ...] = ()
        if want.turns_s and len(turns) == len(want.turns_s) and want.exercise != "single_leg_stance":
            errors = tuple(float(e) for e in np.subtract(turns, want.turns_s))
        right = {bout.side for bout in same} == {want.side} if want.side and same else None
        yield Outcome(path.name, want, found, right, len(turns), errors, strangers)


def show(results: list[Outcome]) -> None:
    """Print the table of confusions, the figures and every clip that went wrong."""
    table = Counter((r.wanted.exercise, r.exercise) for r in results)
    columns = [*EXERCISES, "none"]
    print(f"{'shown':20}" + "".join(f"{c[-SHORT:]:>{SHORT + 1}}" for c in columns))
    for row in (*EXERCISES, NOT_OURS):
        cells = "".join(f"{table[row, c] or '·':>{SHORT + 1}}" for c in columns)
        print(f"{row:20}{cells}")
    ours = [r for r in results if r.wanted.exercise != NOT_OURS]
    others = [r for r in results if r.wanted.exercise == NOT_OURS]
    sides = [r.side_right for r in ours if r.side_right is not None]
    misses = [abs(r.counted - r.wanted.repetitions) for r in ours if r.wanted.repetitions is not None]
    turns = np.abs([e for r in ours for e in r.turn_errors_s])
    print(f"\nexercise right       {_share(r.exercise == r.wanted.exercise for r in ours)}")
    print(f"side right           {_share(sides)}")
    print(f"repetitions exact    {_share(miss == 0 for miss in misses)}")
    print(f"repetitions ±1       {_share(miss <= 1 for miss in misses)}")
    print(f"others taken as ours {_share(bool(r.strangers) for r in others)}")
    if len(turns):
        print(f"turn error           median {np.median(turns):.2f} s, worst {turns.max():.2f} s")
    print("\nwrong:")
    for r in results:
        counted_right = r.wanted.repetitions in (None, r.counted)
        if r.strangers or r.side_right is False or not counted_right:
            want = f"{r.wanted.exercise} {r.wanted.side or ''} ×{r.wanted.repetitions or '?'}"
            print(f"  {r.clip}: {want}, found {r.exercise} ×{r.counted}, beside it {list(r.strangers)}")


def _share(marks: Iterable[bool]) -> str:
    listed = list(marks)
    return f"{sum(listed)} of {len(listed)}"


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="How often exercise, side and repetitions are recognised.")
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "sample_videos"])
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--model", default="full", choices=("lite", "full", "heavy"))
    options = parser.parse_args()
    clips = labelled(options.manifest) if options.manifest else rendered(options.folders)
    results = [
        outcome
        for path, wanted in clips
        for outcome in outcomes(path, wanted, find_bouts(measure_motion(landmarks(path, options.model))))
    ]
    show(results)


if __name__ == "__main__":
    main()
