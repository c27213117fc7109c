"""Tables and documents for machines: angles per frame, landmarks, JSON, and one summary row per set."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from formcheck.errors import UsageError
from formcheck.names import ANGLES
from formcheck.reports.files import replacing, to_standard_output
from formcheck.reports.texts import measure_ids
from formcheck.reports.timeline import bout_at
from formcheck.scoring.types import ScoredBout

if TYPE_CHECKING:
    from formcheck.analysis import Analysis

ANGLE_COLUMNS: Final = ("time_s", "bout", "side", *(name for a in ANGLES for name in (a, f"{a}_sd")))
_SUMMARY_HEAD: Final = (
    *("video", "bout", "exercise", "confidence", "side", "variant", "view", "start_s", "end_s"),
    *("reps", "valid_reps", "score", "band", "coverage", "core_fails", "core_cautions", "reason"),
)
_SUMMARY_TAIL: Final = ("quality", "error")


def angles_table(analysis: Analysis) -> pa.Table:
    """Return the angles over time: one row per video frame.

    Columns ``time_s``, ``bout`` (index or null), ``side``, and for each of `formcheck.names.ANGLES` the value
    and ``<id>_sd``, of the side that the bout was measured on, smoothed, not baseline-subtracted; NaN
    where not measurable and outside of bouts.
    """
    motion, bouts = analysis.motion, analysis.bouts
    index = bout_at(motion.times_s, bouts)
    values = np.full((len(motion), len(ANGLES), 2), np.nan, dtype=np.float32)
    sides: list[str | None] = [None] * len(motion)
    for number, scored in enumerate(bouts):
        frames = np.flatnonzero(index == number)
        angles = motion.of(scored.bout.measured_side)
        values[frames, :, 0], values[frames, :, 1] = angles.value[frames], angles.sd[frames]
        for frame in frames:
            sides[frame] = scored.bout.measured_side
    columns: dict[str, Any] = {
        "time_s": pa.array(motion.times_s, pa.float64()),
        "bout": pa.array(index.astype(np.int32), mask=index < 0),
        "side": pa.array(sides, pa.string()),
    }
    for i, angle in enumerate(ANGLES):
        columns[angle], columns[f"{angle}_sd"] = pa.array(values[:, i, 0]), pa.array(values[:, i, 1])
    return pa.table(columns).select(ANGLE_COLUMNS)


def write_angles(analysis: Analysis, path: str | Path) -> None:
    """Write `angles_table` as ``.parquet`` or ``.csv``.

    Raises
    ------
    UsageError
        If the suffix is neither.
    ReportWriteError
        If the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in (".parquet", ".csv"):
        raise UsageError(
            f"The angles table is .parquet or .csv, so '{Path(path).name}' must end in one of them."
        )
    table = angles_table(analysis)
    with replacing(path) as temporary:
        if suffix == ".parquet":
            meta = {"formcheck": json.dumps(_strict(dict(analysis.provenance)))}
            pyarrow.parquet.write_table(table.replace_schema_metadata(meta), temporary, compression="zstd")
        else:
            pyarrow.csv.write_csv(table, temporary, pyarrow.csv.WriteOptions(quoting_style="needed"))


def write_landmarks(analysis: Analysis, path: str | Path) -> None:
    """Write the raw landmarks as Parquet, from which the clip can be scored again without the video.

    Raises
    ------
    UsageError
        If the suffix is not ``.parquet``.
    ReportWriteError
        If the file cannot be written.
    """
    if Path(path).suffix.lower() != ".parquet":
        raise UsageError(f"The landmarks table is .parquet, so '{Path(path).name}' must end in that.")
    with replacing(path) as temporary:
        analysis.pose.to_parquet(temporary)


def json_document(analyses: Analysis | Sequence[Analysis]) -> str:
    """Return the document of ``formcheck.analysis/1``: an object for one analysis, a list for a sequence.

    Strict JSON: what is not a finite number is null.
    """
    document = [a.to_dict() for a in analyses] if isinstance(analyses, Sequence) else analyses.to_dict()
    return json.dumps(_strict(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write_json(analyses: Analysis | Sequence[Analysis], path: str | Path | None = None) -> None:
    """Write `json_document` to ``path``; to standard output for None.

    Raises
    ------
    ReportWriteError
        If the file cannot be written.
    """
    document = json_document(analyses)
    if path is None:
        to_standard_output(document)
        return
    with replacing(path) as temporary:
        temporary.write_text(document, encoding="utf-8")


def write_summary(
    analyses: Iterable[Analysis],
    path: str | Path,
    *,
    names: Iterable[str] | None = None,
    failures: Iterable[tuple[str, str]] = (),
) -> None:
    """Write a CSV file with one row per set; a clip without any set, and a clip that failed, has a row too.

    Parameters
    ----------
    analyses : iterable of Analysis
        The clips that could be read.
    path : path
        The file.
    names : iterable of str, optional
        What each clip is called in the file; its file's name without it.
    failures : iterable of (str, str)
        Name of, and error with, each clip that could not be read.

    Raises
    ------
    ReportWriteError
        If the file cannot be written.
    """
    done = list(analyses)
    called = [analysis.video.name for analysis in done] if names is None else names
    rows = [
        {**row, "video": name}
        for analysis, name in zip(done, called, strict=True)
        for row in summary_rows(analysis)
    ]
    rows += [{"video": name, "error": error} for name, error in failures]
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, summary_columns(), restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def summary_columns() -> list[str]:
    """Return the columns of the summary in their order."""
    measures = [(m, f"{m}_sd", f"{m}_grade") for m in measure_ids()]
    return [*_SUMMARY_HEAD, *(name for trio in measures for name in trio), *_SUMMARY_TAIL]


def summary_rows(analysis: Analysis) -> list[dict[str, Any]]:
    """Return a clip's rows of the summary, by column: one per set, or one that says that there is none."""
    clip = {
        "video": analysis.video.name,
        "view": analysis.motion.view.label,
        "quality": ";".join(problem.code for problem in analysis.quality.problems),
    }
    if not analysis.bouts:
        return [{**clip, "reason": "no_exercise"}]
    return [{**clip, "bout": i, **_bout_row(scored)} for i, scored in enumerate(analysis.bouts)]


def _bout_row(scored: ScoredBout) -> dict[str, Any]:
    bout, score = scored.bout, scored.score
    row: dict[str, Any] = {
        "exercise": bout.exercise,
        "confidence": round(bout.confidence, 3),
        "side": bout.side,
        "variant": bout.variant,
        "start_s": round(bout.start_s, 3),
        "end_s": round(bout.end_s, 3),
        "reps": len(bout.repetitions),
        "valid_reps": sum(repetition.valid for repetition in bout.repetitions),
        "score": score.value,
        "band": score.band,
        "coverage": round(score.coverage, 3),
        "core_fails": score.core_fails,
        "core_cautions": score.core_cautions,
        "reason": score.reason,
    }
    for measurement in scored.measures:
        row[measurement.id] = _rounded(measurement.value)
        row[f"{measurement.id}_sd"] = _rounded(measurement.sd)
        row[f"{measurement.id}_grade"] = measurement.grade
    return row


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _strict(value: Any) -> Any:
    """Return ``value`` with null in place of every number that JSON can't write."""
    if isinstance(value, dict):
        return {key: _strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
