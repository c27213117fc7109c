"""How a set at the webcam went, right after it: in ten seconds, with the details below."""

from __future__ import annotations

from typing import Final

import streamlit as st

from formcheck.coaching.live_rules import live_rules
from formcheck.reports import texts
from formcheck.reports.content import BoutSection
from formcheck.scoring.quality import quality_rules
from formcheck.scoring.types import QualityProblem
from formcheck.web.live_desk import LastSet, Summary
from formcheck.web.result_view import BANDS, badge
from formcheck.web.words import count_text, say

_POLL_S: Final = 0.5


def show(last: LastSet) -> None:
    """Draw why the set ended and how it went."""
    if last.state.error:
        st.error(last.state.error, icon=":material/error:")
        return
    if last.summary is None:
        st.info(say("live.no_start"), icon=":material/flag:")
        return
    job = last.summary
    if not job.finished:
        st.fragment(_wait, run_every=_POLL_S)(last)
    elif job.error:
        st.error(job.error, icon=":material/error:")
    elif job.result is not None:
        st.info(end_text(last), icon=":material/flag:")
        _summary(job.result)


def end_text(last: LastSet) -> str:
    """Return why a set is over, in a sentence."""
    seen = last.state.seen
    return say(
        f"live.ended_{last.end or 'asked'}",
        count=seen.repetitions,
        measure=texts.measure_name(seen.broke) if seen.broke else "",
        minutes=round(live_rules().flow.longest_set_s / 60),
    )


def _wait(last: LastSet) -> None:
    if last.summary is None or last.summary.finished:
        st.rerun()
    with st.status(say("live.scoring"), state="running"):
        pass


def _summary(summary: Summary) -> None:
    section = summary.section
    if not section.bouts:
        st.header(section.headline or say("live.headline_none"), anchor=False)
    for bout in section.bouts:
        _bout(bout)
    for problem in section.problems:
        st.warning(problem_text(problem, summary), icon=":material/videocam:")
    st.caption(f"{say('live.no_score_live')} {say('live.keep_note')}")


def problem_text(problem: QualityProblem, summary: Summary) -> str:
    """Return what is wrong and what to do; at the webcam some of it is to be mended in other ways."""
    if problem.code == "low_fps":
        fps = summary.analysis.video.mean_fps
        return say("live.low_fps", fps=fps, limit=quality_rules().limits.fps)
    if problem.code == "nothing_recognised":
        return say("live.not_recognised")
    return f"{problem.message} {problem.fix}"


def _bout(bout: BoutSection) -> None:
    counted = sum(row.valid for row in bout.repetitions)
    st.header(bout.headline, anchor=False)
    st.markdown(f"**{bout.title}** · {count_text('live.counted', counted)}")
    if bout.score is None:
        st.markdown(f":gray-badge[{texts.page('no_score')}] {bout.score_note}")
    else:
        words = f"{texts.page('score')} {bout.score} {texts.page('out_of')}"
        st.markdown(f":{BANDS.get(bout.band or '', 'gray')}-badge[**{words}**] {bout.score_note}")
    if bout.cards:
        for column, card in zip(st.columns(len(bout.cards)), bout.cards, strict=True):
            with column.container(border=True, height="stretch"):
                st.metric(card.title, card.value or texts.page("none"))
                st.markdown(" ".join(part for part in (card.name, badge(card.grade, card.word)) if part))
                if card.note:
                    st.caption(card.note)
    if bout.cue is not None:
        st.info(f"**{texts.page('cue')}:** {bout.cue.say}", icon=":material/lightbulb:")
    if bout.praise:
        st.success(f"**{texts.page('praise')}:** {bout.praise}", icon=":material/thumb_up:")
    if bout.rows:
        with st.expander(say("live.details"), icon=":material/table:"):
            st.table(
                {
                    texts.page("measure"): [row.name for row in bout.rows],
                    texts.page("value"): [row.value for row in bout.rows],
                    texts.page("aim"): [row.aim or texts.page("none") for row in bout.rows],
                    texts.page("grade"): [f"{badge(row.grade, row.word)} {row.note}" for row in bout.rows],
                },
                hide_index=True,
            )
