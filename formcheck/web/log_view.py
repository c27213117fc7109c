"""The training log on the page: its newest sets, and as a CSV file out and in."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final

import streamlit as st

from formcheck.coaching.library import load_library
from formcheck.coaching.log_csv import log_text, parse_log
from formcheck.coaching.log_merge import TakenIn
from formcheck.errors import TrainingLogError, UsageError
from formcheck.validation import check_day_done
from formcheck.web import settings
from formcheck.web.plan_notebook import KeptSet, Notebook
from formcheck.web.words import say

SHOWN: Final = 30
_ADDED: Final = "plan_log_added"
_UPLOADS: Final = "plan_log_uploads"


def show(book: Notebook, kept: Sequence[KeptSet]) -> None:
    """Draw the log; everything that was logged can be taken along, and brought back."""
    st.subheader(say("plan.log"), anchor=False)
    if not kept:
        st.caption(say("plan.log_none"))
    else:
        _table(kept)
        st.download_button(
            say("plan.log_csv"),
            data=log_text(book.log()),
            file_name=f"training-log-{datetime.date.today().isoformat()}.csv",
            mime="text/csv",
            key="plan_log_csv",
            icon=":material/download:",
            on_click="ignore",
        )
    number = st.session_state.setdefault(_UPLOADS, 0)
    upload = st.file_uploader(
        say("plan.log_import"), type=["csv"], max_upload_size=5, key=f"{_UPLOADS}_{number}"
    )
    if upload is not None:
        take_log(book, upload.name, upload.getvalue())
    if _ADDED in st.session_state:
        done: TakenIn = st.session_state.pop(_ADDED)
        said = say("plan.log_added", new=done.new, changed=done.changed, known=done.known)
        st.success(said, icon=":material/check_circle:")


def take_log(book: Notebook, name: str, content: bytes) -> None:
    """Take a CSV file into the log and draw the page anew; what is wrong with it is one sentence."""
    try:
        log = parse_log(content.decode("utf-8-sig"), name)
        for day in (*log.training_days, *(each.date for each in log.days)):
            check_day_done(day)
    except UnicodeDecodeError:
        st.error(say("plan.log_not_text", name=name), icon=":material/error:")
    except (TrainingLogError, UsageError) as error:
        st.error(str(error), icon=":material/error:")
    else:
        st.session_state[_ADDED] = book.take_log(log)
        st.session_state[_UPLOADS] += 1
        st.rerun()


def _table(kept: Sequence[KeptSet]) -> None:
    library, shown = load_library(), settings.units()
    newest = [each.set for each in reversed(kept)][:SHOWN]
    names = [library[each.ladder].rungs[each.rung].name for each in newest]
    st.dataframe(
        {
            say("plan.log_date"): [each.date for each in newest],
            say("plan.log_what"): names,
            say("plan.log_side"): [each.side or "" for each in newest],
            say("plan.log_done"): [each.done for each in newest],
            say("plan.log_load", unit=shown.mass): [
                _text(shown.of_kg(each.load_kg) if each.load_kg else None) for each in newest
            ],
            say("plan.log_effort"): [_text(each.rpe) for each in newest],
            say("plan.log_pain"): [each.pain for each in newest],
            say("plan.log_morning"): [_text(each.pain_next_morning) for each in newest],
            say("plan.log_looked"): [_text(each.self_rating) for each in newest],
            say("plan.log_form"): [_text(each.form.score if each.form else None) for each in newest],
        },
        hide_index=True,
    )
    if len(kept) > SHOWN:
        st.caption(say("plan.log_newest", count=SHOWN, all=len(kept)))


def _text(number: float | None) -> str:
    return "" if number is None else f"{number:g}"
