"""What stage 6 speaks of: its vocabulary, a decision, where to begin, the answers to the safety questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from formcheck import validation
from formcheck.errors import InvalidDataError

TestId = Literal["T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9"]
TEST_IDS: Final[tuple[TestId, ...]] = get_args(TestId)

LadderId = Literal[
    "hinge",
    "step_up",
    "step_down",
    "lunge",
    "bridge",
    "calf",
    "hamstring",
    "anti_rotation",
    "push",
    "pull",
    "hip_rotators",
    "plyometric",
]
LADDER_IDS: Final[tuple[LadderId, ...]] = get_args(LadderId)
"""The ladders HR, SU, SD, LU, GB, CR, HS, AR, PU, PL, RO and PY, in that order; rungs are 0…7."""

Tier = Literal["foundation", "build", "load"]
TIERS: Final[tuple[Tier, ...]] = get_args(Tier)

Phase = Literal["off_season", "base", "race_approach", "taper", "race_week", "post_race", "deload"]
PHASES: Final[tuple[Phase, ...]] = get_args(Phase)

DecisionCode = Literal[
    "STOP_REFER",
    "STOP",
    "MODIFY",
    "NO_DECISION",
    "REGRESS",
    "HOLD_CUE",
    "HOLD",
    "HOLD_LOAD_DOWN",
    "HOLD_PHASE",
    "PROGRESS_LOAD",
    "PROGRESS_RUNG",
    "HOLD_BUILD",
]
DECISION_CODES: Final[tuple[DecisionCode, ...]] = get_args(DecisionCode)


@dataclass(frozen=True)
class Decision:
    """What to do next with one exercise.

    Attributes
    ----------
    code : str
        One of `DECISION_CODES`.
    reasons : tuple of str
        Whole sentences, the deciding one first.
    rule : str
        Id of the row of ``decisions.toml`` that decided.
    action : str
        What to do, in one sentence.
    borderline : bool
        Whether a single borderline grade would have regressed or progressed the exercise and was not
        allowed to.
    """

    code: DecisionCode
    reasons: tuple[str, ...]
    rule: str
    action: str
    borderline: bool = False

    def __post_init__(self) -> None:
        validation.one_of("code", self.code, DECISION_CODES)
        if not self.reasons:
            raise InvalidDataError("reasons: expected at least one sentence, came none.")


@dataclass(frozen=True)
class StartRung:
    """Where to begin on a ladder, and why (a whole sentence)."""

    ladder: LadderId
    rung: int
    reason: str

    def __post_init__(self) -> None:
        validation.one_of("ladder", self.ladder, LADDER_IDS)
        validation.one_of("rung", self.rung, tuple(range(8)))


@dataclass(frozen=True)
class Screening:
    """What the red-flag questions came to.

    Attributes
    ----------
    outcome : str
        ``not_asked``, ``clear``, ``clearance_first`` (supported rungs only until a professional agrees),
        ``refer`` (no impact, no single-leg loading until seen) or ``emergency``.
    answered_yes : tuple of str
        Ids of the questions.
    advice : tuple of str
        Whole sentences.
    """

    outcome: Literal["not_asked", "clear", "clearance_first", "refer", "emergency"] = "not_asked"
    answered_yes: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()

    @property
    def red_flag(self) -> bool:
        """Whether training stops until somebody qualified has looked (decision row 1)."""
        return self.outcome in ("refer", "emergency")
