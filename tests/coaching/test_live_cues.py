"""One cue at a time, only for what is surely beyond its range, and a stop when the form breaks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.coaching.live_cues import LiveCoach, faults
from formcheck.coaching.live_rules import live_rules
from formcheck.exercises.types import Bout, Repetition
from formcheck.scoring import load_thresholds
from formcheck.scoring.types import Estimate, FormScore, ScoredBout, ScoredRepetition

RULES = live_rules().cues
THRESHOLDS = load_thresholds()
STEP = THRESHOLDS.exercises["step_down"]
Z = THRESHOLDS.uncertainty.grade_interval_z
SCORE = FormScore(None, None, 0.0, 0, 0)


def step_downs(*measures: dict[str, tuple[float, float]]) -> ScoredBout:
    """Return a set of step-downs, one every 4 s, each with these values and sds."""
    reps = tuple(Repetition(4.0 * i, 4.0 * i + 2, 4.0 * i + 3.5) for i in range(len(measures)))
    scored = tuple(
        ScoredRepetition(rep, {name: Estimate(*pair) for name, pair in each.items()})
        for rep, each in zip(reps, measures, strict=True)
    )
    bout = Bout("step_down", 0.9, "left", "left", 0.0, reps[-1].end_s, reps)
    return ScoredBout(bout, scored, (), SCORE)


def coach() -> LiveCoach:
    return LiveCoach(RULES, THRESHOLDS)


DROP = {"pelvic_drop_deg": (20.0, 3.0)}
FAST = {"ecc_s": (0.6, 0.07)}
FINE = {"pelvic_drop_deg": (3.0, 2.0), "ecc_s": (2.5, 0.1)}


def test_a_fault_beyond_its_error_gets_its_cue_once() -> None:
    ours = coach()
    cue = ours.advise(step_downs(DROP), 4.0)
    assert cue is not None
    assert (cue.measure, cue.exercise) == ("pelvic_drop_deg", "step_down")
    assert ours.advise(step_downs(DROP), 4.5) is None, "the same repetition, scored again"
    assert ours.last == cue


def test_within_its_error_or_its_range_there_is_no_cue() -> None:
    row = STEP.measures["pelvic_drop_deg"]
    for value, sd in ((row.good - 1, 0.1), (row.good + 2, 2.0), (40.0, 40.0)):
        assert coach().advise(step_downs({"pelvic_drop_deg": (value, sd)}), 4.0) is None
    assert coach().advise(step_downs({"pelvic_drop_deg": (row.good + 2, 1.0)}), 4.0) is not None


def test_cues_keep_their_distance_and_the_same_one_a_larger_one() -> None:
    ours, given_s = coach(), []
    for count in range(1, 31):
        now_s = 4.0 * count
        if ours.advise(step_downs(*[DROP] * count), now_s) is not None:
            given_s.append(now_s)
    gaps = [later - earlier for earlier, later in pairwise(given_s)]
    assert len(given_s) >= 3
    assert min(gaps) >= RULES.repeat_s

    ours, given_s = coach(), []
    for count in range(1, 31):
        now_s = 4.0 * count
        if ours.advise(step_downs(*[DROP | FAST] * count), now_s) is not None:
            given_s.append(now_s)
    gaps = [later - earlier for earlier, later in pairwise(given_s)]
    assert min(gaps) >= RULES.cooldown_s
    assert min(gaps) < RULES.repeat_s, "two faults take turns"


def test_the_main_measure_comes_first() -> None:
    found = faults({k: Estimate(*v) for k, v in (FAST | DROP).items()}, STEP, Z)
    assert found == ["pelvic_drop_deg", "ecc_s"]


def test_times_of_a_window_count_from_the_session_start() -> None:
    ours = coach()
    assert ours.advise(step_downs(FINE), 100.0, offset_s=96.0) is None
    late = ours.advise(step_downs(FINE, DROP), 104.0, offset_s=96.0)
    assert late is not None
    assert ours.advise(step_downs(DROP), 200.0, offset_s=100.0) is None, (
        "the same repetition in a later window"
    )


def test_a_set_stops_when_a_main_measure_surely_fails_twice_in_a_row() -> None:
    assert coach().broke(step_downs(FINE, DROP)) is None
    assert coach().broke(step_downs(FINE, DROP, FINE, DROP)) is None
    assert coach().broke(step_downs(FINE, DROP, DROP)) == "pelvic_drop_deg"
    unsure = {"pelvic_drop_deg": (20.0, 9.0)}
    assert coach().broke(step_downs(FINE, unsure, unsure)) is None


def test_a_set_stops_when_a_main_measure_drifts_beyond_the_detectable_change() -> None:
    row = STEP.measures["pelvic_drop_deg"]
    assert row.mdc is not None
    early, late = {"pelvic_drop_deg": (3.0, 0.4)}, {"pelvic_drop_deg": (3.2 + row.mdc, 0.4)}
    assert late["pelvic_drop_deg"][0] < row.fail
    assert coach().broke(step_downs(early, early, late, late)) == "pelvic_drop_deg"
    assert coach().broke(step_downs(early, early, early, late)) is None


def test_speed_is_no_main_measure_and_ends_no_set() -> None:
    assert not STEP.measures["ecc_s"].core
    assert coach().broke(step_downs(FAST, FAST, FAST)) is None


@given(value=st.floats(-60, 60), sd=st.floats(0.1, 30), more=st.floats(0.1, 30))
def test_less_certainty_never_makes_a_fault(value: float, sd: float, more: float) -> None:
    for name in ("pelvic_drop_deg", "depth_ratio"):
        sure = faults({name: Estimate(value, sd)}, STEP, Z)
        unsure = faults({name: Estimate(value, sd + more)}, STEP, Z)
        assert set(unsure) <= set(sure)


@pytest.mark.parametrize("exercise", ["hip_hinge", "single_leg_stance"])
def test_unmeasured_repetitions_say_nothing(exercise: str) -> None:
    rep = Repetition(0.0, 1.0, 2.0)
    scored = ScoredBout(
        Bout(exercise, 0.9, None, "left", 0.0, 2.0, (rep,)),  # type: ignore[arg-type]
        (ScoredRepetition(rep, {}),),
        (),
        SCORE,
    )
    assert coach().advise(scored, 3.0) is None
    assert coach().broke(scored) is None
