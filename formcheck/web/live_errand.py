"""What a set at the webcam is for, where another page asked for it; and the choices that it begins with."""

from __future__ import annotations

from typing import Final, Literal, TypeVar

import streamlit as st

from formcheck.names import Side

T = TypeVar("T")

_FOR: Final = "live_for"
"""Where the session keeps what the next set at the webcam is for."""
AUTO: Final[Literal[""]] = ""
"""For an exercise or a side: recognise it."""
ENDLESS: Final = 0
"""For the repetitions or the seconds of a hold: until somebody ends the set."""
EXERCISE: Final = "live_exercise"
SIDE: Final = "live_side"
TARGET: Final = "live_target"
TARGET_S: Final = "live_target_s"
"""The keys of the live page's choices."""


def begin(
    errand: object,
    exercise: str | None,
    side: Side | None = None,
    target: int | None = None,
    target_s: int | None = None,
) -> None:
    """Let the next sets at the webcam be for ``errand``, with these choices made already."""
    st.session_state[_FOR] = errand
    st.session_state[EXERCISE], st.session_state[SIDE] = exercise or AUTO, side or AUTO
    st.session_state[TARGET], st.session_state[TARGET_S] = target or ENDLESS, target_s or ENDLESS


def current(kind: type[T]) -> T | None:
    """Return what the next set is for, if it is of this kind."""
    errand = st.session_state.get(_FOR)
    return errand if isinstance(errand, kind) else None


def end() -> None:
    """Let the next set be for nothing but itself."""
    st.session_state.pop(_FOR, None)
