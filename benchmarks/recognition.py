"""How often exercise, side and repetitions are recognised.

Usage: ``python -m benchmarks.recognition [--manifest MANIFEST.csv | FOLDER ...] [--model full]``

A folder holds rendered clips ``NAME.mp4`` with ``NAME.truth.json``, or landmarks of rendered clips with their
truth as `training.motion.pack` writes them; the samples are the default. A manifest has the columns ``file``
(beside it), ``exercise`` (an id, or anything else for movements that are not ours), ``reps``, ``view`` and
``working_leg`` (begins with left or right, else it is not compared). Repetitions that a clip's edge cuts off
may be counted or not.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.common import ROOT
from benchmarks.recognition_clips import Clip, Wanted, labelled, packed, rendered
from benchmarks.recognition_turns import off_in_picture
from formcheck.exercises import Bout, find_bouts
from formcheck.motion import measure_motion
from formcheck.names import EXERCISES
from formcheck.scoring.gates_span import body_length_px

NOT_OURS = "other"
FOUND_WITHIN_S = 1.0
"""A repetition whose turn lies farther off is not the same one."""
SIZES_PX = (100, 200, 300, 400)
SHORT = 17
"""Characters of a column's heading."""


@dataclass(frozen=True)
class Outcome:
    """One wanted bout beside what was found of it; ``None`` where there is nothing to compare."""

    clip: Clip
    wanted: Wanted
    exercise: str
    side_right: bool | None
    miscounted: int | None
    errors_s: tuple[tuple[float, float, float], ...]
    """How far start, turn and end of each repetition lie off."""
    strangers: tuple[str, ...]
    seconds: float = 0.0
    """Of a clip that shows nothing of ours: how long it is."""
    false_bouts: int = 0
    body_px: float = np.nan
    """How long the body is in the picture."""


def outcomes(clip: Clip, bouts: Iterable[Bout], seconds: float = 0.0) -> Iterator[Outcome]:
    """Yield one outcome per wanted bout, or a single one for a clip that shows nothing of ours."""
    ours = [bout for bout in bouts if bout.exercise != "unknown"]
    allowed = clip.partly | {wanted.exercise for wanted in clip.wanted}
    strangers = tuple(sorted({bout.exercise for bout in ours} - allowed))
    if not clip.wanted and not clip.partly:
        most = max(ours, key=lambda bout: bout.end_s - bout.start_s, default=None)
        found = most.exercise if most else "none"
        yield Outcome(clip, Wanted(NOT_OURS), found, None, None, (), strangers, seconds, len(ours))
    for wanted in clip.wanted:
        yield _outcome(clip, wanted, ours, strangers)


def _outcome(clip: Clip, wanted: Wanted, ours: list[Bout], strangers: tuple[str, ...]) -> Outcome:
    same = [bout for bout in ours if bout.exercise == wanted.exercise]
    found = wanted.exercise if same else strangers[0] if strangers else "none"
    on_side = [bout for bout in same if wanted.side in (None, bout.side)]
    found_reps = np.array(
        [(rep.start_s, rep.turn_s, rep.end_s) for bout in on_side for rep in bout.repetitions if rep.valid]
    )
    errors: tuple[tuple[float, float, float], ...] = ()
    if len(found_reps) and wanted.exercise != "single_leg_stance":
        errors = tuple(error for rep in wanted.repetitions if (error := _nearest(found_reps, rep)))
    only_side = sum(other.exercise == wanted.exercise for other in clip.wanted) == 1
    right = {bout.side for bout in same} == {wanted.side} if wanted.side and same and only_side else None
    missed = None
    if on_side and wanted.least is not None and wanted.most is not None:
        # Labels say how many there are, not which of them the clip's edge cuts off: those may count or not.
        edges = (
            0 if wanted.repetitions else sum(r.reason == "cut_off" for b in on_side for r in b.repetitions)
        )
        missed = max(wanted.least - len(found_reps) - edges, len(found_reps) - wanted.most, 0)
    return Outcome(clip, wanted, found, right, missed, errors, strangers)


def _nearest(found: np.ndarray, rep: tuple[float, float, float]) -> tuple[float, float, float] | None:
    """Return how far the repetition with the nearest turn lies off; None if it was not found at all."""
    off = np.abs(found - rep)
    start, turn, end = off[np.argmin(off[:, 1])]
    return (float(start), float(turn), float(end)) if turn < FOUND_WITHIN_S else None


def show(results: list[Outcome]) -> None:
    """Print the table of confusions, the figures and every clip that went wrong."""
    ours = [r for r in results if r.wanted.exercise != NOT_OURS]
    others = [r for r in results if r.wanted.exercise == NOT_OURS]
    _show_confusions(results)
    sides = [r.side_right for r in ours if r.side_right is not None]
    misses = [r.miscounted for r in ours if r.miscounted is not None]
    errors = np.array([e for r in ours for e in r.errors_s])
    hours = sum(r.seconds for r in others) / 3600
    print(f"\nexercise right       {_share(_right(r) for r in ours)}")
    print(f"side right           {_share(sides)}")
    print(f"repetitions exact    {_share(miss == 0 for miss in misses)}")
    print(f"repetitions ±1       {_share(miss <= 1 for miss in misses)}")
    print(f"others taken as ours {_share(bool(r.strangers) for r in others)}")
    if hours:
        print(
            f"false bouts an hour  {sum(r.false_bouts for r in others) / hours:.0f} in {60 * hours:.1f} min"
        )
    for i, moment in enumerate(("start", "turn", "end")):
        if len(errors):
            middle, most = 1000 * np.percentile(errors[:, i], [50, 90])
            print(f"{moment + ' error':20} median {middle:.0f} ms, nine of ten within {most:.0f} ms")
    _show_shares("by view", [(result.clip.view, _right(result)) for result in ours])
    _show_shares("by the body's length in the picture", [(_size(r), _right(r)) for r in ours])
    _show_wrong(results)


def _show_confusions(results: list[Outcome]) -> None:
    table = Counter((r.wanted.exercise, r.exercise) for r in results)
    columns = [*EXERCISES, "none"]
    print(f"{'shown':20}" + "".join(f"{c[-SHORT:]:>{SHORT + 1}}" for c in columns))
    for row in (*EXERCISES, NOT_OURS):
        cells = "".join(f"{table[row, c] or '·':>{SHORT + 1}}" for c in columns)
        print(f"{row:20}{cells}")


def _show_shares(what: str, marked: list[tuple[str, bool]]) -> None:
    groups: dict[str, list[bool]] = defaultdict(list)
    for name, mark in marked:
        groups[name].append(mark)
    print(f"\nexercise right, {what}")
    for name, marks in sorted(groups.items()):
        print(f"  {name:18} {_share(marks)}")


def _size(result: Outcome) -> str:
    least = max((px for px in SIZES_PX if result.body_px >= px), default=0)
    return f"{least} px or more"


def _show_wrong(results: list[Outcome]) -> None:
    print("\nwrong:")
    for r in results:
        missed = r.wanted.exercise != NOT_OURS and not _right(r)
        if r.strangers or r.side_right is False or r.miscounted or missed:
            wanted = f"{r.wanted.exercise} {r.clip.kind or r.wanted.side or ''} ×{r.wanted.least or '?'}"
            print(
                f"  {r.clip.name} ({r.clip.view}): {wanted}, found {r.exercise}, "
                f"side {'wrong' if r.side_right is False else '–'}, miscounted by {r.miscounted or 0}, "
                f"beside it {list(r.strangers)}"
            )


def _right(result: Outcome) -> bool:
    return result.exercise == result.wanted.exercise


def _share(marks: Iterable[bool]) -> str:
    listed = list(marks)
    return f"{sum(listed)} of {len(listed)}" + (
        f" ({100 * sum(listed) / len(listed):.0f} %)" if listed else ""
    )


def _show_turns_in_picture(off_s: list[float]) -> None:
    if off_s:
        middle, most = 1000 * np.percentile(off_s, [50, 90])
        print(
            f"\nturns against the picture, {len(off_s)} repetitions of clips without times: "
            f"median {middle:.0f} ms, nine of ten within {most:.0f} ms"
        )


def clips_of(folder: Path, model: str) -> Iterator[Clip]:
    """Yield the clips of a folder of either kind."""
    yield from packed(folder) if any(folder.glob("*.xz")) else rendered(folder, model)


def parser_of_clips(what: str) -> argparse.ArgumentParser:
    """Return a command line on which clips can be named, for `clips_named`."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "sample_videos"])
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--model", default="full", choices=("lite", "full", "heavy"))
    return parser


def clips_named(options: argparse.Namespace) -> Iterator[Clip]:
    """Return the clips that a command line names."""
    if options.manifest:
        return labelled(options.manifest, options.model)
    return (clip for folder in options.folders for clip in clips_of(folder, options.model))


def main() -> None:
    """Run the benchmark."""
    options = parser_of_clips("How often exercise, side and repetitions are recognised.").parse_args()
    results: list[Outcome] = []
    off_s: list[float] = []
    for clip in clips_named(options):
        motion = measure_motion(clip.pose())
        seconds = float(motion.times_s[-1] - motion.times_s[0]) if len(motion) else 0.0
        bouts = find_bouts(motion)
        px = body_length_px(motion.pose.image_px[motion.pose.detected])
        results += [replace(each, body_px=px) for each in outcomes(clip, bouts, seconds)]
        untimed = {wanted.exercise for wanted in clip.wanted if not wanted.repetitions}
        off_s += [off for b in bouts if b.exercise in untimed for off in off_in_picture(motion, b)]
    show(results)
    _show_turns_in_picture(off_s)


if __name__ == "__main__":
    main()
