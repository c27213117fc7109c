"""Scoring one clip into its folder: what a worker does."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from formcheck.analysis import Analysis, analyse_pose
from formcheck.batch import sources
from formcheck.batch.store import RESULT, SCHEMA, Store, clip_folder
from formcheck.batch.thinning import Thinned
from formcheck.batch.types import Clip, Outcome, Settings, Status, Task
from formcheck.errors import FormcheckError, InvalidDataError, ReportWriteError
from formcheck.pose import POSE_MAX_SIDE_PX, PoseEstimator, estimate_pose
from formcheck.reports.tables import summary_rows, write_angles, write_json, write_landmarks
from formcheck.video import read_video


def score_task(
    task: Task,
    settings: Settings,
    store: Store,
    *,
    retry_failed: bool = False,
    estimator: PoseEstimator | None = None,
) -> Outcome:
    """Score a clip, or find that it is finished already.

    The clip's own faults (unreadable, no frames …) are an outcome, not an error. An ``estimator`` that serves
    many clips must be of the model that the settings name.

    Raises
    ------
    ReportWriteError
        If results cannot be written: that would befall every clip.
    """
    start_s = time.monotonic()
    clip = task.clip
    outcome = Outcome(task.index, "failed", stamp=sources.stamp(clip.source))
    try:
        with sources.local_file(clip.source) as path:
            content = sources.digest(path)
            folder = clip_folder(clip.name, content, settings.request(clip))
            outcome = replace(outcome, folder=folder)
            known = store.result(folder)
            if known is not None and not (retry_failed and known["status"] == "failed"):
                return replace(outcome, status=known["status"], reason=known["reason"])
            analysis = _analyse(clip, path, settings, estimator)
            status: Status = "scored" if analysis.scored else "not_scored"
            with store.writing(folder, again=known is not None) as unfinished:
                _write_files(analysis, path, unfinished, settings)
                _write_result(unfinished, clip, content, status, rows=summary_rows(analysis))
    except ReportWriteError:
        raise
    except FormcheckError as error:
        outcome = replace(outcome, reason=str(error))
        if outcome.folder is not None:
            save_failure(store, outcome.folder, clip, content, str(error))
        return replace(outcome, seconds=time.monotonic() - start_s)
    seconds = time.monotonic() - start_s
    return replace(outcome, status=status, seconds=seconds, video_s=analysis.video.duration_s)


def save_failure(store: Store, folder: str, clip: Clip, content: str, reason: str) -> None:
    """Keep why a clip failed, so that a resumed batch does not try it again."""
    with store.writing(folder, again=True) as unfinished:
        _write_result(unfinished, clip, content, "failed", reason=reason)


def _analyse(clip: Clip, path: Path, settings: Settings, estimator: PoseEstimator | None) -> Analysis:
    with read_video(path, max_side_px=POSE_MAX_SIDE_PX) as video:
        frames = video if settings.max_fps is None else Thinned(video, settings.max_fps)
        pose = estimate_pose(frames, model=settings.model, estimator=estimator)
    # What was fetched has a name of its own: the clip's stands in the results.
    pose = replace(pose, video=replace(pose.video, name=clip.name.rsplit("/", 1)[-1]))
    pose = pose.with_mirror_image(clip.mirror_image)
    return analyse_pose(
        pose, exercise=clip.exercise, side=clip.side, thresholds=settings.thresholds, person=clip.person
    )


def _write_files(analysis: Analysis, video: Path, folder: Path, settings: Settings) -> None:
    write_json(analysis, folder / "analysis.json")
    write_landmarks(analysis, folder / "landmarks.parquet")
    for extra in settings.extras:
        if extra == "report":
            from formcheck.reports.report import write_report

            write_report(analysis, folder / "report.html", video_path=video)
        elif extra == "annotated":
            from formcheck.reports.annotate import annotate

            annotate(analysis, video, folder / "annotated.mp4")
        elif extra == "angles":
            write_angles(analysis, folder / "angles.parquet")
        else:
            _write_for_laboratory(analysis, folder, extra)


def _write_for_laboratory(analysis: Analysis, folder: Path, extra: str) -> None:
    from formcheck.reports.c3d import write_c3d
    from formcheck.reports.opensim import write_mot, write_trc

    try:
        if extra == "trc":
            write_trc(analysis, folder / "markers.trc")
        elif extra == "mot":
            write_mot(analysis, folder / "angles.mot")
        else:
            write_c3d(analysis, folder / "markers.c3d")
    except InvalidDataError:
        pass  # nobody was seen: there is nothing to write, which the analysis says


def _write_result(
    folder: Path,
    clip: Clip,
    content: str,
    status: Status,
    *,
    reason: str | None = None,
    rows: list[dict[str, Any]] | None = None,
) -> None:
    result = {
        "schema": SCHEMA,
        "status": status,
        "reason": reason,
        "video": clip.name.rsplit("/", 1)[-1],
        "sha256": content,
        "files": sorted(path.name for path in folder.iterdir()),
        "summary": rows or [],
    }
    text = json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / RESULT).write_text(text + "\n", encoding="utf-8")
