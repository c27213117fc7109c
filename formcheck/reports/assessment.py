"""The report of a baseline assessment, and its JSON."""

from __future__ import annotations

import json
from pathlib import Path

from formcheck.coaching.assessment_file import assessment_to_dict
from formcheck.coaching.assessment_types import Assessment
from formcheck.errors import UsageError
from formcheck.reports.files import replacing, to_standard_output


def write_assessment_report(assessment: Assessment, path: str | Path) -> None:
    """Write the report of an assessment.

    Parameters
    ----------
    assessment : Assessment
        What was found.
    path : path
        The file; its suffix ``.html`` or ``.pdf`` says what it becomes.

    Raises
    ------
    UsageError
        If the suffix is neither.
    ReportWriteError
        If the file cannot be written.
    """
    from formcheck.reports.assessment_content import page_of

    suffix = Path(path).suffix.lower()
    if suffix not in (".html", ".pdf"):
        raise UsageError(f"A report is .html or .pdf, so '{Path(path).name}' must end in one of them.")
    with replacing(path) as temporary:
        if suffix == ".html":
            from formcheck.reports.assessment_page import words
            from formcheck.reports.html import environment

            template = environment().get_template("assessment.html.jinja")
            temporary.write_text(template.render(page=page_of(assessment), say=words().say), encoding="utf-8")
        else:
            from formcheck.reports.assessment_pdf import render_assessment_pdf

            render_assessment_pdf(page_of(assessment), temporary)


def write_assessment_json(assessment: Assessment, path: str | Path | None) -> None:
    """Write the document ``formcheck.assessment/1``; to standard output where ``path`` is None.

    Raises
    ------
    ReportWriteError
        If the file cannot be written.
    """
    text = json.dumps(assessment_to_dict(assessment), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if path is None:
        to_standard_output(text)
        return
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
