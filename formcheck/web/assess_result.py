"""The result of a baseline as the page shows it: the index first, then what to do, then the reasons."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from formcheck.coaching.assessment_file import assessment_to_dict
from formcheck.coaching.assessment_types import Assessment
from formcheck.errors import FormcheckError
from formcheck.reports.assessment_content import page_of
from formcheck.reports.assessment_page import AssessmentPage, DifferenceLine, Focus, SideCell, words
from formcheck.web.app import PLAN, link
from formcheck.web.assess import Baseline
from formcheck.web.plan_files import html_of, pdf_of
from formcheck.web.plan_notebook import Notebook
from formcheck.web.plan_person import notebook
from formcheck.web.result_view import badge
from formcheck.web.words import say

_FIRST_STARTS: Final = 6


def show(baseline: Baseline, start_again: Callable[[], None]) -> None:
    """Draw the result, or how far the last clips are."""
    st.header(say("assess.result"), anchor=False)
    if baseline.running:
        _wait(baseline)
        return
    if not baseline.has_something:
        st.info(say("assess.result_empty"), icon=":material/videocam:")
        return
    book = notebook(baseline.person)
    try:
        assessment = baseline.result(book.baseline_before(datetime.date.today()))
    except FormcheckError as error:
        st.error(str(error), icon=":material/error:")
        return
    _page(page_of(assessment))
    _keep(baseline, assessment, book)
    _downloads(assessment)
    st.button(
        say("assess.start_again"),
        icon=":material/restart_alt:",
        type="tertiary",
        on_click=start_again,
        key="baseline_restart",
    )


@st.fragment(run_every=0.7)
def _wait(baseline: Baseline) -> None:
    running = baseline.running
    if not running:
        st.rerun()
    share = sum(job.share for job in running) / max(len(running), 1)
    st.progress(share, text=say("assess.result_wait", count=len(running)))


def read(assessment: Assessment) -> None:
    """Draw a baseline that was kept, with its downloads."""
    _page(page_of(assessment))
    _downloads(assessment)


def _page(page: AssessmentPage) -> None:
    _headline(page)
    _focus(page.focus)
    _tests(page)
    _starts(page)
    _differences(say("assess.differences"), ("tests_left", "tests_right"), page.differences)
    _differences(say("assess.changes"), ("before", "now"), page.changes)
    _gaps(page)


def _headline(page: AssessmentPage) -> None:
    number, tier = st.columns([1, 3], vertical_alignment="center")
    index = say("assess.index_none") if page.index is None else page.index
    number.metric(say("assess.index"), index)
    name, _, meaning = page.tier.partition(": ")
    tier.markdown(f"**{name}**  \n{meaning[:1].upper()}{meaning[1:]}" if meaning else page.tier)
    if page.tier_note:
        tier.caption(page.tier_note)
    if page.questions:
        st.warning(page.safety[0], icon=":material/warning:")


def _tests(page: AssessmentPage) -> None:
    st.subheader(say("assess.tests"), anchor=False)
    for line in page.tests:
        with st.container(border=True):
            st.markdown(f"**{line.id}** {line.name}")
            headings = ("tests_left", "tests_right") if len(line.cells) == 2 else ("side_both",)
            with st.container(horizontal=True, gap="large"):
                for heading, cell in zip(headings, line.cells, strict=True):
                    st.markdown(_cell(say(f"assess.{heading}"), cell), width="content")
            for note in dict.fromkeys(cell.note for cell in line.cells if cell.note):
                st.caption(note)
    st.caption(words().say("tests_note"))


def _cell(heading: str, cell: SideCell) -> str:
    weaker = f" :orange-badge[{say('assess.weaker')}]" if cell.weaker else ""
    score = badge(cell.grade, cell.score) if cell.grade else cell.score
    return f"{heading}{weaker}  \n{score} {cell.level}"


def _focus(found: Sequence[Focus]) -> None:
    st.subheader(say("assess.focus"), anchor=False)
    if not found:
        st.success(words().say("focus_none"), icon=":material/check_circle:")
    for focus in found:
        with st.container(border=True):
            st.markdown(f"**{focus.title}**  \n{focus.sentence}")
            if focus.cue is not None:
                st.info(say("assess.think", say=focus.cue.say), icon=":material/lightbulb:")
                st.caption(words().say("practise", practise=focus.cue.practise))
            if focus.note:
                st.caption(focus.note)


def _starts(page: AssessmentPage) -> None:
    st.subheader(say("assess.starts"), anchor=False)
    st.caption(say("assess.starts_note"))
    st.table(
        {
            words().say("ladder"): [start.ladder for start in page.starts[:_FIRST_STARTS]],
            words().say("rung"): [start.rung for start in page.starts[:_FIRST_STARTS]],
        },
        hide_index=True,
    )
    with st.expander(say("assess.starts_more"), icon=":material/list:"):
        for start in page.starts:
            st.markdown(f"**{start.ladder}**: {start.rung}  \n{start.reason}")


def _differences(title: str, headings: tuple[str, str], lines: Sequence[DifferenceLine]) -> None:
    if not lines:
        return
    counting = sum(line.counts for line in lines)
    with st.expander(say("assess.counting", title=title, count=counting), icon=":material/balance:"):
        for line in lines:
            first, second = (say(f"assess.{heading}") for heading in headings)
            mark = "**" if line.counts else ""
            st.markdown(
                f"{mark}{line.name}{mark}  \n{first} {line.first}, {second.lower()} {line.second}; "
                f"{say('assess.difference').lower()} {line.difference}, "
                f"{say('assess.needed').lower()} {line.needed}: {mark}{line.verdict}{mark}"
            )
        st.caption(say("assess.differences_note"))


def _gaps(page: AssessmentPage) -> None:
    if page.missing:
        with st.expander(
            f"{say('assess.missing')} ({len(page.missing)})", icon=":material/videocam_off:", expanded=True
        ):
            for line in page.missing:
                st.markdown(f"**{line.name}**  \n{line.reason}  \n{line.how}")
    if page.cannot:
        with st.expander(say("assess.cannot"), icon=":material/info:"):
            for sentence in page.cannot:
                st.write(sentence)
    with st.expander(say("assess.safety_after"), icon=":material/health_and_safety:"):
        for sentence in page.safety:
            st.write(sentence)


def _keep(baseline: Baseline, assessment: Assessment, book: Notebook) -> None:
    # What is shown is what the plan is made from, kept or not.
    document = assessment_to_dict(assessment)
    if book.person is None:
        book.keep_baseline(assessment)
        st.caption(say("assess.kept_nobody"))
        link(PLAN, say("assess.plan"))
        return
    if baseline.kept == document:
        st.success(say("assess.kept", person=book.person), icon=":material/check_circle:")
        link(PLAN, say("assess.plan"))
        return
    label = "assess.keep" if baseline.kept is None else "assess.keep_again"
    if st.button(say(label, person=book.person), type="primary", icon=":material/save:", key="baseline_keep"):
        try:
            book.keep_baseline(assessment, baseline.analyses())
        except FormcheckError as error:
            st.error(str(error), icon=":material/error:")
            return
        baseline.kept = document
        st.rerun()


def _downloads(assessment: Assessment) -> None:
    name = f"baseline-{assessment.date.isoformat()}"
    from formcheck.reports.assessment import write_assessment_report

    def report(suffix: str) -> Callable[[], bytes]:
        of = pdf_of if suffix == ".pdf" else html_of
        return lambda: of(lambda path: write_assessment_report(assessment, path))

    def data() -> bytes:
        return json.dumps(assessment_to_dict(assessment), ensure_ascii=False, indent=2).encode()

    files = (
        ("assess.download_pdf", ".pdf", "application/pdf", report(".pdf")),
        ("assess.download_html", ".html", "text/html", report(".html")),
        ("assess.download_json", ".json", "application/json", data),
    )
    for column, (label, suffix, media_type, made) in zip(st.columns(3), files, strict=True):
        column.download_button(
            say(label),
            data=made,
            file_name=name + suffix,
            mime=media_type,
            key=f"baseline_download_{suffix}",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )
