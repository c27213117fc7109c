"""A person's sets, repetitions and measures as Parquet, for statistics programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from formcheck.records.archive import as_bytes
from formcheck.records.columns import Document

_MOMENT: Final = pa.timestamp("s", tz="UTC")
_HEAD: Final = (
    ("clip", pa.string()),
    ("set", pa.int32()),
    ("recorded_at", _MOMENT),
    ("exercise", pa.string()),
    ("side", pa.string()),
)
_MEASURE: Final = (("measure", pa.string()), ("value", pa.float64()), ("sd", pa.float64()))
_SETS: Final = pa.schema(
    [
        *_HEAD,
        *(("variant", pa.string()), ("start_s", pa.float64()), ("end_s", pa.float64()), ("reps", pa.int32())),
        *(("score", pa.int32()), ("band", pa.string()), ("reason", pa.string())),
    ]
)
_REPS: Final = pa.schema(
    [
        *_HEAD,
        *(("rep", pa.int32()), ("start_s", pa.float64()), ("turn_s", pa.float64()), ("end_s", pa.float64())),
        *(("valid", pa.bool_()), *_MEASURE),
    ]
)
_MEASURES: Final = pa.schema(
    [*_HEAD, *_MEASURE, ("unit", pa.string()), ("grade", pa.string()), ("reason", pa.string())]
)


class _Clip(Protocol):
    id: str
    recorded_at: datetime
    document: dict[str, Any]


def tables_of(clips: Sequence[_Clip]) -> tuple[bytes, bytes, bytes]:
    """Return Parquet files: the sets, one row per repetition and measure, one row per set and measure."""
    bouts = [
        (
            {
                "clip": clip.id,
                "set": number,
                "recorded_at": clip.recorded_at,
                **_of(bout, "exercise", "side"),
            },
            bout,
        )
        for clip in clips
        for number, bout in enumerate(clip.document["bouts"])
    ]
    sets = [
        head
        | _of(bout, "variant", "start_s", "end_s")
        | {"reps": sum(rep["valid"] for rep in bout["reps"])}
        | {"score": bout["score"]["value"]}
        | _of(bout["score"], "band", "reason")
        for head, bout in bouts
    ]
    reps = [head | row for head, bout in bouts for row in _rep_rows(bout)]
    measures = [
        head | {"measure": name} | _of(measure, "value", "sd", "unit", "grade", "reason")
        for head, bout in bouts
        for name, measure in bout["measures"].items()
    ]
    return _parquet(sets, _SETS), _parquet(reps, _REPS), _parquet(measures, _MEASURES)


def _rep_rows(bout: Document) -> Iterator[dict[str, Any]]:
    for number, rep in enumerate(bout["reps"]):
        about = {"rep": number, **_of(rep, "start_s", "turn_s", "end_s", "valid")}
        for name, estimate in rep["measures"].items():
            yield about | {"measure": name} | _of(estimate, "value", "sd")


def _of(document: Document, *fields: str) -> dict[str, Any]:
    return {field: document.get(field) for field in fields}


def _parquet(rows: list[dict[str, Any]], schema: pa.Schema) -> bytes:
    table = pa.Table.from_pylist(rows, schema=schema)
    return as_bytes(lambda file: pq.write_table(table, file, compression="zstd"))
