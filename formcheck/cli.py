"""The command line: ``score``, ``rescore``, ``app`` and ``doctor`` (exact in ``docs/command_line.md``)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from formcheck.commands.assess import assess
from formcheck.commands.backup import backup, restore
from formcheck.commands.batch import batch
from formcheck.commands.exchange import export_person, import_person
from formcheck.commands.history import history
from formcheck.commands.log import log
from formcheck.commands.people import people
from formcheck.commands.plan import plan
from formcheck.commands.remember import Memory, memory
from formcheck.errors import FormcheckError, UsageError

if TYPE_CHECKING:
    from formcheck.analysis import Analysis
    from formcheck.outputs import Outputs
    from formcheck.scoring.thresholds import Thresholds

EXIT_SCORED, EXIT_UNREADABLE, EXIT_NOTHING_SCORED = 0, 2, 3

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Scores the form of strength exercises in videos. Everything stays on this machine.",
)
# Standard output is for documents: people read standard error.
console = Console(stderr=True)

Inputs = Annotated[list[str], typer.Argument(help="Videos, or folders of videos.", show_default=False)]
ExerciseOption = Annotated[str, typer.Option(help="auto, or the exercise id that the clip shows.")]
SideOption = Annotated[str, typer.Option(help="Stance or working side: auto, left or right.")]
ModelOption = Annotated[str, typer.Option(help="Pose model: lite, full or heavy.")]
SubjectOption = Annotated[
    str | None,
    typer.Option(
        metavar="X,Y",
        help="Whom to measure of several people: where, as shares of the picture, such as 0.3,0.5.",
    ),
]
MirrorOption = Annotated[
    bool,
    typer.Option(
        "--mirror-image", help="The clip shows a mirror image, as some selfie cameras record: change sides."
    ),
]
JsonOption = Annotated[str | None, typer.Option("--json", help="Write the analysis as JSON; - for stdout.")]
ReportOption = Annotated[Path | None, typer.Option(help="Write a report: FILE.html or FILE.pdf.")]
AnnotateOption = Annotated[
    Path | None, typer.Option(help="Write the annotated video FILE.mp4 (a folder for several videos).")
]
AnglesOption = Annotated[
    Path | None,
    typer.Option(help="Write the angles table FILE.parquet or FILE.csv (a folder for several videos)."),
]
LandmarksOption = Annotated[
    Path | None, typer.Option(help="Write the landmarks FILE.parquet (a folder for several videos).")
]
SummaryOption = Annotated[Path | None, typer.Option(help="Write one line per set to FILE.csv.")]
ThresholdsOption = Annotated[Path | None, typer.Option(help="Your own thresholds, FILE.toml.")]
PersonOption = Annotated[
    str | None, typer.Option(help="The person's code: written into the results, which are remembered.")
]
RecordOption = Annotated[bool, typer.Option("--record/--no-record", help="Remember the --person's results.")]
DateOption = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="The day of filming, for the records; default: today."),
]
KeepVideoOption = Annotated[bool, typer.Option("--keep-video", help="Keep the videos in the records too.")]


@app.command()
def score(
    inputs: Inputs,
    exercise: ExerciseOption = "auto",
    side: SideOption = "auto",
    model: ModelOption = "full",
    subject: SubjectOption = None,
    mirror_image: MirrorOption = False,
    json_path: JsonOption = None,
    report: ReportOption = None,
    annotate: AnnotateOption = None,
    angles: AnglesOption = None,
    landmarks: LandmarksOption = None,
    summary: SummaryOption = None,
    thresholds: ThresholdsOption = None,
    person: PersonOption = None,
    record: RecordOption = True,
    date: DateOption = None,
    keep_video: KeepVideoOption = False,
) -> None:
    """Score the form in videos."""
    from formcheck.analysis import analyse
    from formcheck.outputs import Outputs, videos_in
    from formcheck.pose.subject import point

    # Everything that can be wrong with the call is said once, before any work is done.
    videos = videos_in(inputs)
    limits = _checked(exercise, side, thresholds, model)
    where = None if subject is None else point(subject)
    outputs = Outputs(json_path, report, annotate, angles, landmarks, summary)
    outputs.check(len(videos))
    kept_in = memory(person, record=record, filmed_on=date, keep_video=keep_video)

    def analyse_one(path: Path, progress: Callable[[float], None]) -> Analysis:
        return analyse(
            path,
            exercise=exercise,
            side=side,
            model=model,
            subject=where,
            mirror_image=mirror_image,
            thresholds=limits,
            person=person,
            progress=progress,
        )

    _run(videos, analyse_one, outputs, kept_in, has_video=True)


@app.command()
def rescore(
    landmarks: Annotated[list[Path], typer.Argument(help="Landmarks that `score --landmarks` wrote.")],
    exercise: ExerciseOption = "auto",
    side: SideOption = "auto",
    mirror_image: Annotated[
        bool | None, typer.Option(help="Whether the clip shows a mirror image; default: as said before.")
    ] = None,
    json_path: JsonOption = None,
    report: ReportOption = None,
    angles: AnglesOption = None,
    summary: SummaryOption = None,
    thresholds: ThresholdsOption = None,
    person: PersonOption = None,
    record: RecordOption = True,
    date: DateOption = None,
) -> None:
    """Score saved landmarks again, without the video."""
    from formcheck.analysis import analyse_pose
    from formcheck.outputs import Outputs
    from formcheck.pose.sequence import PoseSequence

    missing = next((path for path in landmarks if not path.exists()), None)
    if missing is not None:
        raise UsageError(f"'{missing}' does not exist: check the name.")
    limits = _checked(exercise, side, thresholds)
    outputs = Outputs(json_path, report, None, angles, None, summary)
    outputs.check(len(landmarks))
    kept_in = memory(person, record=record, filmed_on=date)

    def analyse_one(path: Path, progress: Callable[[float], None]) -> Analysis:
        pose = PoseSequence.from_parquet(path)
        if mirror_image is not None:
            pose = pose.with_mirror_image(mirror_image)
        analysis = analyse_pose(
            pose,
            exercise=exercise,
            side=side,
            thresholds=limits,
            person=person,
        )
        progress(1.0)
        return analysis

    _run(landmarks, analyse_one, outputs, kept_in, has_video=False)


@app.command("app")
def open_page() -> None:
    """Open the web page."""
    import subprocess

    from formcheck.web.launch import command

    try:
        raise typer.Exit(subprocess.run(command(), check=False).returncode)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


@app.command()
def doctor() -> None:
    """Say what works on this machine, and what to do about the rest."""
    from formcheck.doctor import examine

    findings = examine()
    for finding in findings:
        mark = "[green]✓[/green]" if finding.ok else "[red]✗[/red]"
        console.print(f"{mark} {finding.what}: {finding.detail}", highlight=False, soft_wrap=True)
        if not finding.ok:
            console.print(f"  → {finding.fix}", highlight=False, soft_wrap=True)
    raise typer.Exit(0 if all(finding.ok or not finding.needed for finding in findings) else EXIT_UNREADABLE)


app.command()(assess)
app.command()(plan)
app.command()(log)
app.command()(batch)
app.command()(people)
app.command()(history)
app.command("export")(export_person)
app.command("import")(import_person)
app.command()(backup)
app.command()(restore)


def _checked(exercise: str, side: str, thresholds: Path | None, model: str = "full") -> Thresholds:
    """Return the thresholds to score by, after a look at the call's words."""
    from formcheck.names import EXERCISES, POSE_MODELS, SIDES
    from formcheck.scoring import load_thresholds
    from formcheck.validation import check_choice

    check_choice("exercise", exercise, ("auto", *EXERCISES))
    check_choice("side", side, ("auto", *SIDES))
    check_choice("pose model", model, POSE_MODELS)
    return load_thresholds(thresholds)


def _run(
    paths: list[Path],
    analyse_one: Callable[[Path, Callable[[float], None]], Analysis],
    outputs: Outputs,
    kept_in: Memory | None,
    *,
    has_video: bool,
) -> None:
    """Analyse each path, write the outputs, say what came out, and exit with the agreed code."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from formcheck.outputs import Result, lines_for, output_names

    results: list[Result] = []
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        for path, name in zip(paths, output_names(paths), strict=True):
            task = bar.add_task(path.name, total=1.0)
            result = Result(path, video=path if has_video else None)
            try:
                result.analysis = analyse_one(path, lambda done: bar.update(task, completed=done))  # noqa: B023
                outputs.write_one(result, name, several=len(paths) > 1)
                if kept_in is not None:
                    kept_in.keep(result)
            except FormcheckError as error:
                result.error = str(error)
            bar.remove_task(task)
            results.append(result)
            for line in lines_for(result):
                console.print(line, highlight=False, soft_wrap=True)
    outputs.write_all(results)
    if kept_in is not None and any(result.analysis for result in results):
        console.print(f"See `formcheck history --person {kept_in.person}`.", highlight=False, markup=False)
    if any(result.error for result in results):
        raise typer.Exit(EXIT_UNREADABLE)
    scored = any(result.analysis is not None and result.analysis.scored for result in results)
    raise typer.Exit(EXIT_SCORED if scored else EXIT_NOTHING_SCORED)


def main() -> None:
    """Run the command line; a person's error is one sentence on standard error and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except FormcheckError as error:
        console.print(f"formcheck: {error}", highlight=False, markup=False, soft_wrap=True)
        sys.exit(EXIT_UNREADABLE)
    except KeyboardInterrupt:
        console.print("formcheck: stopped; what was already written is kept.")
        sys.exit(130)
