"""The tab "Compare" of a person's desk."""

from __future__ import annotations

from typing import Final

import streamlit as st

from formcheck.records import Records
from formcheck.records.types import SessionInfo
from formcheck.reports import texts
from formcheck.scoring.thresholds import Thresholds
from formcheck.scoring.types import Grade
from formcheck.web import people_ranges
from formcheck.web.people_compare import ComparedMeasure, Pairing, compared, exercises, pairings, set_text
from formcheck.web.result_view import in_one_line, meanings
from formcheck.web.words import say

_SIGNS: Final[dict[Grade | None, str]] = {
    "good": ":green[✓\N{NO-BREAK SPACE}{}]",
    "caution": ":orange[!\N{NO-BREAK SPACE}{}]",
    "fail": ":red[✗\N{NO-BREAK SPACE}{}]",
    None: "{}",
}
"""Short, so that both sets and their difference stand side by side on a phone."""


def show(records: Records, code: str, sessions: list[SessionInfo]) -> None:
    """Draw the tab."""
    known = exercises(sessions)
    if not known:
        st.info(say("compare.nothing"), icon=":material/info:")
        return
    exercise_column, what_column = st.columns(2)
    exercise = exercise_column.selectbox(
        say("compare.exercise"), known, format_func=texts.exercise_name, key="compare-exercise"
    )
    found = {pairing.key: pairing for pairing in pairings(sessions, exercise)}
    key = what_column.selectbox(
        say("compare.what"),
        list(found),
        format_func=lambda key: say(f"compare.{key}"),
        key=f"compare-{exercise}",
    )
    _pair(records, found[key], people_ranges.in_use(records, code))


def _pair(records: Records, pairing: Pairing, ranges: Thresholds) -> None:
    names = [say(f"compare.{name}") for name in (("left", "right") if pairing.legs else ("earlier", "later"))]
    one, other = st.columns(2)
    first = one.selectbox(
        names[0],
        pairing.first,
        index=len(pairing.first) - 1 if pairing.legs else 0,
        format_func=set_text,
        key=f"first-{pairing.key}",
    )
    second = other.selectbox(
        names[1],
        pairing.second,
        index=len(pairing.second) - 1,
        format_func=set_text,
        key=f"second-{pairing.key}",
    )
    if first == second:
        st.warning(say("compare.same_set"), icon=":material/info:")
        return
    if not pairing.legs and (second.recorded_at, second.number) < (first.recorded_at, first.number):
        first, second = second, first
    both = compared(records, first, second, ranges, legs=pairing.legs)
    if not both.seen_alike:
        one_view, other_view = both.filmed
        st.info(
            say("compare.views", one=one_view, other=other_view)
            if one_view != other_view
            else say("compare.views_turned", view=one_view),
            icon=":material/videocam:",
        )
    scores = [texts.page("none") if each.score is None else str(each.score) for each in (first, second)]
    scored = None not in (first.score, second.score)
    unlike = say("compare.other_view") if scored and not both.seen_alike else ""
    st.table(
        {
            say("compare.measure"): [say("compare.score"), *(row.name for row in both.rows)],
            **{
                name: [
                    scores[side],
                    *(_SIGNS[row.grades[side]].format(in_one_line(row.values[side])) for row in both.rows),
                ]
                for side, name in enumerate(names)
            },
            say("compare.difference"): [unlike, *(_difference(row) for row in both.rows)],
        },
        hide_index=True,
    )
    st.caption(
        f"{say('compare.legend')} {say('compare.note_legs' if pairing.legs else 'compare.note_times')}"
    )
    meanings((row.name, row.what) for row in both.rows)


def _difference(row: ComparedMeasure) -> str:
    if not row.difference:
        return row.meaning
    words = say("compare.change", difference=in_one_line(row.difference), meaning=row.meaning)
    return f"**{words}**" if row.counts else words
