"""The pages and how one gets from one to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

import streamlit as st


@dataclass(frozen=True)
class Place:
    """A page: the module of this package whose ``show()`` draws it, its title, its icon, its address."""

    module: str
    title: str
    icon: str
    path: str


CHECK: Final = Place("check_page", "Check a clip", ":material/movie:", "check")
LIVE: Final = Place("live_page", "Live", ":material/videocam:", "live")
BASELINE: Final = Place("assess_page", "Baseline", ":material/checklist:", "baseline")
PLAN: Final = Place("plan_page", "Plan and log", ":material/calendar_month:", "plan")
PROGRESS: Final = Place("progress_page", "Progress", ":material/trending_up:", "progress")
PEOPLE: Final = Place("people_page", "People", ":material/group:", "people")
SETTINGS: Final = Place("settings_page", "Settings", ":material/settings:", "settings")
PLACES: Final = (CHECK, LIVE, BASELINE, PLAN, PROGRESS, PEOPLE, SETTINGS)
"""In the order of the menu; the first one opens first."""


def main() -> None:
    """Draw the page; Streamlit calls this anew after every click."""
    # No page_icon: browsers would fetch Streamlit's icons from the internet.
    st.set_page_config(page_title="formcheck", layout="centered")
    pages = [
        st.Page(
            _drawing(place),
            title=place.title,
            icon=place.icon,
            url_path=place.path,
            default=place is PLACES[0],
        )
        for place in PLACES
    ]
    page = st.navigation(pages, position="top")
    st.title(page.title, anchor=False)
    page.run()
    _footer()


def link(place: Place, label: str) -> None:
    """Draw a link to another page; unlike a link of the browser it stays in the session."""
    page = st.Page(_drawing(place), title=place.title, url_path=place.path)
    st.page_link(page, label=label, icon=place.icon)


def _drawing(place: Place) -> Callable[[], None]:
    def draw() -> None:
        # A page's module is loaded when somebody opens it: the webcam's libraries, for example, are large.
        import_module(f"formcheck.web.{place.module}").show()

    return draw


def _footer() -> None:
    from formcheck.reports import texts

    st.divider()
    st.caption(texts.page("footer"))
