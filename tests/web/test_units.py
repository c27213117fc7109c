"""Pounds and inches are another way to say kilograms and centimetres, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.web.units import Units

IMPERIAL, METRIC = Units("imperial"), Units("metric")
loads = st.integers(0, 1000).map(lambda half: half / 2)


@given(loads)
def test_what_nobody_changed_stays_as_it_was(kg: float) -> None:
    for units in (METRIC, IMPERIAL):
        assert units.to_kg(units.of_kg(kg), unchanged=kg) == kg


@given(loads)
def test_there_and_back_is_half_a_pound_off_at_most(kg: float) -> None:
    assert IMPERIAL.to_kg(IMPERIAL.of_kg(kg)) == pytest.approx(kg, abs=0.24)
    assert IMPERIAL.of_kg(IMPERIAL.to_kg(kg)) == pytest.approx(kg, abs=0.51)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("6 kg at the chest", "13 lb at the chest"),
        ("a step of 20–30 cm", "a step of 8–12 in"),
        ("2.5 kg, then 10-12 kg", "6 lb, then 22-26 lb"),
        ("effort up to 7 of 10, rest 90 s, 12°", "effort up to 7 of 10, rest 90 s, 12°"),
    ],
)
def test_texts_are_told_in_the_units_that_are_read(text: str, told: str) -> None:
    assert IMPERIAL.told(text) == told
    assert METRIC.told(text) == text
