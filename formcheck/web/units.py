"""Kilograms and centimetres, or pounds and inches, where loads and steps are shown; kept are kilograms.

Angles stay degrees, and videos metres from the camera. No page code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

UnitsName = Literal["metric", "imperial"]

_KG_PER_LB: Final = 0.45359237
_CM_PER_IN: Final = 2.54
_AMOUNT: Final = re.compile(r"(\d+(?:\.\d+)?)(?:(\s?[–-]\s?)(\d+(?:\.\d+)?))? ?(kg|cm)\b")


@dataclass(frozen=True)
class Units:
    """In what a person reads and types masses and lengths."""

    name: UnitsName = "metric"

    @property
    def mass(self) -> str:
        """``kg`` or ``lb``."""
        return "kg" if self.name == "metric" else "lb"

    @property
    def mass_step(self) -> float:
        """By how much a load changes at a click."""
        return 0.5 if self.name == "metric" else 1.0

    def of_kg(self, kg: float) -> float:
        """Return a mass as it is shown."""
        return kg if self.name == "metric" else float(round(kg / _KG_PER_LB))

    def to_kg(self, shown: float, *, unchanged: float | None = None) -> float:
        """Return what was typed in kilograms; exactly ``unchanged`` if that is what stood there."""
        if self.name == "metric":
            return shown
        if unchanged is not None and shown == self.of_kg(unchanged):
            return unchanged
        return round(shown * _KG_PER_LB, 2)

    def mass_text(self, kg: float) -> str:
        """Return a mass with its unit, ``6 kg`` or ``13 lb``."""
        return f"{self.of_kg(kg):g} {self.mass}"

    def told(self, text: str) -> str:
        """Return a text with the kilograms and centimetres in it as the person reads them."""
        return text if self.name == "metric" else _AMOUNT.sub(self._amount, text)

    def _amount(self, found: re.Match[str]) -> str:
        low, between, high, unit = found.groups()
        one = _KG_PER_LB if unit == "kg" else _CM_PER_IN
        numbers = (f"{float(each) / one:.0f}" for each in (low, high) if each)
        return f"{(between or '').join(numbers)} {'lb' if unit == 'kg' else 'in'}"
