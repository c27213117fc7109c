"""The dry parts of a report: the list of clips, and how each was measured."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import formcheck
from formcheck.exercises.definitions import is_hold
from formcheck.reports import texts

if TYPE_CHECKING:
    from formcheck.analysis import Analysis
    from formcheck.exercises.types import Bout
    from formcheck.scoring.types import FormScore, QualityProblem


@dataclass(frozen=True)
class IndexRow:
    """A line of the list of clips; ``clip`` is the number of its section, None for a clip that failed."""

    clip: int | None
    name: str
    exercise: str
    side: str
    repetitions: str
    score: str
    band: str | None
    note: str


def how_measured(analysis: Analysis) -> tuple[tuple[str, str], ...]:
    """Return how a clip was measured, as pairs of heading and text."""
    video, view, said = analysis.video, analysis.motion.view, analysis.provenance
    clip = (
        f"{video.name}: {video.width} × {video.height} px, {video.frames} frames, "
        f"{video.duration_s:.1f} s, {video.mean_fps:.0f} frames/s"
    )
    around = f" ({view.azimuth_deg:.0f} ± {view.azimuth_sd_deg:.0f}°)".replace("-", "−")
    nobody = math.isnan(view.azimuth_deg)
    camera = texts.page("none") if nobody else texts.view_name(view.label) + around
    settings = said.get("settings", {})
    short = str(said.get("pose_model_sha256", ""))[:12]
    checksum = f" (sha256 {short}…)" if short else ""
    return (
        *([(texts.page("how_person"), str(settings["person"]))] if settings.get("person") else []),
        (texts.page("how_video"), clip),
        (texts.page("how_view"), camera),
        (texts.page("how_pose"), f"BlazePose {said.get('pose_model', '')}{checksum}"),
        (texts.page("how_motion"), str(said.get("motion_model", ""))),
        (texts.page("how_thresholds"), str(settings.get("thresholds", ""))),
        (texts.page("how_version"), f"formcheck {said.get('formcheck', formcheck.__version__)}"),
    )


def counted_words(bout: Bout) -> str:
    """Return how many repetitions of a set count and when it was, or how long it was held (s)."""
    valid = [repetition for repetition in bout.repetitions if repetition.valid]
    key = "held" if is_hold(bout.exercise) else "facts"
    if bout.exercise == "unknown":
        key = "facts_unknown"
    elif len(valid) == 1:
        key = f"{key}_one"
    elif not valid and is_hold(bout.exercise):
        key = "held_none"
    longest = max((repetition.end_s - repetition.start_s for repetition in valid), default=0.0)
    return texts.page(
        key,
        count=len(valid),
        seconds=f"{longest:.1f}",
        start=f"{bout.start_s:.1f}",
        end=f"{bout.end_s:.1f}",
    )


def in_report(problem: QualityProblem) -> QualityProblem:
    """Return a problem in words that fit a report from the command line and one from the page."""
    if problem.code != "nothing_recognised":
        return problem
    return replace(problem, fix=texts.page("nothing_fix"))


def index_rows(number: int, analysis: Analysis) -> list[IndexRow]:
    """Return the lines of the clip of that number: one per set, or one that says that there is none."""
    name = analysis.video.name
    if not analysis.bouts:
        said = texts.no_bout_headline(person_seen=bool(analysis.pose.detected.any()))
        return [IndexRow(number, name, texts.page("none"), "", "", texts.page("none"), None, said)]
    return [
        IndexRow(
            clip=number,
            name=name,
            exercise=texts.exercise_name(scored.bout.exercise),
            side="" if scored.bout.exercise == "unknown" else texts.side_word(scored.bout.side),
            repetitions=_how_many(scored.bout),
            score=texts.page("no_score") if scored.score.value is None else str(scored.score.value),
            band=scored.score.band,
            note=_score_note(scored.score),
        )
        for scored in analysis.bouts
    ]


def _how_many(bout: Bout) -> str:
    if bout.exercise == "unknown":
        return texts.page("none")
    count = sum(repetition.valid for repetition in bout.repetitions)
    if not is_hold(bout.exercise):
        return str(count)
    return texts.page("one_hold" if count == 1 else "several_holds", count=count)


def _score_note(score: FormScore) -> str:
    if score.value is not None:
        return texts.band_word(score.band)
    why = texts.score_reason_text(score.reason)
    if score.raw is None:
        return why
    return f"{why} ({texts.page('provisional')}: {score.raw} {texts.page('out_of')})"
