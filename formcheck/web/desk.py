"""A clip at hand, the analysis that runs, and what came out. No page code."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from formcheck.analysis import Analysis, analyse, analyse_pose
from formcheck.errors import FormcheckError
from formcheck.pose.subject import Point
from formcheck.reports.content import ClipSection, report_of
from formcheck.reports.tables import write_angles, write_json, write_landmarks
from formcheck.scoring.thresholds import Thresholds
from formcheck.web import access
from formcheck.web.in_view import InView, who_is_in_view
from formcheck.web.jobs import Job, Report
from formcheck.web.turns import TURNS, clip_turn
from formcheck.web.workspace import Workspace

ANNOTATED: Final = "annotated"


@dataclass(frozen=True)
class Choices:
    """What the person says of the clip."""

    exercise: str = "auto"
    side: str = "auto"
    model: str = "full"
    thresholds: Path | None = None
    """A file of coaching ranges of one's own."""
    subject: Point | None = None
    """Where the person to measure is when first seen, of several."""
    mirror_image: bool = False
    """Whether the clip shows the person as a mirror does."""


@dataclass(frozen=True)
class Result:
    """An analysis with what is said of it."""

    analysis: Analysis
    section: ClipSection

    @classmethod
    def of(cls, analysis: Analysis) -> Result:
        """Put an analysis into words."""
        return cls(analysis, report_of([analysis], [None]).clips[0])


@dataclass(frozen=True)
class Output:
    """A file to download: what it is, what it is called on the person's disk, its media type."""

    key: str
    label: str
    suffix: str
    media_type: str
    write: Callable[[Analysis, Path | None, Path, Report], None]
    """Takes the analysis, the clip if there is one, the path to write, and whom to tell the progress."""


def _annotated(analysis: Analysis, clip: Path | None, path: Path, report: Report) -> None:
    from formcheck.reports.annotate import annotate
    from formcheck.web.figure_video import write_figure

    if clip is None:
        write_figure(analysis, path, progress=report)
    else:
        annotate(analysis, clip, path, progress=report)


def _report(analysis: Analysis, clip: Path | None, path: Path, _: Report) -> None:
    from formcheck.reports.report import write_report

    write_report(analysis, path, video_path=clip)


OUTPUTS: Final = (
    # In the order in which they are made: what is quick, and what the page waits for, first.
    Output("json", "Data (JSON)", ".json", "application/json", lambda a, _clip, path, _: write_json(a, path)),
    Output(
        "angles", "Angles (CSV)", "-angles.csv", "text/csv", lambda a, _clip, path, _: write_angles(a, path)
    ),
    Output(
        "landmarks",
        "Landmarks (Parquet)",
        "-landmarks.parquet",
        "application/vnd.apache.parquet",
        lambda a, _clip, path, _: write_landmarks(a, path),
    ),
    Output(ANNOTATED, "Annotated video", "-annotated.mp4", "video/mp4", _annotated),
    Output("report_html", "Report (HTML)", "-report.html", "text/html", _report),
    Output("report_pdf", "Report (PDF)", "-report.pdf", "application/pdf", _report),
)


@dataclass(frozen=True)
class Outputs:
    """The files that were made, by `Output.key`, and a sentence for each that could not be."""

    paths: dict[str, Path]
    problems: tuple[str, ...] = ()


class Desk:
    """A clip, the analysis that looks at it, and the files that were made of what came out.

    Parameters
    ----------
    clip : path or None
        In the session's folder, or one that stays where it lies: a sample, a video in the records. None where
        only the result was kept.
    workspace : Workspace
        The session's folder.
    name : str
        What the clip is called, if not like its file.
    """

    def __init__(self, clip: Path | None, workspace: Workspace, *, name: str = "") -> None:
        self.clip, self._workspace = clip, workspace
        self.name = name or (clip.name if clip else "")
        self.size = clip.stat().st_size if clip else 0
        self.analysing: Job[Result] | None = None
        self.drawing: Job[Outputs] | None = None
        self.looking: Job[InView | None] | None = None
        self.recalled = False
        self._choices = Choices()
        self._drawn: Path | None = None  # the folder of the files

    @property
    def busy(self) -> bool:
        """Whether an analysis runs; the session can start no other one meanwhile."""
        return self.analysing is not None and not self.analysing.finished

    @property
    def waiting(self) -> bool:
        """Whether the analysis waits for its turn."""
        return self.analysing is not None and self.analysing.waiting

    @property
    def result(self) -> Result | None:
        """What came out; None while there is nothing."""
        return self.analysing.result if self.analysing else None

    @property
    def error(self) -> str | None:
        """One sentence, if the clip could not be analysed."""
        return self.analysing.error if self.analysing else None

    def start(self, choices: Choices) -> None:
        """Analyse the clip, then make the files to download; does nothing while that runs already."""
        clip, owner = self.clip, access.owner()
        if self.busy or clip is None:
            return
        self._drop_results()
        self._choices, self.looking = choices, None

        def work(report: Report) -> Result:
            with clip_turn(owner, report):
                return Result.of(
                    analyse(
                        clip,
                        exercise=choices.exercise,
                        side=choices.side,
                        model=choices.model,
                        thresholds=choices.thresholds,
                        subject=choices.subject,
                        mirror_image=choices.mirror_image,
                        progress=report,
                    )
                )

        self.analysing = Job(work)

    def measure(self, subject: Point) -> None:
        """Look at the clip again, and measure another of the people in it."""
        self.start(replace(self._choices, subject=subject))

    def recall(self, read: Callable[[], Analysis]) -> None:
        """Show a result again that was kept; ``read`` gets it, beside the page."""
        self._drop_results()
        self.analysing, self.recalled = Job(lambda _: Result.of(read())), True

    def rescore(
        self, exercise: str, side: str, thresholds: Path | Thresholds | None, *, mirror_image: bool = False
    ) -> None:
        """Score the landmarks at hand again, for what the clip is said to show; quick, without the video."""
        result = self.result
        if result is None or self.busy:
            return
        pose = result.analysis.pose.with_mirror_image(mirror_image)
        self._choices = replace(self._choices, mirror_image=mirror_image)
        self._drop_results()
        self.analysing = Job(
            lambda _: Result.of(analyse_pose(pose, exercise=exercise, side=side, thresholds=thresholds))
        )

    def draw(self) -> None:
        """Start making the files and looking who is in view, once there is a result; twice is once."""
        result, clip = self.result, self.clip
        if result is None or self.drawing is not None:
            return
        folder = self._drawn = self._workspace.new_folder()
        name = Path(self.name).stem

        def work(report: Report) -> Outputs:
            try:
                with TURNS.turn(report):
                    return _write_outputs(result.analysis, clip, folder, name, report)
            except BaseException:  # stopped, mostly: what was made so far is of no use
                shutil.rmtree(folder, ignore_errors=True)
                raise

        self.drawing = Job(work)
        if self.looking is None and clip is not None:
            self.looking = Job(lambda _: who_is_in_view(clip, result.analysis.pose))

    def cancel(self) -> None:
        """Stop what runs; the clip stays."""
        self._drop_results()

    def clear(self) -> None:
        """Delete the upload and the files that were made of it."""
        self._drop_results()
        if self.clip is not None:
            self._workspace.discard(self.clip)

    def _drop_results(self) -> None:
        for job in (self.analysing, self.drawing):
            if job is not None:
                job.cancel()
        if self._drawn is not None and self.drawing is not None and self.drawing.finished:
            shutil.rmtree(self._drawn, ignore_errors=True)
        self.analysing = self.drawing = self._drawn = None
        self.recalled = False


def _write_outputs(analysis: Analysis, clip: Path | None, folder: Path, name: str, report: Report) -> Outputs:
    paths: dict[str, Path] = {}
    problems: list[str] = []
    for done, output in enumerate(OUTPUTS):
        report(done / len(OUTPUTS))

        def within(share: float, done: int = done) -> None:
            report((done + share) / len(OUTPUTS))

        path = folder / f"{name}{output.suffix}"
        try:
            output.write(analysis, clip, path, within)
            paths[output.key] = path
        except FormcheckError as error:
            problems.append(f"{output.label}: {error}")
    report(1.0)
    return Outputs(paths, tuple(problems))
