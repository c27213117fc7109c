"""One person's desk: sessions, comparisons, new clips, notes, and all that is stored of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from formcheck.records import Records
from formcheck.records.types import SessionInfo
from formcheck.web import (
    people,
    people_baselines,
    people_clips,
    people_comparing,
    people_data,
    people_ranges,
    people_sessions,
    ranges_view,
    settings,
)
from formcheck.web.people_parts import CURRENT, TAB, leave_desk
from formcheck.web.words import day_text, moment_text, say


def show(records: Records, code: str) -> None:
    """Draw the desk (`NotFoundError` if nobody has that code any more)."""
    person = records.person(code)
    if st.button(say("people.all"), icon=":material/arrow_back:", type="tertiary"):
        leave_desk()
    st.session_state[CURRENT] = code
    st.header(people.label(person), anchor=False)
    st.caption(people.facts(person))
    sessions = records.sessions(code)
    draw: dict[str, Callable[[], None]] = {
        "sessions": lambda: people_sessions.show(records, code, sessions),
        "baselines": lambda: people_baselines.show(records, code),
        "compare": lambda: people_comparing.show(records, code, sessions),
        "clips": lambda: people_clips.show(records, code),
        "notes": lambda: _notes(records, code, sessions),
        "ranges": lambda: _ranges(records, code),
        "data": lambda: people_data.show(records, person),
    }
    titles = {name: say(f"people.tab_{name}") for name in draw}
    key = f"desk-{code}"
    # The address leads, so that going back leads to the tab before, too. Only the open tab is drawn.
    st.session_state[key] = titles.get(st.query_params.get(TAB, ""), titles["sessions"])
    tabs = st.tabs(list(titles.values()), key=key, on_change=partial(_name_tab, key, titles))
    for tab, draw_tab in zip(tabs, draw.values(), strict=True):
        if tab.open:
            with tab:
                draw_tab()


def _name_tab(key: str, titles: Mapping[str, str]) -> None:
    """Let the address name the tab that was just chosen."""
    (name,) = (name for name, title in titles.items() if title == st.session_state[key])
    if name == "sessions":
        st.query_params.pop(TAB, None)
    else:
        st.query_params[TAB] = name


def _ranges(records: Records, code: str) -> None:
    own = people_ranges.own(records, code)
    ranges_view.show(
        "people.ranges",
        None if own is None else lambda: settings.changed_ranges(own),
        lambda name, content: people_ranges.take(records, code, name, content),
        lambda: people_ranges.drop(records, code),
    )


def _notes(records: Records, code: str, sessions: list[SessionInfo]) -> None:
    about: dict[str | None, str] = {None: say("notes.general", person=code)}
    about |= {session.id: say("notes.day", day=day_text(session.day)) for session in sessions}
    with st.form("add-note", clear_on_submit=True):
        text = st.text_area(say("notes.text"), max_chars=10_000)
        session_id = st.selectbox(say("notes.about"), list(about), format_func=about.__getitem__)
        if st.form_submit_button(say("notes.add"), type="primary"):
            if text.strip():
                records.add_note(code, text, session_id=session_id)
            else:
                st.error(say("notes.empty"), icon=":material/error:")
    notes = records.notes(code)
    if not notes:
        st.caption(say("notes.none"))
    for note in reversed(notes):
        with st.container(border=True):
            st.text(note.text)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(f"{moment_text(note.at)} · {about.get(note.session_id, about[None])}")
                away = st.button(
                    say("notes.delete"), key=f"note-{note.id}", type="tertiary", icon=":material/delete:"
                )
            if away:
                records.delete_note(note.id)
                st.rerun()
