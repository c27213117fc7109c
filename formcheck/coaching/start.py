"""Where to begin on each ladder, and why."""

from __future__ import annotations

from collections.abc import Iterable

from formcheck.coaching.assessment_types import BaselineTest, SideResult
from formcheck.coaching.baseline_rules import BaselineRules
from formcheck.coaching.library import Ladder, Library
from formcheck.coaching.types import Screening, StartRung, TestId, Tier


def start_rungs(
    tests: Iterable[BaselineTest],
    tier: Tier | None,
    screening: Screening,
    *,
    library: Library,
    rules: BaselineRules,
) -> tuple[StartRung, ...]:
    """Return the rung to begin with on every ladder, by its own test or else by the tier.

    A test at level 0 counts as a score of 0; without a tier the lowest one decides. Where the safety
    questions ask for a health professional first, no rung lies above the supported ones.
    """
    by_id = {test.test: test for test in tests}
    found = (_start(ladder, by_id, tier, rules) for ladder in library)
    return tuple(
        _held_back(start, ladder, screening, rules) for start, ladder in zip(found, library, strict=True)
    )


def _start(
    ladder: Ladder, tests: dict[TestId, BaselineTest], tier: Tier | None, rules: BaselineRules
) -> StartRung:
    scores = {name: points for name, test in tests.items() if (points := _points(test)) is not None}
    rung, decided = ladder.start_rung(scores, tier or "foundation")
    if decided is not None:
        reason = _by_test(ladder, tests[decided], scores, rules)
    elif ladder.table.start:
        reason = _untested(ladder, tests, rules)
    else:
        reason = rules.say("start_tier", tier=tier) if tier else rules.say("start_no_tier")
    return StartRung(ladder.id, rung, reason)


def _points(test: BaselineTest) -> int | None:
    """Return the score that says where to begin; None without one.

    A side that was filmed but could not be judged may be far weaker than the other, so that the other says
    nothing on where to begin.
    """
    if test.level == 0:
        return 0
    return None if _unjudged(test) else test.score


def _unjudged(test: BaselineTest) -> SideResult | None:
    return next((side for side in test.sides if side.scored is not None and side.level is None), None)


def _untested(ladder: Ladder, tests: dict[TestId, BaselineTest], rules: BaselineRules) -> str:
    first = tests[ladder.table.start[0].test]
    name, side = rules.tests[first.test].name, _unjudged(first)
    if side is None or side.side is None or len(first.sides) < 2:
        return rules.say("start_untested", name=name)
    return rules.say("start_unjudged", name=name, side=side.side)


def _by_test(ladder: Ladder, test: BaselineTest, scores: dict[TestId, int], rules: BaselineRules) -> str:
    name, side = rules.tests[test.test].name, _side_words(test, rules)
    if test.level == 0:
        return rules.say("start_level_zero", name=name, side=side)
    said = rules.say("start_score", name=name, side=side, score=test.score)
    last = ladder.table.start[-1]
    line = next(line for line in ladder.table.start if test.test in (line.test, line.or_test))
    if test.test not in (last.test, last.or_test):
        passed = line.below is None or scores[test.test] >= line.below
        said += " " + rules.say(
            "start_gate_only" if passed else "start_gate", next=rules.tests[last.test].name
        )
    governing = test.governing
    if governing is not None and governing.score_range is not None:
        low, high = governing.score_range
        rungs = {ladder.start_rung({**scores, test.test: score}, "foundation")[0] for score in (low, high)}
        if len(rungs) > 1:
            said += " " + rules.say("start_range", low=low, high=high)
    return said


def _side_words(test: BaselineTest, rules: BaselineRules) -> str:
    """Return which side a test rests on; nothing where both are alike or there is only one."""
    side = test.governing.side if test.governing else None
    if side is None:
        return ""
    if not test.complete:
        return rules.say("only", side=side)
    left, right = test.sides
    alike = (left.level, left.score) == (right.level, right.score)
    return "" if alike else rules.say("weaker", side=side)


def _held_back(start: StartRung, ladder: Ladder, screening: Screening, rules: BaselineRules) -> StartRung:
    if screening.red_flag:
        return StartRung(start.ladder, 0, rules.say("start_refer"))
    highest = ladder.table.highest_before_clearance
    if screening.outcome == "clearance_first" and highest is not None and start.rung > highest:
        return StartRung(start.ladder, highest, f"{rules.say('start_support')} {start.reason}")
    return start
