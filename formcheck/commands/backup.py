"""``formcheck backup`` and ``formcheck restore``: everybody's records in a zip, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.commands.opened import opened_records, say


def backup(
    out: Annotated[Path, typer.Argument(metavar="FILE.zip", help="The zip to write.")],
) -> None:
    """Write everybody's records with all files to a zip."""
    with opened_records() as records:
        say(f"Everything is in '{records.back_up(out)}': keep it in another place.")


def restore(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="FILE.zip", help="What `formcheck backup` wrote; else the last daily backup."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Restore without asking.")] = False,
) -> None:
    """Put everybody's records back as a backup has them; those of now are kept aside."""
    if not yes:
        typer.confirm("Put all records back as the backup has them?", abort=True, err=True)
    with opened_records() as records:
        for sentence in records.restore(source):
            say(sentence)
