"""What the report of a baseline assessment says, before it becomes a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import formcheck
from formcheck.coaching.assessment_types import Assessment, Asymmetry, BaselineTest, Change, SideResult
from formcheck.coaching.baseline_rules import FILMED, BaselineRules, load_baseline_rules
from formcheck.coaching.library import load_library
from formcheck.coaching.screening import screening_texts
from formcheck.coaching.types import TestId
from formcheck.names import SIDES, Side
from formcheck.reports import texts
from formcheck.reports.assessment_page import (
    AssessmentPage,
    DifferenceLine,
    Focus,
    MeasureTable,
    MissingLine,
    SideCell,
    StartLine,
    TestLine,
    words,
)
from formcheck.scoring.grading import band_of
from formcheck.scoring.thresholds import load_thresholds
from formcheck.scoring.types import Estimate, Grade, Measurement

MOST_FOCUS: Final = 3


def page_of(assessment: Assessment) -> AssessmentPage:
    """Return what the report of an assessment says."""
    say, rules = words().say, load_baseline_rules()
    screening, asked = screening_texts(), assessment.screening
    day = assessment.date
    index = assessment.index
    return AssessmentPage(
        title=say("title"),
        made=say("made", date=f"{day.day} {day:%B %Y}", version=formcheck.__version__),
        person=say("person", person=assessment.person) if assessment.person else "",
        index=index,
        band=None if index is None else band_of(index, load_thresholds().score),
        tier=words().tier[assessment.tier or "none"],
        tier_note=_tier_note(assessment, rules),
        safety=(
            *(asked.advice or (screening.outcomes["not_asked"].advice,)),
            screening.pain.rule,
            screening.stop_signs.advice,
        ),
        questions=tuple(question.ask for question in screening.questions)
        if asked.outcome == "not_asked"
        else (),
        tests=tuple(_test_line(test, rules) for test in assessment.tests if _shown(test)),
        focus=tuple(_focus(assessment))[:MOST_FOCUS],
        starts=_starts(assessment),
        differences=tuple(_difference(each, rules) for each in _by_weight(assessment)),
        changes=tuple(_change(each, rules) for each in assessment.changes),
        missing=_missing(assessment, rules),
        cannot=assessment.cannot_conclude,
        measures=tuple(_measure_tables(assessment)),
        how=_how(assessment),
    )


def _tier_note(assessment: Assessment, rules: BaselineRules) -> str:
    """Return why the tier is lower than the index alone would make it; empty where it is not."""
    if assessment.tier == "foundation" and (assessment.index or 0) >= rules.tiers.build_from:
        return words().say("zero_note")
    if assessment.tier == "build" and (assessment.index or 0) >= rules.tiers.load_from:
        return words().say("build_note", level=rules.tiers.load_needs_level)
    return ""


def _shown(test: BaselineTest) -> bool:
    return test.test in FILMED or bool(test.sides)


def _test_line(test: BaselineTest, rules: BaselineRules) -> TestLine:
    of_test = rules.tests[test.test]
    by_side = {result.side: result for result in test.sides}
    sides: tuple[Side | None, ...] = SIDES if of_test.per_side else (None,)
    both = test.complete and len(test.sides) == len(sides) == 2
    return TestLine(
        id=test.test,
        name=of_test.name,
        cells=tuple(
            _cell(by_side.get(side), of_test.unit, weaker=both and _is_weaker(test, side)) for side in sides
        ),
    )


def _is_weaker(test: BaselineTest, side: Side | None) -> bool:
    left, right = test.sides
    alike = (left.score, left.level, left.value) == (right.score, right.level, right.value)
    return not alike and test.governing is not None and test.governing.side == side


def _cell(result: SideResult | None, unit: str | None, *, weaker: bool) -> SideCell:
    say = words().say
    if result is None:
        return SideCell(say("not_tested"), "", "", None, False)
    if result.value is not None:
        amount = f"{result.value.value:g} ± {result.value.sd:g} {unit}"
        return SideCell(amount, "", say("by_hand_note"), None, weaker)
    score = say("no_score") if result.score is None else str(result.score)
    notes = [say("both")] if result.side is None else []
    notes += [say("supported")] if result.supported else []
    low, high = result.score_range or (0, 0)
    if high > low:
        notes.append(say("score_range", low=low, high=high))
    notes += [sentence for sentence in result.why if not sentence.startswith("Form score")]
    return SideCell(
        score=score,
        level="" if result.level is None else say("level", level=result.level),
        note=" · ".join(notes),
        grade=_grade(result),
        weaker=weaker,
    )


def _grade(result: SideResult) -> Grade | None:
    """Return the icon of a result: what lacks only repetitions is no cross."""
    if result.level is None:
        return None
    if result.level == 3:
        return "good"
    good_enough = (result.score or 0) >= load_baseline_rules().levels.two_from
    return "caution" if result.level and good_enough else "fail"


def _focus(assessment: Assessment) -> Iterator[Focus]:
    """Yield one card per test and side with a fault, worst first."""
    done: set[tuple[TestId, Side | None]] = set()
    for fault in assessment.focus_faults:
        if (fault.test, fault.side) in done:
            continue
        done.add((fault.test, fault.side))
        result = next(each for each in assessment.test(fault.test).sides if each.side == fault.side)
        yield Focus(
            title=texts.exercise_title(fault.exercise, fault.side),
            sentence=texts.fault_sentence(fault.measurement, fault.side or "left"),
            note=words().say("confirm") if fault.measurement.borderline else "",
            grade=fault.measurement.grade,
            cue=None if result.scored is None else texts.cue(result.scored),
            praise="" if result.scored is None else texts.praise(result.scored),
        )


def _starts(assessment: Assessment) -> tuple[StartLine, ...]:
    library = load_library()
    return tuple(
        StartLine(
            ladder=library[start.ladder].name,
            rung=f"{library[start.ladder].code}{start.rung} {library[start.ladder].rungs[start.rung].name}",
            reason=start.reason,
        )
        for start in assessment.start_rungs
    )


def _by_weight(assessment: Assessment) -> list[Asymmetry]:
    order = {"act": 0, "watch": 1, "alike": 2}
    return sorted(assessment.asymmetries, key=lambda each: order[each.status])


def _difference(each: Asymmetry, rules: BaselineRules) -> DifferenceLine:
    return DifferenceLine(
        name=f"{rules.tests[each.test].name}: {_measure_name(each.measure)}",
        first=_value(each.measure, each.left),
        second=_value(each.measure, each.right),
        difference=_number(each.measure, each.difference),
        needed=_number(each.measure, each.limit),
        verdict=words().status[each.status].format(side=each.weaker),
        counts=each.status != "alike",
    )


def _change(each: Change, rules: BaselineRules) -> DifferenceLine:
    side = f", {texts.side_word(each.side)}" if each.side else ""
    apart = each.verdict == "other_view"
    return DifferenceLine(
        name=f"{rules.tests[each.test].name}{side}: {_measure_name(each.measure)}",
        first=_value(each.measure, each.before),
        second=_value(each.measure, each.after),
        difference="–" if apart else _number(each.measure, abs(each.after.value - each.before.value)),
        needed="–" if apart else _number(each.measure, each.limit),
        verdict=words().change[each.verdict],
        counts=each.verdict in ("improved", "worse"),
    )


def _measure_name(measure: str) -> str:
    return words().by_hand.get(measure) or texts.measure_name(measure)


def _number(measure: str, number: float) -> str:
    return f"{number:.1f} {measure}" if measure in words().by_hand else texts.format_number(measure, number)


def _value(measure: str, value: Estimate) -> str:
    if measure in words().by_hand:
        return f"{value.value:g} ± {value.sd:g} {measure}"
    return texts.format_value(measure, value.value, value.sd)


def _missing(assessment: Assessment, rules: BaselineRules) -> tuple[MissingLine, ...]:
    """Return what is missing, the two sides of a test in one line where the same is to be done."""
    alike: dict[tuple[TestId, str, str], list[str]] = {}
    for part in assessment.missing:
        ungraded = _ungraded(assessment, part.test, part.side, part.measures)
        key: tuple[TestId, str, str] = (part.test, f"{part.reason} {ungraded}".strip(), part.how)
        alike.setdefault(key, []).append("" if part.side is None else texts.side_word(part.side))
    return tuple(
        MissingLine(
            name=f"{test} {rules.tests[test].name}" + (f", {' and '.join(sides)}" if any(sides) else ""),
            reason=reason,
            how=how,
        )
        for (test, reason, how), sides in alike.items()
    )


def _ungraded(assessment: Assessment, test: TestId, side: Side | None, ids: tuple[str, ...]) -> str:
    """Return why main measures have no grade, such as hip opening, in words.

    What is too uncertain is told with its value by the result itself.
    """
    result = next((each for each in assessment.test(test).sides if each.side == side), None)
    measures = () if result is None else result.measures
    open_ones = [m for m in measures if m.id in ids]
    if all(m.reason == "too_uncertain" for m in open_ones):
        return ""
    said = [f"{texts.measure_name(m.id)}: {texts.reason_text(m.reason)}." for m in open_ones]
    return " ".join(said)


def _measure_tables(assessment: Assessment) -> Iterator[MeasureTable]:
    for test in assessment.tests:
        for side in test.sides:
            if side.scored is not None and side.exercise is not None:
                title = f"{test.test} {texts.exercise_title(side.exercise, side.side)}"
                yield MeasureTable(title, tuple(_measure_row(m) for m in side.measures))


def _measure_row(measurement: Measurement) -> tuple[str, str, str, Grade | None, str, str]:
    informational = measurement.reason == "informational"
    note = texts.reason_text(measurement.reason) if measurement.grade is None else ""
    if measurement.borderline:
        note = texts.page("borderline")
    return (
        texts.measure_name(measurement.id),
        texts.value_text(measurement),
        texts.aim_text(measurement),
        measurement.grade,
        "" if informational else texts.grade_word(measurement.grade),
        note,
    )


def _how(assessment: Assessment) -> tuple[tuple[str, str], ...]:
    say, said = words().say, assessment.provenance
    clips = [str(name) for name in said.get("clips", ())]
    return (
        *(((say("how_clips"), ", ".join(clips)),) if clips else ()),
        (say("how_thresholds"), str(said.get("thresholds", "default"))),
        (say("how_version"), f"formcheck {said.get('formcheck', formcheck.__version__)}"),
    )
