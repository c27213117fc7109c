"""``summary.html``: what failed and why, how values are spread, left against right, and every set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from formcheck.batch.comparison import SideBySide, Spread, main_values, sides, spreads
from formcheck.batch.store import Store
from formcheck.batch.tables import summary_of
from formcheck.reports import texts
from formcheck.reports.files import replacing
from formcheck.reports.html import breakable
from formcheck.reports.style import BAND_COLOUR, LINE, hex_colour
from formcheck.scoring.thresholds import Thresholds

if TYPE_CHECKING:
    from formcheck.batch.run import Finished

MOST_ROWS: Final = 10_000
"""A page with more sets than this is slow in a browser: the rest is in the tables."""
_LINKS: Final = (
    ("report.html", "report"),
    ("annotated.mp4", "video"),
    ("analysis.json", "data"),
    ("landmarks.parquet", "landmarks"),
)


@dataclass(frozen=True)
class _Line:
    """A line of the page's table."""

    clip: str
    person: str
    exercise: str
    side: str
    reps: str
    score: int | None
    band: str | None
    note: str
    links: tuple[tuple[str, str], ...]


def write_page(finished: Sequence[Finished], store: Store, thresholds: Thresholds) -> None:
    """Write the page into the batch's folder.

    Raises
    ------
    ReportWriteError
        If it cannot be written.
    """
    shown = main_values(thresholds)
    needed = {"exercise", "side", "person"}.union(*shown.values())
    rows: list[dict[str, Any]] = []
    lines: list[_Line] = []
    failures: list[tuple[str, str]] = []
    for one in finished:
        for row in summary_of(one, store):
            if row.get("error"):
                failures.append((one.clip.name, row["error"]))
                continue
            rows.append({key: row.get(key) for key in needed})  # a million whole rows would be 10 GB
            if len(lines) < MOST_ROWS:
                lines.append(_line(row, store))
    page = _environment().get_template("summary.html.jinja")
    with replacing(store.folder / "summary.html") as temporary:
        temporary.write_text(
            page.render(
                clips=len(finished),
                scored=sum(one.outcome.status == "scored" for one in finished),
                not_scored=sum(one.outcome.status == "not_scored" for one in finished),
                failures=failures[:MOST_ROWS],
                failed=len(failures),
                spreads=list(spreads(rows, shown)),
                sides=list(sides(rows, shown)),
                lines=lines,
                sets=len(rows),
            ),
            encoding="utf-8",
        )


def _line(row: dict[str, Any], store: Store) -> _Line:
    folder = row["folder"]
    result = store.result(folder.removeprefix("clips/")) or {}
    files = result.get("files", ())
    score = row.get("score")
    note = texts.band_word(row["band"]) if score is not None else texts.score_reason_text(row.get("reason"))
    if not row.get("exercise"):
        note = "no exercise was recognised"
    return _Line(
        clip=row["clip"],
        person=row.get("person") or "",
        exercise=texts.exercise_name(row["exercise"]) if row.get("exercise") else "",
        side=texts.side_word(row["side"]) if row.get("side") else "",
        reps="" if row.get("valid_reps") is None else texts.done_text(row["exercise"], row["valid_reps"]),
        score=score,
        band=row.get("band"),
        note=note[:1].upper() + note[1:],
        links=tuple((f"{folder}/{name}", word) for name, word in _LINKS if name in files),
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("formcheck.batch"), PackageLoader("formcheck.reports")]),
        # Names of clips come from strangers: everything is escaped unless it is our own markup.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["breakable"] = breakable
    environment.globals.update(
        histogram=_histogram,
        exercise_name=texts.exercise_name,
        page_text=texts.page,
        value_name=_value_name,
        number=_number,
        difference=_difference,
        band_colour=lambda band: hex_colour(BAND_COLOUR[band]),
    )
    return environment


def _value_name(what: str) -> str:
    return "form score" if what == "score" else texts.measure_name(what)


def _number(what: str, value: float) -> str:
    return f"{value:.0f}" if what == "score" else texts.format_number(what, value)


def _difference(side: SideBySide) -> str:
    scale, unit = _scale(side.what)
    said = f"{side.difference * scale:+.1f}".replace("-", "−")
    return f"{said}{unit}" if side.error is None else f"{said} ± {side.error * scale:.1f}{unit}"


def _scale(what: str) -> tuple[float, str]:
    """Return what a value is multiplied by to be shown, and the unit it is shown in."""
    if what == "score":
        return 1.0, ""
    text = texts.measure_text(what)
    return text.scale, text.unit


def _histogram(spread: Spread) -> Markup:
    """Return the bars of a spread as SVG; every part is made of our own numbers."""
    width, height = 240, 70
    most = max(spread.counts)
    step = width / len(spread.counts)
    scale, unit = _scale(spread.what)
    low, high = (f"{end * scale:g}{unit}".replace("-", "−") for end in (spread.low, spread.high))
    bars = "".join(
        f'<rect x="{i * step + 1:.1f}" y="{height - count / most * height:.1f}" width="{step - 2:.1f}" '
        f'height="{count / most * height:.1f}"><title>{count}</title></rect>'
        for i, count in enumerate(spread.counts)
    )
    return Markup(
        f'<svg viewBox="0 0 {width} {height + 18}" role="img" fill="{hex_colour(LINE)}">{bars}'
        f'<line x1="0" x2="{width}" y1="{height}" y2="{height}" stroke="#b8c0c7"/>'
        f'<g font-size="12" fill="#5c656e"><text y="{height + 14}">{low}</text>'
        f'<text x="{width}" y="{height + 14}" text-anchor="end">{high}</text></g></svg>'
    )
