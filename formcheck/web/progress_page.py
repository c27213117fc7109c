"""The page "Progress": a person's measures over time, and whether they changed."""

from __future__ import annotations

from typing import Final

import streamlit as st

from formcheck.coaching.change import Verdict
from formcheck.errors import FormcheckError
from formcheck.records import Records
from formcheck.reports import texts
from formcheck.web import people, people_ranges, progress
from formcheck.web.people_parts import choose_person, records_or_say
from formcheck.web.progress import Strand, Trend
from formcheck.web.result_view import unbroken
from formcheck.web.words import moment_text, say

_BADGES: Final[dict[Verdict | None, str]] = {
    "improved": ":green-badge[:material/trending_up: {}]",
    "worse": ":orange-badge[:material/trending_down: {}]",
    "no_measurable_change": ":gray-badge[:material/trending_flat: {}]",
    None: ":gray-badge[:material/hourglass_empty: {}]",
}


def show() -> None:
    """Draw the page."""
    st.write(say("progress.intro"))
    records = records_or_say()
    if records is None:
        return
    code = choose_person(records, say("progress.person"), empty=say("progress.nobody"))
    if code is None:
        return
    try:
        _person(records, code)
    except FormcheckError as error:
        st.error(str(error), icon=":material/error:")


def _person(records: Records, code: str) -> None:
    sessions = records.sessions(code)
    found = progress.strands(sessions)
    if not found:
        st.info(say("progress.nothing", person=people.label(records.person(code))), icon=":material/info:")
        return
    strand = _choose(found)
    ranges = people_ranges.in_use(records, code)
    scores = progress.scores(records, sessions, strand, ranges)
    trends = progress.trends(records, code, strand, ranges)
    st.header(strand.title, anchor=False)
    _summary(trends)
    if scores.sets:
        from formcheck.web.progress_chart import score_chart

        _heading(say("progress.score"), scores.verdict, scores.sentence)
        st.vega_lite_chart(score_chart(scores.sets), width="stretch")
    for trend in trends:
        _trend(trend)
    st.caption(say("progress.legend"))


def _summary(trends: list[Trend]) -> None:
    """Say in a line for each verdict which measures it holds for."""
    for verdict in _BADGES:
        names = [texts.measure_name(trend.measure) for trend in trends if trend.verdict == verdict]
        if names:
            st.markdown(f"{_badge(verdict)} {', '.join(names)}")


def _choose(found: list[Strand]) -> Strand:
    exercises = list(dict.fromkeys(strand.exercise for strand in found))
    exercise = st.selectbox(
        say("progress.exercise"), exercises, format_func=texts.exercise_name, key="progress-exercise"
    )
    strands = {strand.side: strand for strand in found if strand.exercise == exercise}
    if len(strands) == 1:
        return next(iter(strands.values()))
    side = st.radio(
        say("progress.side"),
        list(strands),
        format_func=lambda side: texts.side_word(side).capitalize(),
        horizontal=True,
        key="progress-side",
    )
    return strands[side]


def _trend(trend: Trend) -> None:
    from formcheck.web.progress_chart import trend_chart

    _heading(texts.measure_name(trend.measure), trend.verdict, trend.sentence)
    st.caption(texts.measure_text(trend.measure).what)
    st.vega_lite_chart(trend_chart(trend), width="stretch")
    with st.expander(say("progress.numbers")):
        st.table(
            {
                say("progress.filmed"): [moment_text(point.recorded_at) for point in trend.points],
                say("progress.value"): [
                    texts.format_value(trend.measure, point.value, point.sd) for point in trend.points
                ],
                say("progress.result"): [texts.grade_word(point.grade) for point in trend.points],  # type: ignore[arg-type]
            },
            hide_index=True,
        )


def _heading(title: str, verdict: Verdict | None, sentence: str) -> None:
    st.subheader(title, anchor=False)
    st.markdown(f"{_badge(verdict)} {unbroken(sentence)}")


def _badge(verdict: Verdict | None) -> str:
    return _BADGES[verdict].format(say(f"progress.verdict_{verdict or 'none'}"))
