"""The plan's sheet as one HTML file that needs nothing else; it prints one session to a page."""

from __future__ import annotations

from formcheck.reports import plan_content
from formcheck.reports.html import environment
from formcheck.reports.plan_content import Sheet


def render_plan_html(sheet: Sheet) -> str:
    """Return the page: styles are inside, nothing is loaded from elsewhere."""
    return environment().get_template("plan.html.jinja").render(sheet=sheet, words=plan_content)
