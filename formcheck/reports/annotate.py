"""The annotated video: each frame with skeleton, angles, grades and repetition counter drawn on it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from formcheck.names import landmark, other
from formcheck.reports import texts
from formcheck.reports.drawing import AngleMark, Overlay, draw_overlay
from formcheck.reports.grading import grade_of
from formcheck.reports.series import series_of, shown_measures
from formcheck.reports.timeline import bout_at, phase_at, repetition_at, repetitions_begun
from formcheck.scoring.types import Grade, ScoredBout
from formcheck.validation import FloatArray
from formcheck.video import VideoWriter, read_video

if TYPE_CHECKING:
    from formcheck.analysis import Analysis

MAX_SIDE_PX: Final = 1280
"""Longer side of the annotated video: enough for a phone and for a report, and quick to write."""
LEAST_VISIBILITY: Final = 0.3
"""Landmarks that the network is less sure of are not drawn."""


def annotate(
    analysis: Analysis,
    video_path: str | Path,
    out_path: str | Path,
    *,
    progress: Callable[[float], None] | None = None,
    hide_face: bool = True,
) -> None:
    """Write the clip with everything that was found drawn on it.

    Parameters
    ----------
    analysis : Analysis
        Of that very clip.
    video_path, out_path : path
        The clip, and the mp4 to write.
    progress : callable, optional
        Called with the share done.
    hide_face : bool
        Whether to make the face unrecognisable, which is the default since videos get handed on.

    Raises
    ------
    UnreadableVideoError
        If the clip cannot be read.
    VideoWriteError
        If the result cannot be written.
    """
    drawer = ClipDrawer(analysis, hide_face=hide_face)
    fps = analysis.video.mean_fps if analysis.video.mean_fps > 0 else 30.0
    mirror_image = analysis.video.mirror_image
    with (
        read_video(video_path, max_side_px=MAX_SIDE_PX, mirror_image=mirror_image) as video,
        ExitStack() as opened,
    ):
        writer: VideoWriter | None = None
        for frame in video:
            height, width = frame.rgb.shape[:2]
            if writer is None:
                writer = opened.enter_context(VideoWriter(out_path, width, height, fps=fps))
            writer.write(draw_overlay(frame.rgb, drawer.overlay_at(frame.time_s, width)), frame.time_s)
            if progress is not None:
                progress(min(1.0, (frame.index + 1) / max(analysis.video.frames, 1)))


class ClipDrawer:
    """Turns an analysis into what is to be drawn at each moment.

    Parameters
    ----------
    analysis : Analysis
        What was found.
    hide_face : bool
        Whether to make the face unrecognisable.
    """

    def __init__(self, analysis: Analysis, *, hide_face: bool = True) -> None:
        self._analysis = analysis
        self._hide_face = hide_face
        motion = analysis.motion
        self._bout_of_frame = bout_at(motion.times_s, analysis.bouts)
        self._points = np.where(
            (motion.pose.visibility >= LEAST_VISIBILITY)[..., None], motion.pose.image_px, np.nan
        ).astype(np.float32)
        self._outward = [self._direction(scored) for scored in analysis.bouts]

    def points_at(self, time_s: float) -> FloatArray:
        """Return the landmarks at a moment, shape (landmark, xy), in pixels of the original picture."""
        points: FloatArray = self._points[self._frame(time_s)]
        return points

    def overlay_at(self, time_s: float, width_px: int) -> Overlay:
        """Return what to draw on the frame of that moment, scaled to a picture of that width."""
        frame = self._frame(time_s)
        points = self._points[frame] * np.float32(width_px / max(self._analysis.video.width, 1))
        number = int(self._bout_of_frame[frame])
        if number < 0:
            nothing = "" if self._analysis.bouts else texts.exercise_name("unknown")
            return Overlay(points, title=nothing, hide_face=self._hide_face)
        return replace(self.overlay_of(number, time_s), points_px=points)

    def overlay_of(self, number: int, time_s: float) -> Overlay:
        """Return what to draw at that moment for the bout of that number, in pixels of the original."""
        scored = self._analysis.bouts[number]
        subtitle, counter = _progress_words(scored, time_s)
        return Overlay(
            points_px=self.points_at(time_s),
            stance=scored.bout.side,
            measured_side=scored.bout.measured_side,
            marks=self.marks_at(scored, time_s),
            title=texts.exercise_title(scored.bout.exercise, scored.bout.side, short=True),
            subtitle=subtitle,
            counter=counter,
            outward=self._outward[number],
            hide_face=self._hide_face,
        )

    def marks_at(self, scored: ScoredBout, time_s: float) -> tuple[AngleMark, ...]:
        """Return the angles of that moment.

        From the turn of a repetition to its end a label shows the verdict: the repetition's own measured
        value, which is what the report lists, with its grade. Before that it shows the angle of the
        moment (against rest where the measure is) without a grade, since a good depth isn't "too
        little" on the way down.
        """
        frame = self._frame(time_s)
        found = repetition_at(time_s, scored.bout)
        marks = []
        for measurement in shown_measures(scored):
            series = series_of(self._analysis.motion, scored, measurement.id)
            if series is None or not np.isfinite(series.value[frame]):
                continue
            value, sd = float(series.value[frame]), float(series.sd[frame])
            grade: Grade | None = None
            if found is not None and phase_at(time_s, found[1]) >= 1:
                verdict = scored.repetitions[found[0]].measures.get(measurement.id)
                if verdict is not None:
                    grade = grade_of(measurement, verdict.value)
                if verdict is not None and series.measure == measurement.id:
                    value, sd = verdict.value, verdict.sd
            marks.append(AngleMark(series.measure, value, sd, grade))
        return tuple(marks)

    def _frame(self, time_s: float) -> int:
        times = self._analysis.motion.times_s
        after = int(np.searchsorted(times, time_s).clip(0, len(times) - 1))
        before = max(after - 1, 0)
        return before if abs(times[before] - time_s) < abs(times[after] - time_s) else after

    def _direction(self, scored: ScoredBout) -> int:
        """Return on which side of the body in the picture the measured knee mostly is: −1 left, +1 right.

        From the front that is the measured side; from the side it is where there is room beside the knee.
        """
        side = scored.bout.measured_side
        frames = self._analysis.motion.within(scored.bout.start_s, scored.bout.end_s)
        hips = self._points[frames][:, [landmark(side, "hip"), landmark(other(side), "hip")], 0]
        across = self._points[frames, landmark(side, "knee"), 0] - hips.mean(axis=1)
        known = across[np.isfinite(across)]
        return -1 if len(known) and np.median(known) < 0 else 1


def _progress_words(scored: ScoredBout, time_s: float) -> tuple[str, str]:
    """Return the words for the phase, and the repetition counter."""
    bout = scored.bout
    found = repetition_at(time_s, bout)
    phase = ""
    if found is not None:
        index, repetition = found
        phase = texts.phase_name(bout.exercise, phase_at(time_s, repetition))
        if bout.exercise == "single_leg_stance":
            return phase, f"{texts.video_word('hold')} {time_s - repetition.start_s:.0f} s"
        if not repetition.valid:
            phase = f"{phase} ({texts.video_word('not_counted')})"
        return phase, f"{texts.video_word('rep')} {index + 1}/{len(bout.repetitions)}"
    if not bout.repetitions:
        return phase, ""
    return phase, f"{texts.video_word('rep')} {repetitions_begun(time_s, bout)}/{len(bout.repetitions)}"
