"""Safety questions before the first session, and pain before, during and after an exercise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from formcheck.coaching.decide import decide
from formcheck.coaching.toml_tables import Table, braces, load_table
from formcheck.coaching.types import Screening
from formcheck.errors import UsageError

FILE: Final = Path(__file__).with_name("screening.toml")

Outcome = Literal["emergency", "refer", "clearance_first", "clear", "not_asked"]
YesOutcome = Literal["emergency", "refer", "clearance_first"]
_WORST_FIRST: Final[tuple[YesOutcome, ...]] = ("emergency", "refer", "clearance_first")
PainZone = Literal["go", "modify", "stop"]
Sentence = Annotated[str, Field(min_length=3)]


class Advice(Table):
    """What is said."""

    advice: Sentence


class PainTexts(Table):
    """How pain is asked for."""

    ask_before: Sentence
    ask_during: Sentence
    ask_next_morning: Sentence
    rule: Sentence


class AskAgain(Table):
    """When the questions are asked once more; ``{pain}`` 0…10."""

    from_pain: Annotated[int, Field(ge=1, le=10)]
    within_days: Annotated[int, Field(ge=1)]
    says: Annotated[Sentence, braces("pain")]


class Question(Table):
    """One safety question."""

    id: str
    outcome: YesOutcome
    ask: Sentence


class ScreeningTexts(Table):
    """All of ``screening.toml``."""

    outcomes: dict[Outcome, Advice]
    stop_signs: Advice
    again: AskAgain
    pain: PainTexts
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> ScreeningTexts:
        ids = [question.id for question in self.questions]
        twice = {name for name in ids if ids.count(name) > 1}
        if twice:
            raise ValueError(f"the question id '{min(twice)}' is used twice")
        absent = {*_WORST_FIRST, "clear", "not_asked"} - set(self.outcomes)
        if absent:
            raise ValueError(f"outcomes.{min(absent)} is missing; add it")
        return self


@cache
def screening_texts(path: Path | None = None) -> ScreeningTexts:
    """Return the questions and the words around them, checked."""
    return load_table(ScreeningTexts, path or FILE)


def screen(answers: Mapping[str, bool]) -> Screening:
    """Return what the answers to the safety questions come to.

    Parameters
    ----------
    answers : mapping of str to bool
        True for yes, by question id. One yes is enough for its outcome; ``clear`` needs all answers.

    Raises
    ------
    UsageError
        If an id is none of the questions.
    """
    texts = screening_texts()
    ids = [question.id for question in texts.questions]
    unknown = sorted(set(answers) - set(ids))
    if unknown:
        raise UsageError(f"'{unknown[0]}' is not a safety question: use some of {', '.join(ids)}.")
    yes = tuple(question for question in texts.questions if answers.get(question.id))
    outcome: Outcome = "clear" if set(ids) == set(answers) else "not_asked"
    if yes:
        outcome = min((question.outcome for question in yes), key=_WORST_FIRST.index)
    return Screening(
        outcome=outcome,
        answered_yes=tuple(question.id for question in yes),
        advice=(texts.outcomes[outcome].advice,),
    )


@dataclass(frozen=True)
class PainReport:
    """Pain around one exercise, 0…10 each.

    Attributes
    ----------
    before, during : float
        Right before and at its worst during the exercise.
    next_morning : float or None
        The next morning; None as long as it is not known.
    sharp, limp, rising : bool
        Whether it was sharp, changed the gait, or rose from set to set.
    """

    before: float = 0
    during: float = 0
    next_morning: float | None = None
    sharp: bool = False
    limp: bool = False
    rising: bool = False

    def answers(self) -> dict[str, Any]:
        """Return the fields of a decision's context that pain speaks to."""
        up = 0.0 if self.next_morning is None else self.next_morning - self.before
        return {
            "pain": max(self.before, self.during),
            "pain24_up": up,
            "sharp": self.sharp,
            "limp": self.limp,
            "rising": self.rising,
        }

    @property
    def zone(self) -> PainZone:
        """``go``, ``modify`` or ``stop``, by the pain rows of the decision table."""
        code = decide({**self.answers(), "score": 100}).code
        return "stop" if code == "STOP" else "modify" if code == "MODIFY" else "go"
