"""The board over the live picture: words, count, cue and voice (``live_board.html``, ``.css``, ``.js``)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import streamlit as st


def show(shown: dict[str, Any], said: Sequence[dict[str, Any]], *, key: str) -> None:
    """Draw the board.

    Parameters
    ----------
    shown : dict
        From `formcheck.web.live_words.board`.
    said : sequence of dict
        From `formcheck.web.live_words.Speaker`.
    key : str
        Of this element.
    """
    _component()(data={**shown, "say": list(said)}, key=key)


@cache
def _component() -> Any:
    html, css, js = (
        files("formcheck.web").joinpath(f"live_board.{kind}").read_text(encoding="utf-8")
        for kind in ("html", "css", "js")
    )
    return st.components.v2.component("formcheck_live_board", html=html, css=css, js=js)
