"""The training log as a CSV file that any spreadsheet opens: one row a set, or one row for a whole day."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from formcheck.coaching.forms import Form, alternative_forms
from formcheck.coaching.library import Library, load_library
from formcheck.coaching.log import LoggedDay, LoggedSet, TrainingLog
from formcheck.coaching.log_cells import Cells
from formcheck.coaching.log_form import SetForm
from formcheck.errors import FormcheckError, TrainingLogError
from formcheck.names import SIDES, Exercise
from formcheck.scoring import grade
from formcheck.scoring.thresholds import load_thresholds, unit_of
from formcheck.scoring.types import Estimate, Measurement

DAY_COLUMNS: Final = ("session_rpe", "session_min", "soreness", "sleep_h", "run_km")
FORM_COLUMNS: Final = (
    "form_score",
    "core_fails",
    "core_cautions",
    "film_ok",
    "faults",
    "measures",
    "form_break",
)
COLUMNS: Final = (
    "date", "rung", "side", "set", "target", "done", "load_kg", "rpe", "pain", "pain_before",
    "pain_next_morning", "sharp", "limp", "self_rating", "easy", *FORM_COLUMNS, *DAY_COLUMNS, "notes",
)  # fmt: skip
"""Every column; a row with a rung is a set, one without is a day. Empty cells mean "not said"."""
SET_SCHEMA: Final = "formcheck.set/1"
_NEEDED: Final = ("date", "rung", "done")


def write_log(log: TrainingLog, target: Path, library: Library | None = None) -> None:
    """Write the log as CSV (UTF-8).

    Raises
    ------
    TrainingLogError
        If the file cannot be written.
    """
    try:
        target.write_text(log_text(log, library), encoding="utf-8")
    except OSError as error:
        raise TrainingLogError(f"'{target}' cannot be written: {error.strerror or error}.") from error


def log_text(log: TrainingLog, library: Library | None = None) -> str:
    """Return the log as the text of a CSV file."""
    ladders = library or load_library()
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    rows = [(each.date, 0, _set_row(each, ladders)) for each in log.sets]
    rows += [(each.date, 1, _day_row(each)) for each in log.days]
    writer.writerows(row for _, _, row in sorted(rows, key=lambda item: item[:2]))
    return buffer.getvalue()


def read_log(source: Path, library: Library | None = None) -> TrainingLog:
    """Return the log that a CSV file holds.

    Needed are the columns ``date``, ``rung`` and ``done``; all others may be missing or empty.

    Raises
    ------
    TrainingLogError
        If the file cannot be read or a row is wrong; the message names the line and what is wrong with it.
    """
    try:
        text = source.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TrainingLogError(f"'{source.name}' cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise TrainingLogError(
            f"'{source.name}' is not text in UTF-8: save it as a UTF-8 CSV file."
        ) from error
    return parse_log(text, source.name, library)


def parse_log(text: str, name: str = "log", library: Library | None = None) -> TrainingLog:
    """Return the log in the text of a CSV file (see `read_log`); spreadsheets' semicolons are taken too."""
    ladders = library or load_library()
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    _check_columns(reader.fieldnames or [], name)
    sets, days = [], []
    for row in _rows(reader, name):
        cell = Cells(row, f"'{name}', line {reader.line_num}")
        if cell.text("rung"):
            sets.append(_read_set(cell, ladders))
        elif any(cell.text(column) for column in (*DAY_COLUMNS, "notes")):
            days.append(_read_day(cell))
    return TrainingLog(tuple(sets), tuple(days))


def _rows(reader: csv.DictReader[str], name: str) -> Iterator[Mapping[str, Any]]:
    try:
        yield from reader
    except csv.Error as error:
        raise TrainingLogError(
            f"'{name}', line {reader.line_num}: this is not a CSV row ({error})."
        ) from error


def _check_columns(columns: Any, name: str) -> None:
    missing = [column for column in _NEEDED if column not in columns]
    if missing:
        raise TrainingLogError(
            f"'{name}', line 1: the column '{missing[0]}' is missing; the columns are {', '.join(COLUMNS)}."
        )
    unknown = [column for column in columns if column not in COLUMNS]
    if unknown:
        raise TrainingLogError(
            f"'{name}', line 1: '{unknown[0]}' is not a known column; the columns are {', '.join(COLUMNS)}."
        )


def _read_set(cell: Cells, library: Library) -> LoggedSet:
    try:
        ladder, rung = library.find(cell.text("rung").upper())
    except KeyError:
        raise cell.wrong(
            f"'{cell.text('rung')}' is no rung of the library (they are called HR3, SD2 …)"
        ) from None
    side = cell.text("side").lower()
    if side not in (*SIDES, ""):
        raise cell.wrong(f"side is '{side}', but must be left, right or empty")
    done = cell.needed("done")
    target = cell.whole("target")
    try:
        return LoggedSet(
            date=cell.day(),
            ladder=ladder.id,
            rung=rung,
            side=side or None,  # type: ignore[arg-type]
            number=cell.whole("set") or 1,
            target=done if target is None else target,
            done=done,
            load_kg=cell.number("load_kg") or 0.0,
            rpe=cell.number("rpe"),
            pain=cell.whole("pain") or 0,
            pain_before=cell.whole("pain_before"),
            pain_next_morning=cell.whole("pain_next_morning"),
            sharp=cell.truth("sharp"),
            limp=cell.truth("limp"),
            self_rating=cell.whole("self_rating"),
            form=_read_form(cell, ladder.rungs[rung].filmed_as),
            easy=cell.truth("easy"),
            notes=cell.text("notes"),
        )
    except TrainingLogError:
        raise
    except FormcheckError as error:
        raise cell.wrong(str(error).rstrip(".")) from None


def _read_form(cell: Cells, exercise: Exercise | None) -> SetForm | None:
    if not any(cell.text(column) for column in FORM_COLUMNS):
        return None
    values = {}
    for part in filter(None, (p.strip() for p in cell.text("measures").split(";"))):
        name, _, said = part.partition("=")
        value, _, sd = said.partition("±")
        try:
            values[name.strip()] = Estimate(float(value), float(sd))
        except ValueError:
            raise cell.wrong(f"measures holds '{part}', but must look like fppa_deg=12.0±2.0") from None
    score = cell.whole("form_score")
    if score is not None and not 0 <= score <= 100:
        raise cell.wrong(f"form_score is {score}, but must lie from 0 to 100")
    form = SetForm(
        score=score,
        fails=cell.whole("core_fails") or 0,
        core_cautions=cell.whole("core_cautions") or 0,
        quality=cell.truth("film_ok", default=True),
        faults=tuple(filter(None, (p.strip() for p in cell.text("faults").split(";")))),
        values=values,
        break_after=cell.whole("form_break"),
    )
    return replace(form, alternatives=_alternatives(form, exercise))


def _alternatives(form: SetForm, exercise: Exercise | None) -> tuple[Form, ...]:
    """Return what the form would be if one borderline grade fell the other way, worked out anew.

    Only where the measures still give the score that is written: else they are not all there, or the
    thresholds have changed.
    """
    if exercise is None or form.score is None:
        return ()
    values = {name: each.value for name, each in form.values.items()}
    known = load_thresholds().exercises[exercise].measure_ids
    if not set(values) <= set(known) or grade(exercise, values).value != form.score:
        return ()
    measures = [
        Measurement(name, unit_of(name), each.value, each.sd, grade="good")
        for name, each in form.values.items()
    ]
    return alternative_forms(exercise, measures)


def _read_day(cell: Cells) -> LoggedDay:
    try:
        return LoggedDay(
            cell.day(),
            cell.number("session_rpe"),
            cell.number("session_min"),
            cell.whole("soreness"),
            cell.number("sleep_h"),
            cell.number("run_km"),
            cell.text("notes"),
        )
    except TrainingLogError:
        raise
    except FormcheckError as error:
        raise cell.wrong(str(error).rstrip(".")) from None


def _set_row(each: LoggedSet, library: Library) -> dict[str, str]:
    row = {
        "date": each.date.isoformat(),
        "rung": f"{library[each.ladder].code}{each.rung}",
        "side": each.side or "",
        "set": _said(each.number),
        "target": _said(each.target),
        "done": _said(each.done),
        "load_kg": _said(each.load_kg),
        "rpe": _said(each.rpe),
        "pain": _said(each.pain),
        "pain_before": _said(each.pain_before),
        "pain_next_morning": _said(each.pain_next_morning),
        "sharp": _yes(each.sharp),
        "limp": _yes(each.limp),
        "self_rating": _said(each.self_rating),
        "easy": _yes(each.easy),
        "notes": each.notes,
    }
    if each.form is not None:
        row |= {
            "form_score": _said(each.form.score),
            "core_fails": _said(each.form.fails),
            "core_cautions": _said(each.form.core_cautions),
            "film_ok": "yes" if each.form.quality else "no",
            "faults": ";".join(each.form.faults),
            "form_break": _said(each.form.break_after),
            "measures": ";".join(f"{name}={e.value!r}±{e.sd!r}" for name, e in each.form.values.items()),
        }
    return row


def _day_row(each: LoggedDay) -> dict[str, str]:
    return {
        "date": each.date.isoformat(),
        **{column: _said(getattr(each, column)) for column in DAY_COLUMNS},
        "notes": each.notes,
    }


def _said(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else repr(value)


def _yes(value: bool) -> str:
    return "yes" if value else ""


def set_documents(log: TrainingLog, library: Library | None = None) -> list[dict[str, str]]:
    """Return every set as a document for the records: the cells of its row, and its ladder."""
    ladders = library or load_library()
    return [{"schema": SET_SCHEMA, "ladder": each.ladder, **_set_row(each, ladders)} for each in log.sets]


def log_of_documents(documents: Iterable[Mapping[str, Any]], library: Library | None = None) -> TrainingLog:
    """Return the log that `set_documents` were made of.

    Raises
    ------
    TrainingLogError
        If a document is not one of a set.
    """
    ladders = library or load_library()
    sets = []
    for number, document in enumerate(documents, start=1):
        place = f"Set {number} of the records"
        if document.get("schema") != SET_SCHEMA:
            raise TrainingLogError(f"{place} is no '{SET_SCHEMA}': it was not written by this formcheck.")
        sets.append(_read_set(Cells(document, place), ladders))
    return TrainingLog(tuple(sets))
