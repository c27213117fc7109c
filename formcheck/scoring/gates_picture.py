"""The quality gates of the picture: camera, light and what of the person can be seen.

Each looks at one bout, or at the clip, and tells what is wrong, in numbers (evidence C.5).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.motion.geometry import usual_direction
from formcheck.motion.types import Motion
from formcheck.names import LANDMARK_INDEX, landmark, other
from formcheck.scoring.baseline import LYING
from formcheck.scoring.gates_set import repetitions
from formcheck.scoring.gates_span import Finding, Limits, Span
from formcheck.validation import FloatArray

LEAST_LOOKS: Final = 5
"""Looks at the background that are needed to say that it moves, and at the legs to say what they wear."""


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
    filmed = motion.pose.video.capture_fps
    if filmed >= limits.slow_motion_fps and filmed >= limits.slow_motion_times * fps > 0:
        findings.append(Finding("slow_motion", {"filmed": filmed, "fps": fps, "times": filmed / fps}))
    return findings


def blurred_all_over(motion: Motion, limits: Limits) -> Finding | None:
    """Whether the picture is too blurred for anybody to be found in it."""
    looked = motion.pose.edge_px[np.isfinite(motion.pose.edge_px)]
    side = max(motion.pose.video.width, motion.pose.video.height)
    if not len(looked) or np.median(looked) <= limits.edge_share * side:
        return None
    return Finding("too_blurred", {"edge_px": float(np.median(looked))})


def focus(span: Span) -> Finding | None:
    """Whether the person's edges are sharp, compared with the length of the body."""
    edges = span.motion.pose.edge_px[span.seen]
    edges = edges[np.isfinite(edges)]
    if not len(edges):
        return None
    edge_px = float(np.median(edges))
    share = edge_px / span.body_px
    if edge_px <= span.limits.edge_px or share <= span.limits.edge_share:
        return None
    code = "too_blurred" if share > span.limits.edge_hopeless_share else "blurred"
    return Finding(code, {"edge_px": edge_px})


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
    points, body_px = span.motion.pose.image_px[span.seen], span.body_px
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
    missing = repetitions(span) is not None or span.bout is None
    if missing:
        looked_at = np.logical_or.accumulate(found) & np.logical_or.accumulate(found[::-1])[::-1]
    if not looked_at.any():
        return None
    share = 1 - (looked_at & found).sum() / looked_at.sum()
    if share > span.limits.lost_share:
        return Finding("person_lost", {"percent": 100 * share})
    hidden = sum(rep.reason == "occluded" for rep in span.bout.repetitions) if span.bout else 0
    if hidden:
        return Finding("long_gap", {"reps": hidden, "plural": "" if hidden == 1 else "s"})
    gap_s = float(np.max(np.diff(span.motion.times_s[found]), initial=0.0))
    return Finding("out_of_sight", {"seconds": gap_s}) if missing and gap_s > span.limits.gap_s else None


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


def clothing(span: Span) -> Finding | None:
    """Whether the shanks look wider than legs are.

    An edge behind a leg can be taken for the leg's, mostly farther out: so the lower quarter of looks counts.
    """
    looks = span.motion.pose.shank_width  # of the whole clip: in lunges and bridges little can be seen
    looks = looks[np.isfinite(looks)]
    if len(looks) < LEAST_LOOKS:
        return None
    width = float(np.percentile(looks, 25))
    return Finding("loose_clothing", {"percent": 100 * width}) if width > span.limits.shank_width else None


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


def _other_plane(plane: str) -> str:
    return "frontal" if plane == "sagittal" else "sagittal"
