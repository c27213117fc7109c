"""Fits the error constants of stage 3 to rendered clips with known angles.

Usage: ``python training/fit_motion_errors.py FOLDER [...] [--write]``

For each angle it finds how far the propagated standard deviation must be scaled, and what must be added to
it at each angle of the camera off the front, so that the 90 % intervals hold 90 % of the truths and are as
narrow as they can be (the interval score of Gneiting & Raftery 2007). Clips count equally. With two halves of
the clips it also says what the constants of one half cover in the other. A folder may also hold landmarks
packed by ``training.motion.pack``. ``--write`` puts them into
``formcheck/motion/constants.toml``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import accuracy  # noqa: E402

from formcheck.motion.constants import constants  # noqa: E402
from formcheck.motion.uncertainty import beyond, by_posture  # noqa: E402
from formcheck.names import ANGLES  # noqa: E402

SCALES = (0.25, 0.5, 0.75, 1.0)
# Few clips stand near each knot: each borrows from all of them.
BORROWED = 0.05
FLOOR, CEILING, UNKNOWN = 1.5, 60.0, 30.0
CONSTANTS = ROOT / "formcheck" / "motion" / "constants.toml"


Fitted = tuple[float, list[float], list[float]]
"""Scale, additions per knot, and for lying people from the ends and from the side."""


def at_side(off_front: np.ndarray, flat: list[float]) -> np.ndarray:
    return np.interp(np.minimum(off_front, 180 - off_front), (0, 90), flat)


def load(folder: Path) -> Iterator[Any]:
    """Yield the clips of a folder of videos, or the bouts of one of packed landmarks."""
    if any(folder.glob("*.xz")):
        from training.motion.examples import bouts_of, clips_of

        for clip in clips_of(folder):
            yield from bouts_of(clip)
    else:
        yield from accuracy.load([folder], "full")


def residuals(clip: Any, angle: str) -> np.ndarray:
    """Return error, propagated deviation, angle off the front and lying of the bouts, shape (frame, 4)."""
    motion, errors = clip.motion, constants().errors
    truth = {name: np.interp(motion.times_s, clip.truth["time_s"], clip.truth[name]) for name in ANGLES}
    view = beyond(motion.azimuth_deg, motion.lying)[:, ANGLES.index(angle)]
    rows = []
    for bout in clip.facts["bouts"]:
        angles = motion.of(bout["side"] or "left")
        sd = angles.sd_of(angle).astype(float)
        posture = by_posture(angles.value.astype(float), motion.lying)[:, ANGLES.index(angle)]
        added = np.hypot(view, posture)
        propagated = np.sqrt(np.maximum(sd**2 - added**2, 0)) / errors.scale[angle]
        azimuth = np.abs((motion.azimuth_deg + 180) % 360 - 180)
        table = np.stack(
            [angles.of(angle) - truth[angle], propagated, azimuth, motion.lying],
            axis=1,
        )
        use = motion.within(bout["start_s"], bout["end_s"]) & np.isfinite(table).all(axis=1)
        rows.append(table[use & accuracy.measurable(angle, truth, bout["exercise"])])
    return np.concatenate(rows)


def addition(error: np.ndarray, deviation: np.ndarray, weight: np.ndarray) -> float:
    """Return the smallest added deviation with which 90 % of the weighted errors are inside."""
    needed = np.sqrt(np.maximum((error / accuracy.Z90) ** 2 - deviation**2, 0))
    order = np.argsort(needed)
    total = np.cumsum(weight[order])
    at = np.searchsorted(total, 0.9 * total[-1])
    return float(np.clip(needed[order][min(at, len(order) - 1)], FLOOR, CEILING))


def fit(tables: list[np.ndarray]) -> Fitted:
    """Return scale, additions per knot, and the addition for lying people."""
    data = np.concatenate(tables)
    weight = np.concatenate([np.full(len(t), 1 / len(t)) for t in tables])
    knots = np.array(constants().errors.off_front_deg)
    lying, beside = data[:, 3] > 0, np.abs(data[:, 2] - 90) < 45
    best: tuple[float, Fitted] | None = None
    for scale in SCALES:
        deviation = scale * data[:, 1]
        near = [np.interp(data[:, 2], knots, row) for row in np.eye(len(knots))]
        hats = [(hat + BORROWED) * weight for hat in near]
        added = [addition(data[~lying, 0], deviation[~lying], hat[~lying]) for hat in hats]
        flat = [
            addition(data[part, 0], deviation[part], weight[part]) if part.any() else UNKNOWN
            for part in (lying & ~beside, lying & beside)
        ]
        sd = np.hypot(
            deviation, np.where(lying, at_side(data[:, 2], flat), np.interp(data[:, 2], knots, added))
        )
        score = np.sum(weight * interval_score(data[:, 0], sd))
        if best is None or score < best[0]:
            best = (score, (scale, added, flat))
    assert best is not None
    return best[1]


def interval_score(error: np.ndarray, sd: np.ndarray) -> np.ndarray:
    half = accuracy.Z90 * sd
    return 2 * half + 20 * np.maximum(np.abs(error) - half, 0)


def covered(tables: list[np.ndarray], found: Fitted) -> float:
    scale, added, flat = found
    shares = []
    for table in tables:
        knots = constants().errors.off_front_deg
        extra = np.where(table[:, 3] > 0, at_side(table[:, 2], flat), np.interp(table[:, 2], knots, added))
        shares.append(np.mean(np.abs(table[:, 0]) <= accuracy.Z90 * np.hypot(scale * table[:, 1], extra)))
    return float(np.mean(shares))


def toml(found: dict[str, Fitted], clips: int) -> str:
    lines = [f"# Fitted by training/fit_motion_errors.py on {clips} rendered clips.", "[errors]"]
    lines += [f"off_front_deg = {constants().errors.off_front_deg}"]
    lines += [f"most = {constants().errors.most}  # an angle that could be anything"]
    lines += ["", "[errors.scale]", *(f"{a} = {s}" for a, (s, _, _) in found.items())]
    lines += ["", "[errors.beyond]", *(f"{a} = {[round(x, 1) for x in b]}" for a, (_, b, _) in found.items())]
    lines += ["", "[errors.lying]", *(f"{a} = {[round(x, 1) for x in f]}" for a, (_, _, f) in found.items())]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    clips = [bout for folder in options.folders for bout in load(folder)]
    found = {}
    for angle in ANGLES:
        tables = [table for clip in clips if len(table := residuals(clip, angle))]
        half = np.random.default_rng(0).random(len(tables)) < 0.5
        one = [t for t, first in zip(tables, half, strict=True) if first]
        two = [t for t, first in zip(tables, half, strict=True) if not first]
        crossed = (covered(two, fit(one)) + covered(one, fit(two))) / 2 if one and two else float("nan")
        found[angle] = fit(tables)
        inside = covered(tables, found[angle])
        print(f"{angle:24} covers {inside:.2f}, with the other half's constants {crossed:.2f}")
    text = toml(found, len(clips))
    if options.write:
        head = CONSTANTS.read_text(encoding="utf-8").split("# Fitted by")[0].split("[errors]")[0]
        CONSTANTS.write_text(head + text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
