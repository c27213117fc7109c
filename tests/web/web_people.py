"""People with sessions for the tests of the pages, made from one real analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from formcheck import Analysis
from formcheck.names import Side
from formcheck.records import Records
from formcheck.reports.grading import grade_of
from formcheck.scoring.types import Measurement, ScoredBout

SD_DEG = 1.5
"""The error of each angle, as in a good clip."""
FIRST_DAY = datetime(2026, 9, 1, 12, tzinfo=UTC)


def variation(
    analysis: Analysis,
    number: int,
    *,
    added: Mapping[str, float] | None = None,
    side: Side | None = None,
    score: int | None = None,
) -> Analysis:
    """Return the analysis of another recording: brighter, on ``side``, with ``added`` to its measures."""
    brighter = (analysis.pose.luma + np.float32(number + 1)).astype(np.float32)
    return replace(
        analysis,
        pose=replace(analysis.pose, luma=brighter),
        video=replace(analysis.video, name=f"clip_{number}.mp4"),
        bouts=tuple(_changed(scored, added or {}, side, score) for scored in analysis.bouts),
    )


def _changed(
    scored: ScoredBout, added: Mapping[str, float], side: Side | None, score: int | None
) -> ScoredBout:
    measures = tuple(_shifted(m, added.get(m.id, 0.0)) for m in scored.measures)
    bout = replace(scored.bout, side=side) if side else scored.bout
    form = replace(scored.score, value=score) if score is not None else scored.score
    return replace(scored, bout=bout, measures=measures, score=form)


def _shifted(measurement: Measurement, added: float) -> Measurement:
    """Return a measure with another value and a small error, graded even if the clip left its grade open."""
    if measurement.value is None or measurement.good is None:
        return measurement
    value = measurement.value + added
    sd = SD_DEG if measurement.unit == "deg" else measurement.sd
    sure = replace(measurement, value=value, sd=sd, grade="good", reason=None)
    return replace(sure, grade=grade_of(sure, value))


def weeks(
    records: Records,
    code: str,
    analysis: Analysis,
    *,
    drops: tuple[float, ...],
    sides: tuple[Side, ...] = ("left", "right"),
    name: str | None = None,
) -> None:
    """Store a session a week in which the hip dropped by ``drops`` more than in the clip, on each side."""
    if name is not None:
        records.add_person(code, name)
    number = 0
    for week, drop in enumerate(drops):
        for which, side in enumerate(sides):
            number += 1
            change = {"pelvic_drop_deg": drop - 1.5 * which, "fppa_deg": drop / 2}
            records.save_analysis(
                code,
                variation(analysis, number, added=change, side=side, score=round(70 - 2 * drop - which)),
                recorded_at=FIRST_DAY + timedelta(days=7 * week, minutes=3 * which),
            )
