"""The tables over all clips: ``summary.csv``, ``reps.parquet``, ``measures.parquet``.

They are read from what each clip's folder holds, in the order of the batch, so they are the same whoever did
the work, and when.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from formcheck.batch.store import Store
from formcheck.reports.files import replacing
from formcheck.reports.tables import summary_columns
from formcheck.scoring.thresholds import MEASURES

if TYPE_CHECKING:
    from formcheck.batch.run import Finished

_CLIP: Final = ("clip", "person", "date", "pain", "folder")
_CLIP_TYPES: Final = {
    "clip": pa.string(),
    "person": pa.string(),
    "date": pa.string(),
    "pain": pa.int8(),
    "bout": pa.int32(),
    "exercise": pa.string(),
    "side": pa.string(),
    "view": pa.string(),
}
_MEASURE_TYPES: Final = {
    **_CLIP_TYPES,
    "measure": pa.string(),
    "value": pa.float64(),
    "sd": pa.float64(),
    "unit": pa.string(),
    "grade": pa.string(),
    "borderline": pa.bool_(),
    "reason": pa.string(),
    "core": pa.bool_(),
    "subscore": pa.float64(),
    "signed_value": pa.float64(),
    "excursion": pa.float64(),
}
_REP_TYPES: Final = {
    **_CLIP_TYPES,
    "rep": pa.int32(),
    "start_s": pa.float64(),
    "turn_s": pa.float64(),
    "end_s": pa.float64(),
    "valid": pa.bool_(),
    "reason": pa.string(),
    **{name: pa.float64() for measure in MEASURES for name in (measure, f"{measure}_sd")},
}
_ROWS_AT_ONCE: Final = 20_000

Row = dict[str, Any]


def write_tables(finished: Sequence[Finished], store: Store) -> None:
    """Write the three tables into the batch's folder.

    - ``summary.csv``: the columns of `formcheck score --summary` behind those of the manifest; one row per
      set, and one for each clip without a set or that failed.
    - ``measures.parquet``: one row per set and measure.
    - ``reps.parquet``: one row per repetition, with the value and the standard deviation of each measure.

    Raises
    ------
    ReportWriteError
        If they cannot be written.
    """
    columns = [*_CLIP, *summary_columns()]
    with (
        replacing(store.folder / "summary.csv") as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        for one in finished:
            writer.writerows(summary_of(one, store))
    _write_parquet(finished, store, "measures.parquet", _MEASURE_TYPES, _measures)
    _write_parquet(finished, store, "reps.parquet", _REP_TYPES, _repetitions)


def summary_of(one: Finished, store: Store) -> list[Row]:
    """Return a clip's rows of the summary."""
    clip, outcome = one.clip, one.outcome
    known = {"clip": clip.name, "person": clip.person, "date": clip.date, "pain": clip.pain}
    result = store.result(outcome.folder) if outcome.folder else None
    if result is not None:
        known["folder"] = f"clips/{outcome.folder}"
    if outcome.status == "failed" or result is None:
        reason = outcome.reason or (result or {}).get("reason") or "Its results are missing: score it again."
        return [{**known, "video": clip.name.rsplit("/", 1)[-1], "error": reason}]
    return [{**row, **known} for row in result["summary"]]


def _write_parquet(
    finished: Sequence[Finished],
    store: Store,
    name: str,
    types: dict[str, pa.DataType],
    rows_of: Callable[[Row], Iterator[Row]],
) -> None:
    schema = pa.schema(types)
    rows: list[Row] = []
    with (
        replacing(store.folder / name) as temporary,
        pq.ParquetWriter(temporary, schema, compression="zstd") as writer,
    ):
        for one in finished:
            rows += _rows_of_clip(one, store, rows_of)
            if len(rows) >= _ROWS_AT_ONCE:
                writer.write_table(pa.Table.from_pylist(rows, schema))
                rows = []
        writer.write_table(pa.Table.from_pylist(rows, schema))


def _rows_of_clip(one: Finished, store: Store, rows_of: Callable[[Row], Iterator[Row]]) -> Iterator[Row]:
    if one.outcome.status == "failed" or one.outcome.folder is None:
        return
    analysis = store.analysis(one.outcome.folder)
    clip = one.clip
    for number, bout in enumerate((analysis or {}).get("bouts", ())):
        head = {
            "clip": clip.name,
            "person": clip.person,
            "date": clip.date,
            "pain": clip.pain,
            "bout": number,
            "exercise": bout["exercise"],
            "side": bout["side"],
            "view": (analysis or {})["view"]["label"],
        }
        for row in rows_of(bout):
            yield {**head, **row}


def _measures(bout: Row) -> Iterator[Row]:
    for measure, said in bout["measures"].items():
        yield {"measure": measure, **said}


def _repetitions(bout: Row) -> Iterator[Row]:
    for number, repetition in enumerate(bout["reps"]):
        measured: Row = {}
        for measure, estimate in repetition["measures"].items():
            measured[measure], measured[f"{measure}_sd"] = estimate["value"], estimate["sd"]
        times = {name: repetition[name] for name in ("start_s", "turn_s", "end_s", "valid", "reason")}
        yield {"rep": number, **times, **measured}
