"""The words of the field, spelt once: exercises, sides, landmarks, angles and the sign of each angle."""

from __future__ import annotations

from typing import Final, Literal

Side = Literal["left", "right"]
SIDES: Final[tuple[Side, Side]] = ("left", "right")

Exercise = Literal[
    "single_leg_rdl",
    "step_up",
    "step_down",
    "lunge",
    "bridge",
    "single_leg_bridge",
    "hip_hinge",
    "single_leg_stance",
    "unknown",
]
EXERCISES: Final[tuple[Exercise, ...]] = (
    "single_leg_rdl",
    "step_up",
    "step_down",
    "lunge",
    "bridge",
    "single_leg_bridge",
    "hip_hinge",
    "single_leg_stance",
)
"""The exercises that can be scored (all ids but ``unknown``)."""

BILATERAL: Final[frozenset[str]] = frozenset({"bridge", "hip_hinge"})
"""Exercises on two feet, which have no stance side."""

POSE_MODELS: Final[tuple[str, ...]] = ("lite", "full", "heavy")
"""The pose models, fastest first."""

LANDMARKS: Final[tuple[str, ...]] = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)
"""The 33 BlazePose landmarks in the order of the network's output."""

LANDMARK_INDEX: Final[dict[str, int]] = {name: i for i, name in enumerate(LANDMARKS)}
OTHER_LANDMARK: Final[tuple[int, ...]] = tuple(
    LANDMARK_INDEX["right".join(part.replace("right", "left") for part in name.split("left"))]
    for name in LANDMARKS
)
"""The same landmark on the other side of the body, in the order of `LANDMARKS`."""

ANGLES: Final[tuple[str, ...]] = (
    "pelvic_drop_deg",
    "fppa_deg",
    "kmd_foot_pct",
    "trunk_lateral_lean_deg",
    "trunk_rotation_deg",
    "trunk_inclination_deg",
    "knee_flexion_deg",
    "hip_flexion_deg",
)
"""The series that motion gives for each side, in the reference definitions of ``docs/angles.md``."""

POSITIVE_MEANS: Final[dict[str, str]] = {
    "pelvic_drop_deg": "free side of the pelvis lower than the stance side",
    "fppa_deg": "knee towards the midline (valgus)",
    "kmd_foot_pct": "knee towards the midline of the foot",
    "trunk_lateral_lean_deg": "trunk leans towards the stance side",
    "trunk_rotation_deg": "chest turned towards the stance side",
    "trunk_inclination_deg": "trunk away from upright",
    "knee_flexion_deg": "knee bent",
    "hip_flexion_deg": "hip bent",
}
"""The one table of signs: positive is the fault, or more of the movement."""


def other(side: Side) -> Side:
    """Return the opposite side."""
    return "right" if side == "left" else "left"


def landmark(side: Side, joint: str) -> int:
    """Return the BlazePose index of ``joint`` (``hip``, ``knee``, ``shoulder`` …) on ``side``."""
    return LANDMARK_INDEX[f"{side}_{joint}"]


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: ``1 clip``, ``2 clips``; ``many`` where it isn't ``one`` with an s."""
    return f"{count} {one if count == 1 else many or one + 's'}"
