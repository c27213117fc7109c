"""Small synthetic analyses: a stick person whose angles are plain waves, with chosen bouts."""

from __future__ import annotations

import numpy as np

from formcheck.analysis import Analysis
from formcheck.exercises.types import Bout, Repetition
from formcheck.motion.types import AngleSet, Motion, View
from formcheck.names import ANGLES, LANDMARK_INDEX, LANDMARKS
from formcheck.pose.sequence import PoseSequence
from formcheck.scoring.types import (
    Estimate,
    FormScore,
    Measurement,
    Quality,
    QualityProblem,
    ScoredBout,
    ScoredRepetition,
)
from formcheck.video import VideoWriter
from formcheck.video.types import VideoInfo

FPS = 20.0
_AT = {
    "shoulder": (30, 90), "elbow": (40, 130), "wrist": (42, 165), "hip": (18, 170), "knee": (20, 225),
    "ankle": (20, 280), "heel": (18, 288), "foot_index": (26, 290),
}  # fmt: skip
STEP_UP = (
    Measurement("pelvic_drop_deg", "deg", 13.2, 2.1, "fail", False, None, 8, 12, True, 0.3, 22),
    Measurement("fppa_deg", "deg", 7.4, 3.0, "good", True, None, 10, 15, True, 0.3, 100, 6.0),
    Measurement("trunk_lateral_lean_deg", "deg", 9.0, 1.6, "caution", True, None, 8, 12, True, 0.15, 85),
    Measurement("trunk_rotation_deg", "deg", None, None, None, False, "view", 10, 20, False, 0.05),
    Measurement("depth_ratio", "ratio", 0.95, 0.04, "good", False, None, 0.9, 0.7, False, 0.1, 100),
    Measurement("ecc_s", "s", 1.2, 0.07, "caution", False, None, 2, 1, False, 0.1, 52),
    Measurement("pause_s", "s", 0.2, 0.07, reason="informational"),
)


def pose(frames: int = 60, *, name: str = "clip.mp4", width: int = 200, height: int = 320) -> PoseSequence:
    """Somebody standing in the middle of a small picture who sways a little."""
    points = np.zeros((frames, len(LANDMARKS), 2), np.float32)
    sway = 3 * np.sin(np.arange(frames) / 5)
    for landmark, i in LANDMARK_INDEX.items():
        side, _, joint = landmark.partition("_")
        x, y = _AT.get(joint, (4, 60))
        points[:, i] = np.stack(
            [width / 2 + (x if side == "left" else -x) + sway, np.full(frames, y)], axis=1
        )
    confidence = np.ones((frames, len(LANDMARKS)), np.float32)
    info = VideoInfo(name, width, height, frames, frames / FPS, FPS)
    world = np.zeros((frames, len(LANDMARKS), 3), np.float32)
    return PoseSequence(
        np.arange(frames) / FPS, points, world, confidence, confidence, info, "full", "ab" * 32
    )


def motion(of: PoseSequence) -> Motion:
    """Angles whose value tells the side and the angle: 100·side + angle's index + a small wave."""
    frames = len(of)
    wave = np.sin(np.arange(frames) / 4)[:, None]
    base = np.arange(len(ANGLES), dtype=np.float32)[None]
    left, right = (
        AngleSet(side, offset + base + wave, np.full((frames, len(ANGLES)), 1.5))
        for side, offset in (("left", 0.0), ("right", 100.0))
    )
    zeros = np.zeros((frames, len(LANDMARKS), 3), np.float32)
    return Motion(
        of.times_s, left, right, zeros, np.zeros(frames), np.zeros(frames, bool), View("front", 3, 4, -5), of
    )


def scored_bout(
    side="left", spans=((0.2, 0.9), (1.0, 1.7), (1.8, 2.6)), *, measures=STEP_UP, score=69, exercise="step_up"
) -> ScoredBout:
    """A set of step-ups; each span is a repetition whose hip drop grows from one to the next."""
    reps = tuple(Repetition(a, (a + b) / 2, b) for a, b in spans)
    bout = Bout(exercise, 0.97, side, side or "left", spans[0][0], spans[-1][1], reps)
    own = tuple(
        ScoredRepetition(
            rep,
            {
                m.id: Estimate(m.value + i * (m.id == "pelvic_drop_deg"), m.sd)
                for m in measures
                if m.value is not None
            },
        )
        for i, rep in enumerate(reps)
    )
    given = score is not None
    form = FormScore(
        score, 75, 0.95, 1, 1, band="orange" if given else None, reason=None if given else "core_missing"
    )
    rest = {"pelvic_drop_deg": Estimate(2.0, 1.0)}
    return ScoredBout(bout, own, tuple(measures), form, baseline=rest)


def analysis(*bouts: ScoredBout, name: str = "clip.mp4", problems=(), frames: int = 60) -> Analysis:
    """An analysis of these bouts; of one set of step-ups if none is given."""
    seen = pose(frames, name=name)
    return Analysis(
        video=seen.video,
        pose=seen,
        motion=motion(seen),
        bouts=bouts or (scored_bout(),),
        quality=Quality(tuple(problems)),
        provenance={
            "formcheck": "0.1.0",
            "pose_model": "full",
            "pose_model_sha256": "ab" * 32,
            "motion_model": "geometry",
            "settings": {"exercise": "auto", "side": "auto", "thresholds": "default"},
        },
    )


def without_bouts(name: str = "clip.mp4") -> Analysis:
    """An analysis in which nothing was recognised."""
    problem = QualityProblem(
        "nothing_recognised", "No known exercise was recognised.", "Film three repetitions."
    )
    whole = analysis(name=name, problems=(problem,))
    return Analysis(whole.video, whole.pose, whole.motion, (), whole.quality, whole.provenance)


def write_clip(path, frames: int = 60, size=(200, 320), left: int = 90) -> None:
    """A plain grey video of the size and length of `pose`, its left half of another brightness if asked."""
    with VideoWriter(path, *size, fps=FPS) as writer:
        for i in range(frames):
            picture = np.full((size[1], size[0], 3), 90 + i % 10, np.uint8)
            picture[:, : size[0] // 2] = left + i % 10
            writer.write(picture, i / FPS)
