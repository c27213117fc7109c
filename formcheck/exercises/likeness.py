"""How much a moment looks like an exercise, as learned from people who did it or something else.

The rules of ``exercises.toml`` say what an exercise is; but each looks at few numbers, and the landmarks
err about some of them. A small network for single frames (``models/likeness.onnx``, made by
``training/motion/likeness.py``) sees all of them at once and knows how they err. It knows drawn people only,
so it is a witness beside the rules and never decides alone (`formcheck.exercises.candidates`).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.exercises.features import Features
from formcheck.motion.geometry import Array
from formcheck.motion.learned import session
from formcheck.motion.types import Motion
from formcheck.names import BILATERAL, EXERCISES, SIDES, Exercise, other
from formcheck.pose.models import likeness_model

ONE_LEGGED: Final = tuple(exercise for exercise in EXERCISES if exercise not in BILATERAL)
TWO_LEGGED: Final = tuple(exercise for exercise in EXERCISES if exercise in BILATERAL)
KINDS: Final = 2 * len(ONE_LEGGED) + len(TWO_LEGGED) + 2
"""What the network tells apart: each one-legged exercise on the working leg and on the free one, each
two-legged exercise, something else, rest."""
LEAST_SHARE: Final = 1e-3
"""Nothing is less likely than this."""

_LEGS_CHANGED: Final = [kind ^ 1 if kind < 2 * len(ONE_LEGGED) else kind for kind in range(KINDS)]


def likeness(motion: Motion, seen: Features | None) -> Array:
    """Return how much each frame looks like each exercise on each side.

    Parameters
    ----------
    motion : Motion
    seen : dict of str to ndarray or None
        Its `formcheck.exercises.features.features`.

    Returns
    -------
    ndarray, shape (frame, side, exercise)
        Log-odds against everything else that people do, weakened where the person seems to rest (0 says
        nothing); NaN in frames without a person, or where there are no features.

    Raises
    ------
    ModelFileError
        If the network's file is missing or altered.
    """
    result = np.full((len(motion), len(SIDES), len(EXERCISES)), np.nan)
    if seen is None:
        return result
    found = np.isfinite(motion.joints_m[:, 0, 0])
    network = session(likeness_model())
    said = {side: network.run(["log_shares"], {"features": each})[0] for side, each in seen.items()}
    for i, side in enumerate(SIDES):
        both = (said[side] + said[other(side)][:, _LEGS_CHANGED]) / 2
        shares = np.exp(both - np.logaddexp.reduce(both, axis=1, keepdims=True))
        result[found, i] = np.stack([_log_odds(shares, exercise) for exercise in EXERCISES], axis=1)
    return result


def _log_odds(shares: Array, exercise: Exercise) -> Array:
    """Return the log-odds of an exercise among what is no rest, as far as it is none."""
    if exercise in BILATERAL:
        share = shares[:, 2 * len(ONE_LEGGED) + TWO_LEGGED.index(exercise)]
    else:
        share = shares[:, 2 * ONE_LEGGED.index(exercise)]
    at_work = 1 - shares[:, -1]
    among = (share + LEAST_SHARE) / (at_work + 2 * LEAST_SHARE)
    odds: Array = at_work * np.log(among / np.maximum(1 - among, LEAST_SHARE))
    return odds
