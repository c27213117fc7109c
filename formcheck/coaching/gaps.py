"""What a baseline lacks, how to film it, and what therefore can't be concluded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formcheck.coaching.assessment_types import Asymmetry, BaselineTest, MissingPart, SideResult
from formcheck.coaching.baseline_rules import FILMED, BaselineRules
from formcheck.coaching.clips import Clip
from formcheck.coaching.types import TestId
from formcheck.names import SIDES, Side, other


def missing_parts(
    tests: Sequence[BaselineTest], clips: Sequence[Clip], rules: BaselineRules
) -> tuple[MissingPart, ...]:
    """Return every side of T1–T6 without a level: why, and how to get one."""
    parts = []
    for test in tests:
        if test.test not in FILMED:
            continue
        results = {result.side: result for result in test.sides}
        sides: tuple[Side | None, ...] = SIDES if rules.tests[test.test].per_side else (None,)
        for side in sides:
            result = results.get(side)
            if result is None or result.level is None:
                parts.append(_missing(test.test, side, result, clips, rules))
    return tuple(parts)


def _missing(
    test: TestId, side: Side | None, result: SideResult | None, clips: Sequence[Clip], rules: BaselineRules
) -> MissingPart:
    of_test = rules.tests[test]
    again = rules.say("again", film=of_test.film, do=of_test.do)
    if result is not None:
        ungraded = tuple(m.id for m in result.measures if m.core and m.grade is None)
        return MissingPart(test, side, " ".join(result.why), again, ungraded)
    for clip in clips:
        shows = {(scored.bout.exercise, scored.bout.side) for scored in clip.bouts}
        if clip.problem and shows & {(exercise, side) for exercise in of_test.exercises}:
            reason = rules.say("unusable_clip", clips=clip.name, problem=clip.problem)
            return MissingPart(test, side, reason, again)
    return MissingPart(test, side, rules.say("missing_clip"), f"{of_test.film} {of_test.do}")


def cannot_conclude(
    tests: Sequence[BaselineTest],
    clips: Sequence[Clip],
    index: int | None,
    compared: Sequence[Asymmetry],
    apart: Sequence[TestId],
    rules: BaselineRules,
) -> tuple[str, ...]:
    """Return sentences on what this baseline can't tell."""
    filmed = [test for test in tests if test.test in FILMED]
    return (
        *_on_clips(clips, rules),
        *_on_index(filmed, index, rules),
        *_on_sides(filmed, rules),
        *_on_differences(filmed, compared, apart, rules),
    )


def _on_clips(clips: Sequence[Clip], rules: BaselineRules) -> Iterator[str]:
    """Yield a sentence for each clip that shows nothing we know, so that no test could take it."""
    for clip in clips:
        if all(scored.bout.exercise == "unknown" for scored in clip.bouts):
            if clip.problem:
                yield rules.say("unusable_clip", clips=clip.name, problem=clip.problem)
            else:
                yield rules.say("not_recognised", clips=clip.name)


def _on_index(filmed: Sequence[BaselineTest], index: int | None, rules: BaselineRules) -> Iterator[str]:
    with_score = [test.test for test in filmed if test.score is not None]
    if index is None:
        yield rules.say(
            "no_index",
            needed=rules.index.minimum_tests,
            one_of=" or ".join(rules.index.one_of),
            count=len(with_score),
        )
        if not any(test.level == 0 for test in filmed):
            yield rules.say("no_tier")
    elif len(with_score) < len(FILMED):
        yield rules.say("partial_index", tests=_list(with_score))


def _on_sides(filmed: Sequence[BaselineTest], rules: BaselineRules) -> Iterator[str]:
    for test in filmed:
        governing = test.governing
        if governing is not None and governing.side is not None and not test.complete:
            yield rules.say(
                "one_side",
                name=rules.tests[test.test].name,
                test=test.test,
                side=governing.side,
                other=other(governing.side),
            )


def _on_differences(
    filmed: Sequence[BaselineTest],
    compared: Sequence[Asymmetry],
    apart: Sequence[TestId],
    rules: BaselineRules,
) -> Iterator[str]:
    done = {*(each.test for each in compared), *apart}
    not_done = [test.test for test in filmed if rules.tests[test.test].per_side and test.test not in done]
    if not_done:
        yield rules.say("not_compared", tests=_list(not_done))
    if apart:
        yield rules.say("filmed_apart", tests=_list(apart))
    if any(each.kind == "angle" and each.status == "watch" for each in compared):
        yield rules.say("once")
    if compared and all(each.status == "alike" for each in compared):
        yield rules.say("no_difference")


def _list(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
