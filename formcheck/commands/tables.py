"""Tables on standard output: drawn for people, wide enough for pipes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

_WIDE: Final = 200
"""Characters of a line where there is no screen to ask."""


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str | None = None) -> None:
    """Print rows under their columns' names."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDE)
    table = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console.print(table, highlight=False)
