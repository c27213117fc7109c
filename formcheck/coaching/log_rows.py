"""One row of a training log: its columns, and a set or a day written as one and read from one."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from formcheck.coaching.forms import TOO_UNCERTAIN, Form, alternative_forms, measured_form
from formcheck.coaching.library import Library
from formcheck.coaching.log import LoggedDay, LoggedSet
from formcheck.coaching.log_cells import Cells
from formcheck.coaching.log_form import SetForm
from formcheck.errors import FormcheckError, TrainingLogError
from formcheck.names import SIDES, Exercise
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
    "form_low",
    "form_high",
    "ungraded",
)
COLUMNS: Final = (
    "date", "rung", "side", "set", "target", "done", "load_kg", "rpe", "pain", "pain_before",
    "pain_next_morning", "sharp", "limp", "self_rating", "easy", *FORM_COLUMNS, *DAY_COLUMNS, "notes",
)  # fmt: skip
"""Every column; a row with a rung is a set, one without is a day. Empty cells mean "not said"."""


def set_row(each: LoggedSet, library: Library) -> dict[str, str]:
    """Return a set as a row: text by column."""
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
            "ungraded": ";".join(each.form.ungraded),
        }
        if each.form.score_range is not None:
            low, high = each.form.score_range
            row |= {"form_low": _said(low), "form_high": _said(high)}
    return row


def day_row(each: LoggedDay) -> dict[str, str]:
    """Return a day as a row: text by column."""
    return {
        "date": each.date.isoformat(),
        **{column: _said(getattr(each, column)) for column in DAY_COLUMNS},
        "notes": each.notes,
    }


def read_set(cell: Cells, library: Library) -> LoggedSet:
    """Return the set of a row.

    Raises
    ------
    TrainingLogError
        If a cell is wrong.
    """
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


def read_day(cell: Cells) -> LoggedDay:
    """Return the day of a row (`TrainingLogError` if a cell is wrong)."""
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
        faults=_names(cell, "faults"),
        values=values,
        break_after=cell.whole("form_break"),
        score_range=_score_range(cell),
        ungraded=_names(cell, "ungraded"),
    )
    return replace(form, alternatives=_alternatives(form, exercise))


def _names(cell: Cells, column: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in cell.text(column).split(";"))))


def _score_range(cell: Cells) -> tuple[float, float] | None:
    low, high = cell.number("form_low"), cell.number("form_high")
    if low is None or high is None:
        return None
    if not 0 <= low <= high <= 100:
        raise cell.wrong(f"form_low and form_high are {low:g} and {high:g}, but must rise from 0 to 100")
    return low, high


def _alternatives(form: SetForm, exercise: Exercise | None) -> tuple[Form, ...]:
    """Return what the form would be if one borderline grade fell the other way, worked out anew.

    Only where the measures still give the score (or its range) that is written: else they are not all
    there, or the thresholds have changed.
    """
    if exercise is None or form.form.span is None:
        return ()
    known = load_thresholds().exercises[exercise].measure_ids
    if not set(form.values) <= set(known):
        return ()
    measures = [_measurement(name, each, form) for name, each in form.values.items()]
    again = measured_form(exercise, measures)
    return alternative_forms(exercise, measures) if again.span == form.form.span else ()


def _measurement(name: str, each: Estimate, form: SetForm) -> Measurement:
    ungraded = name in form.ungraded
    return Measurement(
        name,
        unit_of(name),
        each.value,
        each.sd,
        grade=None if ungraded else "good",
        reason=TOO_UNCERTAIN if ungraded else None,
    )


def _said(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else repr(value)


def _yes(value: bool) -> str:
    return "yes" if value else ""
