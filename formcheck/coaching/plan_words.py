"""How a prescription is said in short words: the same on the sheet, in the calendar and on the terminal."""

from __future__ import annotations

from typing import Final

from formcheck.coaching.plan_rules import BlockKind
from formcheck.coaching.plan_types import Prescription, RunKind, Session

BLOCK_WORDS: Final[dict[BlockKind, str]] = {
    "warm_up": "Warm-up",
    "core": "Core and hips",
    "main_lower": "Main: legs",
    "push_pull": "Push and pull",
    "accessory": "Accessory",
    "mobility": "Mobility",
    "cool_down": "Cool-down",
}
RUN_WORDS: Final[dict[RunKind, str]] = {"easy": "Easy run", "key": "Hard run", "long": "Long run"}


def dose_words(exercise: Prescription) -> str:
    """Return ``3 × 8 each side`` or ``2 × 30 s``, with the weaker side's additional set."""
    amount = f"{exercise.amount} s" if exercise.unit == "s" else str(exercise.amount)
    if exercise.unit == "contacts":
        amount += " contacts"
    side = " each side" if exercise.per_side else ""
    extra = f" + 1 {exercise.extra_set_side}" if exercise.extra_set_side else ""
    return f"{exercise.sets} × {amount}{side}{extra}"


def load_words(exercise: Prescription) -> str:
    """Return the load with how it is held: ``6 kg at the chest``, ``body weight``."""
    if exercise.load_kg is None:
        return f"a weight that feels like effort 6, {exercise.load_held}"
    if not exercise.load_kg:
        return "body weight"
    return f"{exercise.load_kg:g} kg {exercise.load_held}"


def tempo_words(exercise: Prescription) -> str:
    """Return lowering – pause – lifting in seconds, ``3-1-1``; empty for holds and hops."""
    return "-".join(map(str, exercise.tempo)) if exercise.tempo else ""


def session_facts(session: Session) -> str:
    """Return ``49 min · 14 sets · effort up to 7 of 10``."""
    return f"{session.minutes} min · {session.hard_sets} sets · effort up to {session.rpe_cap} of 10"


def session_name(session: Session) -> str:
    """Return ``A: Hinge and step``, or only the title where the session has no letter."""
    return f"{session.label}: {session.title}" if session.label else session.title
