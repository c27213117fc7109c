"""The plan's sheet as one HTML file that needs nothing else; it prints one session to a page."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from formcheck.reports import plan_content
from formcheck.reports.plan_content import Sheet
from formcheck.reports.style import hex_colour


def render_plan_html(sheet: Sheet) -> str:
    """Return the page: styles are inside, nothing is loaded from elsewhere."""
    return _environment().get_template("plan.html.jinja").render(sheet=sheet, words=plan_content)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("formcheck.reports"),
        # The person's code comes from outside: everything is escaped.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["hex"] = hex_colour
    return environment
