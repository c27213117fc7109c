"""Parts that several pages share: opening the records with a plain word if that fails, choosing a person."""

from __future__ import annotations

from typing import Final

import streamlit as st

from formcheck.errors import FormcheckError
from formcheck.records import Records
from formcheck.web import people

CURRENT: Final = "person"
"""Key of the session's state: the code of the person whom the pages are about."""
OPENED: Final = "opened"
"""Key of the code of the person whose desk is open."""
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


def choose_person(records: Records, label: str, *, empty: str) -> str | None:
    """Draw the choice of a person, the same on all pages; where there is nobody, say ``empty``: None."""
    everybody = {person.code: person for person in records.people()}
    if not everybody:
        st.info(empty, icon=":material/info:")
        return None
    codes = list(everybody)
    current = st.session_state.get(CURRENT)
    chosen: str = st.selectbox(
        label,
        codes,
        index=codes.index(current) if current in everybody else 0,
        format_func=lambda code: people.label(everybody[code]),
    )
    st.session_state[CURRENT] = chosen
    return chosen
