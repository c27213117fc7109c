"""What a decision on one exercise rests on."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, Final

from formcheck.coaching.forms import Form, alternative_forms, form_of
from formcheck.coaching.types import PHASES
from formcheck.errors import UsageError
from formcheck.scoring.thresholds import Thresholds
from formcheck.scoring.types import Estimate, ScoredBout

_TRUTHS: Final = (
    "sharp",
    "limp",
    "rising",
    "red_flag",
    "quality",
    "same_fault_prev",
    "two_for_two",
    "at_rung_exit",
    "key_ladder",
)
_PHASE_ALIASES: Final = {"base_building": "base", "transition": "off_season"}
_RANGES: Final = {
    "pain": (0, 10),
    "pain24_up": (-10, 10),
    "score": (0, 100),
    "rpe": (0, 10),
    "fails": (0, math.inf),
    "core_cautions": (0, math.inf),
    "good_streak": (0, math.inf),
    "self_rated_form": (1, 5),
    "days_since_filmed": (0, math.inf),
    "weeks_to_race": (0, math.inf),
}


@dataclass(frozen=True)
class DecisionContext:
    """All that a decision on one exercise rests on; what is left out counts as harmless.

    Attributes
    ----------
    pain : float
        0…10 during the exercise.
    sharp, limp, rising, red_flag : bool
        Sharp pain; limping or giving way; pain that rises from set to set; a red flag of the screening.
    pain24_up : float or bool
        Points by which pain was higher the next morning than before; True means by too much.
    quality : bool
        Whether the film passed the quality gates.
    score : float or None
        Form score; without one there is no decision (unless `self_rated_form` or `score_range` stands in).
    fails, core_cautions : int
        Core measures with that grade.
    same_fault_prev : bool
        Whether the session before had the same fault.
    rpe : float
        Effort of the last set, 0…10.
    phase : str
        One of `formcheck.coaching.types.PHASES`.
    two_for_two : bool
        Two repetitions over the target in the last set of two consecutive sessions.
    good_streak : int
        Good sessions in a row, this one included.
    at_rung_exit : bool
        Whether the rung's own exit (load or metric) is met.
    alternatives : tuple of Form
        The form if one borderline grade lay on the other side of its threshold (`alternative_forms`).
    weeks_to_race : float or None
        To the next main race.
    self_rated_form : int or None
        1…5, for exercises that aren't filmed, or whose film has no score.
    key_ladder : bool
        Whether the exercise's ladder asks for film before a new rung.
    days_since_filmed : float or None
        Age of the last film with a score; with a score, None means that its film is a new one.
    score_range : (float, float) or None
        Where the score was withheld because core measures are too uncertain to grade: the lowest and the
        highest score that the film allows. `fails` and `core_cautions` are those of the others.
    untold : mapping of str to Estimate
        Those core measures, with their errors.
    """

    pain: float = 0
    sharp: bool = False
    limp: bool = False
    rising: bool = False
    red_flag: bool = False
    pain24_up: float | bool = 0
    quality: bool = True
    score: float | None = None
    fails: int = 0
    core_cautions: int = 0
    same_fault_prev: bool = False
    rpe: float = 7
    phase: str = "base"
    two_for_two: bool = False
    good_streak: int = 0
    at_rung_exit: bool = False
    alternatives: tuple[Form, ...] = ()
    weeks_to_race: float | None = None
    self_rated_form: int | None = None
    key_ladder: bool = True
    days_since_filmed: float | None = None
    score_range: tuple[float, float] | None = None
    untold: Mapping[str, Estimate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in _TRUTHS:
            if not isinstance(getattr(self, name), bool):
                raise UsageError(f"{name} is {getattr(self, name)!r}: say true or false.")
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            optional = _DEFAULTS[name] is None
            if (value is None and optional) or (name == "pain24_up" and isinstance(value, bool)):
                continue
            if isinstance(value, bool) or not isinstance(value, Real) or not low <= float(value) <= high:
                wanted = f"from {low} to {high}" if high < math.inf else f"of {low} or more"
                raise UsageError(f"{name} is {value!r}: give a number {wanted}.")
        if self.phase not in PHASES:
            raise UsageError(f"'{self.phase}' is not a known phase: use one of {', '.join(PHASES)}.")
        if self.score_range is not None:
            _check_range(self.score_range)


_DEFAULTS: Final = {field.name: field.default for field in dataclasses.fields(DecisionContext)}


def context_of(
    scored: ScoredBout, *, thresholds: Thresholds | None = None, **answers: Any
) -> DecisionContext:
    """Return the context of a filmed set: its form with its uncertainty, and the person's ``answers``."""
    form = form_of(scored, thresholds=thresholds)
    return DecisionContext(
        score=form.score,
        fails=form.fails,
        core_cautions=form.core_cautions,
        score_range=form.score_range,
        untold=untold_of(scored) if form.score_range else {},
        alternatives=alternative_forms(scored.bout.exercise, scored.measures, thresholds=thresholds),
        **answers,
    )


def untold_of(scored: ScoredBout) -> dict[str, Estimate]:
    """Return the core measures of a set that have a value, but no grade."""
    return {
        m.id: Estimate(m.value, m.sd)
        for m in scored.measures
        if m.core and m.grade is None and m.value is not None and m.sd is not None
    }


def as_context(given: DecisionContext | Mapping[str, Any] | Any) -> DecisionContext:
    """Return a mapping or any dataclass as a `DecisionContext`; what is None counts as left out."""
    if isinstance(given, DecisionContext):
        return given
    if dataclasses.is_dataclass(given) and not isinstance(given, type):
        words = {field.name: getattr(given, field.name) for field in dataclasses.fields(given)}
    elif isinstance(given, Mapping):
        words = dict(given)
    else:
        raise UsageError(f"A decision needs a mapping or a dataclass, not {type(given).__name__}.")
    unknown = sorted(set(map(str, words)) - set(_DEFAULTS))
    if unknown:
        raise UsageError(f"'{unknown[0]}' is not part of a decision: use some of {', '.join(_DEFAULTS)}.")
    known = {name: value for name, value in words.items() if value is not None}
    if isinstance(known.get("phase"), str):
        written = known["phase"].strip().lower().replace(" ", "_").replace("-", "_")
        known["phase"] = _PHASE_ALIASES.get(written, written)
    if "alternatives" in known:
        known["alternatives"] = tuple(_form(each) for each in known["alternatives"])
    if "untold" in known:
        known["untold"] = _estimates(known["untold"])
    return DecisionContext(**known)


def _form(given: Form | Mapping[str, Any]) -> Form:
    if isinstance(given, Form):
        return given
    names = {field.name for field in dataclasses.fields(Form)}
    if not isinstance(given, Mapping) or "score" not in given or set(given) - names:
        raise UsageError("alternatives: give for each a score, and fails and core_cautions if there are any.")
    return Form(**given)


def _estimates(given: Any) -> dict[str, Estimate]:
    try:
        return {
            str(name): each if isinstance(each, Estimate) else Estimate(*(float(part) for part in each))
            for name, each in given.items()
        }
    except (AttributeError, TypeError, ValueError) as error:
        raise UsageError("untold: give for each measure its value and its standard deviation.") from error


def _check_range(given: Any) -> None:
    """Raise a `UsageError` unless ``given`` is a lowest and a highest score."""
    try:
        low, high = given
        right = 0 <= low <= high <= 100
    except (TypeError, ValueError):
        right = False
    if not right:
        raise UsageError(f"score_range is {given!r}: give the lowest and the highest score, from 0 to 100.")
