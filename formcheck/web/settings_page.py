"""The page "Settings": pose model, coaching ranges, where things are kept, privacy."""

from __future__ import annotations

import os
from typing import Final, get_args

import streamlit as st

import formcheck
from formcheck.errors import FormcheckError
from formcheck.names import POSE_MODELS
from formcheck.records.home import DATABASE_VARIABLE, home
from formcheck.web import access, ranges_view, settings
from formcheck.web.check_choices import model_choice
from formcheck.web.units import UnitsName
from formcheck.web.words import say

UNITS: Final[tuple[UnitsName, ...]] = get_args(UnitsName)


def show() -> None:
    """Draw the page."""
    _model()
    _units()
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
    if chosen != now.model and _save(now.model_copy(update={"model": chosen})):
        st.session_state.pop("model", None)  # the choice for one clip follows


def _units() -> None:
    st.header(say("settings.units"), anchor=False)
    now = settings.load_settings()
    chosen = st.radio(
        say("settings.units_text"),
        UNITS,
        index=UNITS.index(now.units),
        format_func=lambda units: say(f"settings.units_{units}"),
    )
    if chosen != now.units:
        _save(now.model_copy(update={"units": chosen}))


def _save(changed: settings.Settings) -> bool:
    try:
        settings.save_settings(changed)
    except FormcheckError as error:
        st.error(str(error), icon=":material/error:")
        return False
    st.toast(say("settings.saved"), icon=":material/check_circle:")
    return True


def _ranges() -> None:
    st.header(say("settings.ranges"), anchor=False)
    ranges_view.show(
        "settings.ranges",
        None if settings.own_thresholds() is None else settings.changed_ranges,
        settings.take_thresholds,
        settings.drop_thresholds,
    )


def _storage() -> None:
    st.header(say("settings.storage"), anchor=False)
    elsewhere = bool(os.environ.get(DATABASE_VARIABLE, "").strip())
    size = f"{settings.storage_size() / 1e6:.1f} MB"
    st.write(say("settings.storage_database" if elsewhere else "settings.storage_text", size=size))
    st.code(str(home()), language=None, wrap_lines=True)
    st.caption(say("settings.storage_move"))
