"""How a result is shown: the sentence first, then hip, knee and trunk, then everything else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from formcheck.analysis import Analysis
from formcheck.reports import texts
from formcheck.scoring.types import Grade, Measurement, ScoredBout
from formcheck.web.desk import ANNOTATED, OUTPUTS, Desk
from formcheck.web.jobs import Job

# Colour, icon and word say the same, so that no grade rests on colour alone.
_GRADES: Final[dict[Grade | None, tuple[str, str]]] = {
    "good": ("green", "check_circle"),
    "caution": ("orange", "error"),
    "fail": ("red", "cancel"),
    None: ("gray", "remove"),
}
_BANDS: Final = {"green": "green", "amber": "yellow", "orange": "orange", "red": "red"}


def show(desk: Desk, analysis: Analysis) -> None:
    """Draw a result with its video and its downloads."""
    if not analysis.bouts:
        seen = bool(analysis.pose.detected.any())
        st.header(texts.no_bout_headline(person_seen=seen), anchor=False)
    for number, scored in enumerate(analysis.bouts):
        _bout(scored, number)
    _notes(analysis)
    desk.draw()
    _files(desk)


def _bout(scored: ScoredBout, number: int) -> None:
    bout = scored.bout
    st.header(texts.headline(scored), anchor=False)
    counted = sum(repetition.valid for repetition in bout.repetitions)
    repetitions = f"{counted} repetition" + ("" if counted == 1 else "s")
    st.markdown(f"**{texts.exercise_title(bout.exercise, bout.side)}** · {repetitions} · {_score(scored)}")
    note = texts.borderline_note(scored)
    if note:
        st.caption(note)
    if bout.exercise == "unknown":
        return
    for column, (group, measurement) in zip(
        st.columns(3), texts.headline_measures(scored).items(), strict=True
    ):
        with column.container(border=True):
            _headline_measure(texts.page(group), measurement)
    cue = texts.cue(scored)
    if cue is not None:
        st.info(f"**{texts.page('cue')}:** {cue.say}", icon=":material/lightbulb:")
    _measures_table(scored)
    _repetitions_table(scored, number)
    _not_measured(scored)


def _score(scored: ScoredBout) -> str:
    score = scored.score
    if score.value is None:
        return f"{texts.page('no_score')}: {texts.reason_text(score.reason)}"
    colour = _BANDS.get(score.band or "", "gray")
    return f":{colour}-badge[{texts.page('score')} {score.value}, {texts.band_word(score.band)}]"


def _headline_measure(title: str, measurement: Measurement | None) -> None:
    if measurement is None:
        st.metric(title, texts.page("none"))
        st.caption(texts.page("not_part"))
        return
    st.metric(f"{title}: {texts.measure_name(measurement.id)}", texts.value_text(measurement))
    if measurement.value is None:
        st.caption(f"{texts.page('not_measured')}: {texts.reason_text(measurement.reason)}")
    else:
        st.markdown(_badge(measurement))


def _badge(measurement: Measurement) -> str:
    colour, icon = _GRADES[measurement.grade]
    word = texts.grade_word(measurement.grade)
    if measurement.borderline:
        word += f", {texts.page('borderline')}"
    return f":{colour}-badge[:material/{icon}: {word}]"


def _measures_table(scored: ScoredBout) -> None:
    measured = [m for m in scored.measures if m.value is not None]
    st.subheader(texts.page("measures"), anchor=False)
    if not measured:
        st.write(texts.page("none"))
        return
    st.table(
        {
            texts.page("measure"): [texts.measure_name(m.id) for m in measured],
            texts.page("value"): [texts.value_text(m) for m in measured],
            texts.page("aim"): [texts.aim_text(m) or texts.page("none") for m in measured],
            texts.page("grade"): [_badge(m) for m in measured],
        },
        hide_index=True,
    )


def _repetitions_table(scored: ScoredBout, number: int) -> None:
    repetitions = scored.repetitions
    if not repetitions:
        return
    ids = [m.id for m in scored.measures if any(m.id in one.measures for one in repetitions)]
    columns: dict[str, list[str]] = {
        texts.page("rep"): [str(count) for count in range(1, len(repetitions) + 1)],
        texts.page("turn"): [f"{one.repetition.turn_s:.1f} s" for one in repetitions],
        texts.page("valid"): [
            texts.page("yes")
            if one.repetition.valid
            else f"{texts.page('no')}: {texts.reason_text(one.repetition.reason)}"
            for one in repetitions
        ],
    }
    for measure in ids:
        estimates = [one.measures.get(measure) for one in repetitions]
        columns[texts.measure_text(measure).label] = [
            texts.format_value(measure, e.value, e.sd) if e else texts.page("none") for e in estimates
        ]
    st.subheader(texts.page("reps"), anchor=False)
    st.dataframe(columns, hide_index=True, key=f"repetitions-{number}")


def _not_measured(scored: ScoredBout) -> None:
    missing = [m for m in scored.measures if m.value is None]
    if not missing:
        return
    with st.expander(texts.page("not_possible"), icon=":material/videocam_off:"):
        for m in missing:
            st.markdown(
                f"**{texts.measure_name(m.id)}**: {texts.reason_text(m.reason)}. {texts.filming_advice(m)}"
            )


def _notes(analysis: Analysis) -> None:
    for problem in analysis.quality.problems:
        st.warning(f"{problem.message} {problem.fix}", icon=":material/videocam:")


def _files(desk: Desk) -> None:
    """Show the annotated video and the downloads, or how far their making is."""
    job = desk.drawing
    if job is None:
        return
    if not job.finished:
        _drawing(job)
        return
    outputs = job.result
    if outputs is None:
        st.error(job.error or texts.page("none"), icon=":material/error:")
        return
    if ANNOTATED in outputs.paths:
        st.video(outputs.paths[ANNOTATED])
    for problem in outputs.problems:
        st.warning(problem)
    columns = st.columns(3)
    made = [output for output in OUTPUTS if output.key in outputs.paths]
    for number, output in enumerate(made):
        path = outputs.paths[output.key]
        columns[number % 3].download_button(
            output.label,
            data=_reader(path),
            file_name=path.name,
            mime=output.media_type,
            key=f"download-{output.key}",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )


@st.fragment(run_every=0.5)
def _drawing(job: Job[object]) -> None:
    if job.finished:
        st.rerun()
    st.progress(job.share, text="Drawing the video and the report")


def _reader(path: Path):  # type: ignore[no-untyped-def]
    """Return a function that reads the file when somebody wants it, so that it isn't held in memory."""
    return path.read_bytes
