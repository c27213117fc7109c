"""The single quality gates (evidence C.5): each looks at one bout and tells what is wrong, in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from pydantic import BaseModel, ConfigDict

from formcheck.exercises.bouts import better_seen_side
from formcheck.exercises.definitions import definitions
from formcheck.exercises.types import Bout
from formcheck.motion.geometry import usual_direction
from formcheck.motion.types import Motion
from formcheck.names import LANDMARK_INDEX, Side, landmark, other
from formcheck.scoring.baseline import LYING
from formcheck.scoring.context import (
    EVENT_SHARE,
    Plane,
    bout_frames,
    camera_plane,
    hidden_measures,
    outside_picture,
)
from formcheck.scoring.thresholds import Thresholds
from formcheck.scoring.types import ScoredBout
from formcheck.validation import BoolArray, FloatArray

PLANTED: Final = frozenset({"single_leg_rdl", "single_leg_bridge", "single_leg_stance", "step_down"})
"""Exercises whose working foot stays where it is."""
LEAST_LOOKS: Final = 5
"""Looks at the background that are needed to say that it moves."""
FROM_STANDING: Final = frozenset({"pelvic_drop_deg", "trunk_lateral_lean_deg", "pelvic_tilt_deg"})
"""Measures that need a baseline."""


class Limits(BaseModel):
    """The limits of ``quality.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person_share: float
    fps: float
    luma: float
    body_px: float
    body_hopeless_px: float
    hip_width_px: float
    cropped_share: float
    lost_share: float
    mean_visibility: float
    landmark_visibility: float
    visible_share: float
    foot_shift: float
    camera_shift: float
    oblique_times: float


@dataclass(frozen=True)
class Finding:
    """A problem and the numbers that its text needs."""

    code: str
    words: Mapping[str, Any]


@dataclass(frozen=True)
class Span:
    """The stretch of a clip that the gates look at: a bout, or the whole clip if nothing was recognised."""

    motion: Motion
    scored: ScoredBout | None
    thresholds: Thresholds
    limits: Limits

    @property
    def bout(self) -> Bout | None:
        """The bout."""
        return self.scored.bout if self.scored is not None else None

    @cached_property
    def frames(self) -> BoolArray:
        """The frames of the stretch: of a bout those of its repetitions."""
        if self.bout is None:
            return np.ones(len(self.motion), dtype=bool)
        return bout_frames(self.bout, self.motion)

    @cached_property
    def seen(self) -> BoolArray:
        """Those of them with a person."""
        found: BoolArray = self.frames & self.motion.pose.detected
        return found

    @property
    def plane(self) -> Plane:
        """How the camera looks at the person."""
        return camera_plane(self.motion.azimuth_deg[self.frames], self.thresholds)

    @property
    def side(self) -> Side:
        """The working side, or the better seen one."""
        if self.bout is not None:
            return self.bout.measured_side
        return better_seen_side(self.motion, self.motion.times_s[0], self.motion.times_s[-1])

    def points(self, *names: str) -> list[int]:
        """Return the landmarks of those names on the working side."""
        return [landmark(self.side, name) for name in names]

    def share_outside(self, points: list[int]) -> float:
        """Return the share of the seen frames in which one of the landmarks is cut off."""
        if not self.seen.any():
            return 0.0
        return float(outside_picture(self.motion)[self.seen][:, points].any(axis=1).mean())


def recognition(bouts: Sequence[Bout]) -> Finding | None:
    """Whether anything was recognised; if not, what it comes closest to."""
    if any(bout.exercise != "unknown" for bout in bouts):
        return None
    guesses = list(dict.fromkeys(guess for bout in bouts for guess in bout.guesses))[:2]
    names = " or ".join(definitions().exercises[guess].name for guess in guesses)
    words = " or ".join(f"--exercise {guess}" for guess in guesses)
    return Finding(
        "nothing_recognised",
        {
            "closest": f"; it comes closest to: {names}" if names else "",
            "named": words or "--exercise",
        },
    )


def clip(motion: Motion, limits: Limits) -> list[Finding]:
    """Return the problems of the clip as a whole."""
    findings = []
    fps = motion.pose.video.mean_fps
    if not fps and len(motion) > 1:
        fps = (len(motion) - 1) / float(motion.times_s[-1] - motion.times_s[0])
    if 0 < fps < limits.fps - 0.5:  # 23.976 is 24
        findings.append(Finding("low_fps", {"fps": fps, "limit": limits.fps}))
    luma = motion.pose.luma[np.isfinite(motion.pose.luma)]
    if len(luma) and np.median(luma) < limits.luma:
        findings.append(Finding("dark", {"luma": float(np.median(luma))}))
    if motion.pose.video.truncated:
        findings.append(Finding("truncated", {}))
    return findings


def view(span: Span) -> Finding | None:
    """Whether the camera can see what the exercise is judged by."""
    if span.bout is None:
        return None
    views = span.thresholds.views
    rules = span.thresholds.exercises[span.bout.exercise]
    core = {name for name, row in rules.measures.items() if row.core}
    hidden = {"frontal": core & set(views.hidden_from_front), "sagittal": core & set(views.hidden_from_side)}
    best = "sagittal" if len(hidden["frontal"]) > len(hidden["sagittal"]) else "frontal"
    lying = "lying_" if span.bout.exercise in LYING else ""
    if span.plane == "oblique":
        azimuth = usual_direction(span.motion.azimuth_deg[span.frames])
        if not np.isfinite(azimuth):
            return None
        from_front = min(abs(azimuth), 180 - abs(azimuth))
        frontal = best == "frontal"
        off_axis = from_front if frontal else 90 - from_front
        allowed = views.frontal_within_deg if frontal else views.side_within_deg
        code = "view_too_oblique" if off_axis > span.limits.oblique_times * allowed else "view_oblique"
        return Finding(code, {"off_axis": off_axis, "direction": lying + best})
    if not hidden[span.plane]:
        return None
    words = {"seen_from": span.plane, "direction": lying + _other_plane(span.plane)}
    seen = core - hidden[span.plane] - {"hold_ratio"}  # the clock runs from any side
    return Finding("view_partial" if seen else "view_wrong", words)


def size(span: Span) -> Finding | None:
    """Whether the body is large enough in the picture."""
    if not span.seen.any():
        return None
    points = span.motion.pose.image_px[span.seen]
    extent = np.nanmax(points, axis=1) - np.nanmin(points, axis=1)
    body_px = float(np.nanpercentile(np.linalg.norm(extent, axis=1), 95))
    if body_px < span.limits.body_hopeless_px:
        return Finding("much_too_far", {"body_px": body_px})
    if body_px < span.limits.body_px:
        return Finding("too_far", {"body_px": body_px, "limit": span.limits.body_px})
    hips = points[:, landmark("left", "hip")] - points[:, landmark("right", "hip")]
    hip_px = float(np.nanmedian(np.linalg.norm(hips, axis=1)))
    if (
        span.plane == "frontal"
        and hip_px < span.limits.hip_width_px
        and not span.motion.lying[span.seen].any()
    ):
        return Finding("hips_too_narrow", {"hip_px": hip_px, "limit": span.limits.hip_width_px})
    return None


def cropping(span: Span) -> Finding | None:
    """Whether the parts that are measured stay in the picture."""
    feet = span.share_outside(span.points("ankle", "heel", "foot_index"))
    head = span.share_outside([LANDMARK_INDEX["nose"]])
    trunk = span.points("shoulder", "hip", "knee")
    if span.plane != "sagittal":  # hip drop and lean are told from both sides
        trunk += [landmark(other(span.side), name) for name in ("shoulder", "hip")]
    body = span.share_outside(trunk)
    if min(feet, head) > span.limits.cropped_share:
        return Finding("too_near", {"percent": 100 * min(feet, head)})
    for code, share in (("body_cropped", body), ("feet_cropped", feet), ("head_cropped", head)):
        if share > span.limits.cropped_share:
            return Finding(code, {"percent": 100 * share})
    return None


def losses(span: Span) -> Finding | None:
    """Whether the person was lost on the way.

    Where that may have cost the repetitions, or the exercise, from the first to the last sight of the person.
    """
    found, looked_at = span.motion.pose.detected, span.frames
    if repetitions(span) is not None or span.bout is None:
        looked_at = np.logical_or.accumulate(found) & np.logical_or.accumulate(found[::-1])[::-1]
    if not looked_at.any():
        return None
    share = 1 - (looked_at & found).sum() / looked_at.sum()
    if share > span.limits.lost_share:
        return Finding("person_lost", {"percent": 100 * share})
    hidden = sum(rep.reason == "occluded" for rep in span.bout.repetitions) if span.bout else 0
    return Finding("long_gap", {"reps": hidden, "plural": "" if hidden == 1 else "s"}) if hidden else None


def confidence(span: Span) -> Finding | None:
    """Whether the network is sure of the landmarks that are needed."""
    if not span.seen.any():
        return None
    needed = {name: landmark(span.side, name) for name in ("shoulder", "hip", "knee", "ankle")}
    if span.plane != "sagittal":  # from the side the far half of the body hides, which is no fault
        needed |= {f"free {name}": landmark(other(span.side), name) for name in ("shoulder", "hip")}
    visible = np.nan_to_num(span.motion.pose.visibility[span.seen])
    means = {name: float(visible[:, point].mean()) for name, point in needed.items()}
    seldom = [
        name
        for name, point in needed.items()
        if (visible[:, point] >= span.limits.landmark_visibility).mean() < span.limits.visible_share
    ]
    if seldom:
        return Finding(
            "low_confidence", {"where": " and ".join(seldom), "confidence": min(means[n] for n in seldom)}
        )
    overall = float(np.mean(list(means.values())))
    if overall < span.limits.mean_visibility:
        return Finding("low_confidence", {"where": "body", "confidence": overall})
    return None


def foot(span: Span) -> Finding | None:
    """Whether the standing foot is at the end of most repetitions where it was at their start.

    In between the pose model may lose it for a moment, which its confidence and the angles' errors tell.
    """
    if span.bout is None or span.bout.exercise not in PLANTED:
        return None
    image = span.motion.pose.image_px
    ankle, hip = (image[:, landmark(span.side, name)] for name in ("ankle", "hip"))
    legs = np.linalg.norm(hip - ankle, axis=1)[span.seen]
    shifts = []
    for rep in span.bout.repetitions:
        part_s = EVENT_SHARE * (rep.end_s - rep.start_s)
        ends = [
            ankle[span.seen & span.motion.within(start_s, start_s + part_s)]
            for start_s in (rep.start_s, rep.end_s - part_s)
        ]
        if all(len(end) for end in ends):
            before, after = (np.median(end, axis=0) for end in ends)
            shifts.append(float(np.linalg.norm(after - before)) / float(np.percentile(legs, 95)))
    shift = float(np.median(shifts)) if shifts else 0.0
    return Finding("foot_moves", {"percent": 100 * shift}) if shift > span.limits.foot_shift else None


def camera(span: Span) -> Finding | None:
    """Whether the camera stands still."""
    strayed = camera_strays(span.motion.pose.camera_shift[span.frames])
    if strayed is None or strayed <= span.limits.camera_shift:
        return None
    return Finding("camera_moves", {"percent": 100 * strayed})


def camera_strays(shift: FloatArray) -> float | None:
    """Return how far the background strays from its usual place, in shares of the picture's longer side.

    Parameters
    ----------
    shift : ndarray, shape (frame, xy)
        As in `formcheck.pose.sequence.PoseSequence`.

    Returns
    -------
    float or None
        None where it was looked at too seldom to tell.
    """
    known = shift[np.isfinite(shift).all(axis=1)]
    if len(known) < LEAST_LOOKS:
        return None
    return float(np.percentile(np.linalg.norm(known - np.median(known, axis=0), axis=1), 95))


def repetitions(span: Span) -> Finding | None:
    """Whether there are enough repetitions."""
    if span.bout is None:
        return None
    needed = span.thresholds.exercises[span.bout.exercise].minimum_reps
    valid = sum(rep.valid for rep in span.bout.repetitions)
    if valid >= needed:
        return None
    return Finding(
        "too_few_reps",
        {"reps": f"Only {valid}" if valid else "No", "needed": needed, "plural": "" if valid == 1 else "s"},
    )


def baseline(span: Span) -> Finding | None:
    """Whether the clip holds a posture to measure excursions from."""
    if span.scored is None or span.scored.baseline_found:
        return None
    exercise = span.scored.bout.exercise
    rules = span.thresholds.exercises[exercise]
    if not FROM_STANDING & set(rules.measures) - hidden_measures(span.plane, rules, span.thresholds):
        return None
    rest = "lying with the hips down" if exercise in LYING else "standing on both feet"
    return Finding("no_baseline", {"rest": rest})


def _other_plane(plane: str) -> str:
    return "frontal" if plane == "sagittal" else "sagittal"
