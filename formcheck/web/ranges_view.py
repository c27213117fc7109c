"""Coaching ranges of one's own, or of a person: what the file changes, another one, back to the others."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from formcheck.errors import FormcheckError, UsageError
from formcheck.scoring.thresholds import DEFAULTS
from formcheck.web.words import say


def show(
    words: str,
    changes: Callable[[], list[str]] | None,
    take: Callable[[str, bytes], None],
    drop: Callable[[], None],
) -> None:
    """Draw them.

    Parameters
    ----------
    words : str
        Beginning of the keys of what is said, ``settings.ranges`` or ``people.ranges``.
    changes : callable or None
        Tells what the file that holds changes; None while none holds.
    take : callable
        Lets a file hold from now on (`FormcheckError` if something in it is wrong).
    drop : callable
        Lets the file go.
    """
    if changes is None:
        st.write(say(f"{words}_default"))
    else:
        _changes(words, changes)
    st.caption(say(f"{words}_text"))
    with st.form(words, clear_on_submit=True):
        upload = st.file_uploader(say("settings.ranges_upload"), type="toml", max_upload_size=1)
        if st.form_submit_button(say("settings.ranges_take")):
            try:
                if upload is None:  # browsers hand over no empty file either
                    raise UsageError(say("settings.ranges_none"))
                take(upload.name, upload.getvalue())
            except FormcheckError as error:
                st.error(str(error), icon=":material/error:")
            else:
                st.rerun()
    if changes is not None and st.button(say(f"{words}_drop"), icon=":material/undo:"):
        drop()
        st.rerun()
    st.download_button(
        say("settings.ranges_download"),
        data=DEFAULTS.read_bytes,
        file_name=DEFAULTS.name,
        mime="application/toml",
        icon=":material/download:",
        on_click="ignore",
    )


def _changes(words: str, told: Callable[[], list[str]]) -> None:
    try:
        changes = told()
    except FormcheckError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.info(say(f"{words}_own" if changes else f"{words}_own_none"), icon=":material/tune:")
    st.markdown("\n".join(f"- {change}" for change in changes))
