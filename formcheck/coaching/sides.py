"""One test on one side: the score, its range within the measuring error, and the level of 0–3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from formcheck.coaching.assessment_types import SideResult
from formcheck.coaching.baseline_rules import FILMED, BaselineRules, TestRules
from formcheck.coaching.context import untold_of
from formcheck.coaching.decision_table import load_decisions
from formcheck.coaching.forms import alternative_forms, form_of
from formcheck.coaching.merge import merged, refused, whole_reps
from formcheck.coaching.types import TEST_IDS, TestId
from formcheck.errors import UsageError
from formcheck.names import Side
from formcheck.scoring.thresholds import Thresholds
from formcheck.scoring.types import Estimate, ScoredBout

Place = tuple[TestId, Side | None]
"""A test and a side; None stands for both sides, or for a test on two feet."""


@dataclass(frozen=True)
class Told:
    """What only the person knows.

    Attributes
    ----------
    pain : mapping of (test, side) to int
        0…10 during the test.
    supported, unable : frozenset of (test, side)
        Done with a hand on a support; could not be done.
    by_hand : mapping of (test, side) to float
        T7 in repetitions, T8 in centimetres, T9 in seconds.
    """

    pain: Mapping[Place, int] = field(default_factory=dict)
    supported: frozenset[Place] = frozenset()
    unable: frozenset[Place] = frozenset()
    by_hand: Mapping[Place, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for (test, _), value in self.pain.items():
            if not 0 <= value <= 10:
                raise UsageError(f"The pain in {test} is {value}: give a number from 0 to 10.")
        for (test, _), amount in self.by_hand.items():
            if test in FILMED or test not in TEST_IDS:
                raise UsageError(f"{test} is filmed, not entered by hand: use {', '.join(TEST_IDS[6:])}.")
            if not 0 <= amount < 1000:
                raise UsageError(f"{test} is {amount:g}: give a number of 0 or more.")

    def pain_in(self, place: Place) -> int | None:
        """Return the pain told for a test's side, or for the whole test; the higher of both."""
        told = [self.pain[key] for key in (place, (place[0], None)) if key in self.pain]
        return max(told, default=None)

    def is_supported(self, place: Place) -> bool:
        """Return whether the test's side, or the whole test, was done with support."""
        return bool({place, (place[0], None)} & self.supported)

    def is_unable(self, place: Place) -> bool:
        """Return whether the test's side, or the whole test, could not be done."""
        return bool({place, (place[0], None)} & self.unable)


@dataclass(frozen=True)
class Spot:
    """A test on one side, with all rules that it is judged by."""

    test: TestId
    side: Side | None
    rules: BaselineRules
    limits: Thresholds
    age_years: float | None = None

    @property
    def place(self) -> Place:
        """The key of what was told of it."""
        return self.test, self.side

    @property
    def of_test(self) -> TestRules:
        """The rules of the test."""
        return self.rules.tests[self.test]


def side_result(
    spot: Spot, bouts: Mapping[str, Sequence[tuple[str, ScoredBout]]], told: Told
) -> SideResult | None:
    """Return the result of one test on one side; None if there is neither a clip nor a word on it.

    Parameters
    ----------
    spot : Spot
        Which test and side, and the rules.
    bouts : mapping of str to sequence of (str, ScoredBout)
        Names of clips and what they show, by exercise, the test's preferred exercise first.
    told : Told
        What the person told.
    """
    pain = told.pain_in(spot.place)
    if spot.of_test.unit:
        return _by_hand(spot, told, pain)
    if told.is_unable(spot.place):
        why = spot.rules.say("level_unable")
        return SideResult(spot.test, spot.side, score=0, level=0, why=(why,), pain=pain, unable=True)
    filmed = _filmed(spot, bouts, supported=told.is_supported(spot.place))
    if pain is None:
        return filmed
    if pain >= spot.rules.levels.zero_from_pain:
        return _painful(spot, filmed or SideResult(spot.test, spot.side), pain)
    return filmed and replace(filmed, pain=pain)


def _by_hand(spot: Spot, told: Told, pain: int | None) -> SideResult | None:
    for key in (spot.place, (spot.test, None)):
        if key in told.by_hand:
            value = Estimate(told.by_hand[key], spot.of_test.sem or 0.0)
            return SideResult(spot.test, spot.side, value=value, pain=pain)
    return None


def _painful(spot: Spot, result: SideResult, pain: int) -> SideResult:
    """Return a result at level 0; from a certain pain on there is no test score either."""
    if pain >= spot.rules.levels.no_score_from_pain:
        why = spot.rules.say("level_stop", pain=pain)
        return replace(result, score=None, score_range=None, level=0, why=(why,), pain=pain)
    return replace(result, level=0, why=(*result.why, spot.rules.say("level_pain", pain=pain)), pain=pain)


def _filmed(
    spot: Spot, bouts: Mapping[str, Sequence[tuple[str, ScoredBout]]], *, supported: bool
) -> SideResult | None:
    """Return the result of the first exercise with a score, else of the first that was filmed."""
    results = [_of_exercise(spot, clips, supported=supported) for clips in bouts.values()]
    with_score = [result for result in results if result.score is not None]
    return next(iter(with_score or results), None)


def _of_exercise(spot: Spot, clips: Sequence[tuple[str, ScoredBout]], *, supported: bool) -> SideResult:
    scored = merged([each for _, each in clips], spot.limits, age_years=spot.age_years)
    reps = max(whole_reps(each) for _, each in clips)
    result = SideResult(
        test=spot.test,
        side=spot.side,
        exercise=scored.bout.exercise,
        scored=scored,
        reps=reps,
        supported=supported,
        clips=tuple(dict.fromkeys(name for name, _ in clips)),
    )
    score = scored.score.value
    if score is None:
        return _without_score(spot, result, scored)
    level, why = _level(spot, scored, score, reps, supported=supported)
    alternatives = alternative_forms(scored.bout.exercise, scored.measures, thresholds=spot.limits)
    possible = [score, *(int(form.score) for form in alternatives if form.score is not None)]
    return replace(result, score=score, score_range=(min(possible), max(possible)), level=level, why=why)


def _without_score(spot: Spot, result: SideResult, scored: ScoredBout) -> SideResult:
    """Return the result of a set without a score; level 0 where no score could lift it above that.

    Two main measures beyond their coaching range cap every score below level 1, whatever the measures that
    could not be graded are; they must be beyond it by more than their errors.
    """
    say = spot.rules.say
    if refused(scored):
        return replace(result, why=(say("refused"),))
    if scored.score.reason == "too_few_reps":
        return replace(result, why=(say("few_reps"),))
    why = say("no_score")
    span = form_of(scored, thresholds=spot.limits).score_range
    if span is not None:
        what = load_decisions().named(untold_of(scored))
        why = say("untold", what=what, low=f"{span[0]:g}", high=f"{span[1]:g}")
    sure = [m for m in scored.measures if m.core and m.grade == "fail" and not m.borderline]
    if len(sure) < 2 or spot.limits.score.cap_two_core_fails >= spot.rules.levels.one_from:
        return replace(result, why=(why,))
    low = say("level_certain", fails=len(sure), below=spot.rules.levels.one_from)
    return replace(result, level=0, why=(why, low))


def _level(
    spot: Spot, scored: ScoredBout, score: int, reps: int, *, supported: bool
) -> tuple[int, tuple[str, ...]]:
    """Return the level of a score and the sentences that explain it (evidence C.3)."""
    levels, say, target = spot.rules.levels, spot.rules.say, spot.of_test.target_reps
    level = sum(score >= start for start in (levels.one_from, levels.two_from, levels.three_from))
    why = [say("level_score", score=score)]
    if supported and level > 2:
        level = 2
        why.append(say("level_supported"))
    held_short = any(m.id == "hold_ratio" and m.grade not in (None, "good") for m in scored.measures)
    if held_short and level > 2:
        level = 2
        why.append(say("level_hold"))
    if target is not None and reps < target and level > 1:
        level = 1
        why.append(say("level_reps", reps=reps, target=target))
    return level, tuple(why)
