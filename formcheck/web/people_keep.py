"""Keeping a result that was just made: for whom, on which day, with or without its video."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import streamlit as st

from formcheck.analysis import Analysis
from formcheck.errors import FormcheckError
from formcheck.web import people
from formcheck.web.people_parts import CURRENT, records_or_say
from formcheck.web.words import say

_KEPT: Final = "kept"


def show(analysis: Analysis, video: Path | None) -> None:
    """Draw the offer; nothing is opened or stored unless somebody takes it.

    Parameters
    ----------
    analysis : Analysis
        The result.
    video : Path or None
        Its video; None if there is none to keep.
    """
    kept: tuple[Analysis, str] | None = st.session_state.get(_KEPT)
    if kept is not None and kept[0] is analysis:
        st.success(say("keep.done", person=kept[1]), icon=":material/bookmark_added:")
        return
    with st.expander(
        say("keep.title"), icon=":material/bookmark_add:", key="keep-open", on_change="rerun"
    ) as offer:
        if offer.open:
            _form(analysis, video)


def _form(analysis: Analysis, video: Path | None) -> None:
    records = records_or_say()
    if records is None:
        return
    st.write(say("keep.text"))
    everybody = {person.code: people.label(person) for person in records.people()}
    current = st.session_state.get(CURRENT)
    with st.form("keep", border=False):
        who, when = st.columns([3, 2])
        code = who.selectbox(
            say("keep.person"),
            list(everybody),
            index=list(everybody).index(current) if current in everybody else None,
            format_func=lambda code: everybody.get(code, code),
            placeholder=say("keep.placeholder"),
            help=say("keep.person_help"),
            accept_new_options=True,
        )
        filmed_on = when.date_input(
            say("keep.filmed_on"), value="today", max_value="today", format="YYYY-MM-DD"
        )
        keep_video = video is not None and st.checkbox(say("keep.video"))
        if not st.form_submit_button(say("keep.button"), type="primary"):
            return
        if not code:
            st.error(say("keep.none"), icon=":material/error:")
            return
        try:
            clip = people.remember(
                records,
                code,
                analysis,
                filmed_on=filmed_on if isinstance(filmed_on, date) else None,
                video=video if keep_video else None,
            )
        except FormcheckError as error:
            st.error(str(error), icon=":material/error:")
            return
    st.session_state[_KEPT] = (analysis, clip.person)
    st.session_state[CURRENT] = clip.person
    st.rerun()
