"""The camera set-up guide: whether the person and the camera stand well, and if not, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from formcheck.coaching.live_rules import Plane, SetupRules
from formcheck.exercises.types import Bout
from formcheck.motion.geometry import usual_direction
from formcheck.motion.types import Motion
from formcheck.names import LANDMARK_INDEX, SIDES, Exercise, landmark
from formcheck.scoring.gates_picture import camera_strays
from formcheck.scoring.thresholds import Thresholds
from formcheck.validation import BoolArray, FloatArray

Item = Literal["body", "distance", "angle", "light", "sharp", "level", "steady"]
ITEMS: Final[tuple[Item, ...]] = ("body", "distance", "angle", "light", "sharp", "level", "steady")
"""In the order in which they are put right."""

Problem = Literal[
    "nobody", "too_near", "feet_cut", "head_cut", "side_cut", "hidden", "far", "near",
    "turn_front", "turn_side", "turn_either", "dark", "backlit", "blurred", "tilted", "looks_up",
    "looks_down", "moves",
]  # fmt: skip
"""What can be wrong; the words for it stand with the page."""

_HEAD: Final = [LANDMARK_INDEX["nose"]]
_FEET: Final = [landmark(side, joint) for side in SIDES for joint in ("ankle", "heel", "foot_index")]
_MIDDLE: Final = [landmark(side, joint) for side in SIDES for joint in ("shoulder", "hip", "knee")]


@dataclass(frozen=True)
class Check:
    """One item of the guide: right, wrong because of ``problem``, or (``ok`` None) not to be told yet."""

    item: Item
    ok: bool | None
    problem: Problem | None = None


def check_setup(
    motion: Motion | None,
    rules: SetupRules,
    thresholds: Thresholds,
    *,
    exercise: Exercise | None = None,
    person_luma: float | None = None,
) -> tuple[Check, ...]:
    """Return what is right and what is wrong with how the camera and the person stand.

    Parameters
    ----------
    motion : Motion or None
        Of the last seconds; None while there is nothing to measure.
    rules : SetupRules
        The limits.
    thresholds : Thresholds
        For what counts as seen from the front or the side.
    exercise : str, optional
        The one that is going to be done; without it both the front and the side do.
    person_luma : float, optional
        Mean brightness 0…255 of the part of the picture where the person is.
    """
    if motion is None or motion.pose.detected.mean() < rules.seen_share:
        known = {"light": _light(motion, rules, None), "sharp": _sharp(motion, rules)}
        return (Check("body", False, "nobody"), *(known.get(item, Check(item, None)) for item in ITEMS[1:]))
    return (
        _body(motion, rules),
        _distance(motion, rules),
        _angle(motion, rules, thresholds, exercise),
        _light(motion, rules, person_luma),
        _sharp(motion, rules),
        _level(motion, rules),
        _steady(motion, rules),
    )


def ready(checks: Sequence[Check]) -> bool:
    """Return whether nothing is wrong and the body is known to be in the picture."""
    return bool(checks) and checks[0].ok is True and all(check.ok is not False for check in checks)


def first_problem(checks: Sequence[Check]) -> Problem | None:
    """Return what to put right first; light and lens before all, where they may be why nobody is seen."""
    wrong = [check.problem for check in checks if check.ok is False]
    if "nobody" in wrong:
        return next((why for why in ("dark", "blurred") if why in wrong), "nobody")
    return wrong[0] if wrong else None


def off_view(bout: Bout, motion: Motion, rules: SetupRules, thresholds: Thresholds) -> Problem | None:
    """Return how to turn for a recognised exercise, if the camera stands where it sees the least of it."""
    inside = motion.within(bout.start_s, bout.end_s)
    return _turn(usual_direction(motion.azimuth_deg[inside]), rules.planes.get(bout.exercise), thresholds)


def _body(motion: Motion, rules: SetupRules) -> Check:
    cut = [name for name, points in (("head", _HEAD), ("feet", _FEET)) if _cut(motion, points, rules, (1,))]
    if len(cut) == 2:
        return Check("body", False, "too_near")
    if cut:
        return Check("body", False, "head_cut" if cut[0] == "head" else "feet_cut")
    if _cut(motion, [*_HEAD, *_MIDDLE, *_FEET], rules, (0, 1)):
        return Check("body", False, "side_cut")
    # From the side the far half of the body hides, which is no fault: the better seen half counts.
    seen = np.nan_to_num(motion.pose.visibility) >= rules.landmark_visibility
    joints = ("shoulder", "hip", "knee", "ankle")
    best = max(float(seen[:, [landmark(side, j) for j in joints]].mean(axis=0).min()) for side in SIDES)
    return Check("body", True) if best >= rules.seen_share else Check("body", False, "hidden")


def _cut(motion: Motion, points: list[int], rules: SetupRules, axes: tuple[int, ...]) -> bool:
    """Whether one of the points lies beyond the border of the picture most of the time."""
    size = np.array([motion.pose.video.width, motion.pose.video.height], dtype=np.float32)
    shares = (motion.pose.image_px[motion.pose.detected][:, points] / size)[..., list(axes)]
    outside = (shares < rules.border_share) | (shares > 1 - rules.border_share)
    return bool(outside.any(axis=(1, 2)).mean() > 1 - rules.seen_share)


def _distance(motion: Motion, rules: SetupRules) -> Check:
    """Compare the body's extent with the picture: in height, or in width for who lies."""
    points = motion.pose.image_px[motion.pose.detected]
    extent = np.median(np.nanmax(points, axis=1) - np.nanmin(points, axis=1), axis=0)
    video = motion.pose.video
    shares = extent / np.array([video.width, video.height])
    lying = bool(motion.lying.mean() > 0.5)
    share = float(shares[0] if lying and video.width > video.height else shares.max())
    if share < rules.smallest_body_share:
        return Check("distance", False, "far")
    return Check("distance", False, "near") if share > rules.largest_body_share else Check("distance", True)


def _angle(motion: Motion, rules: SetupRules, thresholds: Thresholds, exercise: Exercise | None) -> Check:
    azimuth = usual_direction(motion.azimuth_deg[motion.pose.detected])
    if not np.isfinite(azimuth):
        return Check("angle", None)
    plane = rules.planes.get(exercise) if exercise else None
    problem = _turn(azimuth, plane, thresholds)
    return Check("angle", problem is None, problem)


def _turn(azimuth_deg: float, plane: Plane | None, thresholds: Thresholds) -> Problem | None:
    if not np.isfinite(azimuth_deg):
        return None
    from_front = min(abs(azimuth_deg), 180 - abs(azimuth_deg))
    frontal = from_front <= thresholds.views.frontal_within_deg
    sagittal = 90 - from_front <= thresholds.views.side_within_deg
    if plane == "frontal":
        return None if frontal else "turn_front"
    if plane == "sagittal":
        return None if sagittal else "turn_side"
    return None if frontal or sagittal else "turn_either"


def _light(motion: Motion | None, rules: SetupRules, person_luma: float | None) -> Check:
    luma = motion.pose.luma if motion is not None else np.empty(0)
    luma = luma[np.isfinite(luma)]
    if not len(luma):
        return Check("light", None)
    whole = float(np.median(luma))
    if whole < rules.least_luma:
        return Check("light", False, "dark")
    if person_luma is not None and person_luma < min(rules.backlit_ratio * whole, rules.backlit_below_luma):
        return Check("light", False, "backlit")
    return Check("light", True)


def _sharp(motion: Motion | None, rules: SetupRules) -> Check:
    """Compare the width of edges with the body, as the clip's gate does; without one, with the picture."""
    if motion is None:
        return Check("sharp", None)
    pose, seen = motion.pose, motion.pose.detected
    largest = rules.edge_share * max(pose.video.width, pose.video.height)
    if seen.mean() >= rules.seen_share:
        points = pose.image_px[seen]
        lengths = np.linalg.norm(np.nanmax(points, axis=1) - np.nanmin(points, axis=1), axis=1)
        largest = rules.edge_share * float(np.median(lengths))
    edges = pose.edge_px[np.isfinite(pose.edge_px)]
    if not len(edges):
        return Check("sharp", None)
    wide = np.median(edges) > max(largest, rules.least_edge_px)
    return Check("sharp", False, "blurred") if wide else Check("sharp", True)


def _level(motion: Motion, rules: SetupRules) -> Check:
    """Who stands shows by their own upright body whether the camera is level; who lies or bends doesn't."""
    straight = motion.pose.detected & ~motion.lying & _upright(motion)
    if not straight.any():
        return Check("level", None)
    points = motion.pose.image_px[straight]
    axis = _middle(points, "shoulder") - _middle(points, "ankle")
    roll = float(np.median(np.degrees(np.arctan2(axis[:, 0], -axis[:, 1]))))
    if abs(roll) > rules.roll_deg:
        return Check("level", False, "tilted")
    pitch = motion.view.pitch_deg
    if np.isfinite(pitch) and abs(pitch) > rules.pitch_deg:
        return Check("level", False, "looks_down" if pitch < 0 else "looks_up")
    return Check("level", True)


def _steady(motion: Motion, rules: SetupRules) -> Check:
    """Compare where the background is in the picture with where it usually is, as the clip's gate does."""
    strayed = camera_strays(motion.pose.camera_shift)
    if strayed is None:
        return Check("steady", None)
    moves = strayed > rules.camera_shift
    return Check("steady", False, "moves") if moves else Check("steady", True)


def _upright(motion: Motion) -> BoolArray:
    bent = [motion.of(side).of("hip_flexion_deg") for side in SIDES]
    upright: BoolArray = np.nan_to_num(np.maximum(*bent), nan=180.0) < 35.0
    return upright


def _middle(points: FloatArray, joint: str) -> FloatArray:
    middle: FloatArray = points[:, [landmark(side, joint) for side in SIDES]].mean(axis=1, dtype=np.float32)
    return middle
