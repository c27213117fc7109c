"""The tab "Data" of a person's desk: everything out, another code, everything deleted."""

from __future__ import annotations

import streamlit as st

from formcheck.errors import FormcheckError
from formcheck.records import Records
from formcheck.records.types import PersonInfo
from formcheck.web import people
from formcheck.web.people_parts import CURRENT, SAID, leave_desk, open_desk
from formcheck.web.words import count_text, say


def show(records: Records, person: PersonInfo) -> None:
    """Draw the tab."""
    _export(records, person)
    _rename(records, person)
    _delete(records, person)


def _export(records: Records, person: PersonInfo) -> None:
    st.subheader(say("data.export_title", person=person.code), anchor=False)
    st.write(say("data.export_text"))
    st.download_button(
        say("data.export"),
        data=lambda: people.export(records, person.code),  # called when somebody wants the file
        file_name=f"formcheck-{person.code}.zip",
        mime="application/zip",
        icon=":material/download:",
        on_click="ignore",
    )


def _rename(records: Records, person: PersonInfo) -> None:
    st.subheader(say("data.rename_title"), anchor=False)
    with st.form("rename-person", border=False):
        code_column, name_column = st.columns(2)
        code = code_column.text_input(say("people.code"), person.code, help=say("people.code_help"))
        name = name_column.text_input(say("people.name"), person.name or "")
        if st.form_submit_button(say("data.rename")):
            try:
                records.rename_person(person.code, new_code=code, name=name)
            except FormcheckError as error:
                st.error(str(error), icon=":material/error:")
                return
            st.session_state[SAID] = say("data.renamed")
            open_desk(code.strip(), tab="data")


def _delete(records: Records, person: PersonInfo) -> None:
    st.subheader(say("data.delete_title", person=person.code), anchor=False)
    with st.form("delete-person"):
        st.write(
            say(
                "data.delete_text",
                sessions=count_text("people.sessions", person.sessions),
                clips=count_text("people.clips", person.clips),
            )
        )
        typed = st.text_input(say("data.delete_confirm", code=person.code))
        if st.form_submit_button(say("data.delete"), icon=":material/delete_forever:"):
            if typed.strip() != person.code:
                st.error(say("data.delete_wrong", code=person.code), icon=":material/error:")
                return
            removed = records.delete_person(person.code)
            st.session_state.pop(CURRENT, None)
            done = say("data.deleted", code=person.code, clips=count_text("people.clips", removed.clips))
            st.session_state[SAID] = f"{done} {removed.remark or ''}".strip()
            leave_desk()
