"""Keeping a result that was just made: for whom, on which day, with or without its video."""

from __future__ import annotations

from datetime import date
from typing import Final

import streamlit as st

from formcheck.errors import FormcheckError
from formcheck.web import people
from formcheck.web.desk import Desk, Result
from formcheck.web.people_parts import CURRENT, records_or_say
from formcheck.web.words import say

_KEPT: Final = "kept"


def show(desk: Desk, result: Result) -> None:
    """Draw the offer; nothing is opened or stored unless somebody takes it."""
    kept: tuple[Result, str] | None = st.session_state.get(_KEPT)
    if kept is not None and kept[0] is result:
        st.success(say("keep.done", person=kept[1]), icon=":material/bookmark_added:")
        return
    with st.expander(
        say("keep.title"), icon=":material/bookmark_add:", key="keep-open", on_change="rerun"
    ) as offer:
        if offer.open:
            _form(desk, result)


def _form(desk: Desk, result: Result) -> None:
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
            say("keep.filmed_on"), value="today", max_value="today", format="DD/MM/YYYY"
        )
        video = st.checkbox(say("keep.video"))
        if not st.form_submit_button(say("keep.button"), type="primary"):
            return
        if not code:
            st.error(say("keep.none"), icon=":material/error:")
            return
        try:
            clip = people.remember(
                records,
                code,
                result.analysis,
                filmed_on=filmed_on if isinstance(filmed_on, date) else None,
                video=desk.clip if video else None,
            )
        except FormcheckError as error:
            st.error(str(error), icon=":material/error:")
            return
    st.session_state[_KEPT] = (result, clip.person)
    st.session_state[CURRENT] = clip.person
    st.rerun()
