"""The baseline that a session has at hand, which a reload and a way through other pages don't lose."""

from __future__ import annotations

from typing import Final

import streamlit as st

from formcheck.web import access
from formcheck.web.assess import Baseline
from formcheck.web.shelf import Shelf

TOKEN: Final = "baseline"
"""The name of the token in the page's address and in the session."""
SHELF: Final[Shelf[Baseline]] = Shelf()
"""The server's."""


def baseline() -> Baseline:
    """Return the baseline that the address or the session names; a new one if there is none."""
    token, owner = st.query_params.get(TOKEN) or st.session_state.get(TOKEN), access.owner()
    found = SHELF.find(token, owner)
    if token is None or found is None:
        found = Baseline()
        token = SHELF.put(found, owner)
    st.session_state[TOKEN] = st.query_params[TOKEN] = token
    return found


def found() -> Baseline | None:
    """Return the session's baseline, from another page; None if there is none (any more)."""
    return SHELF.find(st.session_state.get(TOKEN), access.owner())


def forget() -> None:
    """Let the session's baseline go."""
    SHELF.drop(st.session_state.pop(TOKEN))
    st.query_params.pop(TOKEN, None)
