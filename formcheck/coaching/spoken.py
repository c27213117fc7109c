"""Values as people read them."""

from __future__ import annotations

import math

from formcheck.scoring.types import Estimate


def value_words(estimate: Estimate) -> str:
    """Return value ± error with as many digits as the error deserves."""
    if math.isnan(estimate.value):
        return "too much"
    digits = 0 if estimate.sd >= 1 or abs(estimate.value) >= 20 else 1 if estimate.sd >= 0.1 else 2
    # Adding 0 makes a 0 of -0.
    return f"{round(estimate.value, digits) + 0.0:.{digits}f} ± {estimate.sd:.{digits}f}"


def listed(words: list[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
