"""A test of the baseline that is done at the webcam: there, and back with the set."""

from __future__ import annotations

from typing import Final

import streamlit as st

from formcheck.analysis import Analysis
from formcheck.coaching.baseline_rules import load_baseline_rules
from formcheck.coaching.types import TestId
from formcheck.web import app, assess_at_hand
from formcheck.web.words import say

FOR: Final = "live_for_test"
"""Where the session keeps the test that the next set at the webcam is for …"""
TAKEN: Final = "live_set_taken"
"""… and the set that was taken last."""
EXERCISE: Final = "live_exercise"
"""The key of the live page's choice."""


def begin(test: TestId) -> None:
    """Let the next set at the webcam be for a test."""
    st.session_state[FOR] = test
    st.session_state[EXERCISE] = load_baseline_rules().tests[test].exercises[0]


def end() -> None:
    """Let the next set be for no test; who comes back to the baseline chooses again."""
    st.session_state.pop(FOR, None)


def show() -> None:
    """Say above the webcam which test it is for, if it is for one."""
    test: TestId | None = st.session_state.get(FOR)
    if test is None or assess_at_hand.found() is None:
        return
    rules = load_baseline_rules().tests[test]
    st.info(say("assess.live_for", test=test, name=rules.name, do=rules.do), icon=":material/checklist:")


def offer(analysis: Analysis) -> None:
    """Offer to take a set that was just done into the baseline."""
    test: TestId | None = st.session_state.get(FOR)
    baseline = assess_at_hand.found()
    if test is None or baseline is None:
        return
    with st.container(horizontal=True):
        taken = st.session_state.get(TAKEN) is analysis
        if not taken and st.button(
            say("assess.live_take", test=test), type="primary", icon=":material/add_task:"
        ):
            baseline.take_set(test, say("assess.live_set"), analysis)
            st.session_state[TAKEN] = analysis
            app.go(app.BASELINE)
        if st.button(say("assess.live_back"), icon=":material/arrow_back:"):
            app.go(app.BASELINE)
