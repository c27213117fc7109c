"""What stage 5 gives: measurements with their error, grades, scores, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from formcheck.errors import InvalidDataError
from formcheck.exercises.types import Bout, Repetition

Grade = Literal["good", "caution", "fail"]
Band = Literal["green", "amber", "orange", "red"]


@dataclass(frozen=True)
class Estimate:
    """A value with its standard deviation, in the unit of its measure."""

    value: float
    sd: float


@dataclass(frozen=True)
class Measurement:
    """One measure of a set: a value with its error and a grade, or the reason why it has none.

    Attributes
    ----------
    id, unit : str
        Measure id; ``deg``, ``pct``, ``s`` or ``ratio``.
    value, sd : float or None
        None where it could not be measured.
    grade : str or None
        ``good``, ``caution``, ``fail``; None where not graded.
    borderline : bool
        Whether a threshold lies within the measurement's error.
    reason : str or None
        Why there is no value, or no grade: ``view``, ``occluded``, ``cropped``, ``too_few_reps``,
        ``too_uncertain``, ``too_shallow``, ``no_floor_contact``, ``no_baseline``, ``hold_cut_off`` (by the
        clip's edge), ``hold_too_short`` (for sway); ``informational`` where a value is never graded.
    good, fail : float or None
        The thresholds; None for measures that are informational.
    core : bool
        Whether a fail caps the score.
    weight : float
        Share in the form score, 0 for informational measures.
    subscore : float or None
        0…100.
    excursion : float or None
        Value minus standing baseline where the graded value is absolute (the trend value of FPPA).
    signed_value : float or None
        Where `value` is a magnitude (trunk rotation), the same with its sign.
    camera_deg : float or None
        Where the camera stood around the set (`formcheck.scoring.camera.around_deg`), for measures that may
        come from several clips; None where it is not told.
    """

    id: str
    unit: str
    value: float | None = None
    sd: float | None = None
    grade: Grade | None = None
    borderline: bool = False
    reason: str | None = None
    good: float | None = None
    fail: float | None = None
    core: bool = False
    weight: float = 0.0
    subscore: float | None = None
    excursion: float | None = None
    signed_value: float | None = None
    camera_deg: float | None = None

    def __post_init__(self) -> None:
        if (self.value is None) != (self.sd is None):
            raise InvalidDataError(f"{self.id}: a value comes with its sd, and neither without the other.")
        if self.value is None and self.reason is None:
            raise InvalidDataError(f"{self.id}: a missing value needs a reason.")


@dataclass(frozen=True)
class FormScore:
    """The form score of a set.

    Attributes
    ----------
    value : int or None
        0…100 after caps, rounded half up; None where a core measure is missing or coverage < 0.5.
    raw : int or None
        Before caps, rounded half up; None where nothing was available.
    coverage : float
        Share of the weights that was available, 0…1.
    core_fails, core_cautions : int
        Among the core measures.
    grades : mapping of str to str or None
        By measure id.
    subscores : mapping of str to float or None
        By measure id.
    band : str or None
        ``green``, ``amber``, ``orange``, ``red``.
    reason : str or None
        Why there is no value: that of the first missing core measure, ``core_missing``,
        ``low_coverage``, ``too_few_reps`` or ``unknown_exercise``.
    """

    value: int | None
    raw: int | None
    coverage: float
    core_fails: int
    core_cautions: int
    grades: Mapping[str, Grade | None] = field(default_factory=dict)
    subscores: Mapping[str, float | None] = field(default_factory=dict)
    band: Band | None = None
    reason: str | None = None


@dataclass(frozen=True)
class ScoredRepetition:
    """A repetition with what was measured in it."""

    repetition: Repetition
    measures: Mapping[str, Estimate]


@dataclass(frozen=True)
class CueHit:
    """A remark that a measure calls for; never graded."""

    code: str
    measure: str
    text: str


@dataclass(frozen=True)
class ScoredBout:
    """A bout with its measures and score.

    Attributes
    ----------
    bout : Bout
        What was scored.
    repetitions : tuple of ScoredRepetition
        In time order, the invalid ones too.
    measures : tuple of Measurement
        All that the exercise defines, the graded ones first; none for ``unknown``.
    score : FormScore
        The score, or the reason why there is none.
    cues : tuple of CueHit
        Remarks beside the grades.
    baseline_found : bool
        Whether quiet standing (bridge: lying) was found in the clip; without it, drop and lean are
        measured from level and upright, with a larger error.
    baseline : mapping of str to Estimate
        The resting value by angle that excursions (drop, tilt, lean) are measured from; lacks what is
        unknown.
    """

    bout: Bout
    repetitions: tuple[ScoredRepetition, ...]
    measures: tuple[Measurement, ...]
    score: FormScore
    cues: tuple[CueHit, ...] = ()
    baseline_found: bool = True
    baseline: Mapping[str, Estimate] = field(default_factory=dict)

    def measure(self, measure_id: str) -> Measurement:
        """Return the measurement with that id; KeyError if the exercise does not define it."""
        for measurement in self.measures:
            if measurement.id == measure_id:
                return measurement
        raise KeyError(measure_id)


@dataclass(frozen=True)
class QualityProblem:
    """Something that keeps the clip from being measured well: what is wrong and how to mend it."""

    code: str
    message: str
    fix: str
    blocks_score: bool = True


@dataclass(frozen=True)
class Quality:
    """The problems found in a clip; `ok` if none blocks scoring."""

    problems: tuple[QualityProblem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was found that forbids a score."""
        return not any(problem.blocks_score for problem in self.problems)
