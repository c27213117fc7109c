"""The thresholds and score rules of ``thresholds.toml``, checked, with a person's own file laid over them."""

from __future__ import annotations

import functools
import math
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from formcheck.errors import ThresholdsFileError
from formcheck.names import EXERCISES

DEFAULTS: Final = Path(__file__).with_name("thresholds.toml")

MEASURES: Final[tuple[str, ...]] = (
    "pelvic_drop_deg",
    "hip_opening_deg",
    "fppa_deg",
    "kmd_foot_pct",
    "trunk_rotation_deg",
    "trunk_lateral_lean_deg",
    "hinge_ratio",
    "trunk_inclination_deg",
    "trunk_inclination_dev_deg",
    "knee_flexion_deg",
    "knee_band_dev_deg",
    "depth_ratio",
    "hip_angle_top_deg",
    "pelvic_tilt_deg",
    "ecc_s",
    "pause_s",
    "con_s",
    "hold_s",
    "hold_ratio",
    "sway_ml_rms_pct",
)
"""All measures, spelt as everywhere."""


def _known(kind: str, words: tuple[str, ...]) -> AfterValidator:
    def check(word: str) -> str:
        if word not in words:
            raise ValueError(f"'{word}' is no {kind}: use one of {', '.join(words)}")
        return word

    return AfterValidator(check)


MeasureId = Annotated[str, _known("measure", MEASURES)]
ExerciseId = Annotated[str, _known("exercise", EXERCISES)]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[int, Field(ge=0, le=100)]
Band = tuple[float, float]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=False)


class GradedMeasure(_Table):
    """The row of one graded measure; numbers in the unit of the measure."""

    direction: Literal["low", "high"]
    good: float
    fail: float
    weight: Share
    core: bool
    sem: Annotated[float, Field(ge=0)] = 0.0
    mdc: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _sides(self) -> GradedMeasure:
        if (self.fail > self.good) != (self.direction == "low") or self.fail == self.good:
            wanted = "above" if self.direction == "low" else "below"
            raise ValueError(
                f"with direction '{self.direction}', fail ({self.fail:g}) must lie {wanted} "
                f"good ({self.good:g})"
            )
        return self


class Cue(_Table):
    """A remark that is worth making but never graded: the measure lies below or above a value."""

    code: str
    measure: MeasureId
    below: float | None = None
    above: float | None = None
    says: str

    def applies(self, value: float) -> bool:
        """Return whether ``value`` of the cue's measure calls for the remark."""
        return (self.below is not None and value < self.below) or (
            self.above is not None and value > self.above
        )


class ExerciseRules(_Table):
    """What is measured in one exercise, where in the repetition, and how it counts."""

    measures: dict[MeasureId, GradedMeasure]
    informational: tuple[MeasureId, ...] = ()
    cues: tuple[Cue, ...] = ()
    minimum_reps: Annotated[int, Field(ge=1)] = 3
    first_phase: Literal["eccentric", "concentric"] = "eccentric"
    event: Literal["turn", "climb_and_turn", "hold"] = "turn"
    depth_target: Literal["box", "own_deepest"] = "own_deepest"
    trunk_inclination_band_deg: Band | None = None
    knee_flexion_band_deg: Band | None = None
    also_shown_from_side: tuple[MeasureId, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> ExerciseRules:
        total = math.fsum(row.weight for row in self.measures.values())
        if not math.isclose(total, 1.0, abs_tol=1e-6):
            raise ValueError(f"the weights of the measures must add up to 1, not {total:g}")
        for name in ("trunk_inclination_band_deg", "knee_flexion_band_deg"):
            band = getattr(self, name)
            if band is not None and band[0] >= band[1]:
                raise ValueError(f"{name} must rise from its first to its second number")
        return self

    @property
    def measure_ids(self) -> tuple[MeasureId, ...]:
        """All measures of the exercise, the graded ones first."""
        return (*self.measures, *(name for name in self.informational if name not in self.measures))


class Bands(_Table):
    """Lowest score of each band."""

    green: Points
    amber: Points
    orange: Points

    @model_validator(mode="after")
    def _order(self) -> Bands:
        if not self.green > self.amber > self.orange:
            raise ValueError("green must lie above amber, and amber above orange")
        return self


class ScoreRules(_Table):
    """How sub-scores, caps and bands are made."""

    points_at_good: Points
    points_at_fail: Points
    cap_one_core_fail: Points
    cap_two_core_fails: Points
    minimum_coverage: Share
    bands: Bands

    @model_validator(mode="after")
    def _order(self) -> ScoreRules:
        if self.points_at_fail >= self.points_at_good:
            raise ValueError("points_at_fail must lie below points_at_good")
        if self.cap_two_core_fails > self.cap_one_core_fail:
            raise ValueError("cap_two_core_fails must not lie above cap_one_core_fail")
        return self


class Uncertainty(_Table):
    """Errors that are not in the angle series, and when a grade is withheld."""

    grade_interval_z: Positive
    standing_prior_sd_deg: Positive
    joint_noise_m: Positive
    sway_noise_m: Positive
    turn_noise_s: Positive
    end_noise_s: Positive


class Views(_Table):
    """Which measures a camera can't show from the front or from the side."""

    frontal_within_deg: Annotated[float, Field(ge=0, le=45)]
    side_within_deg: Annotated[float, Field(ge=0, le=45)]
    hidden_from_front: tuple[MeasureId, ...]
    hidden_from_side: tuple[MeasureId, ...]


class StanceNorm(_Table):
    """How long people from this age on hold a single-leg stance."""

    age_from: Annotated[int, Field(ge=0)]
    hold_s: Positive


class Thresholds(_Table):
    """Everything that ``thresholds.toml`` says.

    Attributes
    ----------
    source : str
        Whose thresholds: ``default``, or the name of a person's own file.
    """

    score: ScoreRules
    uncertainty: Uncertainty
    views: Views
    stance_norms: Annotated[tuple[StanceNorm, ...], Field(min_length=1)]
    exercises: dict[ExerciseId, ExerciseRules]
    source: str = "default"

    def hold_norm_s(self, age_years: float | None) -> float:
        """Return how long a single-leg stance is held at that age; the youngest group's without an age."""
        rows = sorted(self.stance_norms, key=lambda row: row.age_from)
        if age_years is None:
            return rows[0].hold_s
        return ([row for row in rows if row.age_from <= age_years] or rows[:1])[-1].hold_s


def unit_of(measure_id: str) -> str:
    """Return the unit that a measure's name ends with: ``deg``, ``pct``, ``s``, or ``ratio``."""
    suffix = measure_id.rpartition("_")[2]
    return suffix if suffix in ("deg", "pct", "s") else "ratio"


def load_thresholds(path: str | Path | None = None) -> Thresholds:
    """Return the default thresholds, with those of a person's own TOML file laid over them.

    Parameters
    ----------
    path : path, optional
        A TOML file with the headings of ``thresholds.toml``; it overrides only what it names.

    Raises
    ------
    ThresholdsFileError
        If the file can't be read, is not TOML, or says something unknown or contradictory; the message
        names the place.
    """
    if path is None:
        return _defaults()
    own = _read(Path(path))
    if "source" in own:
        raise ThresholdsFileError(f"Thresholds file '{Path(path).name}': 'source' can't be set; remove it.")
    merged = merged_tables(_read(DEFAULTS), own)
    return _check({**merged, "source": Path(path).name}, Path(path).name)


def as_thresholds(given: Thresholds | str | Path | None) -> Thresholds:
    """Return ``given`` if it is loaded already, or load it (see `load_thresholds`)."""
    return given if isinstance(given, Thresholds) else load_thresholds(given)


@functools.cache
def _defaults() -> Thresholds:
    return _check(_read(DEFAULTS), DEFAULTS.name)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        why = (error.strerror or "it can't be opened").lower()
        raise ThresholdsFileError(
            f"Thresholds file '{path.name}' can't be read ({why}): check its name and folder."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThresholdsFileError(f"Thresholds file '{path.name}' is not valid TOML: {error}.") from error


def merged_tables(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return ``base`` with ``own`` over it, table by table; lists are replaced whole."""
    merged = dict(base)
    for key, value in own.items():
        both_tables = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = merged_tables(merged[key], value) if both_tables else value
    return merged


def _check(raw: dict[str, Any], name: str) -> Thresholds:
    try:
        return Thresholds.model_validate({**raw, "exercises": _resolve_likes(raw.get("exercises"), name)})
    except ValidationError as error:
        raise ThresholdsFileError(f"Thresholds file '{name}': {_first_problem(error)}.") from error


def _resolve_likes(exercises: Any, name: str) -> Any:
    """Give each exercise that says ``like = "other"`` the table of the other under its own words."""
    if not isinstance(exercises, dict):
        return exercises
    resolved = dict(exercises)
    for exercise, table in exercises.items():
        if not isinstance(table, dict) or "like" not in table:
            continue
        model = exercises.get(table["like"]) if isinstance(table["like"], str) else None
        if not isinstance(model, dict) or "like" in model:
            raise ThresholdsFileError(
                f"Thresholds file '{name}': exercises.{exercise}.like must name an exercise with a table of "
                f"its own, one of {', '.join(EXERCISES)}."
            )
        resolved[exercise] = merged_tables(
            model, {key: value for key, value in table.items() if key != "like"}
        )
    return resolved


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    place = ".".join(str(part) for part in problem["loc"] if part != "[key]") or "the file"
    if problem["type"] == "extra_forbidden":
        return f"{place} is not a word that formcheck knows here; remove or correct it"
    if problem["type"] == "missing":
        return f"{place} is missing; add it"
    message = problem["msg"].removeprefix("Value error, ")
    came = problem["input"]
    shown = "" if isinstance(came, dict | list | tuple | BaseModel) else f", but {came!r} came"
    return f"{place}: {message[:1].lower()}{message[1:]}{shown}"
