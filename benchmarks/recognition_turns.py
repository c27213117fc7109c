"""Turns of real clips, whose labels have no times, against the lowest or highest moment in the picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from formcheck.exercises import Bout
from formcheck.motion.geometry import midpoint
from formcheck.motion.types import Motion

SEEN_BY: Final = {
    "single_leg_rdl": ("shoulder", 1),
    "hip_hinge": ("shoulder", 1),
    "lunge": ("hip", 1),
    "step_down": ("hip", 1),
    "step_up": ("hip", -1),
    "bridge": ("hip", -1),
    "single_leg_bridge": ("hip", -1),
}
"""Which points are lowest (1) or highest (−1) in the picture at the turn."""
AT_TURN: Final = 0.03
"""The turn is the middle of the time in which the points are within this share of their way from there."""
COME_BACK: Final = 0.3
"""Who ends farther than this share of the way from where the repetition began walks: that tells no turn."""
AROUND_S: Final = 0.2


def off_in_picture(motion: Motion, bout: Bout) -> Iterator[float]:
    """Yield by how many seconds the turn of each whole repetition lies off the one in the picture."""
    if bout.exercise not in SEEN_BY:
        return
    joint, sign = SEEN_BY[bout.exercise]
    height = sign * midpoint(motion.pose.image_px.astype(float), joint)[:, 1]
    for repetition in bout.repetitions:
        within = motion.within(repetition.start_s - AROUND_S, repetition.end_s + AROUND_S)
        seen, times_s = height[within], motion.times_s[within]
        way = np.ptp(seen)
        if repetition.valid and abs(seen[0] - seen[-1]) < COME_BACK * way:
            at_turn = times_s[seen >= seen.max() - AT_TURN * way]
            yield abs(repetition.turn_s - float(at_turn[0] + at_turn[-1]) / 2)
