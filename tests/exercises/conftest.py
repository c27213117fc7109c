"""Fixtures of the tests of recognition."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from formcheck import Analysis
from formcheck.motion.types import Motion


@pytest.fixture(scope="module")
def step_down(sample_analysis: Callable[[str], Analysis]) -> Motion:
    return sample_analysis("step_down_front_right_good").motion
