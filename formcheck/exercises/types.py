"""What stage 4 gives: bouts of one exercise on one side, cut into repetitions."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck import validation
from formcheck.errors import InvalidDataError
from formcheck.names import BILATERAL, EXERCISES, SIDES, Exercise, Side


@dataclass(frozen=True)
class Repetition:
    """One repetition.

    Attributes
    ----------
    start_s, turn_s, end_s : float
        Start, turning point (deepest, or highest for step-up and bridge) and end.
    valid : bool
        Whether it may be scored.
    reason : str or None
        Why not (``partial``, ``occluded``, ``cropped`` …).
    """

    start_s: float
    turn_s: float
    end_s: float
    valid: bool = True
    reason: str | None = None

    def __post_init__(self) -> None:
        if not self.start_s <= self.turn_s <= self.end_s:
            raise InvalidDataError(
                f"repetition: expected start ≤ turn ≤ end, came {self.start_s}, {self.turn_s}, {self.end_s}."
            )


@dataclass(frozen=True)
class Bout:
    """A stretch of the clip with one exercise on one side.

    Attributes
    ----------
    exercise : str
        An exercise id or ``unknown``.
    confidence : float
        0…1.
    side : str or None
        Stance or working side; None for exercises on two feet and for ``unknown``.
    measured_side : str
        The side whose angles are used: `side`, or the better seen one where there is none.
    start_s, end_s : float
        Within the clip.
    repetitions : tuple of Repetition
        In time order, not overlapping. Single-leg stance has one per hold: start, middle, end.
    variant : str or None
        ``kickstand`` (single-leg RDL); ``split_squat``, ``forward``, ``reverse`` or ``walking`` (lunge). None
        where the movement does not tell it.
    guesses : tuple of str
        For ``unknown``: the two best guesses, best first.
    """

    exercise: Exercise
    confidence: float
    side: Side | None
    measured_side: Side
    start_s: float
    end_s: float
    repetitions: tuple[Repetition, ...] = ()
    variant: str | None = None
    guesses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        validation.one_of("exercise", self.exercise, (*EXERCISES, "unknown"))
        validation.one_of("side", self.side, (*SIDES, None))
        validation.one_of("measured_side", self.measured_side, SIDES)
        if self.exercise in BILATERAL and self.side is not None:
            raise InvalidDataError(f"side: expected None for {self.exercise}, which is done on two feet.")
