"""Whether a long mixed session is cut into the right bouts.

Usage: ``python -m benchmarks.recognition_session FOLDER [--minutes 10] [--sessions 4]``

A session is made of the motion of clips in random order, one after the other, with moments between them in
which nobody is in view: exercises of both sides, standing, walking and other movements. FOLDER is as for
`benchmarks.recognition`. The people are made equally long in the leg, as if they were one; that they stand
elsewhere and face another way in each clip is left as it is.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.recognition import clips_of
from benchmarks.recognition_clips import Clip, Wanted
from formcheck.exercises import Bout
from formcheck.exercises.bouts import bouts_of, signals_of
from formcheck.exercises.features import features
from formcheck.exercises.likeness import likeness
from formcheck.exercises.posture import corrected
from formcheck.exercises.signals import leg_length_m
from formcheck.motion import measure_motion
from formcheck.motion.geometry import Array
from formcheck.motion.types import AngleSet, Motion
from formcheck.names import SIDES
from formcheck.pose.sequence import PER_FRAME

AWAY_S = 2.0
"""Nobody is in view for so long between two clips."""
NEAR_S = 1.0
"""A bout that overlaps a wanted one, as many seconds longer at both ends, is about it."""
SHARED = ("times_s", "joints_m", "azimuth_deg", "lying")


@dataclass(frozen=True)
class Part:
    """A clip's place in a session."""

    clip: Clip
    start_s: float
    end_s: float


@dataclass
class Tally:
    """What was found of the wanted bouts."""

    wanted: int = 0
    right: int = 0
    side_right: int = 0
    sided: int = 0
    exact: int = 0
    others: int = 0
    false_bouts: int = 0
    minutes: float = 0.0


def session(clips: Sequence[tuple[Clip, Motion]]) -> tuple[Motion, Motion, Array, list[Part]]:
    """Return the clips' motions one after the other, with corrected joints, their likeness, and their places.

    Joints are corrected and likeness is found clip by clip, since both look at the one person's standing.
    """
    parts, shifted, placed_m, looks, clock_s = [], [], [], [], 0.0
    for clip, motion in clips:
        moved = _equal_legs(motion, clock_s - motion.times_s[0])
        seen = features(motion)
        placed_m.append(_equal_legs(corrected(motion, seen), 0.0).joints_m)
        looks.append(likeness(motion, seen))
        parts.append(Part(clip, float(moved.times_s[0]), float(moved.times_s[-1])))
        clock_s = parts[-1].end_s + AWAY_S
        shifted.append(moved)
    first = shifted[0]
    joined: dict[str, Any] = {name: np.concatenate([getattr(m, name) for m in shifted]) for name in SHARED}
    of_pose: dict[str, Any] = {
        name: np.concatenate([getattr(m.pose, name) for m in shifted]) for name in PER_FRAME
    }
    sides: dict[str, Any] = {
        side: AngleSet(
            side, *(np.concatenate([getattr(m.of(side), k) for m in shifted]) for k in ("value", "sd"))
        )
        for side in SIDES
    }
    together = replace(first, pose=replace(first.pose, **of_pose), **joined, **sides)
    return together, replace(together, joints_m=np.concatenate(placed_m)), np.concatenate(looks), parts


def _equal_legs(motion: Motion, later_s: float) -> Motion:
    """Return the motion ``later_s`` later, of a person whose legs are a metre long."""
    times_s = motion.times_s + later_s
    pose = replace(motion.pose, times_s=times_s)
    return replace(motion, times_s=times_s, joints_m=motion.joints_m / leg_length_m(motion), pose=pose)


def judge(parts: Sequence[Part], bouts: Sequence[Bout], tally: Tally) -> None:
    """Count what was found of each part."""
    ours = [bout for bout in bouts if bout.exercise != "unknown"]
    for part in parts:
        here = [b for b in ours if b.start_s < part.end_s and b.end_s > part.start_s]
        allowed = part.clip.partly | {wanted.exercise for wanted in part.clip.wanted}
        tally.others += not allowed
        tally.false_bouts += sum(bout.exercise not in allowed for bout in here)
        for wanted in part.clip.wanted:
            _judge(part, wanted, [b for b in here if b.exercise == wanted.exercise], tally)


def _judge(part: Part, wanted: Wanted, same: Sequence[Bout], tally: Tally) -> None:
    tally.wanted += 1
    tally.right += bool(same)
    if not same:
        return
    if wanted.side is not None:
        tally.sided += 1
        tally.side_right += any(bout.side == wanted.side for bout in same)
    turns = [
        rep.turn_s
        for bout in same
        if wanted.side in (None, bout.side)
        for rep in bout.repetitions
        if rep.valid and part.start_s - NEAR_S <= rep.turn_s <= part.end_s + NEAR_S
    ]
    if wanted.least is not None and wanted.most is not None:
        tally.exact += wanted.least <= len(turns) <= wanted.most


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Whether a long mixed session is cut into the right bouts.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--sessions", type=int, default=4)
    options = parser.parse_args()
    clips = [(clip, measure_motion(clip.pose())) for clip in clips_of(options.folder, "full")]
    clips = [(clip, motion) for clip, motion in clips if np.isfinite(leg_length_m(motion))]
    alone, together = Tally(), Tally()
    rng = np.random.default_rng(4)
    order = iter(rng.permutation(len(clips)))
    for _ in range(options.sessions):
        chosen: list[tuple[Clip, Motion]] = []
        while sum(m.times_s[-1] - m.times_s[0] + AWAY_S for _, m in chosen) < 60 * options.minutes:
            chosen.append(clips[next(order)])
        motion, placed, looks, parts = session(chosen)
        judge(parts, bouts_of(motion, signals_of(motion, placed, looks)), together)
        together.minutes += float(motion.times_s[-1]) / 60
        for each in chosen:
            single, placed, looks, part = session([each])
            judge(part, bouts_of(single, signals_of(single, placed, looks)), alone)
    for name, tally in (("each clip alone", alone), ("in sessions", together)):
        print(
            f"{name:16} exercise right {tally.right} of {tally.wanted}, "
            f"side {tally.side_right} of {tally.sided}, repetitions exact {tally.exact} of {tally.right}, "
            f"bouts of something else {tally.false_bouts}"
        )
    print(
        f"{options.sessions} sessions, {together.minutes:.0f} min, "
        f"{together.others} parts with nothing of ours, "
        f"{60 * together.false_bouts / together.minutes:.0f} bouts of something else an hour"
    )


if __name__ == "__main__":
    main()
