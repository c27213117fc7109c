"""A test of the baseline that is done at the webcam: there, and back with the set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from formcheck.analysis import Analysis
from formcheck.coaching.baseline_rules import load_baseline_rules
from formcheck.coaching.types import TestId
from formcheck.web import app, assess_at_hand, live_errand
from formcheck.web.words import say

TAKEN: Final = "live_set_taken"
"""Where the session keeps the set that was taken last."""


@dataclass(frozen=True)
class ForTest:
    """A test of the baseline that the next set at the webcam is for."""

    test: TestId


def begin(test: TestId) -> None:
    """Let the next set at the webcam be for a test."""
    rules = load_baseline_rules().tests[test]
    live_errand.begin(ForTest(test), rules.exercises[0], target_s=rules.target_s)


def show() -> None:
    """Say above the webcam which test it is for, if it is for one."""
    wanted = live_errand.current(ForTest)
    if wanted is None or assess_at_hand.found() is None:
        return
    rules = load_baseline_rules().tests[wanted.test]
    st.info(
        say("assess.live_for", test=wanted.test, name=rules.name, do=rules.do), icon=":material/checklist:"
    )


def offer(analysis: Analysis) -> None:
    """Offer to take a set that was just done into the baseline."""
    wanted, baseline = live_errand.current(ForTest), assess_at_hand.found()
    if wanted is None or baseline is None:
        return
    with st.container(horizontal=True):
        taken = st.session_state.get(TAKEN) is analysis
        if not taken and st.button(
            say("assess.live_take", test=wanted.test), type="primary", icon=":material/add_task:"
        ):
            baseline.take_set(wanted.test, say("assess.live_set"), analysis)
            st.session_state[TAKEN] = analysis
            app.go(app.BASELINE)
        if st.button(say("assess.live_back"), icon=":material/arrow_back:"):
            app.go(app.BASELINE)
