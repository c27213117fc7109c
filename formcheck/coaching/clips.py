"""Clips as the assessment sees them: what was recognised and scored, read from analysis documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from formcheck.errors import UsageError
from formcheck.exercises.types import Bout, Repetition
from formcheck.names import Exercise, Side
from formcheck.scoring.camera import around_deg
from formcheck.scoring.types import (
    Band,
    Estimate,
    FormScore,
    Grade,
    Measurement,
    ScoredBout,
    ScoredRepetition,
)

SCHEMA: Final = "formcheck.analysis/1"

UNUSABLE: Final = frozenset(
    {
        "no_person",
        "low_fps",
        "much_too_far",
        "too_near",
        "feet_cropped",
        "head_cropped",
        "body_cropped",
        "person_lost",
        "low_confidence",
        "too_blurred",
        "slow_motion",
        "view_too_oblique",
        "no_baseline",
        "foot_moves",
        "camera_moves",
    }
)
"""Problems that forbid a score (evidence C.5), but for those that another clip of the test can make up for: a
wrong view lacks some measures, and too few repetitions are said where they are counted."""


@dataclass(frozen=True)
class Clip:
    """One analysed clip.

    Attributes
    ----------
    name : str
        File name.
    bouts : tuple of ScoredBout
        What was recognised in it.
    problem : str or None
        Why none of its numbers may be used: what is wrong and how to mend it.
    passed : bool
        Whether it passed every quality gate, those that only cost some measures included.
    """

    name: str
    bouts: tuple[ScoredBout, ...]
    problem: str | None = None
    passed: bool = True


class _Lenient(BaseModel):
    # A newer formcheck may have added words; what is read here must have the right kind.
    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class _Value(_Lenient):
    value: float
    sd: float


class _Limits(_Lenient):
    good: float
    fail: float


class MeasureDocument(_Lenient):
    """A measure of an analysis document."""

    value: float | None
    sd: float | None
    unit: str
    grade: Grade | None
    borderline: bool
    reason: str | None
    thresholds: _Limits | None
    core: bool
    weight: float = 0.0
    subscore: float | None = None
    excursion: float | None = None
    signed_value: float | None = None
    camera_deg: float | None = None


class _Repetition(_Lenient):
    start_s: float
    turn_s: float
    end_s: float
    valid: bool
    reason: str | None = None
    measures: dict[str, _Value]


class _Score(_Lenient):
    value: int | None
    raw: int | None = None
    band: Band | None
    coverage: float
    core_fails: int
    core_cautions: int = 0
    reason: str | None


class _Bout(_Lenient):
    exercise: Exercise
    confidence: float
    side: Side | None
    variant: str | None
    start_s: float
    end_s: float
    reps: tuple[_Repetition, ...]
    measures: dict[str, MeasureDocument]
    score: _Score


class _Problem(_Lenient):
    code: str
    message: str
    fix: str


class _Quality(_Lenient):
    ok: bool
    problems: tuple[_Problem, ...]


class _Video(_Lenient):
    name: str


class _View(_Lenient):
    azimuth_deg: float | None = None


class _Analysis(_Lenient):
    video: _Video
    view: _View = _View()
    bouts: tuple[_Bout, ...]
    quality: _Quality


def clip_of(document: Mapping[str, Any]) -> Clip:
    """Return the clip that an analysis document (``formcheck.analysis/1``) tells of.

    Raises
    ------
    UsageError
        If the document is something else, or damaged.
    """
    if document.get("schema") != SCHEMA:
        raise UsageError(f"This is no analysis of a clip: expected a document with schema '{SCHEMA}'.")
    try:
        analysis = _Analysis.model_validate(dict(document))
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise UsageError(f"The analysis is damaged at '{place}': score the clip again.") from error
    return Clip(
        name=analysis.video.name,
        bouts=tuple(_scored_bout(bout, analysis.view) for bout in analysis.bouts),
        problem=_unusable(analysis.quality),
        passed=analysis.quality.ok,
    )


def _unusable(quality: _Quality) -> str | None:
    if quality.ok:
        return None
    blocking = [problem for problem in quality.problems if problem.code in UNUSABLE]
    return f"{blocking[0].message} {blocking[0].fix}" if blocking else None


def _scored_bout(bout: _Bout, view: _View) -> ScoredBout:
    """Return the bout of a document as scoring would give it, its measures with where the camera stood."""
    azimuth = view.azimuth_deg
    camera_deg = None if azimuth is None else around_deg(azimuth, bout.side)
    repetitions = tuple(
        Repetition(rep.start_s, rep.turn_s, rep.end_s, rep.valid, rep.reason) for rep in bout.reps
    )
    return ScoredBout(
        bout=Bout(
            exercise=bout.exercise,
            confidence=bout.confidence,
            side=bout.side,
            measured_side=bout.side or "left",
            start_s=bout.start_s,
            end_s=bout.end_s,
            repetitions=repetitions,
            variant=bout.variant,
        ),
        repetitions=tuple(
            ScoredRepetition(rep, {name: Estimate(v.value, v.sd) for name, v in said.measures.items()})
            for rep, said in zip(repetitions, bout.reps, strict=True)
        ),
        measures=tuple(
            replace(measurement_of(name, measure), camera_deg=camera_deg)
            for name, measure in bout.measures.items()
        ),
        score=FormScore(
            value=bout.score.value,
            raw=bout.score.raw,
            coverage=bout.score.coverage,
            core_fails=bout.score.core_fails,
            core_cautions=bout.score.core_cautions,
            grades={name: measure.grade for name, measure in bout.measures.items()},
            subscores={name: measure.subscore for name, measure in bout.measures.items()},
            band=bout.score.band,
            reason=bout.score.reason,
        ),
    )


def measurement_of(name: str, measure: MeasureDocument) -> Measurement:
    """Return the measurement that a document tells of."""
    said = {field: getattr(measure, field) for field in MeasureDocument.model_fields if field != "thresholds"}
    limits = measure.thresholds
    return Measurement(
        id=name, good=limits.good if limits else None, fail=limits.fail if limits else None, **said
    )
