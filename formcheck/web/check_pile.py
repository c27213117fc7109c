"""Several clips at once: how each of them went, which one to look at, and one report of all."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import streamlit as st

from formcheck.analysis import Analysis
from formcheck.reports.tables import write_summary
from formcheck.web.desk import Desk
from formcheck.web.pile import Pile
from formcheck.web.words import say

_FILES: Final = (("report", ".html", "text/html"), ("table", ".csv", "text/csv"))
"""Of all clips together: what it is, the end of its name, its media type."""


def show(pile: Pile, *, key: str) -> None:
    """Draw the list, whose ``key`` is another for other clips; nothing where there is but one clip."""
    if len(pile.desks) < 2:
        return
    st.radio(
        say("pile.which"),
        range(len(pile.desks)),
        index=pile.chosen,
        format_func=lambda number: pile.desks[number].name,
        captions=[outcome(desk) for desk in pile.desks],
        key=key,
        on_change=lambda: setattr(pile, "chosen", st.session_state[key]),
    )
    if not pile.busy:
        _all(pile)
    st.divider()


def outcome(desk: Desk) -> str:
    """Return what became of a clip, in a line."""
    if desk.busy:
        return say("pile.waiting" if desk.waiting else "pile.busy")
    if desk.result is None:
        return desk.error or say("pile.stopped")
    section = desk.result.section
    return "; ".join(
        say("pile.provisional" if bout.provisional else "pile.score", title=bout.title, score=bout.score)
        if bout.score is not None
        else say("pile.no_score", title=bout.title)
        for bout in section.bouts
    ) or say("pile.nothing")


def _all(pile: Pile) -> None:
    """Offer what there is of all clips together; each file is made when somebody wants it."""
    if not any(desk.result for desk in pile.desks):
        return
    for column, (key, suffix, media_type) in zip(st.columns(len(_FILES)), _FILES, strict=True):
        column.download_button(
            say(f"pile.{key}"),
            data=partial(written, pile, f"{key}{suffix}"),
            file_name=f"formcheck-clips{suffix}",
            mime=media_type,
            key=f"pile-{key}",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )


def written(pile: Pile, name: str) -> bytes:
    """Return the file of all clips: a report (``.html``) or a table (``.csv``)."""
    seen: list[tuple[Analysis, Path | None]] = [
        (desk.result.analysis, desk.clip) for desk in pile.desks if desk.result is not None
    ]
    analyses = [analysis for analysis, _ in seen]
    failures = [(desk.name, desk.error) for desk in pile.desks if desk.error]
    with TemporaryDirectory(prefix="formcheck-") as folder:
        path = Path(folder, name)
        if path.suffix == ".csv":
            write_summary(analyses, path, failures=failures)
        else:
            from formcheck.reports.report import write_session_report

            write_session_report(analyses, path, [clip for _, clip in seen], failures=failures)
        return path.read_bytes()
