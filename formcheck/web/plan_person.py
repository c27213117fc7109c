"""Whom the pages of the coaching are for, and the notebook that goes with them."""

from __future__ import annotations

from typing import Final

import streamlit as st

from formcheck.errors import FormcheckError
from formcheck.records.documents import check_code
from formcheck.web import people
from formcheck.web.plan_notebook import Notebook

PERSON: Final = "coached_person"
NOTEBOOK: Final = "coached_nobody"
_NOBODY: Final = ""


def choose_person(label: str, nobody: str, note: str, at_first: str | None = None) -> str | None:
    """Draw the choice of a person, known or new; return the code, None for nobody.

    ``at_first`` is chosen as long as the session has chosen nobody.
    """
    try:
        known = {each.code: people.label(each) for each in people.records().people()}
    except FormcheckError as error:
        st.error(str(error), icon=":material/error:")
        return None
    chosen: str = st.session_state.setdefault(PERSON, at_first or _NOBODY) or _NOBODY
    options = list(dict.fromkeys([_NOBODY, *known, chosen]))
    code = st.selectbox(
        label,
        options,
        format_func=lambda code: known.get(code, code) or nobody,
        accept_new_options=True,
        help=note,
        key=PERSON,
        persist_state="session",
    )
    if not code:
        return None
    try:
        return check_code(code)
    except FormcheckError as error:
        st.error(str(error), icon=":material/error:")
        return None


def notebook(person: str | None) -> Notebook:
    """Return the person's notebook; nobody's lives as long as the session."""
    if person is not None:
        return Notebook(people.records(), person)
    return st.session_state.setdefault(NOTEBOOK, Notebook(None, None))  # type: ignore[no-any-return]
