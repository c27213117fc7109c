"""``formcheck log``: a person's training log, shown, taken in from a CSV file, or written to one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.commands.opened import opened_records, say
from formcheck.commands.tables import print_table
from formcheck.names import counted

if TYPE_CHECKING:
    from formcheck.coaching.library import Library
    from formcheck.coaching.log import LoggedSet, TrainingLog
    from formcheck.coaching.log_form import SetForm

_HEAD = ("day", "exercise", "side", "set", "done of", "load", "effort", "pain", "felt", "form")
_WEEK_HEAD = ("week of", "sessions", "effort × minutes", "sets", "form, last three films")


def log(
    person: Annotated[str, typer.Option(help="The person's code.")],
    source: Annotated[
        Path | None, typer.Argument(metavar="FILE.csv", help="A training log to take in.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the whole log to FILE.csv.")] = None,
    weeks: Annotated[bool, typer.Option("--weeks", help="Show weeks in place of sets.")] = False,
    ladders: Annotated[Path | None, typer.Option(help="A folder with your own ladders, TOML.")] = None,
) -> None:
    """Show a person's training log with what was filmed, add a CSV file to it, or write it to one."""
    from formcheck.coaching.library import load_library
    from formcheck.coaching.log_csv import read_log, write_log
    from formcheck.coaching.plan_films import unjudged
    from formcheck.commands.training_log import remembered_log, take_in
    from formcheck.reports.files import check_place
    from formcheck.validation import check_day_done

    library = load_library(ladders)
    # A file that can't be read or written is told before anything is remembered.
    if out is not None:
        check_place(out)
    given = read_log(source, library) if source is not None else None
    if given is not None:
        for day in (*given.training_days, *(each.date for each in given.days)):
            check_day_done(day)
    with opened_records() as records:
        if given is not None:
            done = take_in(records, person, given, library)
            new = counted(done.new, "entry is new", "entries are new")
            known = counted(done.known, "was here already", "were here already")
            say(f"{new}, {done.changed} completed, {known}.")
        kept = remembered_log(records, person, library)
    if given is not None:
        for code in unjudged(kept, library):
            say(
                f"{code}: there is no form score and no rating of your own. Fill in how the form felt "
                "(self_rating), 1 (poor) to 5 (very good): without it nothing is decided."
            )
    if out is not None:
        write_log(kept, out, library)
        say(f"The log of '{person}' is in '{out}'.")
    elif weeks:
        _show_weeks(kept, library)
    elif given is None:
        _show(kept, person, library)


def _show(kept: TrainingLog, person: str, library: Library) -> None:
    if kept.sets:
        print_table(_HEAD, [_row(each, library) for each in kept.sets])
    else:
        say(f"No set of '{person}' is logged: add some with `formcheck log FILE.csv --person {person}`.")


def _show_weeks(kept: TrainingLog, library: Library) -> None:
    from formcheck.coaching.log_weeks import training_weeks

    rows = [
        (
            week.monday.isoformat(),
            str(week.sessions),
            f"{week.strain:.0f}" if week.strain else "",
            ", ".join(f"{library[ladder].code} {count}" for ladder, count in week.sets.items()),
            ", ".join(f"{library[ladder].code} {score:.0f}" for ladder, score in week.form.items()),
        )
        for week in training_weeks(kept)
    ]
    print_table(_WEEK_HEAD, rows)


def _row(each: LoggedSet, library: Library) -> tuple[str, ...]:
    ladder = library[each.ladder]
    return (
        each.date.isoformat(),
        f"{ladder.code}{each.rung} {ladder.rungs[each.rung].name}",
        each.side or "",
        str(each.number),
        f"{each.done} of {each.target}",
        f"{each.load_kg:g} kg" if each.load_kg else "",
        "" if each.rpe is None else f"{each.rpe:g}",
        str(each.pain),
        "" if each.self_rating is None else f"{each.self_rating} of 5",
        _form(each.form),
    )


def _form(form: SetForm | None) -> str:
    """Return the score of a film, or the range in which it lies."""
    if form is None or form.form.span is None:
        return ""
    low, high = form.form.span
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"
