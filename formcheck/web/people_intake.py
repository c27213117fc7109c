"""Several clips at once for one person: each is scored and kept, a wrong one doesn't stop the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO

from formcheck.analysis import Analysis, analyse
from formcheck.errors import FormcheckError
from formcheck.records import Records
from formcheck.records.opening import LOCAL_OWNER
from formcheck.reports import texts
from formcheck.scoring.thresholds import Thresholds
from formcheck.web import people
from formcheck.web.jobs import Job, Report
from formcheck.web.turns import clip_turn
from formcheck.web.words import say
from formcheck.web.workspace import Workspace


@dataclass(frozen=True)
class Order:
    """What is to be done with the clips."""

    person: str
    filmed_on: date
    keep_video: bool = False
    model: str = "full"
    thresholds: Thresholds | None = None
    owner: str = LOCAL_OWNER


@dataclass(frozen=True)
class Outcome:
    """What became of one clip, in one sentence."""

    kept: bool
    sentence: str


@dataclass
class _Tally:
    """What the thread writes and the page reads."""

    outcomes: list[Outcome] = field(default_factory=list)
    name: str = ""


class Intake:
    """The clips that one session adds for one person."""

    def __init__(self, records: Records, order: Order, uploads: Sequence[tuple[str, BinaryIO]]) -> None:
        """Copy the uploads to disk, then score and keep one after the other, beside the page."""
        self.person = order.person
        self.count = len(uploads)
        workspace = Workspace()
        clips = [workspace.keep(name, stream) for name, stream in uploads]
        tally = self._tally = _Tally()

        def work(report: Report) -> None:
            try:
                for done, clip in enumerate(clips):
                    tally.name = clip.name
                    tally.outcomes.append(_take(records, order, clip, _part(report, done, len(clips))))
                    clip.unlink(missing_ok=True)
            finally:
                workspace.close()

        self.job: Job[None] = Job(work)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What became of the clips so far."""
        return tuple(self._tally.outcomes)

    @property
    def name(self) -> str:
        """The clip that is looked at."""
        return self._tally.name


def _part(report: Report, done: int, count: int) -> Report:
    return lambda share: report((done + share) / count)


def _take(records: Records, order: Order, clip: Path, report: Report) -> Outcome:
    try:
        with clip_turn(order.owner, report):
            analysis = analyse(clip, model=order.model, thresholds=order.thresholds, progress=report)
        video = clip if order.keep_video else None
        people.remember(records, order.person, analysis, filmed_on=order.filmed_on, video=video)
    except FormcheckError as error:
        named = clip.name in str(error)
        return Outcome(False, str(error) if named else say("clips.failed", name=clip.name, error=error))
    return Outcome(True, say("clips.kept", name=clip.name, found=_found(analysis)))


def _found(analysis: Analysis) -> str:
    return "; ".join(
        say(
            "clips.score", title=texts.exercise_title(one.bout.exercise, one.bout.side), score=one.score.value
        )
        if one.score.value is not None
        else say(
            "clips.no_score",
            title=texts.exercise_title(one.bout.exercise, one.bout.side),
            reason=texts.score_reason_text(one.score.reason),
        )
        for one in analysis.bouts
    ) or say("clips.kept_none")
