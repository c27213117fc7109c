"""The plan as a sheet for the gym wall: HTML or PDF."""

from __future__ import annotations

from pathlib import Path

from formcheck.coaching.library import Library
from formcheck.coaching.plan_types import WeekPlan
from formcheck.errors import UsageError
from formcheck.reports.files import replacing
from formcheck.reports.plan_content import sheet_of

SUFFIXES = (".html", ".pdf")


def write_plan_sheet(plan: WeekPlan, path: str | Path, *, library: Library | None = None) -> None:
    """Write the sheet of a week.

    Parameters
    ----------
    plan : WeekPlan
        The week.
    path : path
        The file; its suffix ``.html`` or ``.pdf`` says what it becomes.
    library : Library, optional
        In place of the default exercises.

    Raises
    ------
    UsageError
        If the suffix is neither.
    ReportWriteError
        If the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(f"A sheet is .html or .pdf, so '{Path(path).name}' must end in one of them.")
    sheet = sheet_of(plan, library)
    with replacing(path) as temporary:
        if suffix == ".html":
            from formcheck.reports.plan_html import render_plan_html

            temporary.write_text(render_plan_html(sheet), encoding="utf-8")
        else:
            from formcheck.reports.plan_pdf import render_plan_pdf

            render_plan_pdf(sheet, temporary)
