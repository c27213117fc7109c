"""``formcheck assess``: the baseline assessment from clips, saved landmarks or saved analyses."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from formcheck.errors import FormcheckError

if TYPE_CHECKING:
    from formcheck.coaching.assessment_types import Assessment
    from formcheck.commands.baseline_clips import ClipReader, Source
    from formcheck.commands.remember import Memory

EXIT_ASSESSED, EXIT_UNREADABLE, EXIT_NOTHING_ASSESSED = 0, 2, 3

console = Console(stderr=True)
Words = list[str] | None


def assess(
    inputs: Annotated[
        Words,
        typer.Argument(
            metavar="FOLDER|VIDEO...",
            help="Clips of the tests, or folders of them; landmarks or analyses saved before work too.",
            show_default=False,
        ),
    ] = None,
    film: Annotated[
        Words,
        typer.Option(
            metavar="TEST[:SIDE]=CLIP", help="What a clip shows, where it is not recognised: T1:left=a.mp4."
        ),
    ] = None,
    person: Annotated[str | None, typer.Option(help="The person's code; the result is remembered.")] = None,
    pain: Annotated[Words, typer.Option(metavar="TEST[:SIDE]=0..10", help="Pain during a test.")] = None,
    supported: Annotated[
        Words, typer.Option(metavar="TEST[:SIDE]", help="Done with a hand on a support.")
    ] = None,
    unable: Annotated[
        Words, typer.Option(metavar="TEST[:SIDE]", help="Tried, but could not be done.")
    ] = None,
    measured: Annotated[
        Words,
        typer.Option(metavar="TEST:SIDE=NUMBER", help="By hand: T7 repetitions, T8 centimetres, T9 seconds."),
    ] = None,
    age: Annotated[float | None, typer.Option(min=0, max=120, help="Age in years, for holds.")] = None,
    screening: Annotated[
        str | None,
        typer.Option(help="Safety questions: ask, none (no to all), or ids answered yes, with commas."),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(help="An earlier assessment, FILE.json; else the --person's last one is used."),
    ] = None,
    json_path: Annotated[
        str | None, typer.Option("--json", help="Write the assessment as JSON; - for stdout.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write a report: FILE.html or FILE.pdf.")] = None,
    model: Annotated[str, typer.Option(help="Pose model: lite, full or heavy.")] = "full",
    thresholds: Annotated[Path | None, typer.Option(help="Your own thresholds, FILE.toml.")] = None,
    rules: Annotated[
        Path | None, typer.Option(help="Your own rules of the baseline (levels, tiers, tests), FILE.toml.")
    ] = None,
    ladders: Annotated[Path | None, typer.Option(help="A folder with your own ladders, TOML.")] = None,
    date: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day of the tests; default: today."),
    ] = None,
    record: Annotated[bool, typer.Option("--record/--no-record", help="Remember the result.")] = True,
) -> None:
    """Assess a baseline: match clips to the tests T1–T6, and say where to begin."""
    from formcheck.coaching.assessment_file import load_assessment, provenance_of
    from formcheck.coaching.baseline import assess as assess_clips
    from formcheck.coaching.baseline_rules import load_baseline_rules
    from formcheck.coaching.clips import clip_of
    from formcheck.coaching.library import load_library
    from formcheck.commands.baseline_clips import ClipReader, sources_in
    from formcheck.commands.remember import memory
    from formcheck.commands.told import clips_of, screened, told_by
    from formcheck.names import POSE_MODELS
    from formcheck.outputs import Outputs
    from formcheck.scoring import load_thresholds
    from formcheck.validation import check_choice, check_day_done

    # Everything that can be wrong with the call is said before any work is done.
    sources = sources_in(inputs or (), clips_of(film or ()))
    Outputs(json_path, report).check(len(sources))
    check_choice("pose model", model, POSE_MODELS)
    told = told_by(pain or (), supported or (), unable or (), measured or ())
    limits = load_thresholds(thresholds)
    own_rules, library = load_baseline_rules(rules), load_library(ladders)
    before = load_assessment(previous) if previous else None
    day = check_day_done((date or datetime.datetime.now()).date())
    kept_in = memory(person, record=record, filmed_on=date if person and record else None)
    if before is None and kept_in is not None:
        before = _last_assessment(kept_in.person, day)
    answers = screened(screening)

    reader = ClipReader(model, limits, own_rules, person, kept_in)
    documents, failed = _all_documents(sources, reader)
    if failed and not documents:
        raise typer.Exit(EXIT_UNREADABLE)
    assessment = assess_clips(
        [clip_of(document) for document in documents],
        told=told,
        person=person,
        date=day,
        age_years=age,
        screening=answers,
        previous=before,
        thresholds=limits,
        rules=own_rules,
        library=library,
        provenance=provenance_of(documents, limits.source),
    )
    _write(assessment, json_path, report, kept_in)
    if failed:
        raise typer.Exit(EXIT_UNREADABLE)
    known = any(side.level is not None or side.value for test in assessment.tests for side in test.sides)
    raise typer.Exit(EXIT_ASSESSED if known else EXIT_NOTHING_ASSESSED)


def _all_documents(sources: Sequence[Source], reader: ClipReader) -> tuple[list[dict[str, Any]], bool]:
    """Return the analyses of all files, and whether one of the files could not be read."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    documents: list[dict[str, Any]] = []
    failed = False
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        for source in sources:
            name = escape(source.path.name)
            task = bar.add_task(name, total=1.0)
            try:
                documents += reader.documents(source, lambda done: bar.update(task, completed=done))  # noqa: B023
            except FormcheckError as error:
                failed = True
                console.print(f"[red]✗[/red] {name}: {escape(str(error))}", soft_wrap=True)
            bar.remove_task(task)
    return documents, failed


def _last_assessment(person: str, before: datetime.date) -> Assessment | None:
    """Return the person's last remembered assessment of an earlier day."""
    from formcheck.coaching.assessment_reading import assessment_from_dict
    from formcheck.commands.opened import opened_records
    from formcheck.errors import NotFoundError

    with opened_records() as records:
        try:
            entries = records.entries(person, "assessment")
        except NotFoundError:
            return None
        earlier = [assessment_from_dict(entry.document) for entry in entries]
    return max((each for each in earlier if each.date < before), key=lambda each: each.date, default=None)


def _write(
    assessment: Assessment, json_path: str | None, report: Path | None, kept_in: Memory | None
) -> None:
    """Write what is asked for and remember it; only then show it, so that what is shown is there."""
    from formcheck.coaching.assessment_file import assessment_to_dict
    from formcheck.commands.opened import opened_records
    from formcheck.reports.assessment import write_assessment_json, write_assessment_report

    if report is not None:
        write_assessment_report(assessment, report)
    if json_path not in (None, "-"):
        write_assessment_json(assessment, json_path)
    if kept_in is not None:
        noon = datetime.datetime.combine(assessment.date, datetime.time(12)).astimezone()
        with opened_records() as records:
            records.save_assessment(kept_in.person, assessment_to_dict(assessment), at=noon)
    for line in lines_for(assessment):
        console.print(line, highlight=False, soft_wrap=True)
    if json_path == "-":
        write_assessment_json(assessment, None)


def lines_for(assessment: Assessment) -> Iterator[str]:
    """Yield what to say of an assessment, with rich's markup."""
    from formcheck.reports.assessment_content import page_of

    page = page_of(assessment)
    for line in page.tests:
        cells = zip(("left", "right") if len(line.cells) == 2 else ("both legs",), line.cells, strict=True)
        said = "; ".join(
            f"{side} {cell.score}" + (f" ({cell.level.lower()})" if cell.level else "")
            for side, cell in cells
        )
        yield f"[bold]{line.id}[/bold] {escape(line.name)}: {escape(said)}"
    yield escape(f"Index {'–' if page.index is None else page.index}. {page.tier} {page.tier_note}".strip())
    for focus in page.focus:
        yield f"[yellow]![/yellow] {escape(f'{focus.title}: {focus.sentence}')}"
    for start in page.starts:
        yield f"  {escape(start.ladder)}: [bold]{escape(start.rung)}[/bold] ({escape(start.reason)})"
    for missing in page.missing:
        yield f"[yellow]?[/yellow] {escape(missing.name)}: {escape(missing.reason)}"
    for sentence in (*page.cannot, *page.safety[:1]):
        yield escape(sentence)
