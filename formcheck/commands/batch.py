"""``formcheck batch``: score a folder or a manifest of clips, unattended."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.markup import escape

from formcheck.names import counted

if TYPE_CHECKING:
    from formcheck.batch.run import Finished
    from formcheck.batch.types import Clip, Outcome, Settings

EXIT_SCORED, EXIT_NOTHING_SCORED, EXIT_SOME_FAILED, EXIT_STOPPED = 0, 3, 4, 130
_SAY_EVERY_S: Final = 60.0
_MOST_FAILURES_SAID: Final = 20

console = Console(stderr=True)


def batch(
    clips: Annotated[
        str, typer.Argument(metavar="FOLDER|MANIFEST.csv", help="Clips, or a table that names them.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the results.")],
    workers: Annotated[
        int | None, typer.Option(min=1, help="Clips at a time; default: one per core.")
    ] = None,
    engine: Annotated[str, typer.Option(help="local, or ray for a cluster.")] = "local",
    address: Annotated[str | None, typer.Option(help="Address of an existing Ray cluster.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the batch in --out.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try failed clips again.")] = False,
    also: Annotated[
        list[str] | None,
        typer.Option(
            help="More files per clip: report, annotated, angles, trc, mot or c3d; may be repeated."
        ),
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Put clips whose manifest names a person into the records.")
    ] = False,
    exercise: Annotated[str, typer.Option(help="Exercise id of clips whose manifest names none.")] = "auto",
    side: Annotated[str, typer.Option(help="Side of clips whose manifest names none.")] = "auto",
    model: Annotated[str, typer.Option(help="Pose model: lite, full or heavy.")] = "full",
    thresholds: Annotated[Path | None, typer.Option(help="Your own thresholds, FILE.toml.")] = None,
    max_fps: Annotated[float | None, typer.Option(help="Leave out frames beyond this rate.")] = None,
    time_limit: Annotated[float, typer.Option(help="Seconds that one clip may take.")] = 1800.0,
    memory_limit: Annotated[float, typer.Option(help="MB of memory that one clip may take.")] = 2048.0,
) -> None:
    """Score many clips, each in a process of its own; a broken one fails alone."""
    from formcheck.batch.plan import clips_of
    from formcheck.batch.run import Options, run_batch
    from formcheck.batch.types import EXTRAS, Limits, Settings
    from formcheck.errors import UsageError
    from formcheck.names import EXERCISES, POSE_MODELS, SIDES
    from formcheck.scoring import load_thresholds
    from formcheck.validation import check_choice

    check_choice("engine", engine, ("local", "ray"))
    check_choice("pose model", model, POSE_MODELS)
    check_choice("exercise", exercise, ("auto", *EXERCISES))
    check_choice("side", side, ("auto", *SIDES))
    for extra in also or ():
        check_choice("kind of file", extra, EXTRAS)
    if "c3d" in (also or ()):
        from formcheck.reports.c3d import library

        library()
    if not all(number is None or number > 0 for number in (time_limit, memory_limit, max_fps)):
        raise UsageError("--time-limit, --memory-limit and --max-fps must be above 0.")
    if address is not None and engine != "ray":
        raise UsageError("--address goes with --engine ray only.")
    planned = clips_of(clips, exercise=exercise, side=side)
    settings = Settings(
        load_thresholds(thresholds),
        model=model,
        extras=tuple(extra for extra in EXTRAS if extra in (also or ())),
        max_fps=max_fps,
    )
    options = Options(
        engine="ray" if engine == "ray" else "local",
        workers=workers,
        address=address,
        limits=Limits(time_limit, memory_limit),
        resume=resume,
        retry_failed=retry_failed,
    )
    try:
        with _Teller(planned) as teller:
            finished = run_batch(planned, out, settings, options, report=teller.tell)
    except KeyboardInterrupt:
        console.print("Stopped; finished clips are kept. Go on with the same call and --resume.")
        raise typer.Exit(EXIT_STOPPED) from None
    if record:
        _record(finished, out, settings)
    raise typer.Exit(_conclude(finished, out))


class _Teller:
    """Says how far the batch is: a bar on a terminal, else a line every minute; failures at once."""

    def __init__(self, clips: list[Clip]) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._clips = clips
        self._start_s = self._said_s = time.monotonic()
        self._done = self._worked = self._failed = 0
        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[words]}"),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=len(clips), words="")

    def __enter__(self) -> _Teller:
        if console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._bar.stop()

    def tell(self, outcome: Outcome) -> None:
        """Take note of a clip that is done."""
        self._done += 1
        self._worked += outcome.seconds > 0
        if outcome.status == "failed":
            self._failed += 1
            if outcome.reason and self._failed <= _MOST_FAILURES_SAID:
                name = escape(self._clips[outcome.index].name)
                console.print(f"[red]✗[/red] [bold]{name}[/bold]: {escape(outcome.reason)}", soft_wrap=True)
        words = self._words()
        self._bar.update(self._task, completed=self._done, words=words)
        if not console.is_terminal and time.monotonic() - self._said_s >= _SAY_EVERY_S:
            self._said_s = time.monotonic()
            console.print(f"{self._done} of {counted(len(self._clips), 'clip')}, {words}", highlight=False)

    def _words(self) -> str:
        if not self._worked:
            return ""
        rate = self._worked / (time.monotonic() - self._start_s)
        left = (len(self._clips) - self._done) / rate
        failed = f", {self._failed} failed" if self._failed else ""
        return f"{rate * 3600:.0f} clips/h, {_duration(left)} left{failed}"


def _record(finished: list[Finished], out: Path, settings: Settings) -> None:
    from formcheck.batch.recording import record
    from formcheck.batch.store import Store
    from formcheck.records import open_records

    def refused(one: Finished, why: str) -> None:
        console.print(f"Not recorded: {escape(one.clip.name)}: {escape(why)}", soft_wrap=True)

    records = open_records()
    try:
        for notice in records.notices:
            console.print(escape(notice), soft_wrap=True)
        count = record(finished, Store(out), settings, records, refused=refused)
    finally:
        records.close()
    console.print(f"{counted(count, 'clip is', 'clips are')} in the records.", highlight=False)


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "under a minute"
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"


def _conclude(finished: list[Finished], out: Path) -> int:
    count = Counter(one.outcome.status for one in finished)
    words = f"{count['scored']} scored, {count['not_scored']} without a score, {count['failed']} failed"
    console.print(
        f"{counted(len(finished), 'clip')}: {words}. See {out / 'summary.html'}",
        highlight=False,
        soft_wrap=True,
    )
    if count["failed"]:
        return EXIT_SOME_FAILED
    return EXIT_SCORED if count["scored"] else EXIT_NOTHING_SCORED
