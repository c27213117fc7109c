"""Where feet and shoulders are beside the hips, corrected as was learned from people with known joints.

From one camera, geometry errs most about how high and how far ahead a foot is, which is what tells many
exercises apart. A small network for single frames (``models/posture.onnx``, made by
``training/motion/posture.py``) says how far the joints of `Motion` lie off. It serves recognition alone:
what is measured comes from motion.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from formcheck.exercises.features import Features
from formcheck.exercises.signals import leg_length_m
from formcheck.motion.features import mirror_sign
from formcheck.motion.geometry import Array, horizontal, leftwards, unit
from formcheck.motion.learned import session
from formcheck.motion.types import Motion
from formcheck.names import SIDES, Side, landmark, other
from formcheck.pose.models import posture_model

TRUST: Final = 0.75
"""Share of the correction that is made: the network knows drawn people only."""

OFFSETS: Final = (
    "free_foot_up",
    "working_foot_ahead",
    "working_foot_outwards",
    "hips_up",
    "shoulders_up",
    "hips_ahead",
    "hips_outwards",
)
"""What the network corrects, in leg lengths: the free foot over the working one, the working foot ahead of
the free one and outwards of it, hips and shoulders over the working foot, hips ahead and outwards of it."""

_FOLLOW: Final = {"ankle": 1.0, "heel": 1.0, "foot_index": 1.0, "knee": 0.5}
"""The joints of a leg that move when its ankle is corrected, and by what share."""


def corrected(motion: Motion, seen: Features | None) -> Motion:
    """Return the motion with legs and shoulders where they are believed to be; a new object.

    Parameters
    ----------
    motion : Motion
    seen : dict of str to ndarray or None
        Its `formcheck.exercises.features.features`; where there are none, it is left as it is.

    Raises
    ------
    ModelFileError
        If the network's file is missing or altered.
    """
    if seen is None:
        return motion
    found = np.isfinite(motion.joints_m[:, 0, 0])
    joints = motion.joints_m.copy()
    share_m = TRUST * leg_length_m(motion)
    joints[found] = _moved(motion.joints_m[found].astype(float), _offsets(seen), share_m)
    return replace(motion, joints_m=joints)


def _offsets(seen: Features) -> dict[Side, Array]:
    """Return each side's `OFFSETS` as working side, shape (frame, offset)."""
    network = session(posture_model())
    return {side: network.run(["offsets"], {"features": each})[0] for side, each in seen.items()}


def _moved(joints: Array, offsets: dict[Side, Array], share_m: float) -> Array:
    """Return the joints after the mean of what the network says with either side as the working side."""
    left = unit(horizontal(leftwards(joints, "hip") + leftwards(joints, "shoulder")))
    forward = np.cross(left, [0.0, 1.0, 0.0])
    shoulders_up = np.zeros(len(joints))
    ankles: dict[Side, list[Array]] = {side: [] for side in SIDES}
    for side, said in offsets.items():
        foot_up, ahead, outwards, hips_up, up, hips_ahead, hips_outwards = said.T
        lateral = mirror_sign(side)
        working = np.stack([-hips_ahead, -hips_up, -lateral * hips_outwards])
        ankles[side].append(working)
        ankles[other(side)].append(working + np.stack([-ahead, foot_up, -lateral * outwards]))
        shoulders_up += (up - hips_up) / len(SIDES)
    moved = joints.copy()
    for side in SIDES:
        along, rise, across = np.mean(ankles[side], axis=0)[..., None] * share_m
        step = along * forward + across * left + rise * np.array([0.0, 1.0, 0.0])
        for joint, share in _FOLLOW.items():
            moved[:, landmark(side, joint)] += share * step
        moved[:, landmark(side, "shoulder"), 1] += share_m * shoulders_up
    return moved
