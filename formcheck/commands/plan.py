"""``formcheck plan``: the week's plan from a baseline, as a sheet, a calendar or JSON."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.markup import escape

from formcheck.errors import UsageError

if TYPE_CHECKING:
    from formcheck.coaching.assessment_types import Assessment
    from formcheck.coaching.library import Library
    from formcheck.coaching.log import TrainingLog
    from formcheck.coaching.plan_types import RunKind, WeekPlan
    from formcheck.coaching.types import LadderId

EXIT_PLANNED, EXIT_NO_PLAN = 0, 3
DAY_WORDS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL_EQUIPMENT: Final = "step,dumbbell,band,mini_band"

console = Console(stderr=True)


def plan(
    person: Annotated[
        str | None, typer.Option(help="The person's code: plans from what is remembered.")
    ] = None,
    from_: Annotated[
        Path | None, typer.Option("--from", help="Plan from an assessment, FILE.json.", metavar="FILE")
    ] = None,
    days: Annotated[int, typer.Option(help="Strength days a week, 2 or 3.")] = 2,
    runs: Annotated[
        str, typer.Option(help="Run days: easy, key (hard) or long; 'none' for no runs.")
    ] = "tue:key,thu:easy,sun:long",
    phase: Annotated[str | None, typer.Option(help="Phase of the season, if no race tells it.")] = None,
    race_date: Annotated[
        list[datetime.datetime] | None,
        typer.Option(formats=["%Y-%m-%d"], help="Date of an A-race, also a past one; may be given again."),
    ] = None,
    week: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Any day of the week to plan; default: the coming Monday's."),
    ] = None,
    since: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day of the training; default: of the log."),
    ] = None,
    equipment: Annotated[
        str, typer.Option(help="What there is beside household things, with commas; or 'none'.")
    ] = USUAL_EQUIPMENT,
    body_mass: Annotated[float | None, typer.Option(help="Body mass in kg, for the first loads.")] = None,
    pain: Annotated[
        list[str] | None, typer.Option(metavar="LADDER=0..10", help="Pain today in an exercise: SD=3.")
    ] = None,
    log: Annotated[Path | None, typer.Option(help="The training log, FILE.csv.")] = None,
    deload: Annotated[str, typer.Option(help="A lighter week: auto, yes or no.")] = "auto",
    experienced: Annotated[
        bool, typer.Option("--experienced", help="Used to strength training: full sets at once.")
    ] = False,
    bone_stress: Annotated[
        bool, typer.Option("--bone-stress", help="A bone stress injury in the last six months.")
    ] = False,
    ladders: Annotated[Path | None, typer.Option(help="A folder with your own ladders, TOML.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Your own plan rules, FILE.toml.")] = None,
    season: Annotated[Path | None, typer.Option(help="Your own season rules, FILE.toml.")] = None,
    decisions: Annotated[
        Path | None, typer.Option(help="Your own table of decisions, FILE.toml, in place of ours.")
    ] = None,
    json_path: Annotated[
        str | None, typer.Option("--json", help="Write the plan as JSON; - for stdout.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="Write the sheet for the wall: FILE.html or .pdf.")
    ] = None,
    ics: Annotated[Path | None, typer.Option(help="Write a calendar, FILE.ics.")] = None,
    record: Annotated[bool, typer.Option("--record/--no-record", help="Remember the plan.")] = True,
) -> None:
    """Plan a week of strength training around the runs, with the reason of every choice."""
    from formcheck.coaching.decision_table import load_decisions
    from formcheck.coaching.library import load_library
    from formcheck.coaching.plan import make_plan
    from formcheck.coaching.plan_rules import load_plan_rules
    from formcheck.coaching.plan_types import PlanRequest
    from formcheck.coaching.season import SEASON_PHASES, load_season_rules
    from formcheck.validation import check_choice

    # Everything that can be wrong with the call is said before any work is done.
    _check_outputs(json_path, sheet, ics)
    if deload not in ("auto", "yes", "no"):
        raise UsageError(f"--deload is auto, yes or no, not '{deload}'.")
    if phase is not None:
        check_choice("phase", phase, (*SEASON_PHASES, "deload"))
    library, own_rules, own_season = load_library(ladders), load_plan_rules(rules), load_season_rules(season)
    own_decisions = load_decisions(decisions)
    lighter = "yes" if phase == "deload" else deload
    assessment, done = _known(person, from_, log, library)
    request = PlanRequest(
        assessment=assessment,
        week_start=_monday(week),
        days=days,
        runs=read_runs(runs),
        races=tuple(day.date() for day in race_date or ()),
        phase=None if phase == "deload" else phase,  # type: ignore[arg-type]
        equipment=_words(equipment),
        body_mass_kg=body_mass,
        training_since=since.date() if since else None,
        log=done,
        pain_now=read_pain(pain or (), library),
        deload=lighter,  # type: ignore[arg-type]
        bone_stress_recent=bone_stress,
        experienced=experienced,
    )
    made = make_plan(request, library=library, rules=own_rules, season=own_season, decisions=own_decisions)
    _write(made, library, person if record else None, json_path, sheet, ics)
    raise typer.Exit(EXIT_NO_PLAN if made.stop else EXIT_PLANNED)


def read_runs(text: str) -> dict[int, RunKind]:
    """Return weekday (0 Monday) → kind of ``tue:key,thu:easy``.

    Raises
    ------
    UsageError
        If a day or a kind is unknown.
    """
    from formcheck.coaching.plan_types import RUN_KINDS

    found: dict[int, RunKind] = {}
    for part in sorted(_words(text)):
        day, _, kind = part.partition(":")
        if day[:3] not in DAY_WORDS or kind not in RUN_KINDS:
            raise UsageError(
                f"'{part}' is no run day: write a day and {', '.join(RUN_KINDS)}, such as tue:key,thu:easy."
            )
        found[DAY_WORDS.index(day[:3])] = kind
    return found


def read_pain(given: Sequence[str], library: Library) -> dict[LadderId, int]:
    """Return ladder → pain of ``SD=3`` or ``step_down=3``.

    Raises
    ------
    UsageError
        If the ladder is unknown or the pain does not lie from 0 to 10.
    """
    names = {name: ladder.id for ladder in library for name in (ladder.id, ladder.code.lower())}
    found: dict[LadderId, int] = {}
    for each in given:
        name, _, points = each.partition("=")
        ladder = names.get(name.strip().lower())
        if ladder is None:
            raise UsageError(f"'{name}' is no ladder: use one of {', '.join(names)}.")
        if not points.strip().isdecimal() or int(points) > 10:
            raise UsageError(f"Pain is a whole number from 0 to 10, so '{each}' must look like SD=3.")
        found[ladder] = int(points)
    return found


def lines_for(plan: WeekPlan) -> Iterator[str]:
    """Yield what to say of a plan, with rich's markup."""
    from formcheck.coaching.plan_words import dose_words, load_words, session_facts, session_name

    yield f"[bold]Week of {plan.week_start.isoformat()}[/bold] ({plan.phase.replace('_', ' ')})"
    yield from (f"  {escape(reason)}" for reason in plan.reasons)
    for session in plan.sessions:
        yield f"[bold]{session.date:%A}: {escape(session_name(session))}[/bold], {session_facts(session)}"
        for each in session.exercises:
            yield escape(f"  {each.code} {each.name}: {dose_words(each)}, {load_words(each)}")
            yield from (f"      [dim]{escape(reason)}[/dim]" for reason in each.reasons)
    yield f"Next tests: {plan.retest_on.isoformat()}"


def _known(
    person: str | None, from_: Path | None, log: Path | None, library: Library
) -> tuple[Assessment, TrainingLog]:
    """Return the baseline and the training log, from files or from the records."""
    from formcheck.coaching.log import TrainingLog
    from formcheck.coaching.log_csv import read_log

    if person is None and from_ is None:
        raise UsageError("Name the --person to plan for, or an assessment with --from ASSESSMENT.json.")
    done = read_log(log, library) if log is not None else None
    if from_ is not None:
        from formcheck.coaching.assessment_file import load_assessment

        return load_assessment(from_), done or TrainingLog()
    assert person is not None
    return _remembered(person, done, library)


def _remembered(person: str, done: TrainingLog | None, library: Library) -> tuple[Assessment, TrainingLog]:
    """Return the last baseline, and the log (``done`` in place of the one in the records) with its films."""
    from formcheck.coaching.assessment_reading import assessment_from_dict
    from formcheck.commands.opened import opened_records
    from formcheck.commands.training_log import remembered_log, with_films

    with opened_records() as records:
        latest = records.latest(person, "assessment")
        if latest is None:
            raise UsageError(
                f"No assessment of '{person}' is remembered: run `formcheck assess --person {person}` first, "
                "or plan --from an assessment's file."
            )
        if done is None:
            log = remembered_log(records, person, library)
        else:
            log = with_films(done, records, person, library)
    return assessment_from_dict(latest.document), log


def _write(
    plan: WeekPlan,
    library: Library,
    person: str | None,
    json_path: str | None,
    sheet: Path | None,
    ics: Path | None,
) -> None:
    """Write what is asked for and remember the plan; only then show it, so that what is shown is there."""
    from formcheck.coaching.export_ics import plan_to_ics
    from formcheck.coaching.export_json import plan_to_dict
    from formcheck.commands.opened import opened_records
    from formcheck.reports.files import replacing, to_standard_output
    from formcheck.reports.plan_sheet import write_plan_sheet

    document: dict[str, Any] = plan_to_dict(plan)
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if sheet is not None:
        write_plan_sheet(plan, sheet, library=library)
    if ics is not None:
        with replacing(ics) as temporary:
            temporary.write_bytes(plan_to_ics(plan))
    if json_path not in (None, "-"):
        with replacing(str(json_path)) as temporary:
            temporary.write_text(text, encoding="utf-8")
    if person is not None:
        with opened_records() as records:
            records.save_plan(person, document)
    for line in lines_for(plan):
        console.print(line, highlight=False, soft_wrap=True)
    if json_path == "-":
        to_standard_output(text)


def _check_outputs(json_path: str | None, sheet: Path | None, ics: Path | None) -> None:
    from formcheck.reports.files import check_ending, check_place

    check_ending("--sheet", sheet, (".html", ".pdf"))
    check_ending("--ics", ics, (".ics",))
    for path in (sheet, ics, None if json_path in (None, "-") else Path(str(json_path))):
        if path is not None:
            check_place(path)


def _words(text: str) -> frozenset[str]:
    words = frozenset(word.strip().lower() for word in text.split(",") if word.strip())
    return frozenset() if words == {"none"} else words


def _monday(week: datetime.datetime | None) -> datetime.date:
    from formcheck.coaching.log import monday_of

    if week is not None:
        return monday_of(week.date())
    today = datetime.date.today()
    return today + datetime.timedelta(days=-today.weekday() % 7)
