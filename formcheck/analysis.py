"""The room behind the three doors: `analyse` takes a clip through stages 1 to 5 and gives an `Analysis`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import formcheck
from formcheck.exercises import find_bouts
from formcheck.motion import measure_motion
from formcheck.motion.types import Motion
from formcheck.names import EXERCISES, SIDES
from formcheck.pose import POSE_MAX_SIDE_PX, estimate_pose
from formcheck.pose.sequence import PoseSequence
from formcheck.pose.subject import Point
from formcheck.scoring import check_quality, load_thresholds, score_bout
from formcheck.scoring.thresholds import Thresholds
from formcheck.scoring.types import Measurement, Quality, ScoredBout, ScoredRepetition
from formcheck.validation import check_choice
from formcheck.video import read_video
from formcheck.video.types import VideoInfo

SCHEMA = "formcheck.analysis/1"
Progress = Callable[[float], None]
"""Called with the share done, 0…1."""


@dataclass(frozen=True)
class Analysis:
    """Everything that was found in one clip.

    Attributes
    ----------
    provenance : mapping
        Version, pose model and checksum, motion model, settings.
    video : VideoInfo
        The clip.
    motion : Motion
        The angles over time, with the smoothed landmarks they come from.
    pose : PoseSequence
        The raw landmarks.
    bouts : tuple of ScoredBout
        In time order.
    quality : Quality
        What kept the clip from being measured well.
    """

    video: VideoInfo
    pose: PoseSequence
    motion: Motion
    bouts: tuple[ScoredBout, ...]
    quality: Quality
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def scored(self) -> bool:
        """Whether at least one bout has a form score."""
        return any(bout.score.value is not None for bout in self.bouts)

    def to_dict(self) -> dict[str, Any]:
        """Return the document ``formcheck.analysis/1`` (`formcheck/analysis.schema.json`)."""
        view = self.motion.view
        return {
            "schema": SCHEMA,
            "provenance": dict(self.provenance),
            "video": _video_dict(self.video),
            "view": {
                "label": view.label,
                "azimuth_deg": round(view.azimuth_deg, 1),
                "azimuth_sd_deg": round(view.azimuth_sd_deg, 1),
                "pitch_deg": round(view.pitch_deg, 1),
            },
            "bouts": [_bout_dict(bout) for bout in self.bouts],
            "quality": {
                "ok": self.quality.ok,
                "problems": [
                    {"code": problem.code, "message": problem.message, "fix": problem.fix}
                    for problem in self.quality.problems
                ],
            },
        }


def analyse(
    path: str | Path,
    *,
    exercise: str = "auto",
    side: str = "auto",
    model: str = "full",
    subject: Point | None = None,
    mirror_image: bool = False,
    thresholds: str | Path | Thresholds | None = None,
    person: str | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Score a clip.

    Parameters
    ----------
    path : path
        A video file.
    exercise : str
        ``auto`` or an exercise id that the clip is known to show.
    side : str
        ``auto``, ``left`` or ``right``: the stance or working side.
    model : str
        Pose model: ``lite``, ``full`` or ``heavy``.
    subject : (x, y), optional
        With several people in view: where the one to measure is when first seen, as shares of the picture's
        width and height. By default the largest and most central one.
    mirror_image : bool
        Whether the clip shows the person as a mirror does, as some selfie cameras record; left and right are
        exchanged then.
    thresholds : path or Thresholds, optional
        A person's own thresholds, which override the defaults that they name.
    person : str, optional
        The person's code, kept in the provenance.
    progress : callable, optional
        Called with the share done.

    Raises
    ------
    UnreadableVideoError
        If the file is not a video that can be read.
    ModelFileError
        If the pose model is missing or altered.
    ThresholdsFileError
        If the thresholds file says something that formcheck does not understand.
    UsageError
        If the exercise or the side is none of ours.
    """
    _check_words(exercise, side)
    limits = _thresholds(thresholds)
    with read_video(path, max_side_px=POSE_MAX_SIDE_PX) as video:
        pose = estimate_pose(video, model=model, subject=subject, progress=progress)
    pose = pose.with_mirror_image(mirror_image)
    return analyse_pose(pose, exercise=exercise, side=side, thresholds=limits, person=person)


def analyse_pose(
    pose: PoseSequence,
    *,
    exercise: str = "auto",
    side: str = "auto",
    thresholds: str | Path | Thresholds | None = None,
    person: str | None = None,
) -> Analysis:
    """Score landmarks again without the video (see `analyse` for the parameters and errors)."""
    _check_words(exercise, side)
    limits = _thresholds(thresholds)
    motion = measure_motion(pose)
    found = find_bouts(motion, exercise=exercise, side=side)
    scored = [score_bout(bout, motion, thresholds=limits) for bout in found]
    bouts, quality = check_quality(motion, scored, thresholds=limits)
    return Analysis(
        video=pose.video,
        pose=pose,
        motion=motion,
        bouts=bouts,
        quality=quality,
        provenance={
            "formcheck": formcheck.__version__,
            "pose_model": pose.model,
            "pose_model_sha256": pose.model_sha256,
            "motion_model": motion.estimator,
            "settings": {
                "exercise": exercise,
                "side": side,
                "subject": None if pose.subject is None else list(pose.subject),
                "mirror_image": pose.video.mirror_image,
                "thresholds": limits.source,
                "person": person,
            },
        },
    )


def _check_words(exercise: str, side: str) -> None:
    check_choice("exercise", exercise, ("auto", *EXERCISES))
    check_choice("side", side, ("auto", *SIDES))


def _thresholds(given: str | Path | Thresholds | None) -> Thresholds:
    if isinstance(given, Thresholds):
        return given
    return load_thresholds(None if given is None else Path(given))


def _video_dict(video: VideoInfo) -> dict[str, Any]:
    return {
        "name": video.name,
        "width": video.width,
        "height": video.height,
        "frames": video.frames,
        "duration_s": round(video.duration_s, 3),
        "mean_fps": round(video.mean_fps, 2),
        "rotation_deg": video.rotation_deg,
        "mirrored": video.mirrored,
        "truncated": video.truncated,
        "mirror_image": video.mirror_image,
    }


def _bout_dict(scored: ScoredBout) -> dict[str, Any]:
    bout, score = scored.bout, scored.score
    return {
        "exercise": bout.exercise,
        "confidence": round(bout.confidence, 3),
        "guesses": list(bout.guesses),
        "side": bout.side,
        "variant": bout.variant,
        "start_s": round(bout.start_s, 3),
        "end_s": round(bout.end_s, 3),
        "reps": [_repetition_dict(repetition) for repetition in scored.repetitions],
        "measures": {measurement.id: _measurement_dict(measurement) for measurement in scored.measures},
        "score": {
            "value": score.value,
            "raw": score.raw,
            "band": score.band,
            "coverage": round(score.coverage, 3),
            "core_fails": score.core_fails,
            "core_cautions": score.core_cautions,
            "reason": score.reason,
        },
    }


def _repetition_dict(scored: ScoredRepetition) -> dict[str, Any]:
    repetition = scored.repetition
    return {
        "start_s": round(repetition.start_s, 3),
        "turn_s": round(repetition.turn_s, 3),
        "end_s": round(repetition.end_s, 3),
        "valid": repetition.valid,
        "reason": repetition.reason,
        "measures": {
            name: {"value": round(estimate.value, 3), "sd": round(estimate.sd, 3)}
            for name, estimate in scored.measures.items()
        },
    }


def _measurement_dict(measurement: Measurement) -> dict[str, Any]:
    thresholds = None
    if measurement.good is not None:
        thresholds = {"good": measurement.good, "fail": measurement.fail}
    return {
        "value": _rounded(measurement.value),
        "sd": _rounded(measurement.sd),
        "signed_value": _rounded(measurement.signed_value),
        "unit": measurement.unit,
        "grade": measurement.grade,
        "borderline": measurement.borderline,
        "reason": measurement.reason,
        "thresholds": thresholds,
        "core": measurement.core,
        "weight": measurement.weight,
        "subscore": _rounded(measurement.subscore),
        "excursion": _rounded(measurement.excursion),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 3)
