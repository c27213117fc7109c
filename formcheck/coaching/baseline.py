"""The baseline assessment: from analysed clips and what a person tells to levels, index, tier and rungs."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from formcheck.coaching.assessment_types import Assessment, BaselineTest, FocusFault, SideResult
from formcheck.coaching.asymmetry import asymmetries, filmed_apart
from formcheck.coaching.baseline_rules import FILMED, BaselineRules, load_baseline_rules
from formcheck.coaching.change import changes
from formcheck.coaching.clips import Clip
from formcheck.coaching.gaps import cannot_conclude, missing_parts
from formcheck.coaching.library import Library, load_library
from formcheck.coaching.sides import Spot, Told, side_result
from formcheck.coaching.start import start_rungs
from formcheck.coaching.types import TEST_IDS, Screening, TestId, Tier
from formcheck.names import SIDES, Side
from formcheck.scoring.grading import round_half_up
from formcheck.scoring.thresholds import Thresholds, as_thresholds
from formcheck.scoring.types import ScoredBout


def assess(
    clips: Sequence[Clip],
    *,
    told: Told | None = None,
    person: str | None = None,
    date: datetime.date | None = None,
    age_years: float | None = None,
    screening: Screening | None = None,
    previous: Assessment | None = None,
    thresholds: Thresholds | str | Path | None = None,
    rules: BaselineRules | None = None,
    library: Library | None = None,
    provenance: Mapping[str, Any] | None = None,
) -> Assessment:
    """Return the baseline of one person from all clips of one day (evidence C).

    Clips are matched to tests by the exercises that were recognised in them, whatever their order and
    number; exercises that belong to no test change nothing.

    Parameters
    ----------
    clips : sequence of Clip
        Analysed clips (`formcheck.coaching.clips.clip_of`).
    told : Told, optional
        What only the person knows: pain, support, what could not be done, tests done by hand.
    person : str, optional
        The person's code.
    date : date, optional
        Day of the tests; today by default.
    age_years : float, optional
        For the norm of the single-leg stance.
    screening : Screening, optional
        The safety questions (`formcheck.coaching.screening.screen`).
    previous : Assessment, optional
        An earlier one: it confirms differences between the sides, and shows what has changed since.
    thresholds : Thresholds or path, optional
        By which everything is graded.
    rules : BaselineRules, optional
        In place of ``baseline.toml``.
    library : Library, optional
        Whose ladders say where to begin.
    provenance : mapping, optional
        What the clips were analysed with, kept in the result.
    """
    rules = rules or load_baseline_rules()
    limits = as_thresholds(thresholds)
    told = told or Told()
    screening = screening or Screening()
    seen = _by_exercise_and_side(clips)
    tests = tuple(_test(test, rules, seen, told, limits, age_years) for test in TEST_IDS)
    index = _index(tests, rules)
    tier = _tier(tests, index, rules)
    apart = filmed_apart(tests, rules, limits.views)
    compared = asymmetries(tests, rules, limits.views, previous)
    return Assessment(
        person=person,
        date=date or datetime.date.today(),
        tests=tests,
        index=index,
        tier=tier,
        start_rungs=start_rungs(tests, tier, screening, library=library or load_library(), rules=rules),
        asymmetries=compared,
        focus_faults=_focus_faults(tests),
        missing=missing_parts(tests, clips, rules),
        cannot_conclude=cannot_conclude(tests, clips, index, compared, apart, rules),
        changes=changes(previous, tests, limits),
        screening=screening,
        provenance=provenance or {},
    )


Seen = Mapping[tuple[str, Side | None], Sequence[tuple[str, ScoredBout]]]


def _by_exercise_and_side(clips: Sequence[Clip]) -> Seen:
    seen: dict[tuple[str, Side | None], list[tuple[str, ScoredBout]]] = {}
    for clip in clips:
        if clip.problem is None:
            for scored in clip.bouts:
                seen.setdefault((scored.bout.exercise, scored.bout.side), []).append((clip.name, scored))
    return seen


def _test(
    test: TestId,
    rules: BaselineRules,
    seen: Seen,
    told: Told,
    limits: Thresholds,
    age_years: float | None,
) -> BaselineTest:
    sides: tuple[Side | None, ...] = SIDES if rules.tests[test].per_side else (None,)
    found = []
    for side in sides:
        spot = Spot(test, side, rules, limits, age_years)
        bouts = {name: seen[name, side] for name in rules.tests[test].exercises if (name, side) in seen}
        result = side_result(spot, bouts, told)
        if result is not None:
            found.append(result)
    return BaselineTest(
        test=test,
        sides=tuple(found),
        governing=min((each for each in found if _counts(each)), key=_weakest_first, default=None),
        complete=len(found) == len(sides) and all(_counts(each) for each in found),
    )


def _counts(result: SideResult) -> bool:
    return result.level is not None or result.value is not None


def _weakest_first(result: SideResult) -> tuple[bool, float, float, float]:
    """Order sides: level 0 first, then by score (none: it hurt), level, and the value entered by hand."""
    return (
        result.level != 0,
        -1 if result.score is None else result.score,
        3 if result.level is None else result.level,
        0.0 if result.value is None else result.value.value,
    )


def _index(tests: Sequence[BaselineTest], rules: BaselineRules) -> int | None:
    """Return the weighted mean of the weaker sides' scores, rounded half up; None with too few tests."""
    scores = {test.test: test.score for test in tests if test.test in FILMED and test.score is not None}
    if len(scores) < rules.index.minimum_tests or not set(scores) & set(rules.index.one_of):
        return None
    weights = {test: rules.tests[test].weight for test in scores}
    return round_half_up(sum(weights[test] * scores[test] for test in scores) / sum(weights.values()))


def _tier(tests: Sequence[BaselineTest], index: int | None, rules: BaselineRules) -> Tier | None:
    taken = [test for test in tests if test.test in FILMED and test.level is not None]
    levels = [test.level or 0 for test in taken]
    if 0 in levels:
        return "foundation"
    if index is None:
        return None
    if index < rules.tiers.build_from:
        return "foundation"
    strong = all(level >= rules.tiers.load_needs_level for level in levels)
    both_sides = all(test.complete for test in taken)
    return "load" if index >= rules.tiers.load_from and strong and both_sides else "build"


def _focus_faults(tests: Sequence[BaselineTest]) -> tuple[FocusFault, ...]:
    """Return what to work on: fails and main cautions, main fails first, borderline ones later."""
    faults = [
        FocusFault(result.test, result.side, result.exercise, measurement)
        for test in tests
        for result in test.sides
        for measurement in result.measures
        if result.exercise is not None
        and (measurement.grade == "fail" or (measurement.grade == "caution" and measurement.core))
    ]
    return tuple(
        sorted(
            faults,
            key=lambda fault: (
                not (fault.measurement.core and fault.measurement.grade == "fail"),
                not fault.measurement.core,
                fault.measurement.borderline,
                fault.measurement.subscore or 0.0,
            ),
        )
    )
