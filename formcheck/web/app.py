"""The page: a clip to check, or the webcam live."""

from __future__ import annotations

from typing import Final

import streamlit as st

TAB_KEY: Final = "tab"
CHECK_TAB: Final = "Check a clip"
LIVE_TAB: Final = "Live at the webcam"


def main() -> None:
    """Draw the page; Streamlit calls this anew after every click."""
    # No page_icon: browsers would fetch Streamlit's icons from the internet.
    st.set_page_config(page_title="formcheck", layout="centered")
    st.title("formcheck")
    st.write(
        "Film one set of an exercise, and see how hip, knee and trunk moved, each angle with its error. "
        "Your video is looked at and not kept."
    )
    # With on_change="rerun" the page knows which tab is open: what only the other one needs isn't loaded.
    check, live = st.tabs([CHECK_TAB, LIVE_TAB], key=TAB_KEY, on_change="rerun")
    with check:
        from formcheck.web import check_page

        check_page.show()
    if live.open:
        with live:
            from formcheck.web import live_page

            live_page.show()
    _footer()


def _footer() -> None:
    from formcheck.reports import texts

    st.divider()
    st.caption(texts.page("footer"))
