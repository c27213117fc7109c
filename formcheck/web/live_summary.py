"""How a set at the webcam went, right after it: in ten seconds, with the details below."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from formcheck.coaching.live_rules import live_rules
from formcheck.reports import texts
from formcheck.scoring.quality import quality_rules
from formcheck.scoring.types import QualityProblem
from formcheck.web import assess_live, people_keep, plan_live, result_view
from formcheck.web.live_desk import LastSet, Summary
from formcheck.web.live_words import done_text
from formcheck.web.words import say

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
    if last.lost:
        return say("live_lost.ended")
    return say(
        f"live.ended_{last.end or 'asked'}",
        done=done_text(seen),
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
    for bout, scored in zip(section.bouts, summary.analysis.bouts, strict=True):
        result_view.summary(bout, scored)
    assess_live.offer(summary.analysis)
    plan_live.offer(summary.analysis)
    for problem in section.problems:
        st.warning(problem_text(problem, summary), icon=":material/videocam:")
    for bout in section.bouts:
        result_view.details(bout)
    if summary.video is not None:
        _video(summary.video)
    people_keep.show(summary.analysis, summary.video)
    st.caption(say("live.no_score_live"))


def _video(path: Path) -> None:
    st.subheader(say("live.video"), anchor=False)
    st.video(path)
    st.download_button(
        say("live.video_download"),
        data=path.read_bytes,  # called when somebody wants the file
        file_name=path.name,
        mime="video/mp4",
        icon=":material/download:",
        on_click="ignore",
    )
    st.caption(say("live.video_note"))


def problem_text(problem: QualityProblem, summary: Summary) -> str:
    """Return what is wrong and what to do; at the webcam some of it is to be mended in other ways."""
    if problem.code == "low_fps":
        fps = summary.analysis.video.mean_fps
        return say("live.low_fps", fps=fps, limit=quality_rules().limits.fps)
    if problem.code == "nothing_recognised":
        return say("live.not_recognised")
    return f"{problem.message} {problem.fix}"
