"""The tab "Add clips" of a person's desk."""

from __future__ import annotations

from datetime import date
from typing import Final

import streamlit as st

from formcheck.records import Records
from formcheck.web import access, people_ranges, settings
from formcheck.web.check_choices import KINDS
from formcheck.web.people_intake import Intake, Order, Outcome
from formcheck.web.shelf import Shelf
from formcheck.web.words import count_text, left_text, say

_INTAKE: Final = "intake"
INTAKES: Final[Shelf[Intake]] = Shelf()
"""The server's, by the person's code: who reloads the page finds theirs again."""


def show(records: Records, code: str) -> None:
    """Draw the tab; what a session adds for one person is shown with that person only."""
    token = INTAKES.token_of(code, access.owner())
    intake = INTAKES.find(token, access.owner())
    if intake is None:
        other: Intake | None = st.session_state.get(_INTAKE)
        _form(records, code, busy=other is not None and not other.job.finished)
    elif not intake.job.finished:
        _working(intake)
    else:
        _outcomes(intake.outcomes)
        if intake.job.error:
            st.error(intake.job.error, icon=":material/error:")
        elif len(intake.outcomes) < intake.count:
            st.info(say("clips.stopped"), icon=":material/stop_circle:")
        if st.button(say("clips.again"), icon=":material/add:"):
            INTAKES.drop(token)
            st.rerun()


def _form(records: Records, code: str, *, busy: bool) -> None:
    st.write(say("clips.text", person=code))
    uploads = st.file_uploader(
        say("clips.upload"), type=list(KINDS), accept_multiple_files=True, key=f"clips-{code}", disabled=busy
    )
    day_column, keep_column = st.columns(2, vertical_alignment="bottom")
    filmed_on = day_column.date_input(
        say("clips.filmed_on"), value="today", max_value="today", format="YYYY-MM-DD"
    )
    keep_video = keep_column.checkbox(say("clips.keep_video"))
    count = count_text("clips.clips", len(uploads or ()))
    start = say("clips.start", clips=count) if uploads else say("clips.start_none")
    if st.button(start, type="primary", disabled=busy or not uploads) and uploads:
        order = Order(
            code,
            filmed_on if isinstance(filmed_on, date) else date.today(),
            keep_video,
            settings.load_settings().model,
            people_ranges.in_use(records, code),
            access.owner(),
        )
        intake = Intake(records, order, [(upload.name, upload) for upload in uploads])
        INTAKES.put(intake, access.owner(), name=code)
        st.session_state[_INTAKE] = intake
        st.rerun()


@st.fragment(run_every=0.5)
def _working(intake: Intake) -> None:
    """Show how far it is; the whole page is drawn anew when it ends."""
    if intake.job.finished:
        st.rerun()
    done = min(len(intake.outcomes) + 1, intake.count)
    text = say("clips.working", number=done, count=intake.count, name=intake.name)
    waiting = intake.job.waiting
    st.progress(
        intake.job.share,
        text=say("check.waiting") if waiting else left_text(text, intake.job.seconds_left),
    )
    _outcomes(intake.outcomes)
    if st.button(say("clips.stop"), icon=":material/stop_circle:"):
        intake.job.cancel()
        st.rerun()


def _outcomes(outcomes: tuple[Outcome, ...]) -> None:
    for outcome in outcomes:
        if outcome.kept:
            st.success(outcome.sentence, icon=":material/check_circle:")
        else:
            st.error(outcome.sentence, icon=":material/error:")
