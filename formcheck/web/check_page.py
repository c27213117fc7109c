"""The page "Check a clip": take videos, watch them being analysed, read the results."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from formcheck.names import EXERCISES, POSE_MODELS, SIDES
from formcheck.web import access, check_pile, people_keep, result_view, samples_view, settings
from formcheck.web.check_choices import AUTO, KINDS, exercise_choice, model_choice, side_choice
from formcheck.web.desk import Choices
from formcheck.web.pile import Pile
from formcheck.web.shelf import Shelf
from formcheck.web.words import count_text, left_text, say

PILE: Final = "clips"
"""Where the session keeps its clips, and the name of their token in the page's address."""
UPLOADS: Final = "uploads"
KEPT_S: Final = 1800.0
SHELF: Final[Shelf[Pile]] = Shelf(KEPT_S)
"""The server's: who reloads the page finds their clips again."""


def show() -> None:
    """Draw the page."""
    pile = _pile()
    if not pile.desks:
        st.write(say("check.intro"))
    _take_clips(pile)
    if pile.busy:
        _progress(pile)
    check_pile.show(pile, key=f"clip-chosen-{st.session_state[UPLOADS]}")
    desk = pile.desk
    if desk is None or desk.busy:
        return
    if desk.error:
        st.error(desk.error, icon=":material/error:")
    elif desk.result is not None:
        keep = partial(people_keep.show, desk.result.analysis, desk.clip)
        result_view.show(desk, desk.result, keep=keep)


def _pile() -> Pile:
    """Return the session's clips; after a reload, those that the address names."""
    token = st.session_state.get(f"{PILE}-token")
    if PILE not in st.session_state:
        token = st.query_params.get(PILE)
        found = SHELF.find(token, access.owner())
        st.session_state[PILE] = found or Pile()
        st.session_state[f"{PILE}-token"] = token = token if found else None
        st.session_state[UPLOADS] = 0
    pile: Pile = st.session_state[PILE]
    if pile.desks and SHELF.find(token, access.owner()) is not pile:
        token = st.session_state[f"{PILE}-token"] = SHELF.put(pile, access.owner())
    if pile.desks and token is not None:
        st.query_params[PILE] = token
    return pile


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


def _take_clips(pile: Pile) -> None:
    # Once there are clips, they come first.
    others = st.expander(say("check.others"), icon=":material/upload_file:") if pile.desks else st.container()
    with others:
        uploads = st.file_uploader(
            say("check.upload"),
            type=list(KINDS),
            accept_multiple_files=True,
            key=f"upload-{st.session_state[UPLOADS]}",
            disabled=pile.busy,
        )
        with st.expander(say("check.film"), icon=":material/videocam:"):
            st.markdown(say("check.film_text"))
        choices = _choices(busy=pile.busy)
    if uploads:
        pile.take_uploads([(upload.name, upload) for upload in uploads])
        # Streamlit holds uploads in memory: a fresh uploader lets go of these, which are on disk now.
        st.session_state[UPLOADS] += 1
        pile.start(choices)
        st.rerun()
    with others:
        _samples(pile, choices)
    if pile.desk is not None and not pile.busy:
        name, again = st.columns([3, 1], vertical_alignment="center")
        name.text(pile.desk.name)
        if again.button(say("check.again"), icon=":material/replay:", width="stretch"):
            pile.start_again(choices)
            st.rerun()


def _samples(pile: Pile, choices: Choices) -> None:
    chosen = samples_view.show(disabled=pile.busy, expanded=pile.desk is None)
    if chosen is not None:
        pile.take_sample(chosen.path)
        pile.start(choices)
        st.rerun()


def _progress(pile: Pile) -> None:
    """Show how far the analysis is; the whole page is drawn anew whenever a clip has been looked at."""
    finished = pile.finished

    def draw() -> None:
        if pile.finished != finished or not pile.busy:
            st.rerun()
        count = len(pile.desks)
        words = count_text("check.looking", count, number=min(finished + 1, count))
        words = say("check.waiting") if pile.waiting else left_text(words, pile.seconds_left)
        st.progress(pile.share, text=words)
        if st.button(say("check.stop"), icon=":material/stop_circle:"):
            pile.cancel()
            st.rerun()

    st.fragment(draw, run_every=0.5)()
