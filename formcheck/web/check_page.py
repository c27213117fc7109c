"""The page "Check a clip": take a video, watch it being analysed, read the result."""

from __future__ import annotations

from typing import Final

import streamlit as st

from formcheck.names import EXERCISES, SIDES
from formcheck.reports import texts
from formcheck.web import people_keep, result_view, samples_view, settings
from formcheck.web.desk import Choices, Desk

KINDS: Final = ("mp4", "mov", "m4v", "webm", "avi", "mkv")
MODELS: Final = {"lite": "Quick", "full": "Normal", "heavy": "Thorough, about three times slower"}
_AUTO: Final = "auto"


def show() -> None:
    """Draw the page."""
    st.write(
        "Film one set of an exercise, and see how hip, knee and trunk moved, each angle with its error. "
        "Your video is looked at and not kept, unless you choose to."
    )
    desk = _desk()
    choices = _choices(busy=desk.busy)
    _take_clip(desk, choices)
    if desk.busy:
        _progress(desk)
    elif desk.error:
        st.error(desk.error, icon=":material/error:")
    elif desk.result is not None:
        people_keep.show(desk, desk.result)
        result_view.show(desk, desk.result)


def _desk() -> Desk:
    """Return the session's desk, made with its first page."""
    if "desk" not in st.session_state:
        st.session_state["desk"] = Desk()
        st.session_state["uploads"] = 0
    desk: Desk = st.session_state["desk"]
    return desk


def _choices(*, busy: bool) -> Choices:
    exercise_column, side_column, model_column = st.columns(3)
    exercise = exercise_column.selectbox(
        "Exercise",
        (_AUTO, *EXERCISES),
        format_func=lambda name: "Recognise it" if name == _AUTO else texts.exercise_name(name),
        key="exercise",
        disabled=busy,
    )
    side = side_column.selectbox(
        "Working leg",
        (_AUTO, *SIDES),
        format_func=lambda name: "Recognise it" if name == _AUTO else texts.side_word(name).capitalize(),
        key="side",
        disabled=busy,
    )
    model = model_column.selectbox(
        "How closely to look",
        tuple(MODELS),
        index=list(MODELS).index(settings.load_settings().model),
        format_func=MODELS.__getitem__,
        key="model",
        disabled=busy,
    )
    return Choices(exercise, side, model, settings.own_thresholds())


def _take_clip(desk: Desk, choices: Choices) -> None:
    upload = st.file_uploader(
        "Your clip, up to 2 GB: the whole body in the picture, five repetitions, one side after the other",
        type=list(KINDS),
        key=f"upload-{st.session_state['uploads']}",
        disabled=desk.busy,
    )
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
        if again.button("Check again", icon=":material/replay:", width="stretch"):
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
    words = "Looking at the clip" if left is None else f"Looking at the clip, about {left:.0f} s left"
    st.progress(job.share, text=words)
    if st.button("Stop", icon=":material/stop_circle:"):
        desk.cancel()
        st.rerun()
