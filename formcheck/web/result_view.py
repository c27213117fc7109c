"""How a result is shown: the sentence first, then hip, knee and trunk, then everything else."""

from __future__ import annotations

from typing import Final, Literal

import streamlit as st

from formcheck.reports import texts
from formcheck.reports.content import BoutSection, Card, ClipSection, MeasureRow, RepetitionRow
from formcheck.scoring.types import Grade
from formcheck.web.desk import ANNOTATED, OUTPUTS, Desk, Outputs, Result
from formcheck.web.jobs import Job

# Colour, icon and word say the same, so that no grade rests on colour alone.
_GRADES: Final[dict[Grade | None, tuple[str, str]]] = {
    "good": ("green", ":material/check_circle:"),
    "caution": ("orange", ":material/warning:"),
    "fail": ("red", ":material/cancel:"),
    None: ("gray", ":material/remove:"),
}
_SIGNS: Final[dict[Grade | None, str]] = {"good": "✓ ", "caution": "! ", "fail": "✗ ", None: ""}
_UPRIGHT_PX: Final = 380
"""Width of an upright video, so that the whole of it fits on the screen."""

BANDS: Final = {"green": "green", "amber": "yellow", "orange": "orange", "red": "red"}


def show(desk: Desk, result: Result) -> None:
    """Draw a result with its video and its downloads: what matters first, the details below."""
    desk.draw()
    section = result.section
    if section.headline:
        st.header(section.headline, anchor=False)
    for bout in section.bouts:
        _summary(bout)
    for problem in section.problems:
        st.warning(f"{problem.message} {problem.fix}", icon=":material/videocam:")
    upright = result.analysis.video.height > result.analysis.video.width
    _files(desk, video_width=_UPRIGHT_PX if upright else "stretch")
    for bout, plots in zip(section.bouts, result.plots, strict=True):
        _details(bout, plots)
    _method(section)


def _summary(bout: BoutSection) -> None:
    st.header(bout.headline, anchor=False)
    st.markdown(f"**{bout.title}** · {bout.facts}")
    _score(bout)
    if bout.cards:
        for column, card in zip(st.columns(len(bout.cards)), bout.cards, strict=True):
            with column.container(border=True, height="stretch"):
                _card(card)
    if bout.note:
        st.caption(bout.note)
    if bout.cue is not None:
        st.info(f"**{texts.page('cue')}:** {bout.cue.say}", icon=":material/lightbulb:")
    if bout.praise:
        st.success(f"**{texts.page('praise')}:** {bout.praise}", icon=":material/thumb_up:")
    for remark in bout.remarks:
        st.write(remark)


def _details(bout: BoutSection, plots: tuple[bytes, ...]) -> None:
    if not bout.rows:
        return
    st.subheader(bout.title, anchor=False, divider="gray")
    st.markdown(f"**{texts.page('measures')}**")
    _measures_table(bout.rows)
    st.caption(texts.page("core_note"))
    if bout.repetitions:
        st.markdown(f"**{texts.page('reps')}**")
        _repetitions_table(bout.columns, bout.repetitions)
    _plots(bout, plots)
    _missing(bout)


def _method(section: ClipSection) -> None:
    with st.expander(texts.page("how"), icon=":material/info:"):
        for name, value in section.how:
            st.markdown(f"**{name}**")
            st.text(value)
        st.caption(texts.page("how_error"))
        st.caption(texts.page("how_range"))


def _score(bout: BoutSection) -> None:
    if bout.score is None:
        st.markdown(f":gray-badge[{texts.page('no_score')}] {bout.score_note}")
        return
    colour = BANDS.get(bout.band or "", "gray")
    words = f"{texts.page('score')} {bout.score} {texts.page('out_of')}"
    if bout.provisional:
        words += f", {texts.page('provisional')}"
    st.markdown(f":{colour}-badge[**{words}**] {bout.score_note}")
    st.caption(bout.coverage)


def _card(card: Card) -> None:
    st.metric(card.title, card.value or texts.page("none"))
    if card.name:
        st.markdown(card.name)
    st.markdown(badge(card.grade, card.word))
    if card.note:
        st.caption(card.note)


def badge(grade: Grade | None, word: str) -> str:
    """Return a grade in colour and with its icon; empty without a word."""
    colour, icon = _GRADES[grade]
    return f":{colour}-badge[{icon} {word}]" if word else ""


def _measures_table(rows: tuple[MeasureRow, ...]) -> None:
    st.table(
        {
            texts.page("measure"): [f"{row.name} ●" if row.core else row.name for row in rows],
            texts.page("value"): [row.value for row in rows],
            texts.page("aim"): [row.aim or texts.page("none") for row in rows],
            texts.page("grade"): [f"{badge(row.grade, row.word)} {row.note}" for row in rows],
        },
        hide_index=True,
    )


def _repetitions_table(measures: tuple[str, ...], rows: tuple[RepetitionRow, ...]) -> None:
    columns = {
        texts.page("rep"): [str(row.number) for row in rows],
        texts.page("turn"): [row.turn for row in rows],
        texts.page("valid"): [
            texts.page("yes") if row.valid else f"{texts.page('no')}: {row.reason}" for row in rows
        ],
    }
    for number, measure in enumerate(measures):
        cells = [row.cells[number] for row in rows]
        columns[measure] = [f"{_SIGNS[cell.grade]}{cell.text}" for cell in cells]
    st.dataframe(columns, hide_index=True)


def _plots(bout: BoutSection, pictures: tuple[bytes, ...]) -> None:
    if not pictures:
        return
    with st.expander(texts.page("over_time"), icon=":material/show_chart:", expanded=True):
        for plot, picture in zip(bout.plots, pictures, strict=True):
            st.markdown(f"**{plot.title}**")
            st.image(picture, width="stretch")
        st.caption(texts.page("over_time_note"))


def _missing(bout: BoutSection) -> None:
    if not bout.missing:
        return
    with st.expander(texts.page("not_possible"), icon=":material/videocam_off:"):
        for missing in bout.missing:
            st.markdown(f"**{missing.name}**: {missing.reason}. {missing.advice}")


def _files(desk: Desk, video_width: int | Literal["stretch"]) -> None:
    """Show the annotated video and the downloads, or how far their making is."""
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
    if ANNOTATED in outputs.paths:
        st.video(outputs.paths[ANNOTATED], width=video_width)
    for problem in outputs.problems:
        st.warning(problem, icon=":material/error:")
    columns = st.columns(3)
    made = [output for output in OUTPUTS if output.key in outputs.paths]
    for number, output in enumerate(made):
        path = outputs.paths[output.key]
        columns[number % 3].download_button(
            output.label,
            data=path.read_bytes,  # called when somebody wants the file: it isn't held in memory
            file_name=path.name,
            mime=output.media_type,
            key=f"download-{output.key}",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )


@st.fragment(run_every=0.5)
def _drawing(job: Job[Outputs]) -> None:
    if job.finished:
        st.rerun()
    st.progress(job.share, text="Drawing the video and the report")
