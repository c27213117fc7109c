"""The sentences that say why: faults with their numbers, missing equipment."""

from __future__ import annotations

from collections.abc import Set

from formcheck.coaching.library import HOUSEHOLD, Ladder
from formcheck.coaching.plan_rules import PlanRules
from formcheck.coaching.spoken import value_words
from formcheck.names import Side
from formcheck.scoring.types import Estimate

_TIMES = "two sessions in a row"
EQUIPMENT_WORDS = {
    "step": "a step",
    "high_box": "a box of 25–30 cm",
    "dumbbell": "a dumbbell",
    "barbell": "a barbell",
    "band": "a long band",
    "mini_band": "a mini-band",
    "bench": "a bench",
    "pull_up_bar": "a pull-up bar",
    "suspension": "straps to hang from",
}


def fault_sentence(
    measure: str,
    estimate: Estimate,
    side: Side | None,
    exercise: str,
    rules: PlanRules,
    *,
    twice: bool = False,
    sure: bool = True,
) -> str:
    """Return the sentence that gives a fault as a reason, the value with its error.

    ``Because your hips dropped 13 ± 2° on the left leg in the forward step-down, two sessions in a row.``
    """
    words = rules.fault_words.get(measure, f"{measure} was {{value}}")
    said = words.format(value=value_words(estimate))
    leg = f" on the {side} leg" if side else ""
    where = f"{said}{leg} in the {lower_first(exercise)}"
    if not sure:
        return f"Perhaps {where}; the film cannot tell for sure, so it is worth a cue, no more."
    return f"Because {where}{f', {_TIMES}' if twice else ''}."


def lower_first(name: str) -> str:
    """Return a name for the middle of a sentence; names of people keep their capital."""
    return name if name.startswith(("Nordic", "Pallof", "A-skip")) else name[:1].lower() + name[1:]


def no_equipment(ladder: Ladder, wanted: int, instead: int, equipment: Set[str]) -> str:
    """Return the sentence on a rung that waits for equipment; empty if it waits for none, or is no rung."""
    if wanted >= len(ladder.rungs) or ladder.rungs[wanted].possible_with(equipment):
        return ""
    have = equipment | HOUSEHOLD
    needs = [
        words.split(" or ") for words in ladder.rungs[wanted].equipment if not set(words.split(" or ")) & have
    ]
    said = " and ".join(" or ".join(EQUIPMENT_WORDS.get(word, word) for word in words) for words in needs)
    return f"{ladder.code}{wanted} needs {said}; {ladder.code}{instead} stands in."
