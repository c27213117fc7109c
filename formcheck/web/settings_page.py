"""The page "Settings": pose model, coaching ranges, where things are kept, privacy."""

from __future__ import annotations

import os

import streamlit as st

import formcheck
from formcheck.errors import FormcheckError
from formcheck.names import POSE_MODELS
from formcheck.records.home import DATABASE_VARIABLE, home
from formcheck.scoring.thresholds import DEFAULTS
from formcheck.web import access, settings
from formcheck.web.check_choices import model_choice
from formcheck.web.words import say


def show() -> None:
    """Draw the page."""
    _model()
    _ranges()
    if not access.shared():  # where a server keeps things is its host's business
        _storage()
    st.header(say("settings.privacy"), anchor=False)
    st.markdown(say("settings.privacy_shared" if access.shared() else "settings.privacy_text"))
    st.caption(say("settings.version", version=formcheck.__version__))


def _model() -> None:
    st.header(say("settings.model"), anchor=False)
    now = settings.load_settings()
    chosen = st.radio(
        say("settings.model_text"),
        POSE_MODELS,
        index=POSE_MODELS.index(now.model),
        format_func=model_choice,
    )
    if chosen != now.model:
        try:
            settings.save_settings(settings.Settings.model_validate({"model": chosen}))
        except FormcheckError as error:
            st.error(str(error), icon=":material/error:")
            return
        st.session_state.pop("model", None)  # the choice for one clip follows
        st.toast(say("settings.saved"), icon=":material/check_circle:")


def _ranges() -> None:
    st.header(say("settings.ranges"), anchor=False)
    own = settings.own_thresholds()
    if own is None:
        st.write(say("settings.ranges_default"))
    else:
        _own_ranges()
    st.caption(say("settings.ranges_text"))
    with st.form("ranges", clear_on_submit=True):
        upload = st.file_uploader(say("settings.ranges_upload"), type="toml", max_upload_size=1)
        if st.form_submit_button(say("settings.ranges_take")) and upload is not None:
            try:
                settings.take_thresholds(upload.name, upload.getvalue())
            except FormcheckError as error:
                st.error(str(error), icon=":material/error:")
            else:
                st.rerun()
    if own is not None and st.button(say("settings.ranges_drop"), icon=":material/undo:"):
        settings.drop_thresholds()
        st.rerun()
    st.download_button(
        say("settings.ranges_download"),
        data=DEFAULTS.read_bytes,
        file_name=DEFAULTS.name,
        mime="application/toml",
        icon=":material/download:",
        on_click="ignore",
    )


def _own_ranges() -> None:
    try:
        changes = settings.changed_ranges()
    except FormcheckError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.info(say("settings.ranges_own" if changes else "settings.ranges_own_none"), icon=":material/tune:")
    st.markdown("\n".join(f"- {change}" for change in changes))


def _storage() -> None:
    st.header(say("settings.storage"), anchor=False)
    elsewhere = bool(os.environ.get(DATABASE_VARIABLE, "").strip())
    size = f"{settings.storage_size() / 1e6:.1f} MB"
    st.write(say("settings.storage_database" if elsewhere else "settings.storage_text", size=size))
    st.code(str(home()), language=None, wrap_lines=True)
    st.caption(say("settings.storage_move"))
