"""Parts that several pages share: opening the records with a plain word if that fails, choosing a person."""

from __future__ import annotations

from typing import Final, NoReturn

import streamlit as st

from formcheck.errors import FormcheckError
from formcheck.records import Records
from formcheck.web import people

CURRENT: Final = "person"
"""Key of the session's state: the code of the person whom the pages are about."""
OPENED: Final = "person"
"""In the page's address: the code of the person whose desk is open, or whom the page is about."""
CLIP: Final = "clip"
"""In the page's address: the clip of the person that is open."""
TAB: Final = "tab"
"""In the page's address: the part of the desk that is open."""
SAID: Final = "said"
"""Key of a sentence to say once, on the next page."""


def records_or_say() -> Records | None:
    """Return the records; None after saying why they can't be opened."""
    try:
        records = people.records()
    except FormcheckError as error:
        st.error(str(error), icon=":material/error:")
        return None
    for notice in records.notices:
        if notice not in st.session_state.setdefault("notices", set()):
            st.session_state["notices"].add(notice)
            st.toast(notice, icon=":material/info:", duration="infinite")
    return records


def open_desk(code: str, *, tab: str = "", clip: str = "") -> NoReturn:
    """Go to a part of a person's desk, or to one of their clips: one step for the browser's back button."""
    address = {OPENED: code, TAB: tab, CLIP: clip}
    st.query_params.from_dict({name: value for name, value in address.items() if value})
    st.rerun()


def leave_desk() -> NoReturn:
    """Go to the list of everybody."""
    st.query_params.clear()
    st.rerun()


def choose_person(records: Records, label: str, *, empty: str) -> str | None:
    """Draw the choice of a person, the same on all pages; where there is nobody, say ``empty``: None."""
    everybody = {person.code: person for person in records.people()}
    if not everybody:
        st.info(empty, icon=":material/info:")
        return None
    codes = list(everybody)
    current = st.session_state.get(CURRENT) or st.query_params.get(OPENED)
    chosen: str = st.selectbox(
        label,
        codes,
        index=codes.index(current) if current in everybody else 0,
        format_func=lambda code: people.label(everybody[code]),
    )
    st.session_state[CURRENT] = chosen
    keep_in_address(chosen)
    return chosen


def keep_in_address(code: str | None) -> None:
    """Let the page's address name whom it is about, so that a reload doesn't forget it."""
    if code is None:
        st.query_params.pop(OPENED, None)
    elif st.query_params.get(OPENED) != code:
        st.query_params[OPENED] = code
