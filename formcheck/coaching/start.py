"""Where to begin on each ladder, and why."""

from __future__ import annotations

from collections.abc import Mapping

from formcheck.coaching.baseline_rules import BaselineRules, StartRule
from formcheck.coaching.types import (
    LADDER_IDS,
    BaselineTest,
    LadderId,
    Screening,
    StartRung,
    TestId,
    Tier,
)

Tests = Mapping[TestId, BaselineTest]


def start_rungs(
    tests: tuple[BaselineTest, ...], tier: Tier | None, screening: Screening, rules: BaselineRules
) -> tuple[StartRung, ...]:
    """Return the rung to begin with on every ladder, by its own test or else by the tier.

    Where the safety questions ask for a health professional first, no rung lies above the supported ones.
    """
    by_id = {test.test: test for test in tests}
    found = (_start(ladder, by_id, tier, rules) for ladder in LADDER_IDS)
    return tuple(_held_back(start, screening, rules) for start in found)


def _start(ladder: LadderId, tests: Tests, tier: Tier | None, rules: BaselineRules) -> StartRung:
    rule = rules.start[ladder]
    if rule.by_tier is not None:
        if tier is None:
            return StartRung(ladder, min(rule.by_tier.values()), rules.say("start_no_tier"))
        return StartRung(ladder, rule.by_tier[tier], rules.say("start_tier", tier=tier))
    return _behind_gate(ladder, rule, tests, rules) or _by_test(ladder, rule, tests, rules)


def _behind_gate(ladder: LadderId, rule: StartRule, tests: Tests, rules: BaselineRules) -> StartRung | None:
    """Return the rung that a gate holds the ladder at; None where it is open or not tested."""
    gate = rule.gate
    if gate is None or tests[gate.test].governing is None:
        return None
    name, score, level = rules.tests[gate.test].name, tests[gate.test].score, tests[gate.test].level
    if level == 0 and (score is None or score >= gate.from_):
        return StartRung(ladder, gate.rung, rules.say("start_level_zero", name=name, side=""))
    if score is None:
        return None
    if score < gate.from_:
        reason = rules.say("start_gate", name=name, score=score, needed=f"{gate.from_:g}")
        return StartRung(ladder, gate.rung, reason)
    if all(_points(tests[test]) is None for test in rule.tests):
        missing = rules.tests[rule.tests[0]].name
        reason = rules.say("start_gate_only", name=name, score=score, missing=missing)
        return StartRung(ladder, gate.passed_rung, reason)
    return None


def _by_test(ladder: LadderId, rule: StartRule, tests: Tests, rules: BaselineRules) -> StartRung:
    for test_id in rule.tests:
        test = tests[test_id]
        points = _points(test)
        if points is None or test.governing is None:
            continue
        words = {"name": rules.tests[test_id].name, "side": _side_words(test, rules)}
        if test.level == 0:
            return StartRung(ladder, rule.band(0), rules.say("start_level_zero", **words))
        if rules.tests[test_id].unit:
            words["unit"] = str(rules.tests[test_id].unit)
            reason = rules.say("start_value", score=f"{points:g}", **words)
            return StartRung(ladder, rule.band(points), reason)
        reason = rules.say("start_score", score=f"{points:g}", **words)
        low, high = test.governing.score_range or (points, points)
        if rule.band(low) != rule.band(high):
            reason += " " + rules.say("start_range", low=low, high=high)
        return StartRung(ladder, rule.band(points), reason)
    names = " / ".join(rules.tests[test].name for test in rule.tests)
    return StartRung(ladder, rule.untested_rung, rules.say("start_untested", names=names))


def _points(test: BaselineTest) -> float | None:
    """Return what the bands are read with: the score, the value entered by hand, or 0 at level 0."""
    governing = test.governing
    if governing is None:
        return None
    if governing.level == 0:
        return 0.0
    if governing.value is not None:
        return governing.value.value
    return governing.score


def _side_words(test: BaselineTest, rules: BaselineRules) -> str:
    side = test.governing.side if test.governing else None
    if side is None:
        return ""
    if not test.complete:
        return rules.say("only", side=side)
    left, right = (result for result in test.sides)
    alike = (left.level, left.score, left.value) == (right.level, right.score, right.value)
    return "" if alike else rules.say("weaker", side=side)


def _held_back(start: StartRung, screening: Screening, rules: BaselineRules) -> StartRung:
    highest = rules.start[start.ladder].supported_up_to
    if screening.red_flag:
        return StartRung(start.ladder, 0, rules.say("start_refer"))
    if screening.outcome == "clearance_first" and start.rung > highest:
        return StartRung(start.ladder, highest, f"{rules.say('start_support')} {start.reason}")
    return start
