"""What the doors share: which videos a call names, which files it asks for, what to say of a result."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.markup import escape

from formcheck.analysis import Analysis
from formcheck.errors import UsageError
from formcheck.exercises.definitions import is_hold
from formcheck.names import counted
from formcheck.reports import texts
from formcheck.reports.annotate import annotate
from formcheck.reports.files import check_ending, check_place
from formcheck.reports.report import write_report, write_session_report
from formcheck.reports.tables import write_angles, write_json, write_landmarks, write_summary
from formcheck.scoring.types import Measurement, ScoredBout
from formcheck.video.opening import printable, shown_name

VIDEO_SUFFIXES = (".mp4", ".mov", ".m4v", ".webm", ".avi", ".mkv", ".mpg", ".mpeg", ".3gp", ".mts", ".wmv")
BAND_COLOURS = {"green": "green", "amber": "yellow", "orange": "dark_orange", "red": "red", None: "cyan"}
GRADE_ICONS = {"good": "✓", "caution": "!", "fail": "✗", None: "?"}

_LONGEST_NAME = 200
"""Bytes; file systems take 255, with the ending and what a file is called while it is written."""


@dataclass
class Result:
    """One input with what became of it: an analysis, or the sentence that says why there is none."""

    path: Path
    video: Path | None
    analysis: Analysis | None = None
    error: str | None = None


@dataclass(frozen=True)
class Outputs:
    """The files that a call asks for."""

    json_path: str | None = None
    report: Path | None = None
    annotate: Path | None = None
    angles: Path | None = None
    landmarks: Path | None = None
    summary: Path | None = None

    def check(self, count: int) -> None:
        """Refuse, before any work is done, what could not be written in the end.

        Raises
        ------
        UsageError
            If a file has an ending that is not offered, lies in a folder that does not exist or is closed, is
            a folder or a device, or if one file is asked for several videos.
        """
        json_path = Path(self.json_path) if self.json_path not in (None, "-") else None
        for path in (json_path, self.report, self.summary):
            if path is not None:
                check_place(path)
        check_ending("--report", self.report, (".html", ".pdf"))
        check_ending("--summary", self.summary, (".csv",))
        per_video = (
            ("--annotate", self.annotate, (".mp4",)),
            ("--angles", self.angles, (".parquet", ".csv")),
            ("--landmarks", self.landmarks, (".parquet",)),
        )
        for option, path, suffixes in per_video:
            if path is None:
                continue
            check_place(path, folder_fits=True)
            if count == 1 and not path.is_dir():
                check_ending(option, path, suffixes)
            elif path.is_file() or (path.suffix and not path.is_dir()):
                raise UsageError(f"{option} takes a folder when there are {count} videos, not '{path.name}'.")

    def write_one(self, result: Result, name: str, *, several: bool) -> None:
        """Write the files that belong to one video; in a folder they are called ``name`` (`output_names`)."""
        analysis = result.analysis
        assert analysis is not None
        if self.angles is not None:
            write_angles(analysis, _place(self.angles, name, ".parquet", several))
        if self.landmarks is not None:
            write_landmarks(analysis, _place(self.landmarks, name, ".parquet", several))
        if self.annotate is not None and result.video is not None:
            annotate(analysis, result.video, _place(self.annotate, name, ".mp4", several))

    def write_all(self, results: Sequence[Result]) -> None:
        """Write the files that cover the whole call."""
        done = [(result, result.analysis) for result in results if result.analysis is not None]
        called = told_apart([result.path for result in results])
        failures = [
            (name, printable(result.error or ""))
            for result, name in zip(results, called, strict=True)
            if result.analysis is None
        ]
        if self.summary is not None:
            names = [
                name for result, name in zip(results, called, strict=True) if result.analysis is not None
            ]
            write_summary([analysis for _, analysis in done], self.summary, names=names, failures=failures)
        if not done:
            return
        if self.report is not None:
            if len(results) == 1:
                write_report(done[0][1], self.report, video_path=done[0][0].video)
            else:
                write_session_report(
                    [analysis for _, analysis in done],
                    self.report,
                    [result.video for result, _ in done],
                    failures=failures,
                )
        if self.json_path is not None:
            analyses = [analysis for _, analysis in done]
            target = None if self.json_path == "-" else Path(self.json_path)
            write_json(analyses[0] if len(results) == 1 else analyses, target)


def videos_in(inputs: Sequence[str]) -> list[Path]:
    """Return the videos that ``inputs`` names, folders searched to the bottom, each video once.

    Raises
    ------
    UsageError
        If an input is empty, does not exist, or is a folder without a video.
    """
    found: dict[Path, None] = {}
    for given in inputs:
        if not given.strip():
            raise UsageError("An empty file name was given: name a video or a folder of videos.")
        path = Path(given)
        if path.is_dir():
            inside = list(_videos_below(path))
            if not inside:
                raise UsageError(f"The folder '{given}' has no video in it: name one that has.")
            found.update(dict.fromkeys(inside))
        elif path.exists():
            found[path] = None
        else:
            raise UsageError(f"'{given}' does not exist: check the name.")
    return list(found)


def output_names(videos: Sequence[Path]) -> list[str]:
    """Return what the files of each video are called, no two alike.

    The video's own name without its ending; of videos that share it, the folders and the ending too, as far
    as they lie apart (``visit1_clip_mp4``). Capitals do not tell names apart: on some disks they don't.
    """
    names: dict[str, str] = {}
    for path, folders in zip(videos, _apart(videos, lambda each: each.stem.casefold()), strict=True):
        name = path.stem
        if folders is not None:
            name = _shortened("_".join((*folders, name, path.suffix.lstrip("."))))
        fresh, number = name, 1
        while fresh.casefold() in names:
            number += 1
            fresh = f"{name}_{number}"
        names[fresh.casefold()] = fresh
    return list(names.values())


def told_apart(videos: Sequence[Path]) -> list[str]:
    """Return what tables call each video: its file's name, behind its folders where others have that name."""
    apart = _apart(videos, lambda path: path.name)
    return [
        printable("/".join((*(folders or ()), path.name)))
        for path, folders in zip(videos, apart, strict=True)
    ]


def lines_for(result: Result) -> Iterator[str]:
    """Yield what to say of a result, with rich's markup."""
    name = f"[bold]{escape(shown_name(result.path))}[/bold]"
    if result.error is not None:
        yield f"[red]✗[/red] {name}: {escape(result.error)}"
    if result.analysis is None:
        return
    for scored in result.analysis.bouts:
        yield f"{name}: {_bout_line(scored)}"
    if not result.analysis.bouts:
        yield f"{name}: no exercise was scored."
    for problem in result.analysis.quality.problems:
        yield f"  [yellow]![/yellow] {escape(problem.message)} {escape(problem.fix)}"


def _bout_line(scored: ScoredBout) -> str:
    bout, score = scored.bout, scored.score
    side = f" {bout.side}" if bout.side else ""
    variant = f" ({bout.variant.replace('_', ' ')})" if bout.variant else ""
    colour = BAND_COLOURS[score.band]
    verdict = f"score {score.value}"
    if score.value is None:
        provisional = f", provisional {score.raw}" if score.raw is not None else ""
        verdict = f"no score{provisional}: {texts.score_reason_text(score.reason)}"
    measured = " · ".join(_measure_words(m) for m in scored.measures if m.core and m.value is not None)
    count = sum(repetition.valid for repetition in bout.repetitions)
    unit = "hold" if is_hold(bout.exercise) else "rep"
    reps = counted(count, unit)
    head = (
        f"{texts.exercise_name(bout.exercise)}{variant}{side}, {reps}, [{colour}]{escape(verdict)}[/{colour}]"
    )
    return f"{head} ({measured})" if measured else head


def _measure_words(measurement: Measurement) -> str:
    icon = GRADE_ICONS[measurement.grade]
    return f"{icon} {texts.measure_name(measurement.id)} {texts.value_text(measurement)}"


def _videos_below(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in VIDEO_SUFFIXES:
                yield Path(root) / name


def _apart(videos: Sequence[Path], called: Callable[[Path], str]) -> Iterator[tuple[str, ...] | None]:
    """Yield the folders that tell each video from others ``called`` the same; None where there are none."""
    count = Counter(map(called, videos))
    shared = [path.absolute().parent for path in videos if count[called(path)] > 1]
    try:
        root = Path(os.path.commonpath(shared)) if shared else Path()
    except ValueError:  # they lie on several drives
        root = Path()
    for path in videos:
        yield path.absolute().parent.parts[len(root.parts) :] if count[called(path)] > 1 else None


def _shortened(name: str) -> str:
    """Return the end of a name that is too long for a file: what tells it apart best."""
    return os.fsencode(name)[-_LONGEST_NAME:].decode("utf-8", errors="ignore")


def _place(target: Path, name: str, suffix: str, several: bool) -> Path:
    if not several and not target.is_dir():
        return target
    target.mkdir(parents=True, exist_ok=True)
    return target / f"{name}{suffix}"
