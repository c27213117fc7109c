"""Where a person stands on one ladder, and how two standings compare."""

from __future__ import annotations

from dataclasses import dataclass, replace

from formcheck.coaching.library import Rung
from formcheck.coaching.plan_rules import Dose, PlanRules
from formcheck.coaching.types import Decision, LadderId, Tier


@dataclass(frozen=True)
class Standing:
    """What comes next on one ladder.

    Attributes
    ----------
    ladder, rung : str, int
        Where.
    amount : int
        Repetitions, seconds or contacts to aim at.
    load_kg : float or None
        External load, 0 for body weight; None: to be found by feel.
    decision : Decision or None
        On the last session; None before the first.
    reasons : tuple of str
        Whole sentences.
    progressed, new_rung : bool
        Whether the last step was up (load, or the amount in its stead), and whether it was a rung.
    stopped : bool
        Rests because of pain.
    refer : bool
        Pain stopped it often enough to suggest a clinician.
    before : Standing or None
        What it would be without the step up.
    """

    ladder: LadderId
    rung: int
    amount: int
    load_kg: float | None
    decision: Decision | None = None
    reasons: tuple[str, ...] = ()
    progressed: bool = False
    new_rung: bool = False
    stopped: bool = False
    refer: bool = False
    before: Standing | None = None

    def held_back(self, reason: str) -> Standing:
        """Return the standing without its step up."""
        assert self.before is not None
        return replace(self.before, decision=self.decision, reasons=(*self.reasons, reason))


def dose_of(rung: Rung, tier: Tier, rules: PlanRules) -> Dose:
    """Return the rung's dose: its first class, the last one on the highest tier; its own amount and tempo."""
    dose = rules.doses[rung.dose[-1] if tier == "load" else rung.dose[0]]
    return dose.model_copy(update={"amount": rung.reps or dose.amount, "tempo": rung.tempo or dose.tempo})


def easiest(first: Standing, second: Standing) -> Standing:
    """Return the one with the lower rung, load and amount, in this order; the first if they are alike."""
    return min(first, second, key=lambda each: (each.rung, each.load_kg or 0.0, each.amount))


def change_sentence(rung: Rung, before: Standing, after: Standing) -> str:
    """Return what is different from the last session, on the same rung; empty if nothing is."""
    if after.rung != before.rung:
        return ""
    if after.load_kg != before.load_kg:
        way = "Up" if (after.load_kg or 0) > (before.load_kg or 0) else "Down"
        return f"{way} from {before.load_kg:g} to {after.load_kg:g} kg."
    unit = {"I": " s", "P": " contacts"}.get(rung.dose[0], " repetitions")
    if after.amount != before.amount:
        way = "Up" if after.amount > before.amount else "Down"
        return f"{way} from {before.amount} to {after.amount}{unit}."
    return ""
