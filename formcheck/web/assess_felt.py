"""What only the person knows of a test of the baseline: pain, support, what they left out and why."""

from __future__ import annotations

import streamlit as st

from formcheck.coaching.types import TestId
from formcheck.names import Side
from formcheck.web.assess import SKIP_REASONS, Sheet, sides_of
from formcheck.web.words import say


def show(test: TestId, sheet: Sheet) -> None:
    """Draw the questions of a test."""
    _felt(test, sheet)
    _skip(test, sheet)


def _felt(test: TestId, sheet: Sheet) -> None:
    sides = sides_of(test)
    with st.expander(say("assess.felt"), icon=":material/sentiment_satisfied:", expanded=bool(sheet.takes)):
        for column, side in zip(st.columns(len(sides)), sides, strict=True):
            with column:
                _felt_on(test, sheet, side)
        st.caption(say("assess.felt_note"))


def _felt_on(test: TestId, sheet: Sheet, side: Side | None) -> None:
    word = side or "both"
    key = f"baseline_{test}_{word}"
    st.markdown(f"**{say(f'assess.side_{word}')}**")
    pain = st.number_input(say("assess.pain"), 0, 10, sheet.pain.get(side), key=f"{key}_pain")
    if pain is None:
        sheet.pain.pop(side, None)
    else:
        sheet.pain[side] = pain
    for name, told in (("supported", sheet.supported), ("unable", sheet.unable)):
        if st.checkbox(say(f"assess.{name}"), value=side in told, key=f"{key}_{name}"):
            told.add(side)
        else:
            told.discard(side)


def _skip(test: TestId, sheet: Sheet) -> None:
    if sheet.takes:
        return
    options = ("", *SKIP_REASONS)
    sheet.skipped = st.selectbox(
        say("assess.skip"),
        options,
        index=options.index(sheet.skipped),
        format_func=lambda reason: _sentence(say(f"assess.skip_{reason or 'no'}")),
        key=f"baseline_{test}_skip",
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
