"""The report as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from formcheck.reports import texts
from formcheck.reports.content import Report
from formcheck.reports.key_frames import KeyFrame
from formcheck.reports.plots import MeasurePlot
from formcheck.reports.style import BAND_COLOUR, GRADE_COLOUR, OUTLINE, SIGN, SIGN_COLOUR, hex_colour


def render_html(report: Report) -> str:
    """Return the page: styles, plots and pictures are inside, nothing is loaded from elsewhere."""
    return environment().get_template("report.html.jinja").render(report=report)


@cache
def environment() -> Environment:
    """Return the templates with the filters and functions that they use."""
    environment = Environment(
        loader=PackageLoader("formcheck.reports"),
        # Names of videos and of clips come from strangers: everything is escaped unless it is our own markup.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # A value stays on one line with its error.
    environment.filters["hex"] = hex_colour
    environment.filters["breakable"] = breakable
    environment.filters["unbroken"] = lambda text: text.replace(" ± ", "\u00a0±\u00a0")
    environment.globals.update(
        t=texts.page,
        icon=_icon,
        ring=_ring,
        plot=_plot,
        picture=_picture,
        band_colour=lambda band: hex_colour(BAND_COLOUR[band]),
    )
    return environment


def breakable(name: str) -> Markup:
    """Return a file's name, escaped, that may go on in the next line after its folders and words."""
    return Markup(re.sub(r"([/_])(?=[^/_])", r"\1<wbr>", str(escape(name))))


def _icon(grade: str | None) -> Markup:
    """Return the icon of a grade as SVG: shape, sign and colour each tell it."""
    if grade is None:
        return Markup("")
    colour = hex_colour(GRADE_COLOUR[grade])
    if grade == "good":
        shape = f'<circle cx="12" cy="12" r="11" fill="{colour}"/>'
    else:
        corners = " ".join(f"{x},{y}" for x, y in OUTLINE[grade])
        shape = f'<polygon points="{corners}" fill="{colour}" stroke="{colour}" stroke-linejoin="round"/>'
    lines = "".join(
        '<polyline points="{}"/>'.format(" ".join(f"{x},{y}" for x, y in stroke)) for stroke in SIGN[grade]
    )
    word = escape(texts.grade_word(grade))  # type: ignore[arg-type]
    # Every part is made of our own numbers and of the escaped word.
    return Markup(
        f'<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{word}">{shape}'
        f'<g fill="none" stroke="{hex_colour(SIGN_COLOUR[grade])}" stroke-width="2.8" '
        f'stroke-linecap="round" stroke-linejoin="round">'
        f"{lines}</g></svg>"
    )


def _ring(score: int | None, band: str | None) -> Markup:
    """Return the score in a ring that fills with it."""
    length = 2 * 3.14159 * 52
    # A round line end shows even where nothing is filled.
    width = 11 if score else 0
    filled = length * (score or 0) / 100
    number = "–" if score is None else str(score)
    colour = hex_colour(BAND_COLOUR[band])
    return Markup(
        f'<svg class="ring" viewBox="0 0 120 120" role="img" aria-label="{number}">'
        f'<circle cx="60" cy="60" r="52" fill="none" stroke="#e3e7ea" stroke-width="11"/>'
        f'<circle cx="60" cy="60" r="52" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-linecap="round" stroke-dasharray="{filled:.1f} {length:.1f}" transform="rotate(-90 60 60)"/>'
        f'<text x="60" y="73" text-anchor="middle" font-size="38" font-weight="700" fill="currentColor">'
        f"{number}</text></svg>"
    )


def _plot(plot: MeasurePlot) -> Markup:
    return Markup(plot.svg())


def _picture(frame: KeyFrame) -> Markup:
    data = base64.b64encode(frame.jpeg).decode("ascii")
    return Markup('<img src="data:image/jpeg;base64,{}" width="{}" height="{}" alt="{}">').format(
        data, frame.width, frame.height, frame.caption
    )
