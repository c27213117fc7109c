"""Choosing whom to measure where several people are in view."""

from __future__ import annotations

import streamlit as st

from formcheck.web.desk import Desk
from formcheck.web.words import say


def show(desk: Desk) -> None:
    """Draw the offer; nothing where one person is in view, or while that isn't known yet."""
    view = desk.looking.result if desk.looking else None
    if view is None or len(view.people) < 2:
        return
    with st.expander(
        say("in_view.title", count=len(view.people)), icon=":material/group:", expanded=view.measured is None
    ):
        st.write(say("in_view.text" if view.measured is not None else "in_view.text_none"))
        st.image(view.picture(), width="content", alt=say("in_view.alt", count=len(view.people)))
        number = st.radio(
            say("in_view.whom"),
            range(len(view.people)),
            index=view.measured,
            format_func=lambda number: say("in_view.person", number=number + 1),
            horizontal=True,
            key=f"in-view-{desk.name}-{view.measured}",
        )
        other = number is not None and number != view.measured
        if st.button(say("in_view.button"), type="primary", disabled=not other) and number is not None:
            desk.measure(view.point(number))
            st.rerun()
