"""The tab "Baselines" of a person's desk: what the baseline tests came to, on each day that was kept."""

from __future__ import annotations

import streamlit as st

from formcheck.coaching.assessment_reading import assessment_from_dict
from formcheck.records import Records
from formcheck.web import assess_result
from formcheck.web.words import day_text, say


def show(records: Records, code: str) -> None:
    """Draw the tab, the newest baseline first."""
    kept = [assessment_from_dict(each.document) for each in records.entries(code, "assessment")]
    if not kept:
        st.info(say("people.no_baseline", person=code), icon=":material/info:")
        return
    newest_first = sorted(kept, key=lambda each: each.date, reverse=True)
    number = st.selectbox(
        say("people.baseline_of"),
        range(len(newest_first)),
        format_func=lambda number: day_text(newest_first[number].date),
        key=f"baseline-of-{code}",
    )
    assess_result.read(newest_first[number])
