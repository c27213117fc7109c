"""Weights: the first one of a rung, the next one, and less."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.coaching.library import Rung
from formcheck.coaching.plan_rules import Progress
from formcheck.coaching.types import LadderId, Tier

UPPER_BODY: frozenset[LadderId] = frozenset({"push", "pull"})


@dataclass(frozen=True)
class Loads:
    """The weights of one person on one ladder.

    Attributes
    ----------
    progress : Progress
        Steps and limits.
    ladder : str
        Upper-body ladders take smaller steps.
    tier : str
        Limits the load.
    body_mass_kg : float or None
        Without it, first loads are found by feel and nothing is limited.
    """

    progress: Progress
    ladder: LadderId
    tier: Tier
    body_mass_kg: float | None

    def first(self, rung: Rung) -> float | None:
        """Return the load that ``rung`` begins with, kg; 0 for none, None where it is found by feel."""
        if rung.load is None or rung.load.from_pct == 0:
            return 0.0
        if self.body_mass_kg is None:
            return None
        return min(self._weight(rung.load.from_pct), self.heaviest(rung))

    def heavier(self, rung: Rung, load_kg: float | None, *, easy: bool) -> float | None:
        """Return the next load, a larger step where the last was easy; None where there is none."""
        if rung.load is None or load_kg is None:
            return None
        if not load_kg:
            return self._weight(self.progress.first_load_pct) if self.body_mass_kg else None
        usual = (
            self.progress.load_step_upper_pct
            if self.ladder in UPPER_BODY
            else self.progress.load_step_lower_pct
        )
        pct = self.progress.load_step_max_pct if easy else usual
        step = self.progress.smallest_step_kg
        # Whole steps within the per cent, but at least one.
        found = load_kg + max(int(load_kg * pct / 100 / step + 1e-9), 1) * step
        return found if found <= self.heaviest(rung) + 1e-9 else None

    def changed(self, load_kg: float, change_pct: float) -> float:
        """Return the load less some per cent, rounded down to a weight that exists."""
        step = self.progress.smallest_step_kg
        return int(load_kg * (1 + change_pct / 100) / step) * step

    def heaviest(self, rung: Rung) -> float:
        """Return the most that rung and tier allow, kg."""
        if rung.load is None:
            return 0.0
        if self.body_mass_kg is None:
            return float("inf")
        return self._weight(min(rung.load.to_pct, self.progress.tier_load_max_pct[self.tier]))

    def _weight(self, pct: float) -> float:
        """Return per cent of body mass as a weight that exists, kg."""
        assert self.body_mass_kg is not None
        step = self.progress.smallest_step_kg
        return max(round(self.body_mass_kg * pct / 100 / step) * step, step)
