"""``formcheck export`` and ``formcheck import``: one person's records in a zip."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.commands.opened import opened_records, say
from formcheck.names import counted


def export_person(
    person: Annotated[str, typer.Option(help="The person's code.")],
    out: Annotated[Path | None, typer.Option(help="The zip to write; CODE.zip if not given.")] = None,
) -> None:
    """Write all that is stored of a person to a zip: JSON, Parquet, landmarks."""
    with opened_records() as records:
        code = records.person(person).code
        written = records.export_person(code, out or Path(f"{code}.zip"))
        say(f"Everything of '{code}' is in '{written}'.")


def import_person(
    source: Annotated[Path, typer.Argument(metavar="FILE.zip", help="What `formcheck export` wrote.")],
    as_code: Annotated[str | None, typer.Option("--as", help="Another code for the person.")] = None,
) -> None:
    """Take in a person that `formcheck export` wrote; a second time changes nothing."""
    with opened_records() as records:
        done = records.import_person(source, code=as_code)
        say(f"'{done.person}': {done.new} new, {counted(done.known, 'was', 'were')} here already.")
