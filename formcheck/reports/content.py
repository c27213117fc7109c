"""What a report says, before it becomes a page: the same content for HTML and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import formcheck
from formcheck.exercises.definitions import is_hold
from formcheck.reports import texts
from formcheck.reports.facts import IndexRow, counted_words, how_measured, in_report, index_rows
from formcheck.reports.grading import grade_of
from formcheck.reports.key_frames import KeyFrame, key_frames
from formcheck.reports.plots import MeasurePlot, plots_for
from formcheck.scoring.types import Grade, Measurement, QualityProblem, ScoredBout, ScoredRepetition

if TYPE_CHECKING:
    from formcheck.analysis import Analysis


@dataclass(frozen=True)
class Card:
    """One of the three headline items: hip, knee, trunk."""

    title: str
    name: str
    value: str
    grade: Grade | None
    word: str
    note: str


@dataclass(frozen=True)
class MeasureRow:
    """A line of the table of measures."""

    name: str
    what: str
    value: str
    aim: str
    grade: Grade | None
    word: str
    note: str
    core: bool


@dataclass(frozen=True)
class Cell:
    """A value with its grade."""

    text: str
    grade: Grade | None = None


@dataclass(frozen=True)
class RepetitionRow:
    """A line of the table of repetitions."""

    number: int
    start: str
    turn: str
    valid: bool
    reason: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Missing:
    """Measures without a value or a grade: why, and how to film them."""

    name: str
    reason: str
    advice: str


@dataclass(frozen=True)
class BoutSection:
    """Everything about one set."""

    title: str
    facts: str
    headline: str
    note: str
    praise: str
    cue: texts.Cue | None
    remarks: tuple[str, ...]
    score: int | None
    provisional: bool
    band: str | None
    score_note: str
    coverage: str
    cards: tuple[Card, ...]
    rows: tuple[MeasureRow, ...]
    plots: tuple[MeasurePlot, ...]
    key_frames: tuple[KeyFrame, ...]
    columns: tuple[str, ...]
    repetitions: tuple[RepetitionRow, ...]
    holds: bool
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class ClipSection:
    """Everything about one clip."""

    name: str
    headline: str
    bouts: tuple[BoutSection, ...]
    problems: tuple[QualityProblem, ...]
    how: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Report:
    """A whole report."""

    title: str
    made: str
    index: tuple[IndexRow, ...]
    clips: tuple[ClipSection, ...]


def report_of(
    analyses: Sequence[Analysis],
    video_paths: Sequence[str | Path | None],
    failures: Sequence[tuple[str, str]] = (),
) -> Report:
    """Return what a report on some clips says.

    Parameters
    ----------
    analyses : sequence of Analysis
        The clips.
    video_paths : sequence of path or None
        The video of each, for the key pictures.
    failures : sequence of (str, str)
        Name of, and error with, each clip that could not be read.
    """
    clips = tuple(_clip(analysis, video) for analysis, video in zip(analyses, video_paths, strict=True))
    several = len(analyses) + len(failures) != 1
    rows = [row for number, analysis in enumerate(analyses) for row in index_rows(number, analysis)]
    rows += [IndexRow(None, name, texts.page("failed"), "", "", "", None, error) for name, error in failures]
    today = date.today()
    title = texts.page("session_title" if several else "title")
    people = {analysis.provenance.get("settings", {}).get("person") for analysis in analyses}
    person = people.pop() if len(people) == 1 else None
    return Report(
        title=texts.page("title_of_person", title=title, person=person) if person else title,
        made=texts.page("made", date=f"{today.day} {today:%B %Y}", version=formcheck.__version__),
        index=tuple(rows) if several else (),
        clips=clips,
    )


def _clip(analysis: Analysis, video_path: str | Path | None) -> ClipSection:
    frames = key_frames(analysis, video_path)
    return ClipSection(
        name=analysis.video.name,
        headline=""
        if analysis.bouts
        else texts.no_bout_headline(person_seen=bool(analysis.pose.detected.any())),
        bouts=tuple(
            _bout(analysis, scored, tuple(frame for frame in frames if frame.bout == number))
            for number, scored in enumerate(analysis.bouts)
        ),
        problems=tuple(in_report(problem) for problem in analysis.quality.problems),
        how=how_measured(analysis),
    )


def _bout(analysis: Analysis, scored: ScoredBout, frames: tuple[KeyFrame, ...]) -> BoutSection:
    bout, score = scored.bout, scored.score
    in_table = [m for m in scored.measures if any(m.id in each.measures for each in scored.repetitions)]
    shown_score = score.value if score.value is not None else score.raw
    return BoutSection(
        title=texts.exercise_title(bout.exercise, bout.side),
        facts=counted_words(bout),
        headline=texts.headline(scored),
        note=texts.headline_note(scored),
        praise=texts.praise(scored),
        cue=texts.cue(scored),
        remarks=tuple(hit.text for hit in scored.cues),
        score=shown_score,
        provisional=score.value is None and shown_score is not None,
        band=score.band,
        score_note=texts.score_reason_text(score.reason)
        if score.value is None
        else texts.band_word(score.band),
        coverage=texts.page("coverage", share=f"{100 * score.coverage:.0f} %") if scored.measures else "",
        cards=_cards(scored),
        rows=tuple(_measure_row(m) for m in scored.measures),
        plots=tuple(plots_for(analysis.motion, scored)),
        key_frames=frames,
        columns=tuple(texts.measure_text(m.id).label for m in in_table),
        repetitions=tuple(
            _repetition_row(number, each, in_table) for number, each in enumerate(scored.repetitions, start=1)
        ),
        holds=is_hold(bout.exercise),
        missing=_missing(scored.measures),
    )


def _cards(scored: ScoredBout) -> tuple[Card, ...]:
    cards = []
    for group, measurement in texts.headline_measures(scored).items():
        if not scored.measures:
            continue
        if measurement is None:
            cards.append(Card(texts.page(group), "", "", None, texts.page("not_part"), ""))
        elif measurement.value is None:
            reason = texts.reason_text(measurement.reason)
            name = texts.measure_name(measurement.id)
            cards.append(Card(texts.page(group), name, "", None, texts.page("not_measured"), reason))
        else:
            cards.append(
                Card(
                    texts.page(group),
                    texts.measure_name(measurement.id),
                    texts.value_text(measurement),
                    measurement.grade,
                    texts.grade_word(measurement.grade),
                    _note(measurement),
                )
            )
    return tuple(cards)


def _measure_row(measurement: Measurement) -> MeasureRow:
    informational = measurement.reason == "informational"
    return MeasureRow(
        name=texts.measure_name(measurement.id),
        what=texts.measure_text(measurement.id).what,
        value=texts.value_text(measurement),
        aim=texts.aim_text(measurement),
        grade=measurement.grade,
        word="" if informational else texts.grade_word(measurement.grade),
        note=_note(measurement),
        core=measurement.core,
    )


def _note(measurement: Measurement) -> str:
    if measurement.grade is None:
        return texts.reason_text(measurement.reason)
    return texts.page("borderline") if measurement.borderline else ""


def _repetition_row(number: int, each: ScoredRepetition, measures: Sequence[Measurement]) -> RepetitionRow:
    repetition = each.repetition
    cells = []
    for measurement in measures:
        estimate = each.measures.get(measurement.id)
        if estimate is None:
            cells.append(Cell(texts.page("none")))
        else:
            text = texts.format_value(measurement.id, estimate.value, estimate.sd)
            grade = grade_of(measurement, estimate.value) if repetition.valid else None
            cells.append(Cell(text, grade))
    return RepetitionRow(
        number=number,
        start=f"{repetition.start_s:.1f} s",
        turn=f"{repetition.turn_s:.1f} s",
        valid=repetition.valid,
        reason=texts.reason_text(repetition.reason),
        cells=tuple(cells),
    )


def _missing(measures: Sequence[Measurement]) -> tuple[Missing, ...]:
    """Return what is missing, with measures that miss for the same reason in one line."""
    alike: dict[tuple[str, str], list[str]] = {}
    for measurement in measures:
        if measurement.grade is None and measurement.reason != "informational":
            why = (texts.reason_text(measurement.reason), texts.filming_advice(measurement))
            alike.setdefault(why, []).append(texts.measure_name(measurement.id))
    return tuple(Missing(", ".join(names), reason, advice) for (reason, advice), names in alike.items())
