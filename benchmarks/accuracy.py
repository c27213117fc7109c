"""How far the angles are from the truth.

Usage: ``python benchmarks/accuracy.py [FOLDER ...] [--json FILE] [--model full]``

Every folder holds clips ``NAME.mp4`` with ``NAME.truth.parquet`` and ``NAME.truth.json``; the samples are the
default. Beside formcheck's errors stand those of the same formulas on the pose network's own world
landmarks ("naive"). Then: exercise, side, repetitions and turn times.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from common import ROOT, landmarks
from numpy.typing import NDArray

from formcheck.motion import Motion, geometry, measure_motion
from formcheck.names import ANGLES
from formcheck.pose import PoseSequence, smooth

Z90 = 1.645
"""Half width of a 90 % interval in standard deviations."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Clip:
    """A clip with its truth and what formcheck makes of it."""

    path: Path
    truth: dict[str, Array]
    facts: dict[str, Any]
    pose: PoseSequence
    motion: Motion


@dataclass(frozen=True)
class Samples:
    """Pairs of truth and estimates of one angle in one bout of one clip.

    `at_turn` are medians around each repetition's turn; the others are all frames of the bout.
    """

    angle: str
    exercise: str
    view: str
    truth: Array
    ours: Array
    sd: Array
    naive: Array
    at_turn: Array


def load(folders: Iterable[Path], model: str) -> Iterator[Clip]:
    for truth_file in sorted(f for folder in folders for f in folder.glob("*.truth.parquet")):
        path = truth_file.with_name(truth_file.name.replace(".truth.parquet", ".mp4"))
        table = pq.read_table(truth_file)
        columns = {name: np.array(table[name].to_pylist(), dtype=float) for name in ("time_s", *ANGLES)}
        facts = json.loads(truth_file.with_suffix(".json").read_text(encoding="utf-8"))
        pose = landmarks(path, model)
        yield Clip(path, columns, facts, pose, measure_motion(pose))


def naive_angles(pose: PoseSequence, side: str) -> Array:
    """Return the formulas on the network's own world landmarks, without gravity, bones or picture."""
    world = smooth(pose).world_m.astype(float) * [1, -1, -1]
    return geometry.angles(world, "right" if side == "right" else "left")


def view_bin(azimuth_deg: float) -> str:
    """Return how far off the front or the back the true camera stands, for the table."""
    off = abs((azimuth_deg + 180) % 360 - 180)
    half = "front" if off <= 90 else "rear"
    off = min(off, 180 - off)
    return (
        f"{half} 0-20"
        if off <= 20
        else f"{half} 20-45"
        if off <= 45
        else f"{half} 45-70"
        if off <= 70
        else "side"
    )


def told(angle: str, truth: dict[str, Array], exercise: str) -> NDArray[np.bool_]:
    """Return the frames in which the product makes anything of the angle, shape (frame,).

    Beside those of `measurable`: in a hinge the pelvic drop means no drop, but the hip opening comes of it.
    """
    hinges = angle == "pelvic_drop_deg" and exercise in ("single_leg_rdl", "hip_hinge")
    return np.full(len(truth[angle]), hinges) | measurable(angle, truth, exercise)


def measurable(angle: str, truth: dict[str, Array], exercise: str) -> NDArray[np.bool_]:
    """Return the frames in which the angle means anything (evidence A.1), shape (frame,)."""
    lying = "bridge" in exercise
    inclined = truth["trunk_inclination_deg"]
    if angle == "pelvic_drop_deg":
        return np.full(len(inclined), True) if lying else inclined < 30
    if angle == "trunk_lateral_lean_deg":
        return np.full(len(inclined), not lying) & (inclined < 45)
    if angle == "fppa_deg":
        return np.full(len(inclined), not lying and exercise != "lunge") & (truth["knee_flexion_deg"] < 75)
    return np.full(len(inclined), True)


def samples(clip: Clip) -> Iterator[Samples]:
    times = clip.motion.times_s
    truth = {name: np.interp(times, clip.truth["time_s"], clip.truth[name]) for name in ANGLES}
    for bout in clip.facts["bouts"]:
        side = bout["side"] or "left"
        angles, naive = clip.motion.of(side), naive_angles(clip.pose, side)
        within = clip.motion.within(bout["start_s"], bout["end_s"])
        windows = [_turn_window(times, rep) for rep in bout["repetitions"]]
        for column, angle in enumerate(ANGLES):
            series = np.stack([truth[angle], angles.of(angle), angles.sd_of(angle), naive[:, column]])
            good = measurable(angle, truth, bout["exercise"]) & np.isfinite(series).all(axis=0)
            turns = [np.median(series[:, w & good], axis=1) for w in windows if (w & good).any()]
            if (within & good).any():
                yield Samples(
                    angle,
                    bout["exercise"],
                    view_bin(clip.facts["azimuth_deg"]),
                    *series[:, within & good],
                    at_turn=np.array(turns).reshape(-1, 4),
                )


def _turn_window(times: Array, rep: Sequence[float]) -> NDArray[np.bool_]:
    start, turn, end = rep
    window: NDArray[np.bool_] = np.abs(times - turn) <= 0.1 * (end - start)
    return window


def summary(parts: list[Samples]) -> dict[str, float]:
    """Return the error figures of one cell of the table; angles in degrees (KMD in %)."""
    truth, ours, sd, naive = (
        np.concatenate([getattr(p, n) for p in parts]) for n in ("truth", "ours", "sd", "naive")
    )
    turn = np.concatenate([p.at_turn for p in parts])
    cell = {
        "frames": len(truth),
        "reps": len(turn),
        "mae": np.abs(ours - truth).mean(),
        "bias": (ours - truth).mean(),
        "mae_naive": np.abs(naive - truth).mean(),
        "cover90": (np.abs(ours - truth) <= Z90 * sd).mean(),
        "sd": np.median(sd),
    }
    if len(turn):
        cell |= {
            "mae_turn": np.abs(turn[:, 1] - turn[:, 0]).mean(),
            "bias_turn": (turn[:, 1] - turn[:, 0]).mean(),
            "mae_turn_naive": np.abs(turn[:, 3] - turn[:, 0]).mean(),
            "cover90_turn": (np.abs(turn[:, 1] - turn[:, 0]) <= Z90 * turn[:, 2]).mean(),
        }
    if len(turn) > 2 and turn[:, 0].std() > 0.1:
        cell |= {
            "slope": np.polyfit(turn[:, 0], turn[:, 1], 1)[0],
            "r": np.corrcoef(turn[:, 0], turn[:, 1])[0, 1],
            "slope_naive": np.polyfit(turn[:, 0], turn[:, 3], 1)[0],
        }
    return {name: round(float(value), 3) for name, value in cell.items()}


COLUMNS = (
    *("reps", "mae", "mae_naive", "mae_turn", "mae_turn_naive", "bias_turn"),
    *("slope", "slope_naive", "r", "cover90", "cover90_turn", "sd"),
)


def grouped(
    parts: list[Samples], key: Callable[[Samples], tuple[str, ...]]
) -> dict[tuple[str, ...], dict[str, float]]:
    keys = sorted({key(p) for p in parts}, key=lambda k: (ANGLES.index(k[0]), *k[1:]))
    return {k: summary([p for p in parts if key(p) == k]) for k in keys}


def show(title: str, cells: dict[tuple[str, ...], dict[str, float]], out: Any = sys.stdout) -> None:
    print(f"\n{title}\n{'':52}" + "".join(f"{c:>15}" for c in COLUMNS), file=out)
    for key, cell in cells.items():
        row = "".join(f"{cell[c]:15.2f}" if c in cell else f"{'–':>15}" for c in COLUMNS)
        print(f"{' | '.join(key):52}{row}", file=out)


def recognition(clip: Clip) -> dict[str, Any]:
    """Return what formcheck found in the clip beside what is in it."""
    from formcheck.analysis import analyse_pose

    found = analyse_pose(clip.pose).bouts
    wanted = clip.facts["bouts"]
    result: dict[str, Any] = {
        "clip": clip.path.name,
        "wanted": [(b["exercise"], b["side"], len(b["repetitions"])) for b in wanted],
        "found": [(s.bout.exercise, s.bout.side, len(s.bout.repetitions)) for s in found],
        "azimuth_error_deg": round(
            (clip.motion.view.azimuth_deg - clip.facts["azimuth_deg"] + 180) % 360 - 180, 1
        ),
        "pitch_error_deg": round(clip.motion.view.pitch_deg - clip.facts["pitch_deg"], 1),
        "turn_errors_s": [],
    }
    if result["wanted"] == result["found"]:
        for bout, scored in zip(wanted, found, strict=True):
            for rep, mine in zip(bout["repetitions"], scored.bout.repetitions, strict=True):
                result["turn_errors_s"].append(round(mine.turn_s - rep[1], 3))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "sample_videos"])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--model", default="full", choices=("lite", "full", "heavy"))
    options = parser.parse_args()
    clips = list(load(options.folders, options.model))
    parts = [part for clip in clips for part in samples(clip)]
    tables = {
        "by measure": grouped(parts, lambda p: (p.angle,)),
        "by measure and view": grouped(parts, lambda p: (p.angle, p.view)),
        "by measure, exercise and view": grouped(parts, lambda p: (p.angle, p.exercise, p.view)),
    }
    for title, cells in tables.items():
        show(title, cells)
    found = [recognition(clip) for clip in clips]
    print("\nrecognition: exercise, side, repetitions; azimuth and pitch errors; turn errors")
    for row in found:
        mark = "ok   " if row["wanted"] == row["found"] else "WRONG"
        print(mark, *row.values())
    if options.json:
        flat = {title: {" | ".join(k): c for k, c in cells.items()} for title, cells in tables.items()}
        options.json.write_text(
            json.dumps({"angles": flat, "recognition": found}, indent=1), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
