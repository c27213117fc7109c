"""The exercises as data: ``exercises.toml``, validated when it is loaded."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from formcheck.names import BILATERAL, EXERCISES, Exercise

SignalName = Literal[
    "trunk_inclination",
    "knee_flexion",
    "free_knee_flexion",
    "knee_flexion_mean",
    "hip_flexion",
    "free_hip_flexion",
    "hip_flexion_mean",
    "hip_flexion_lead",
    "hip_flexion_difference",
    "hinge_excess",
    "chest_up",
    "hip_height",
    "stance_hip_height",
    "pelvis_rise",
    "pelvis_x",
    "pelvis_path",
    "working_foot_rise",
    "lower_foot_rise",
    "free_foot_lift",
    "foot_level_difference",
    "foot_split",
    "foot_ahead",
    "foot_lead",
    "foot_stagger",
    "shoulder_height",
    "bridge_height",
    "knee_height",
    "knee_lead",
    "hands_over_knees",
    "sway",
    "weight_share",
]
"""The signals of `formcheck.exercises.signals.BodySignals`."""

Moment = Literal[
    "start", "loaded", "turn", "end", "loading_range", "min", "max", "mean", "range", "change", "drift"
]
"""Where in a repetition a criterion looks.

``loaded``: a quarter of the way to the turn; ``loading_range``: the range from there to the turn; ``change``:
the turn less the start posture; ``drift``: the absolute difference of end and start.
"""

Positive = Annotated[float, Field(gt=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Depth(_Strict):
    """The exercise's own depth signal: ``sign`` × ``signal``, from its level at the start posture."""

    signal: SignalName
    sign: Literal[-1, 1] = 1
    unit: Literal["deg", "leg_length"]


class Cycle(_Strict):
    """How repetitions are cut from the depth signal.

    ``min_rise`` (unit of the depth signal) is what a movement needs to count at all. ``return_share`` is the
    second threshold of the hysteresis: a repetition is over when the depth has come back by this share of
    the rise, so that a bounce at the turn is no repetition of its own. ``partial_share``: a rise below this
    share of the bout's median repetition is a partial one.
    """

    kind: Literal["cycle", "hold"] = "cycle"
    min_rise: Positive
    return_share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    partial_share: Annotated[float, Field(gt=0, lt=1)] = 0.6
    min_duration_s: Positive
    max_duration_s: Positive


class Criterion(_Strict):
    """A soft rule: ``signal`` at ``at`` is above or below a value; ``margin`` beyond it, the odds are 7:1.

    Meeting ``otherwise`` does as well. Looks may make up for one ``of_the_floor`` however far it is missed: a
    step towards the camera seems to take the room's floor along.
    """

    signal: SignalName
    at: Moment
    above: float | None = None
    below: float | None = None
    margin: Positive
    otherwise: Criterion | None = None
    of_the_floor: bool = False

    @model_validator(mode="after")
    def _one_bound(self) -> Criterion:
        if (self.above is None) == (self.below is None):
            raise ValueError(f"{self.signal}: give either 'above' or 'below'")
        return self


Criteria = Annotated[tuple[Criterion, ...], Field(min_length=1)]


class ExerciseDefinition(_Strict):
    """One exercise: names for people, depth signal, how repetitions are cut, and what tells it apart.

    ``variants`` are told apart among its repetitions, by their own criteria.
    """

    name: str
    turn: Literal["deepest", "highest", "middle"]
    depth: Depth
    cycle: Cycle
    criteria: Criteria
    variants: dict[str, Criteria] = {}


class Bouts(_Strict):
    """How repetitions are joined to bouts: each must fit by ``accept``, a single one by ``accept_single``.

    One of at least ``accept_in_set`` that is like those of its set (of rise and duration, the smaller is at
    least the share ``alike`` of the larger) belongs to it; where fewer than ``least_share`` of those that are
    alike fit, none does. ``accept_cut_off`` is for a clip that holds
    nothing but repetitions that its edges cut off; a bout whose repetitions mostly fit a variant by
    ``accept_variant`` is named by it.
    """

    accept: Annotated[float, Field(gt=0, lt=1)]
    accept_single: Annotated[float, Field(gt=0, lt=1)]
    accept_in_set: Annotated[float, Field(gt=0, lt=1)]
    alike: Annotated[float, Field(gt=0, lt=1)]
    least_share: Annotated[float, Field(ge=0, lt=1)]
    accept_cut_off: Annotated[float, Field(gt=0, lt=1)]
    accept_variant: Annotated[float, Field(gt=0, lt=1)]
    max_rest_s: Positive


class Likeness(_Strict):
    """What a repetition's mean likeness adds to the log-odds of its rules.

    ``weight`` times the sum of likeness and ``shift``, which is kept between ``least`` and ``most``. A
    positive shift gives some credit: not everybody looks like the drawn people that the network knows.
    ``most_against_a_rule`` is the most it adds where one of the rules is missed by far.
    """

    weight: Annotated[float, Field(ge=0)]
    shift: float
    least: Annotated[float, Field(lt=0)]
    most: Positive
    most_against_a_rule: Annotated[float, Field(ge=0)]


class Definitions(_Strict):
    """The whole file."""

    bouts: Bouts
    likeness: Likeness
    exercises: dict[str, ExerciseDefinition]

    @model_validator(mode="after")
    def _all_and_only_ours(self) -> Definitions:
        if set(self.exercises) != set(EXERCISES):
            raise ValueError(f"exercises: expected exactly {sorted(EXERCISES)}")
        return self


@cache
def definitions() -> Definitions:
    """Return the built-in definitions of ``exercises.toml``."""
    path = Path(__file__).with_name("exercises.toml")
    return Definitions.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def definition(exercise: Exercise) -> ExerciseDefinition:
    """Return the definition of one exercise id (not ``unknown``)."""
    return definitions().exercises[exercise]


def is_hold(exercise: str | None) -> bool:
    """Whether the exercise is held instead of repeated; False where it is not known."""
    known = definitions().exercises
    return any(name == exercise and each.cycle.kind == "hold" for name, each in known.items())


def is_bilateral(exercise: Exercise) -> bool:
    """Whether the exercise stands on two feet and so has no stance side."""
    return exercise in BILATERAL
