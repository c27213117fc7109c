"""How long a session takes, and which sets go when there are too many (R4, R8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from formcheck.coaching.plan_rules import BlockKind, Week
from formcheck.coaching.plan_types import Prescription

# Which block gives sets away first.
_GIVES_FIRST: tuple[BlockKind, ...] = ("accessory", "push_pull", "core", "main_lower")


@dataclass(frozen=True)
class Placed:
    """A prescription in its block."""

    block: BlockKind
    exercise: Prescription


def minutes_of(placed: Placed, week: Week) -> float:
    """Return the minutes that an exercise takes: its sets, its rests, and setting up.

    Push and pull alternate, so that each is half of the other's rest.
    """
    exercise = placed.exercise
    seconds_each = sum(exercise.tempo) if exercise.tempo else 1
    work = exercise.amount * seconds_each * (2 if exercise.per_side else 1)
    rest = exercise.rest_s / 2 if placed.block == "push_pull" else exercise.rest_s
    extra = exercise.amount * seconds_each if exercise.extra_set_side else 0
    return (exercise.sets * (work + rest) + extra + week.setup_s) / 60


def block_minutes(placed: Sequence[Placed], block: BlockKind, week: Week) -> float:
    """Return the minutes of one block."""
    return sum(minutes_of(each, week) for each in placed if each.block == block)


def fitted(placed: Sequence[Placed], *, share: float, minutes: float, week: Week) -> tuple[Placed, ...]:
    """Return the exercises with as many sets as fit.

    Parameters
    ----------
    placed : sequence of Placed
        Exercises of a full session.
    share : float
        Of the sets that stay, 0…1; every exercise keeps at least one.
    minutes : float
        What the exercises may take together.
    week : Week
        The limits on sets and on the main block.
    """
    kept = list(placed)
    _remove_while(kept, lambda: _sets(kept) > week.hard_sets_max)
    _remove_while(
        kept,
        lambda: block_minutes(kept, "main_lower", week) > week.main_lower_max_min,
        only="main_lower",
    )
    _remove_while(kept, lambda: sum(minutes_of(each, week) for each in kept) > minutes)
    # The share is of what would be done otherwise.
    fewer = round(share * _sets(kept))
    _remove_while(kept, lambda: _sets(kept) > fewer)
    return tuple(kept)


def _remove_while(placed: list[Placed], too_much: Callable[[], bool], only: BlockKind | None = None) -> None:
    while too_much() and _remove_one(placed, only):
        pass


def _sets(placed: Sequence[Placed]) -> int:
    return sum(each.exercise.hard_sets for each in placed)


def _remove_one(placed: list[Placed], only: BlockKind | None) -> bool:
    """Take one set from the exercise with the most; of equals, from the block that gives first.

    The weaker side's additional set goes last: it is there for a reason.
    """
    candidates = [
        index
        for index, each in enumerate(placed)
        if each.exercise.hard_sets > 1 and (only is None or each.block == only)
    ]
    if not candidates:
        return False
    chosen = max(
        candidates,
        key=lambda i: (placed[i].exercise.sets, -_GIVES_FIRST.index(placed[i].block), i),
    )
    exercise = placed[chosen].exercise
    less = (
        replace(exercise, sets=exercise.sets - 1)
        if exercise.sets > 1
        else replace(exercise, extra_set_side=None)
    )
    placed[chosen] = replace(placed[chosen], exercise=less)
    return True
