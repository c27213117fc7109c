"""The baseline as it is being taken: answers, clips, what was felt, and the result. No page code."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from formcheck.analysis import Analysis, analyse
from formcheck.coaching.assessment_file import provenance_of
from formcheck.coaching.assessment_types import Assessment, MissingPart
from formcheck.coaching.baseline import assess
from formcheck.coaching.baseline_rules import FILMED, load_baseline_rules
from formcheck.coaching.clips import Clip, clip_of
from formcheck.coaching.screening import screen, screening_texts
from formcheck.coaching.sides import Place, Told
from formcheck.coaching.types import TEST_IDS, Screening, TestId
from formcheck.names import SIDES, Exercise, Side
from formcheck.web import access
from formcheck.web.jobs import WAITING, Job, Report
from formcheck.web.settings import load_settings, thresholds_in_use
from formcheck.web.turns import clip_turn
from formcheck.web.words import say
from formcheck.web.workspace import Workspace

SAFETY: Final = "safety"
BY_HAND: Final = "by_hand"
RESULT: Final = "result"
STEPS: Final[tuple[str, ...]] = (SAFETY, *FILMED, BY_HAND, RESULT)
UNFILMED: Final[tuple[TestId, ...]] = tuple(test for test in TEST_IDS if test not in FILMED)
"""Counted or measured by hand, and optional."""
SKIP_REASONS: Final = ("no_box", "no_room", "hurts", "later")

SAMPLES: Final[Mapping[TestId, tuple[str, ...]]] = {
    "T1": ("single_leg_stance_front_right_good",),
    "T2": ("hip_hinge_side_good",),
    "T3": ("single_leg_rdl_rear_left_good", "single_leg_rdl_side_left_shallow"),
    "T4": ("step_down_front_left_drop", "step_down_front_right_good"),
    "T5": ("lunge_front_left_good", "lunge_60fps_front_right_fast"),
    "T6": ("single_leg_bridge_side_left_shallow", "single_leg_bridge_side_right_good"),
}
"""Sample videos that stand in for somebody's own clips."""

_TURN_S: Final = 0.2
"""How often a clip that waits for its turn looks whether it was taken away."""


class Look:
    """The work on one clip: waits for its turn, analyses, and deletes the clip if it was an upload."""

    def __init__(self, path: Path, workspace: Workspace, turn: threading.Lock) -> None:
        self._path, self._workspace, self._turn = path, workspace, turn
        self._owner = access.owner()

    def __call__(self, report: Report) -> Analysis:
        """Do it."""
        try:
            while not self._turn.acquire(timeout=_TURN_S):
                report(WAITING)
            try:
                model, limits = load_settings(self._owner).model, thresholds_in_use(self._owner)
                with clip_turn(self._owner, report):
                    return analyse(self._path, model=model, thresholds=limits, progress=report)
            finally:
                self._turn.release()
        finally:
            self._workspace.discard(self._path)


@dataclass(eq=False)
class Take:
    """One clip of a test, or one set at the webcam, being looked at."""

    name: str
    job: Job[Analysis]

    @property
    def seen(self) -> tuple[tuple[Exercise, Side | None], ...]:
        """What was recognised in it."""
        found = self.job.result
        return tuple((each.bout.exercise, each.bout.side) for each in found.bouts) if found else ()


@dataclass
class Sheet:
    """What there is of one test.

    Attributes
    ----------
    takes : list of Take
        Its clips.
    pain : dict of side to int
        0…10, where it was told.
    supported, unable : set of side
        Done with a hand on a support; tried, but could not be done.
    skipped : str
        One of `SKIP_REASONS`; empty if it was not skipped.
    """

    takes: list[Take] = field(default_factory=list)
    pain: dict[Side | None, int] = field(default_factory=dict)
    supported: set[Side | None] = field(default_factory=set)
    unable: set[Side | None] = field(default_factory=set)
    skipped: str = ""

    @property
    def state(self) -> str:
        """Return ``busy``, ``done``, ``skipped`` or ``open``."""
        if any(not take.job.finished for take in self.takes):
            return "busy"
        if self.unable or any(take.job.result is not None for take in self.takes):
            return "done"
        return "skipped" if self.skipped else "open"


class Baseline:
    """One person's baseline while it is being taken: it can be left, gone on with, and changed.

    Clips are looked at one after the other in the background, and deleted when they have been looked at.
    """

    def __init__(self) -> None:
        self.step = SAFETY
        self.person: str | None = None
        self.kept: dict[str, Any] | None = None
        self.answers: frozenset[str] | None = None
        self.age_years: int | None = None
        self.sheets: dict[TestId, Sheet] = {test: Sheet() for test in FILMED}
        self.by_hand: dict[Place, float] = {}
        self.workspace = Workspace()
        self._turn = threading.Lock()

    # The safety questions

    @property
    def screening(self) -> Screening:
        """What the answers come to."""
        if self.answers is None:
            return screen({})
        return screen({each.id: each.id in self.answers for each in screening_texts().questions})

    # The tests

    def take_upload(self, test: TestId, name: str, stream: BinaryIO) -> None:
        """Begin to look at an uploaded clip, copied to disk piece by piece."""
        self._take(test, self.workspace.keep(name, stream))

    def take_set(self, test: TestId, name: str, analysis: Analysis) -> None:
        """Take a set that was done at the webcam, and looked at there."""
        self._add(test, Take(name, Job(lambda _: analysis)))

    def take_sample(self, test: TestId, path: Path) -> None:
        """Begin to look at a sample video; it stays where it lies."""
        self._take(test, path)

    def drop(self, test: TestId, take: Take) -> None:
        """Take a clip away, to film it again."""
        take.job.cancel()
        self.sheets[test].takes.remove(take)

    def state(self, step: str) -> str:
        """Return how far a step is: ``open``, ``busy``, ``done`` or ``skipped``."""
        for test in FILMED:
            if step == test:
                return self.sheets[test].state
        if step == SAFETY:
            return "open" if self.answers is None else "done"
        if step == BY_HAND and self.by_hand:
            return "done"
        return "open"

    @property
    def running(self) -> list[Job[Analysis]]:
        """The work that has not ended."""
        return [take.job for take in self._takes() if not take.job.finished]

    @property
    def has_something(self) -> bool:
        """Whether there is anything to make a result of."""
        return any(sheet.state == "done" for sheet in self.sheets.values())

    # The result

    def analyses(self) -> list[Analysis]:
        """Return what was found in the clips."""
        return [take.job.result for take in self._takes() if take.job.result is not None]

    def told(self) -> Told:
        """Return what only the person knows."""
        return Told(
            pain={(test, side): pain for test, s in self.sheets.items() for side, pain in s.pain.items()},
            supported=self._places(lambda sheet: sheet.supported),
            unable=self._places(lambda sheet: sheet.unable),
            by_hand=dict(self.by_hand),
        )

    def result(self, previous: Assessment | None = None) -> Assessment:
        """Return the assessment by all that there is now, compared with an earlier one if there is one."""
        documents = [analysis.to_dict() for analysis in self.analyses()]
        limits = thresholds_in_use()
        assessment = assess(
            [clip_of(document) for document in documents],
            told=self.told(),
            person=self.person,
            date=datetime.date.today(),
            age_years=self.age_years,
            screening=self.screening,
            previous=previous,
            thresholds=limits,
            provenance=provenance_of(documents, limits.source),
        )
        return replace(assessment, missing=tuple(self._with_reason(part) for part in assessment.missing))

    def _take(self, test: TestId, path: Path) -> None:
        self._add(test, Take(path.name, Job(Look(path, self.workspace, self._turn))))

    def _add(self, test: TestId, take: Take) -> None:
        sheet = self.sheets[test]
        sheet.skipped = ""
        sheet.takes.append(take)

    def _takes(self) -> Iterator[Take]:
        for sheet in self.sheets.values():
            yield from sheet.takes

    def _places(self, of: Callable[[Sheet], set[Side | None]]) -> frozenset[Place]:
        return frozenset((test, side) for test, sheet in self.sheets.items() for side in of(sheet))

    def _with_reason(self, part: MissingPart) -> MissingPart:
        sheet = self.sheets[part.test]
        if not sheet.skipped or sheet.takes:
            return part
        return replace(part, reason=say("assess.skipped_because", why=say(f"assess.skip_{sheet.skipped}")))


def sides_of(test: TestId) -> tuple[Side | None, ...]:
    """Return the sides that a test is done on; None alone for two feet."""
    return SIDES if load_baseline_rules().tests[test].per_side else (None,)


def test_of(exercise: Exercise) -> TestId | None:
    """Return the test that an exercise counts for; None if it counts for none."""
    rules = load_baseline_rules()
    return next((test for test in FILMED if exercise in rules.tests[test].exercises), None)


def clip_of_take(take: Take) -> Clip | None:
    """Return the clip as the assessment sees it; None while there is none."""
    return None if take.job.result is None else clip_of(take.job.result.to_dict())
