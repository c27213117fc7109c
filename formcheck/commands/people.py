"""``formcheck people``: who is in the records; and deleting somebody for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.commands.opened import opened_records, say
from formcheck.commands.tables import print_table
from formcheck.names import counted

if TYPE_CHECKING:
    from formcheck.records import Records


def people(
    search: Annotated[str, typer.Argument(help="Only those with this in their code or name.")] = "",
    delete: Annotated[
        str | None, typer.Option(metavar="CODE", help="Delete this person for good, with all files.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
) -> None:
    """List the people in the records, or delete one for good."""
    with opened_records() as records:
        if delete is not None:
            _delete(records, delete, yes)
            return
        found = records.people(search)
        if not found:
            say(
                "Nobody is in the records." if not search else f"Nobody has '{search}' in their code or name."
            )
            return
        rows = [
            (
                p.code,
                p.name or "",
                str(p.sessions),
                str(p.clips),
                p.last_day.isoformat() if p.last_day else "",
            )
            for p in found
        ]
        print_table(("person", "name", "sessions", "clips", "last filmed"), rows)


def _delete(records: Records, code: str, yes: bool) -> None:
    person = records.person(code)
    if not yes:
        typer.confirm(
            f"Delete '{person.code}' with {counted(person.clips, 'clip')} and all else that is stored, "
            "for good?",
            abort=True,
            err=True,
        )
    removed = records.delete_person(code)
    say(
        f"Deleted '{person.code}': {counted(removed.clips, 'clip')}, "
        f"{counted(removed.entries, 'entry', 'entries')} of plans and log, "
        f"{counted(removed.files, 'file')}. Exports and backups that you made yourself still hold them."
    )
    if removed.remark:
        say(removed.remark)
