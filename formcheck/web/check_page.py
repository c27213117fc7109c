"""The page "Check a clip": take a video, watch it being analysed, read the result."""

from __future__ import annotations

import streamlit as st

from formcheck.names import EXERCISES, POSE_MODELS, SIDES
from formcheck.web import people_keep, result_view, samples_view, settings
from formcheck.web.check_choices import AUTO, KINDS, exercise_choice, model_choice, side_choice
from formcheck.web.desk import Choices, Desk
from formcheck.web.words import say


def show() -> None:
    """Draw the page."""
    desk = _desk()
    if desk.clip is None:
        st.write(say("check.intro"))
    _take_clip(desk)
    if desk.busy:
        _progress(desk)
    elif desk.error:
        st.error(desk.error, icon=":material/error:")
    elif desk.result is not None:
        result_view.show(desk, desk.result)
        people_keep.show(desk, desk.result)


def _desk() -> Desk:
    """Return the session's desk, made with its first page."""
    if "desk" not in st.session_state:
        st.session_state["desk"] = Desk()
        st.session_state["uploads"] = 0
    desk: Desk = st.session_state["desk"]
    return desk


def _choices(*, busy: bool) -> Choices:
    with st.expander(say("check.options"), icon=":material/tune:"):
        exercise_column, side_column, model_column = st.columns(3)
        exercise = exercise_column.selectbox(
            say("check.exercise"),
            (AUTO, *EXERCISES),
            format_func=exercise_choice,
            key="exercise",
            disabled=busy,
        )
        side = side_column.selectbox(
            say("check.side"), (AUTO, *SIDES), format_func=side_choice, key="side", disabled=busy
        )
        model = model_column.selectbox(
            say("check.model"),
            POSE_MODELS,
            index=POSE_MODELS.index(settings.load_settings().model),
            format_func=model_choice,
            key="model",
            disabled=busy,
        )
    return Choices(exercise, side, model, settings.own_thresholds())


def _take_clip(desk: Desk) -> None:
    upload = st.file_uploader(
        say("check.upload"),
        type=list(KINDS),
        key=f"upload-{st.session_state['uploads']}",
        disabled=desk.busy,
    )
    choices = _choices(busy=desk.busy)
    if upload is not None:
        desk.take_upload(upload.name, upload)
        # Streamlit holds uploads in memory: a fresh uploader lets go of this one, which is on disk now.
        st.session_state["uploads"] += 1
        desk.start(choices)
        st.rerun()
    _samples(desk, choices)
    if desk.clip is not None and not desk.busy:
        name, again = st.columns([3, 1], vertical_alignment="center")
        name.text(desk.clip.name)
        if again.button(say("check.again"), icon=":material/replay:", width="stretch"):
            desk.start(choices)
            st.rerun()


def _samples(desk: Desk, choices: Choices) -> None:
    chosen = samples_view.show(disabled=desk.busy, expanded=desk.clip is None)
    if chosen is not None:
        desk.take_sample(chosen.path)
        desk.start(choices)
        st.rerun()


@st.fragment(run_every=0.5)
def _progress(desk: Desk) -> None:
    """Show how far the analysis is; the whole page is drawn anew when it ends."""
    job = desk.analysing
    if job is None or job.finished:
        st.rerun()
    left = job.seconds_left
    words = say("check.looking") if left is None else say("check.looking_left", seconds=left)
    st.progress(job.share, text=words)
    if st.button(say("check.stop"), icon=":material/stop_circle:"):
        desk.cancel()
        st.rerun()
