"""What the baseline assessment gives: tests by side, differences, faults, changes, gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from formcheck import validation
from formcheck.coaching.types import TEST_IDS, TIERS, LadderId, Screening, StartRung, TestId, Tier
from formcheck.errors import InvalidDataError
from formcheck.names import Exercise, Side
from formcheck.scoring.types import Estimate, FormScore, Measurement, ScoredBout


@dataclass(frozen=True)
class SideResult:
    """One test on one side.

    Attributes
    ----------
    test : str
        ``T1`` … ``T9``.
    side : str or None
        Working side; None for tests on two feet.
    exercise : str or None
        What was filmed; None for tests entered by hand and for tests that could not be done.
    score : int or None
        Form score 0…100; None where there is none (see `why`).
    score_range : (int, int) or None
        Lowest and highest score if any one borderline grade lay on the other side of its threshold.
    level : int or None
        0…3; None where nothing can be said.
    why : tuple of str
        Whole sentences: what the level rests on, or why there is no score.
    scored : ScoredBout or None
        The merged measures of all clips of this test and side, with the form score.
    value : Estimate or None
        For tests entered by hand: repetitions, centimetres or seconds, with their error.
    reps : int or None
        Whole repetitions of the best clip.
    pain : int or None
        0…10 during the test, where it was told.
    supported, unable : bool
        Whether a hand rested on a support; whether the person could not do the test.
    clips : tuple of str
        Names of the clips that it rests on.
    """

    test: TestId
    side: Side | None
    exercise: Exercise | None = None
    score: int | None = None
    score_range: tuple[int, int] | None = None
    level: int | None = None
    why: tuple[str, ...] = ()
    scored: ScoredBout | None = None
    value: Estimate | None = None
    reps: int | None = None
    pain: int | None = None
    supported: bool = False
    unable: bool = False
    clips: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        validation.one_of("test", self.test, TEST_IDS)
        validation.one_of("level", self.level, (0, 1, 2, 3, None))
        if self.score is not None and not 0 <= self.score <= 100:
            raise InvalidDataError(f"score: expected 0…100, came {self.score}.")

    @property
    def measures(self) -> tuple[Measurement, ...]:
        """The merged measures, the graded ones first."""
        return self.scored.measures if self.scored else ()

    @property
    def form(self) -> FormScore | None:
        """The form score with its core fails and cautions."""
        return self.scored.score if self.scored else None


@dataclass(frozen=True)
class BaselineTest:
    """One test: its sides, and the weaker one, which governs.

    Attributes
    ----------
    test : str
        ``T1`` … ``T9``.
    sides : tuple of SideResult
        Left before right; a single one for tests on two feet; only those with a result.
    governing : SideResult or None
        The weaker side: at level 0, or else with the lower score; None without any result.
    complete : bool
        Whether every side has a level.
    """

    test: TestId
    sides: tuple[SideResult, ...] = ()
    governing: SideResult | None = None
    complete: bool = False

    @property
    def score(self) -> int | None:
        """The lower score; None where the weaker side has none because it hurt."""
        if self.governing is None or (self.governing.level == 0 and self.governing.score is None):
            return None
        return min((side.score for side in self.sides if side.score is not None), default=None)

    @property
    def level(self) -> int | None:
        """The lower level."""
        return min((side.level for side in self.sides if side.level is not None), default=None)


@dataclass(frozen=True)
class Asymmetry:
    """A comparison of left and right in one measure.

    Attributes
    ----------
    test, measure : str
        Which.
    kind : str
        ``angle``: by difference; ``performance``: by the weaker side in per cent of the stronger.
    left, right : Estimate
        In the unit of the measure.
    difference : float
        |left − right|.
    limit : float
        The difference that is needed to call it real, in the unit of the measure.
    symmetry_pct : float or None
        Performance: weaker ÷ stronger × 100.
    weaker : str or None
        The side to start with; None where the sides are alike.
    status : str
        ``alike``, ``watch`` (once, or 80–89 %) or ``act`` (in two sessions, or below 80 %).
    """

    test: TestId
    measure: str
    kind: Literal["angle", "performance"]
    left: Estimate
    right: Estimate
    difference: float
    limit: float
    weaker: Side | None
    status: Literal["alike", "watch", "act"]
    symmetry_pct: float | None = None


@dataclass(frozen=True)
class FocusFault:
    """A measure beyond its coaching range, with where it was seen."""

    test: TestId
    side: Side | None
    exercise: Exercise
    measurement: Measurement


@dataclass(frozen=True)
class Change:
    """What became of one measure since an earlier assessment.

    Attributes
    ----------
    test, side, measure : str
        Which.
    before, after : Estimate
        In the unit of the measure.
    limit : float
        The change that is needed to call it real.
    verdict : str
        ``improved``, ``worse`` or ``no_measurable_change``; ``other_view`` where the camera stood elsewhere
        and the two values can't be compared.
    """

    test: TestId
    side: Side | None
    measure: str
    before: Estimate
    after: Estimate
    limit: float
    verdict: Literal["improved", "worse", "no_measurable_change", "other_view"]


@dataclass(frozen=True)
class MissingPart:
    """A test (side) without a result: why, and how to get one.

    ``measures`` are the ids of the main measures that keep a filmed test from having a score.
    """

    test: TestId
    side: Side | None
    reason: str
    how: str
    measures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """The baseline of one person on one day.

    Attributes
    ----------
    person : str or None
        The person's code.
    date : date
        Day of the tests.
    tests : tuple of BaselineTest
        T1 … T9, each present even when nothing is known of it.
    index : int or None
        0…100 over the tests of `tests`; None with too few of them.
    tier : str or None
        ``foundation``, ``build``, ``load``; None where it can't be told (treat as foundation).
    start_rungs : tuple of StartRung
        One per ladder.
    asymmetries : tuple of Asymmetry
        Every comparison that could be made.
    focus_faults : tuple of FocusFault
        Worst first.
    missing : tuple of MissingPart
        What has no result.
    cannot_conclude : tuple of str
        Whole sentences.
    changes : tuple of Change
        Against the earlier assessment, where there is one.
    screening : Screening
        The red-flag questions.
    provenance : mapping
        Version, thresholds, clips.
    """

    person: str | None
    date: date
    tests: tuple[BaselineTest, ...]
    index: int | None = None
    tier: Tier | None = None
    start_rungs: tuple[StartRung, ...] = ()
    asymmetries: tuple[Asymmetry, ...] = ()
    focus_faults: tuple[FocusFault, ...] = ()
    missing: tuple[MissingPart, ...] = ()
    cannot_conclude: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    screening: Screening = field(default_factory=Screening)
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if tuple(test.test for test in self.tests) != TEST_IDS:
            raise InvalidDataError(f"tests: expected {', '.join(TEST_IDS)} in this order.")
        validation.one_of("tier", self.tier, (*TIERS, None))

    def test(self, test: TestId) -> BaselineTest:
        """Return the test of that id."""
        return self.tests[TEST_IDS.index(test)]

    def rung(self, ladder: LadderId) -> int:
        """Return where to begin on ``ladder``; 0 where nothing is known."""
        return next((start.rung for start in self.start_rungs if start.ladder == ladder), 0)
