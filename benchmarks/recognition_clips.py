"""The clips that `benchmarks.recognition` looks at: rendered, packed as landmarks, or filmed and labelled."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import landmarks
from formcheck.names import EXERCISES, SIDES
from formcheck.pose import PoseSequence
from formcheck.video.types import VideoInfo
from training.motion.pack import unpack

WHOLE_S = 0.3
"""A repetition may be counted or not where the clip's edge cuts off more than this of it."""
HOLD_S = 3.0
"""What is seen of a hold must last as long to be wanted."""
VIEWS = ("front", "front_oblique", "side", "rear_oblique", "rear")


@dataclass(frozen=True)
class Wanted:
    """What a clip shows of one exercise on one side; ``None`` and ``()`` where it is not known.

    ``least`` and ``most`` differ by the repetitions that the clip's edge cuts off; ``repetitions`` are start,
    turn and end of the others.
    """

    exercise: str
    side: str | None = None
    least: int | None = None
    most: int | None = None
    repetitions: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True)
class Clip:
    """A clip with its truth.

    ``kind`` is the movement where it is none of ours; ``partly`` names exercises of which the clip's edge
    leaves too little to ask for, but that may be found.
    """

    name: str
    pose: Callable[[], PoseSequence]
    wanted: tuple[Wanted, ...]
    view: str
    kind: str = ""
    partly: frozenset[str] = field(default_factory=frozenset)
    duration_s: float = 0.0


def rendered(folder: Path, model: str) -> Iterator[Clip]:
    """Yield the clips ``NAME.mp4`` of a folder with their ``NAME.truth.json``."""
    for file in sorted(folder.glob("*.truth.json")):
        truth = json.loads(file.read_text(encoding="utf-8"))
        path = file.with_name(file.name.replace(".truth.json", ".mp4"))
        yield _clip(path.name, lambda p=path: landmarks(p, model), truth["bouts"], truth["azimuth_deg"])


def packed(folder: Path) -> Iterator[Clip]:
    """Yield the clips of a folder that `training.motion.pack` wrote."""
    for clip in unpack(folder):
        yield _clip(
            clip["name"],
            lambda c=clip: _pose(c),
            clip["bouts"],
            _azimuth_deg(clip),
            clip["first"] / clip["fps"],
            len(clip["image"]) / clip["fps"],
        )


def labelled(manifest: Path, model: str) -> Iterator[Clip]:
    """Yield the clips of a manifest that are there, with their labels; photographs are passed over."""
    with manifest.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            path = manifest.parent / row["file"]
            if path.exists() and row["frames"] != "1":
                yield Clip(
                    path.name,
                    lambda p=path: landmarks(p, model),
                    tuple(_labels(row)),
                    row["view"].split(" ")[0],
                    kind=path.stem.removeprefix("neg__"),
                )


def _labels(row: dict[str, str]) -> Iterator[Wanted]:
    if row["exercise"] in EXERCISES:
        side = next((side for side in SIDES if row["working_leg"].startswith(side)), None)
        count = int(row["reps"]) if row["reps"].isdigit() else None
        yield Wanted(row["exercise"], side, count, count)


def _clip(
    name: str,
    pose: Callable[[], PoseSequence],
    bouts: Sequence[dict[str, Any]],
    azimuth_deg: float,
    start_s: float = 0.0,
    duration_s: float = np.inf,
) -> Clip:
    """Return a rendered clip, of which ``duration_s`` from ``start_s`` on are seen."""
    ours = [bout for bout in bouts if bout["exercise"] in EXERCISES]
    keys = list(dict.fromkeys((bout["exercise"], bout["side"]) for bout in ours))
    wanted = [
        _seen(
            exercise,
            side,
            [b for b in ours if (b["exercise"], b["side"]) == (exercise, side)],
            start_s,
            duration_s,
        )
        for exercise, side in keys
    ]
    kept = tuple(w for w in wanted if w.least)
    others = [bout.get("movement", "other") for bout in bouts if bout["exercise"] not in EXERCISES]
    partly = frozenset(
        bout["exercise"]
        for bout in ours
        if bout["end_s"] > start_s and bout["start_s"] < start_s + duration_s
    )
    kind = others[0] if others and not ours else ""
    return Clip(name, pose, kept, view_name(azimuth_deg), kind, partly, duration_s)


def _seen(
    exercise: str, side: str | None, bouts: list[dict[str, Any]], start_s: float, duration_s: float
) -> Wanted:
    least = most = 0
    repetitions = []
    for begin, turn, end in sorted(tuple(np.subtract(r, start_s)) for b in bouts for r in b["repetitions"]):
        inside = min(end, duration_s) - max(begin, 0.0)
        if exercise == "single_leg_stance":
            whole = inside >= HOLD_S
        else:
            whole = begin >= -WHOLE_S and end <= duration_s + WHOLE_S
        least, most = least + whole, most + (inside > 0)
        repetitions += [(float(begin), float(turn), float(end))] if whole else []
    return Wanted(exercise, side, least, most, tuple(repetitions))


def view_name(azimuth_deg: float) -> str:
    """Return in which of the `VIEWS` a camera stands, left or right alike."""
    return VIEWS[int((abs(azimuth_deg) + 22.5) // 45)]


def _azimuth_deg(clip: dict[str, Any]) -> float:
    """Return where the camera stands around the person, usually, by the hip line: 0 in front."""
    hips = clip["joints"][:, 0:2, :2].astype(float)
    left = hips[:, 0] - hips[:, 1]
    towards = clip["position"][:2] - hips.mean(axis=1)
    ahead = left[:, 1] * towards[:, 0] - left[:, 0] * towards[:, 1]
    across = (left * towards).sum(axis=1)
    turned = np.exp(1j * np.arctan2(across, ahead))
    return float(np.degrees(np.angle(np.nanmean(turned))))


def _pose(clip: dict[str, Any]) -> PoseSequence:
    count, fps = len(clip["image"]), float(clip["fps"])
    info = VideoInfo(clip["name"], *clip["size"], count, count / fps, fps)
    return PoseSequence(
        np.arange(count) / fps, clip["image"], clip["world"], clip["visibility"], clip["presence"], info
    )
