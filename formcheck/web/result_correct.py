"""Correcting what was recognised: the clip is scored again from its landmarks, at once."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from formcheck.names import EXERCISES, SIDES, other
from formcheck.reports import texts
from formcheck.scoring.thresholds import Thresholds
from formcheck.web import settings
from formcheck.web.check_choices import AUTO, exercise_choice, side_choice
from formcheck.web.desk import Desk, Result
from formcheck.web.words import say

PATIENCE_S: Final = 20.0
"""Scoring again takes a second or two; beyond this the page goes on with its progress."""


def show(desk: Desk, result: Result, thresholds: Thresholds | None = None) -> None:
    """Draw the offer; ``thresholds`` hold instead of those of whoever uses the page.

    Where nobody was seen there is nothing that could be scored again.
    """
    if not np.isfinite(result.analysis.pose.image_px).any():
        return
    bouts = [scored.bout for scored in result.analysis.bouts]
    found = "; ".join(texts.exercise_title(bout.exercise, bout.side) for bout in bouts)
    said = result.analysis.provenance["settings"]
    exercise, side = said["exercise"], said["side"]
    if len(bouts) == 1 and bouts[0].exercise in EXERCISES:
        exercise, side = bouts[0].exercise, bouts[0].side or AUTO
    with (
        st.expander(say("correct.title"), icon=":material/edit:", expanded=not found),
        st.form("correct", border=False),
    ):
        st.write(say("correct.text", found=found or say("correct.nothing")))
        exercises, sides = (AUTO, *EXERCISES), (AUTO, *SIDES)
        left, right = st.columns(2)
        exercise = left.selectbox(
            say("check.exercise"), exercises, index=exercises.index(exercise), format_func=exercise_choice
        )
        leg = right.selectbox(say("check.side"), sides, index=sides.index(side), format_func=side_choice)
        before = result.analysis.video.mirror_image
        mirror_image = st.checkbox(
            say("correct.mirror_image"), value=before, help=say("correct.mirror_image_help")
        )
        if st.form_submit_button(say("correct.button"), type="primary"):
            if mirror_image != before and leg == side and leg in SIDES:
                leg = other(leg)  # what stood there was told by the picture as it was
            ranges = thresholds or settings.own_thresholds()
            desk.rescore(exercise, leg, ranges, mirror_image=mirror_image)
            if desk.analysing is not None:
                desk.analysing.wait(PATIENCE_S)
            st.rerun()
