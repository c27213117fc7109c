"""The page "People": everybody in the records, and one person's desk."""

from __future__ import annotations

from typing import Final

import streamlit as st

from formcheck.errors import FormcheckError, NotFoundError
from formcheck.records import Records
from formcheck.records.types import PersonInfo
from formcheck.web import people, people_desk
from formcheck.web.people_parts import OPENED, SAID, open_desk, records_or_say
from formcheck.web.words import say

MOST_SHOWN: Final = 20


def show() -> None:
    """Draw the page."""
    records = records_or_say()
    if records is None:
        return
    if SAID in st.session_state:
        st.success(st.session_state.pop(SAID), icon=":material/check_circle:")
    opened = st.query_params.get(OPENED)
    try:
        if opened is None:
            _everybody(records)
        else:
            people_desk.show(records, opened)
    except NotFoundError:
        st.query_params.clear()
        st.warning(say("people.gone"), icon=":material/person_off:")
        _everybody(records)
    except FormcheckError as error:
        st.error(str(error), icon=":material/error:")


def _everybody(records: Records) -> None:
    st.write(say("people.intro"))
    everybody = records.people()
    if not everybody:
        st.info(say("people.nobody"), icon=":material/group_add:")
        _add(records, expanded=True)
        return
    search = st.text_input(say("people.search"), key="people-search", icon=":material/search:")
    found = records.people(search) if search else everybody
    if not found:
        st.info(say("people.not_found", search=search), icon=":material/person_search:")
    for person in found[:MOST_SHOWN]:
        _row(person)
    if len(found) > MOST_SHOWN:
        st.caption(say("people.more", count=len(found) - MOST_SHOWN))
    _add(records, expanded=False)
    _export(records)


def _export(records: Records) -> None:
    with st.expander(say("people.everybody"), icon=":material/download:"):
        st.caption(say("people.everybody_text"))
        st.download_button(
            say("people.everybody_export"),
            data=lambda: people.export_everybody(records),  # called when somebody wants the file
            file_name="formcheck-everybody.zip",
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
        )


def _row(person: PersonInfo) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        opened = st.button(
            people.label(person),
            key=f"person-{person.code}",
            type="tertiary",
            icon=":material/person:",
            width="content",
        )
        st.caption(people.facts(person), width="content")
    if opened:
        open_desk(person.code)


def _add(records: Records, *, expanded: bool) -> None:
    with (
        st.expander(say("people.add"), icon=":material/person_add:", expanded=expanded),
        st.form("add-person", border=False, clear_on_submit=False),
    ):
        code_column, name_column = st.columns(2)
        code = code_column.text_input(say("people.code"), help=say("people.code_help"), max_chars=64)
        name = name_column.text_input(say("people.name"), max_chars=200)
        if st.form_submit_button(say("people.add_button"), type="primary"):
            try:
                person = records.add_person(code, name.strip() or None)
            except FormcheckError as error:
                st.error(str(error), icon=":material/error:")
                return
            st.session_state[SAID] = say("people.added", person=people.label(person))
            open_desk(person.code)
