"""Reports for people: HTML or PDF, of one clip or of several."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from formcheck.errors import UsageError
from formcheck.reports.content import report_of
from formcheck.reports.files import replacing

if TYPE_CHECKING:
    from formcheck.analysis import Analysis


def write_report(analysis: Analysis, path: str | Path, *, video_path: str | Path | None = None) -> None:
    """Write the report of one clip.

    Parameters
    ----------
    analysis : Analysis
        The clip.
    path : path
        The file; its suffix ``.html`` or ``.pdf`` says what it becomes.
    video_path : path, optional
        The video, for the key pictures; without it they show a stick figure.

    Raises
    ------
    UsageError
        If the suffix is neither.
    UnreadableVideoError
        If the video cannot be read.
    ReportWriteError
        If the file cannot be written.
    """
    write_session_report([analysis], path, [video_path])


def write_session_report(
    analyses: Sequence[Analysis],
    path: str | Path,
    video_paths: Sequence[str | Path | None] | None = None,
    *,
    failures: Sequence[tuple[str, str]] = (),
) -> None:
    """Write one report of several clips, with a list of them at the top.

    Parameters
    ----------
    analyses : sequence of Analysis
        The clips.
    path : path
        The file, ``.html`` or ``.pdf``.
    video_paths : sequence of path or None, optional
        The video of each clip, for the key pictures.
    failures : sequence of (str, str)
        Name of, and error with, each clip that could not be read.

    Raises
    ------
    UsageError, UnreadableVideoError, ReportWriteError
        As `write_report`.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in (".html", ".pdf"):
        raise UsageError(f"A report is .html or .pdf, so '{Path(path).name}' must end in one of them.")
    with replacing(path) as temporary:
        report = report_of(analyses, video_paths or [None] * len(analyses), failures)
        if suffix == ".html":
            from formcheck.reports.html import render_html

            temporary.write_text(render_html(report), encoding="utf-8")
        else:
            from formcheck.reports.pdf import render_pdf

            render_pdf(report, temporary)
