"""``formcheck history``: a person's sessions, or one measure over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from formcheck.commands.opened import opened_records, say
from formcheck.commands.tables import print_table
from formcheck.names import counted

if TYPE_CHECKING:
    from formcheck.records import Records
    from formcheck.records.types import EntryKind

_ENTRIES: Final[dict[EntryKind, str]] = {
    "assessment": "assessment",
    "plan": "plan",
    "decision": "decision",
    "logged_set": "logged set",
    "logged_day": "logged day",
}


def history(
    person: Annotated[str, typer.Option(help="The person's code.")],
    exercise: Annotated[str | None, typer.Option(help="Only this exercise id.")] = None,
    side: Annotated[str | None, typer.Option(help="Only this side: left or right.")] = None,
    measure: Annotated[
        str | None, typer.Option(help="One measure over time, pelvic_drop_deg say; names its --exercise.")
    ] = None,
) -> None:
    """Show a person's sessions, or one measure over time with its errors."""
    from formcheck.errors import UsageError
    from formcheck.names import BILATERAL, EXERCISES, SIDES
    from formcheck.validation import check_choice

    if exercise is not None:
        check_choice("exercise", exercise, EXERCISES)
    if side is not None:
        check_choice("side", side, SIDES)
    with opened_records() as records:
        if measure is None:
            _sessions(records, person, exercise, side)
            if exercise is None and side is None:
                _coaching(records, person)
            return
        if exercise is None or (side is None and exercise not in BILATERAL):
            raise UsageError("--measure needs to know of which --exercise and, unless on two feet, --side.")
        _trend(records, person, exercise, side, measure)


def _sessions(records: Records, person: str, exercise: str | None, side: str | None) -> None:
    from formcheck.reports import texts

    rows = [
        (
            session.day.isoformat(),
            texts.exercise_name(bout.exercise),
            bout.side or "",
            texts.done_text(bout.exercise, bout.reps),
            "" if bout.score is None else str(bout.score),
            (bout.band or "") if bout.score is not None else texts.score_reason_text(bout.reason),
        )
        for session in records.sessions(person)
        for bout in session.sets
        if exercise in (None, bout.exercise) and side in (None, bout.side)
    ]
    if rows:
        print_table(("day", "exercise", "side", "reps", "score", ""), rows)
    else:
        what = " ".join(word for word in (exercise, side) if word)
        say(f"No set {f'({what}) ' if what else ''}of '{person}' is in the records.")


def _coaching(records: Records, person: str) -> None:
    """Say how many documents of the coaching and notes there are, and write the notes out."""
    for kind, one in _ENTRIES.items():
        if found := records.entries(person, kind):
            typer.echo(f"{counted(len(found), one)}, the last of {found[-1].at.astimezone():%Y-%m-%d}")
    for note in records.notes(person):
        typer.echo(f"note of {note.at.astimezone():%Y-%m-%d}: {note.text}")


def _trend(records: Records, person: str, exercise: str, side: str | None, measure: str) -> None:
    points = records.trend(person, exercise, side, measure)
    if not points:
        say(f"No set of '{person}' has a value of {measure} for {exercise} {side or ''}.".replace(" .", "."))
        return
    rows = [
        (
            f"{point.recorded_at.astimezone():%Y-%m-%d %H:%M}",
            f"{point.value:.1f}",
            f"± {point.sd:.1f}",
            point.unit,
            f"{point.grade or ''}{' (borderline)' if point.borderline else ''}",
            "" if point.score is None else str(point.score),
        )
        for point in points
    ]
    print_table(("filmed", measure, "sd", "unit", "grade", "score"), rows)
