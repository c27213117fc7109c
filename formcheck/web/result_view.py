"""How a result is shown: the sentence first, then hip, knee and trunk, then everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import streamlit as st

from formcheck.reports import texts
from formcheck.reports.content import BoutSection, ClipSection, MeasureRow
from formcheck.scoring.thresholds import Thresholds
from formcheck.scoring.types import Grade, QualityProblem, ScoredBout
from formcheck.web import dials, in_view_choice, replay, result_correct
from formcheck.web.desk import ANNOTATED, OUTPUTS, Desk, Outputs, Result
from formcheck.web.jobs import Job
from formcheck.web.words import say

# Colour, icon and word say the same, so that no grade rests on colour alone.
_GRADES: Final[dict[Grade | None, tuple[str, str]]] = {
    "good": ("green", ":material/check_circle:"),
    "caution": ("orange", ":material/warning:"),
    "fail": ("red", ":material/cancel:"),
    None: ("gray", ":material/remove:"),
}
_WORST_FIRST: Final[tuple[Grade | None, ...]] = ("fail", "caution", "good", None)
_SIGNS: Final[dict[Grade | None, str]] = {"good": "✓ ", "caution": "! ", "fail": "✗ ", None: ""}
VIDEO: Final = "result-video"
"""Key of the video's container, which the curves find it by."""
_NOTHING: Final = "nothing_recognised"
_FILES_FIRST: Final = ("report_pdf", "report_html", ANNOTATED)
"""What most people want to take along; the others are for programs."""
BANDS: Final = {"green": "green", "amber": "yellow", "orange": "orange", "red": "red"}


def show(
    desk: Desk,
    result: Result,
    *,
    thresholds: Thresholds | None = None,
    keep: Callable[[], None] | None = None,
) -> None:
    """Draw a result with its video and its downloads: what matters first, the details below.

    Parameters
    ----------
    desk : Desk
        Where it came out.
    result : Result
        What came out.
    thresholds : Thresholds, optional
        By which a correction is scored; None for those of whoever uses the page.
    keep : callable, optional
        Draws the offer to keep the result.
    """
    desk.draw()
    section = result.section
    if section.headline:
        st.header(section.headline, anchor=False)
    for bout, scored in zip(section.bouts, result.analysis.bouts, strict=True):
        summary(bout, scored)
    # What was not recognised may be for want of something else: that comes first.
    for problem in sorted(section.problems, key=lambda each: each.code == _NOTHING):
        st.warning(problem_text(problem), icon=":material/videocam:")
    in_view_choice.show(desk)
    result_correct.show(desk, result, thresholds)
    if keep is not None:
        keep()
    _files(desk, result)
    for bout in section.bouts:
        details(bout)
    _method(section)


def summary(bout: BoutSection, scored: ScoredBout) -> None:
    """Draw how a set went: the sentence, the score, what was seen, what to try; then what wasn't seen."""
    st.header(unbroken(bout.headline), anchor=False)
    st.markdown(f"**{bout.title}** · {bout.facts}")
    if bout.score is not None:
        _score(bout)
    _at_a_glance(bout)
    if bout.cards:
        dials.show(
            bout.cards, tuple(texts.headline_measures(scored).values()), key=f"dials-{scored.bout.start_s}"
        )
        st.caption(say("check.dials_note"))
    if bout.note and bout.note not in {missing.advice for missing in bout.missing}:
        st.caption(bout.note)
    if bout.cue is not None:
        st.info(f"**{texts.page('cue')}:** {bout.cue.say}", icon=":material/lightbulb:")
    if bout.praise:
        st.success(f"**{texts.page('praise')}:** {bout.praise}", icon=":material/thumb_up:")
    for remark in bout.remarks:
        st.write(remark)
    _untold(bout)


def problem_text(problem: QualityProblem) -> str:
    """Return what is wrong with a clip and what to do about it on this page."""
    fix = say("check.nothing_fix") if problem.code == _NOTHING else problem.fix
    return f"{problem.message} {fix}"


def details(bout: BoutSection) -> None:
    """Draw every measure and every repetition of a set."""
    if not bout.rows:
        return
    st.subheader(bout.title, anchor=False, divider="gray")
    st.markdown(f"**{texts.page('measures')}**")
    _measures_table(bout.rows)
    st.caption(texts.page("core_note"))
    meanings((row.name, row.what) for row in bout.rows)
    if bout.repetitions:
        st.markdown(f"**{texts.page('holds' if bout.holds else 'reps')}**")
        _repetitions_table(bout)


def meanings(named: Iterable[tuple[str, str]]) -> None:
    """Offer what each measure is, in plain words, by its name."""
    with st.expander(say("check.meanings"), icon=":material/help:"):
        st.markdown("\n".join(f"- **{name}**: {what}" for name, what in named if what))


def _method(section: ClipSection) -> None:
    with st.expander(texts.page("how"), icon=":material/info:"):
        for name, value in section.how:
            st.markdown(f"**{name}**")
            st.text(value)
        st.caption(texts.page("how_error"))
        st.caption(texts.page("how_range"))


def _at_a_glance(bout: BoutSection) -> None:
    """Say in a line for each grade which measures have it, with their values; what to work on first."""
    lines = []
    for grade in _WORST_FIRST:
        rows = [row for row in bout.rows if row.word and row.grade == grade]
        if rows:
            named = (f"{row.name} **{unbroken(row.value)}**" if grade else row.name for row in rows)
            lines.append(f"{badge(grade, rows[0].word)} {' · '.join(named)}")
    st.markdown("  \n".join(lines))


def _score(bout: BoutSection) -> None:
    colour = BANDS.get(bout.band or "", "gray")
    words = f"{texts.page('score')} {bout.score} {texts.page('out_of')}"
    if bout.provisional:
        words += f", {texts.page('provisional')}"
    said = _open(bout) if bout.provisional else bout.score_note
    st.markdown(f":{colour}-badge[**{words}**] {said}  \n:small[{bout.coverage}]")


def _open(bout: BoutSection) -> str:
    """Return what a set lacks for a form score: the main measures that have no grade, or why it has none."""
    ungraded = [row.name for row in bout.rows if row.core and row.word and row.grade is None]
    if ungraded:
        return say("check.needs", measures=texts.in_a_sentence(ungraded))
    return f"{bout.score_note[:1].upper()}{bout.score_note[1:]}."


def unbroken(words: str) -> str:
    """Return words in which no line breaks between a value and its error."""
    return words.replace(" ± ", "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}")


def in_one_line(words: str) -> str:
    """Return words between which no line breaks: on a phone the columns of a table are narrow."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def badge(grade: Grade | None, word: str) -> str:
    """Return a grade in colour and with its icon; empty without a word."""
    colour, icon = _GRADES[grade]
    return f":{colour}-badge[{icon} {word}]" if word else ""


def _measures_table(rows: tuple[MeasureRow, ...]) -> None:
    st.table(
        {
            texts.page("measure"): [f"{row.name} ●" if row.core else row.name for row in rows],
            texts.page("value"): [in_one_line(row.value) for row in rows],
            texts.page("aim"): [in_one_line(row.aim or texts.page("none")) for row in rows],
            texts.page("grade"): [f"{badge(row.grade, row.word)} {row.note}" for row in rows],
        },
        hide_index=True,
    )


def _repetitions_table(bout: BoutSection) -> None:
    rows = bout.repetitions
    columns = {
        texts.page("hold" if bout.holds else "rep"): [str(row.number) for row in rows],
        texts.page("middle" if bout.holds else "turn"): [row.turn for row in rows],
        texts.page("valid"): [
            texts.page("yes") if row.valid else f"{texts.page('no')}: {row.reason}" for row in rows
        ],
    }
    for number, measure in enumerate(bout.columns):
        cells = [row.cells[number] for row in rows]
        columns[measure] = [f"{_SIGNS[cell.grade]}{cell.text}" for cell in cells]
    st.dataframe(columns, hide_index=True)


def _untold(bout: BoutSection) -> None:
    """Say what the clip can't tell and how to film it: in sight while the score depends on it."""
    if not bout.rows:  # the headline has said it
        return
    if bout.score is not None and not bout.provisional:
        if bout.missing:
            with st.expander(texts.page("not_possible"), icon=":material/videocam_off:"):
                _missing(bout)
        return
    with st.container(border=True):
        st.markdown(f":material/videocam: **{texts.page('not_possible')}**")
        if bout.score is None:
            st.markdown(f"{texts.page('no_score')}: {_open(bout)}")
        _missing(bout)


def _missing(bout: BoutSection) -> None:
    for missing in bout.missing:
        st.markdown(f"**{missing.name}**: {missing.reason}. {missing.advice}")


def _files(desk: Desk, result: Result) -> None:
    """Show the video with its curves and the downloads, or how far their making is."""
    job = desk.drawing
    if job is None:
        return
    if not job.finished:
        _drawing(job)
        return
    outputs = job.result
    if outputs is None:
        if job.error:
            st.error(job.error, icon=":material/error:")
        return
    _watch(result, outputs)
    for problem in outputs.problems:
        st.warning(problem, icon=":material/error:")
    st.subheader(say("check.downloads"), anchor=False)
    made = [output for output in OUTPUTS if output.key in outputs.paths]
    first = [output for key in _FILES_FIRST for output in made if output.key == key]
    for some in (first, [output for output in made if output not in first]):
        for column, output in zip(st.columns(3), some, strict=False):
            path = outputs.paths[output.key]
            column.download_button(
                output.label,
                data=path.read_bytes,  # called when somebody wants the file: it isn't held in memory
                file_name=path.name,
                mime=output.media_type,
                key=f"download-{output.key}",
                icon=":material/download:",
                on_click="ignore",
                width="stretch",
            )


def _watch(result: Result, outputs: Outputs) -> None:
    """Draw the video and, beside an upright one or else below it, the curves that run with it."""
    if ANNOTATED not in outputs.paths:
        return
    st.subheader(say("check.watch"), anchor=False)
    upright = result.analysis.video.height > result.analysis.video.width
    beside, curves = st.columns([2, 3], gap="medium") if upright else (st.container(), st.container())
    with beside.container(key=VIDEO):
        st.video(outputs.paths[ANNOTATED])
    bouts = [
        (bout, scored)
        for bout, scored in zip(result.section.bouts, result.analysis.bouts, strict=True)
        if bout.plots
    ]
    tabs = curves.tabs([bout.title for bout, _ in bouts]) if len(bouts) > 1 else [curves] * len(bouts)
    for number, (tab, (bout, scored)) in enumerate(zip(tabs, bouts, strict=True)):
        with tab:
            replay.show(scored, bout.plots, video=VIDEO, key=f"replay-{number}")
    if bouts:
        curves.caption(say("check.watch_note"))


@st.fragment(run_every=0.5)
def _drawing(job: Job[Outputs]) -> None:
    if job.finished:
        st.rerun()
    st.progress(job.share, text=say("check.waiting" if job.waiting else "check.drawing"))
