"""Fits the law of the errors of stage 3 to people with known angles.

Usage: ``python training/fit_motion_errors.py FOLDER [...] [--write]``

For each angle it finds the weights of `formcheck.motion.uncertainty.angle_sd` with which the 90 % intervals
are as narrow as they can be and hold 90 % of the truths: the least mean interval score (Gneiting & Raftery
2007) over frames of the bouts, clips counting equally. In turn a fifth of the clips is left out; their own
intervals say how much wider all must be to hold 90 % of unseen people, too. A folder holds videos with their
truth, or landmarks packed by ``training.motion.pack``. ``--write`` puts the weights into
``formcheck/motion/constants.toml``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import accuracy  # noqa: E402

from formcheck.motion.constants import constants  # noqa: E402
from formcheck.motion.fitted import Fitted, only  # noqa: E402
from formcheck.motion.geometry import wrapped  # noqa: E402
from formcheck.motion.learned import correct  # noqa: E402
from formcheck.motion.uncertainty import circumstances, sizes  # noqa: E402
from formcheck.names import ANGLES, other  # noqa: E402
from training.evened import evenly  # noqa: E402
from training.motion.examples import bouts_of, clips_of  # noqa: E402

CONSTANTS = ROOT / "formcheck" / "motion" / "constants.toml"
LAW_HZ = 12.0
GAINS = ("propagated", "learned", "large", "constant")
FOLDS = 5
STEPS, RATE = 500, 0.05
LEAST_PROPAGATED, LEAST_HIDDEN = 0.3, 0.1
"""What geometry can't determine, and what is hidden, counts even where these clips show little of it."""
EVENED = 0.5
"""Large faults are rare; with 0 they count as seldom as they come, with 1 as much as the rest (`evenly`)."""
HELD_BACK = 0.02
"""Weights are kept small by so much of their square: few clips stand behind some of them."""
LARGEST_ERROR = 90.0
LOST_DEG = 40.0
"""Bouts with such an error of the trunk's inclination all through (median): the landmarks lie elsewhere.

No law of angles covers that. They are left out of the fit, but counted when it is said how many truths the
intervals hold, and so make all of them a little wider.
"""


@dataclass(frozen=True)
class Bout:
    """What is known of some frames of a bout: terms (frame, term); the rest (frame, angle), as `sizes`."""

    clip: str
    terms: np.ndarray
    sizes: tuple[np.ndarray, np.ndarray, np.ndarray]
    strange: np.ndarray
    error: np.ndarray
    meant: np.ndarray
    truth: np.ndarray

    @property
    def lost(self) -> bool:
        """Whether the landmarks lie elsewhere than on the body."""
        return bool(np.median(self.error[:, ANGLES.index("trunk_inclination_deg")]) > LOST_DEG)


def bouts(folder: Path) -> Iterator[Bout]:
    """Yield the bouts of a folder of videos, or of one of packed landmarks."""
    if any(folder.glob("*.xz")):
        for clip in clips_of(folder):
            for seen in bouts_of(clip):
                yield from _bouts(seen, str(seen.name))
    else:
        for seen in accuracy.load([folder], "full"):
            yield from _bouts(seen, seen.path.name)


def _bouts(seen: Any, name: str) -> Iterator[Bout]:
    pose = seen.motion.pose
    found = np.flatnonzero(pose.detected)
    if not len(found):
        return
    fitted = Fitted.to(only(pose, found))
    better, times = correct(fitted), fitted.pose.times_s
    truth = {name: np.interp(times, seen.truth["time_s"], seen.truth[name]) for name in ANGLES}
    table = np.stack([truth[angle] for angle in ANGLES], axis=1)
    for bout in seen.facts["bouts"]:
        side = bout["side"] or "left"
        inside = (times >= bout["start_s"]) & (times <= bout["end_s"])
        # whoever lies and is taken to stand does none of our exercises as far as recognition can see
        inside &= fitted.lying == ("bridge" in bout["exercise"])
        frames = np.flatnonzero(inside)
        if len(frames) < 8:
            continue
        frames = frames[:: max(round(len(frames) / (times[frames[-1]] - times[frames[0]]) / LAW_HZ), 1)]
        values = better.values[side][frames]
        meant = [accuracy.told(angle, truth, bout["exercise"])[frames] for angle in ANGLES]
        yield Bout(
            name,
            circumstances(
                values,
                better.values[other(side)][frames],
                better.azimuth[frames],
                fitted.lying[frames],
                fitted.pose.visibility[frames].astype(float),
                side,
            ),
            sizes(values, fitted.propagated[side][frames], better.sd[side][frames]),
            better.strange_sd[side][frames],
            np.minimum(np.abs(wrapped(values - table[frames])), LARGEST_ERROR),
            np.stack(meant, axis=1),
            table[frames],
        )


@dataclass(frozen=True)
class Table:
    """All frames of one angle: features (frame, term + 4), errors, weights, clip, truth and more."""

    features: np.ndarray
    strange: np.ndarray
    error: np.ndarray
    weight: np.ndarray
    clip: np.ndarray
    lost: np.ndarray
    truth: np.ndarray

    @classmethod
    def of(cls, found: list[Bout], column: int) -> Table:
        """Gather an angle's frames."""
        parts = []
        for bout in found:
            use = bout.meant[:, column]
            if use.any():
                extra = [*(size[use, column] for size in bout.sizes), np.ones(use.sum())]
                features = np.column_stack([bout.terms[use], *extra])
                parts.append((features, bout.error[use, column], bout.truth[use, column], bout))
        counts = [len(error) for _, error, _, _ in parts]
        truth = np.concatenate([truth for _, _, truth, _ in parts])
        even = evenly(truth, np.ones(len(truth), bool))
        return cls(
            np.concatenate([features for features, _, _, _ in parts]),
            np.concatenate([bout.strange[bout.meant[:, column], column] for _, _, _, bout in parts]),
            np.concatenate([error for _, error, _, _ in parts]),
            np.repeat([1 / count for count in counts], counts) * even**EVENED,
            np.repeat([bout.clip for _, _, _, bout in parts], counts),
            np.repeat([bout.lost for _, _, _, bout in parts], counts),
            truth,
        )

    def part(self, chosen: np.ndarray) -> Table:
        """Return some of the frames."""
        fields = (self.features, self.strange, self.error, self.weight, self.clip, self.lost, self.truth)
        return Table(*(field[chosen] for field in fields))


def law_sd(law: np.ndarray, table: Table) -> np.ndarray:
    errors = constants().errors
    return np.exp(np.clip(table.features @ law, np.log(errors.least), np.log(errors.most)))


def half_widths(law: np.ndarray, table: Table) -> np.ndarray:
    return accuracy.Z90 * np.hypot(law_sd(law, table), table.strange)


def fit(table: Table) -> np.ndarray:
    """Return the law: one weight per feature (Adam on the interval score; its gradient is known)."""
    table = table.part(~table.lost)
    law = np.zeros(table.features.shape[1])
    law[-1] = np.log(max(np.quantile(table.error, 0.9) / accuracy.Z90, 1.0))
    scale, weight = np.median(table.error) + 1, table.weight / table.weight.sum()
    least = np.array([_least(name) for name in feature_names()])
    first, second = np.zeros_like(law), np.zeros_like(law)
    for step in range(1, STEPS + 1):
        half, usual = half_widths(law, table), accuracy.Z90 * law_sd(law, table)
        by_log = usual**2 / half * (2 - 20 * (table.error > half)) * weight / scale
        held = HELD_BACK * 2 * law
        held[-1] = 0.0
        gradient = table.features.T @ by_log + held
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        rate = RATE * (1.0 if step < STEPS / 2 else 0.3)
        law -= rate * first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        law = np.maximum(law, least)
    return law


def _least(name: str) -> float:
    if name == "learned":
        return 0.0
    return LEAST_PROPAGATED if name == "propagated" else LEAST_HIDDEN if "hidden" in name else -np.inf


def feature_names() -> list[str]:
    return [*constants().errors.terms, *GAINS]


def crossed(table: Table) -> np.ndarray:
    """Return the half widths of every frame by the law of the other clips."""
    clips = np.unique(table.clip)
    fold = dict(zip(clips, np.random.default_rng(0).permutation(len(clips)) % FOLDS, strict=True))
    folds = np.array([fold[clip] for clip in table.clip])
    half = np.zeros(len(table.error))
    for left_out in range(FOLDS):
        law = fit(table.part(folds != left_out))
        half[folds == left_out] = half_widths(law, table.part(folds == left_out))
    return half


def widening(table: Table, half: np.ndarray) -> float:
    """Return the factor with which 90 % of the truths are inside (never below 1)."""
    order = np.argsort(table.error / half)
    total = np.cumsum(table.weight[order])
    at = min(int(np.searchsorted(total, 0.9 * total[-1])), len(order) - 1)
    return float(max((table.error / half)[order][at], 1.0))


def held(table: Table, half: np.ndarray) -> float:
    return float(table.weight @ (table.error <= half) / table.weight.sum())


def held_plainly(table: Table, half: np.ndarray) -> str:
    """Return the share held if each frame counts as it comes, and among the smallest and largest angles."""
    inside = table.error <= half
    low, high = np.quantile(table.truth, [0.05, 0.95])
    ends = (inside[table.truth < low].mean(), inside[table.truth > high].mean())
    return f"as they come {inside.mean():.2f}, of the smallest {ends[0]:.2f}, of the largest {ends[1]:.2f}"


def toml(laws: dict[str, np.ndarray], count: int) -> str:
    errors = constants().errors
    lines = [f"# Fitted by training/fit_motion_errors.py on {count} bouts of rendered people.", "[errors]"]
    lines += [f"off_front_deg = {errors.off_front_deg}", f"terms = {errors.terms}".replace("'", '"')]
    lines += [f"least = {errors.least}", f"most = {errors.most}  # an angle that could be anything"]
    for at, name in enumerate(GAINS, start=-len(GAINS)):
        lines += ["", f"[errors.{name}]", *(f"{angle} = {law[at]:.3f}" for angle, law in laws.items())]
    lines += ["", "[errors.weights]"]
    lines += [f"{angle} = {[round(float(w), 2) for w in law[: -len(GAINS)]]}" for angle, law in laws.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = [bout for folder in options.folders for bout in bouts(folder)]
    laws = {}
    for column, angle in enumerate(ANGLES):
        table = Table.of(found, column)
        half = crossed(table)
        wider = widening(table, half)
        laws[angle] = fit(table)
        laws[angle][-1] += np.log(wider)
        print(
            f"{angle:24} unseen clips: {held(table, half):.2f} inside, wider by {wider:.2f}: "
            f"{held(table, wider * half):.2f}; half widths {np.median(wider * half):.1f} "
            f"({np.quantile(wider * half, 0.1):.1f}…{np.quantile(wider * half, 0.9):.1f}); "
            f"{held_plainly(table, wider * half)}"
        )
    print(f"{len(found)} bouts, {sum(bout.lost for bout in found)} of them lost")
    text = toml(laws, len(found))
    if options.write:
        head = CONSTANTS.read_text(encoding="utf-8").split("# Fitted by")[0].rstrip()
        CONSTANTS.write_text(f"{head}\n\n{text}", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
