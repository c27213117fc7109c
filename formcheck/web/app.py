"""The pages and how one gets from one to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from importlib.resources import files
from typing import Final, NoReturn

import streamlit as st

from formcheck.web import access, memory
from formcheck.web.words import say


@dataclass(frozen=True)
class Place:
    """A page: the module of this package whose ``show()`` draws it, its title, its address."""

    module: str
    title: str
    path: str


CHECK: Final = Place("check_page", "Check a clip", "check")
LIVE: Final = Place("live_page", "Live", "live")
BASELINE: Final = Place("assess_page", "Baseline", "baseline")
PLAN: Final = Place("plan_page", "Plan and log", "plan")
PROGRESS: Final = Place("progress_page", "Progress", "progress")
PEOPLE: Final = Place("people_page", "People", "people")
SETTINGS: Final = Place("settings_page", "Settings", "settings")
PLACES: Final = (CHECK, LIVE, BASELINE, PLAN, PROGRESS, PEOPLE, SETTINGS)
"""In the order of the menu; the first one opens first."""


def main() -> None:
    """Draw the page; Streamlit calls this anew after every click."""
    memory.bound_reserves()
    # Our own icon, and none for the pages below: browsers would fetch those from the internet.
    st.set_page_config(page_title="formcheck", page_icon=_file("icon.svg"), layout="centered")
    st.logo(_file("mark.svg"), size="large")
    st.html(f"<style>{_file('style.css')} :root {{ --refused: '{say('check.refused')}'; }}</style>")
    if not access.gate():
        return
    pages = [
        *map(_page, PLACES),
        # The first page's address is the bare one; whoever types its name gets there too.
        st.Page(partial(go, PLACES[0]), title=PLACES[0].title, url_path=PLACES[0].path, visibility="hidden"),
    ]
    page = st.navigation(pages, position="top")
    st.title(page.title, anchor=False)
    page.run()
    _footer()


def link(place: Place, label: str) -> None:
    """Draw a link to another page; unlike a link of the browser it stays in the session."""
    st.page_link(_page(place), label=label, icon=":material/arrow_forward:")


def go(place: Place) -> NoReturn:
    """Leave for another page, within the session."""
    st.switch_page(_page(place))


def _page(place: Place) -> st.Page:
    first = place is PLACES[0]
    return st.Page(_drawing(place), title=place.title, url_path="" if first else place.path, default=first)


def _drawing(place: Place) -> Callable[[], None]:
    def draw() -> None:
        # A page's module is loaded when somebody opens it: the webcam's libraries, for example, are large.
        import_module(f"formcheck.web.{place.module}").show()

    return draw


@cache
def _file(name: str) -> str:
    return files("formcheck.web").joinpath(name).read_text(encoding="utf-8")


def _footer() -> None:
    from formcheck.reports import texts

    st.divider()
    st.caption(texts.page("footer"))
    access.signed_in_line()
