"""The step "By hand" of the baseline: tests T7–T9, counted or measured without a film, all optional."""

from __future__ import annotations

import streamlit as st

from formcheck.coaching.baseline_rules import load_baseline_rules
from formcheck.coaching.types import TestId
from formcheck.names import SIDES, Side
from formcheck.web.assess import UNFILMED, Baseline
from formcheck.web.words import say

_MOST = {"reps": 200.0, "cm": 40.0, "s": 600.0}
_STEP = {"reps": 1.0, "cm": 0.5, "s": 1.0}


def show(baseline: Baseline) -> None:
    """Draw the step."""
    st.header(say("assess.by_hand"), anchor=False)
    st.write(say("assess.by_hand_text"))
    for test in UNFILMED:
        rules = load_baseline_rules().tests[test]
        with st.container(border=True):
            st.markdown(f"**{test} {rules.name}**  \n{rules.do}")
            for column, side in zip(st.columns(2), SIDES, strict=True):
                with column:
                    _amount(baseline, test, side, rules.unit or "reps")


def _amount(baseline: Baseline, test: TestId, side: Side, unit: str) -> None:
    amount = st.number_input(
        say(f"assess.by_hand_{unit}", side=say(f"assess.leg_{side}")),
        0.0,
        _MOST[unit],
        baseline.by_hand.get((test, side)),
        step=_STEP[unit],
        format="%g",
        key=f"baseline_{test}_{side}",
    )
    if amount is None:
        baseline.by_hand.pop((test, side), None)
    else:
        baseline.by_hand[test, side] = amount
