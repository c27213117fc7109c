"""Whom the pages of the coaching are for, and the notebook that goes with them."""

from __future__ import annotations

from typing import Final

import streamlit as st

from formcheck.errors import FormcheckError
from formcheck.records.documents import check_code
from formcheck.web import access, people
from formcheck.web.people_parts import OPENED, keep_in_address
from formcheck.web.plan_notebook import Notebook
from formcheck.web.shelf import Shelf

PERSON: Final = "coached_person"
NOTEBOOK: Final = "coached_nobody"
_NOBODY: Final = ""
_TOKEN: Final = "nobody"
"""The name of the token in the page's address and in the session."""
NOBODYS: Final[Shelf[Notebook]] = Shelf()
"""The server's: the notebooks of those who gave no name."""


def choose_person(label: str, nobody: str, note: str, at_first: str | None = None) -> str | None:
    """Draw the choice of a person, known or new; return the code, None for nobody.

    ``at_first`` is chosen as long as the session has chosen nobody, or whom the page's address names.
    """
    try:
        known = {each.code: people.label(each) for each in people.records().people()}
    except FormcheckError as error:
        st.error(str(error), icon=":material/error:")
        return None
    named = st.query_params.get(OPENED, _NOBODY)
    first = at_first or (named if named in known else _NOBODY)
    chosen: str = st.session_state.setdefault(PERSON, first) or _NOBODY
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
    keep_in_address(code if code in known else None)
    if not code:
        return None
    try:
        return check_code(code)
    except FormcheckError as error:
        st.error(str(error), icon=":material/error:")
        return None


def notebook(person: str | None) -> Notebook:
    """Return the person's notebook; nobody's is kept in memory only (see `Shelf`)."""
    if person is not None:
        return Notebook(people.records(), person)
    book: Notebook | None = st.session_state.get(NOTEBOOK)
    if book is None:
        book = NOBODYS.find(st.query_params.get(_TOKEN), access.owner()) or Notebook(None, None)
        st.session_state[NOTEBOOK] = book
    return book


def remember_nobody(book: Notebook) -> None:
    """Let the page's address lead to nobody's notebook, so that a reload doesn't lose it."""
    token: str | None = st.session_state.get(_TOKEN)
    if token is None or NOBODYS.find(token, access.owner()) is not book:
        token = st.session_state[_TOKEN] = NOBODYS.put(book, access.owner())
    if st.query_params.get(_TOKEN) != token:
        st.query_params[_TOKEN] = token
