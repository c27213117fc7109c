"""Trends: a change counts beyond what measuring can tell, the page says so, and the drawing shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from web_people import weeks

from formcheck import Analysis
from formcheck.coaching.change import detectable
from formcheck.records.home import HOME_VARIABLE
from formcheck.records.types import SessionInfo, SetInfo, TrendPoint
from formcheck.scoring.thresholds import GradedMeasure
from formcheck.scoring.types import Estimate
from formcheck.web import people
from formcheck.web.people_parts import OPENED
from formcheck.web.progress import Strand, change_text, score_trend, strands, trend_of
from formcheck.web.progress_chart import score_chart, trend_chart
from formcheck.web.words import say

SAMPLE = "step_down_front_left_drop"
PAGE = "from formcheck.web import progress_page; progress_page.show()"
START = datetime(2026, 9, 1, 12, tzinfo=UTC)
ROW = GradedMeasure(direction="low", good=8, fail=12, weight=0.3, core=True, sem=3, mdc=7)
STRAND = Strand("step_down", "left", 3)


def point(week: int, value: float, sd: float = 1.0, grade: str | None = "good") -> TrendPoint:
    return TrendPoint(
        recorded_at=START + timedelta(days=7 * week),
        clip_id=str(week),
        number=0,
        value=value,
        sd=sd,
        unit="deg",
        grade=grade,
        borderline=False,
        excursion=None,
        score=None,
    )


def scored(week: int, score: int | None, side: str | None = "left", exercise: str = "step_down") -> SetInfo:
    at = START + timedelta(days=7 * week)
    return SetInfo(str(week), 0, at, exercise, side, None, 5, score, None, None)  # type: ignore[arg-type]


@given(
    st.lists(st.tuples(st.floats(-40, 40), st.floats(0.1, 10)), min_size=2, max_size=8),
    st.sampled_from(["low", "high"]),
)
def test_a_change_is_named_only_beyond_what_measuring_can_tell(
    values: list[tuple[float, float]], direction: str
) -> None:
    ends = {"good": 8.0, "fail": 12.0} if direction == "low" else {"good": 12.0, "fail": 8.0}
    row = ROW.model_copy(update={"direction": direction, **ends})
    points = [point(week, value, sd) for week, (value, sd) in enumerate(values)]
    trend = trend_of("pelvic_drop_deg", row, points)
    (first, first_sd), (last, last_sd) = values[0], values[-1]
    limit = detectable(row, Estimate(first, first_sd), Estimate(last, last_sd))
    assert trend.limit == limit
    assert limit >= 7
    if abs(last - first) <= limit:
        assert trend.verdict == "no_measurable_change"
    else:
        assert (trend.verdict == "improved") == ((last < first) == (direction == "low"))


def test_sets_without_a_grade_are_shown_and_never_compared() -> None:
    trend = trend_of("pelvic_drop_deg", ROW, [point(0, 30, 9, None), point(1, 10), point(2, 1)])
    assert len(trend.points) == 3
    assert trend.first.value == 10
    assert trend.verdict == "improved"
    assert trend_of("pelvic_drop_deg", ROW, [point(0, 30, 9, None), point(1, 1)]).verdict is None
    assert trend_of("pelvic_drop_deg", ROW, [point(0, 30, 9, None)]).sentence == say("progress.none_graded")


def test_sets_from_another_place_are_shown_and_never_compared() -> None:
    here = {"0", "2", "4"}

    def alike(one: str, other: str) -> bool:
        return (one in here) == (other in here)

    points = [point(0, 30), point(1, 10), point(2, 29), point(3, 12)]
    trend = trend_of("pelvic_drop_deg", ROW, points, alike)
    assert (trend.first, trend.verdict) == (points[1], "no_measurable_change")
    assert trend.sentence.endswith(say("progress.views_left_out"))
    assert len(trend.points) == 4
    alone = trend_of("pelvic_drop_deg", ROW, points[:2], alike)
    assert (alone.verdict, alone.sentence) == (None, say("progress.other_views"))
    days = [
        SessionInfo(str(week), START.date(), (scored(week, score),))
        for week, score in enumerate((50, 90, 51, 95, 52))
    ]
    assert score_trend(days, STRAND, alike).verdict == "no_measurable_change"
    assert score_trend(days[:4], STRAND, alike).sentence == say("progress.score_views")
    assert score_trend(days, STRAND).verdict == "no_measurable_change"


@pytest.mark.parametrize(
    ("scores", "verdict"),
    [
        ([60], None),
        ([60, 80], None),
        ([60, 80, 69], "no_measurable_change"),
        ([60, 70, 71], "improved"),
        ([60, 75, 50, 50], "worse"),
    ],
)
def test_a_score_counts_when_two_sets_in_a_row_show_it(scores: list[int], verdict: str | None) -> None:
    days = [
        SessionInfo(str(week), START.date(), (scored(week, score), scored(week, 5, "right")))
        for week, score in enumerate(scores)
    ]
    trend = score_trend(days[::-1], STRAND)
    assert [one.score for one in trend.sets] == scores
    assert trend.verdict == verdict


def test_what_was_filmed_most_comes_first_and_unknown_exercises_do_not() -> None:
    sets = (
        scored(0, 50, "right"),
        scored(0, 50, None, "bridge"),
        scored(0, 50, "left"),
        scored(0, None, None, "unknown"),
    )
    found = strands([SessionInfo("a", START.date(), sets)])
    assert [(one.exercise, one.side) for one in found] == [
        ("step_down", "left"),
        ("step_down", "right"),
        ("bridge", None),
    ]


def test_changes_have_a_sign_unless_there_is_none() -> None:
    assert [change_text("pelvic_drop_deg", change) for change in (4.2, -4.2, 0.2, -0.2)] == [
        "+4°",
        "−4°",
        "0°",
        "0°",
    ]


def test_the_drawing_shows_the_values_with_their_error_and_the_zone_of_no_change() -> None:
    trend = trend_of("pelvic_drop_deg", ROW, [point(0, 14, 1, "fail"), point(1, 4, 2)])
    drawing = trend_chart(trend)
    rows = drawing["data"]["values"]
    assert [(row["low"], row["value"], row["high"]) for row in rows] == [(13, 14, 15), (2, 4, 6)]
    own = [layer["data"]["values"][0] for layer in drawing["layer"] if "data" in layer]
    assert {"low": 7, "high": 21} in own
    assert {"limit": 8} in own
    assert {"limit": 12} in own
    assert trend.sentence in drawing["description"]
    alone = trend_chart(trend_of("pelvic_drop_deg", ROW, [point(0, 14)]))
    assert not any("low" in layer["data"]["values"][0] for layer in alone["layer"] if "data" in layer)
    assert [row["value"] for row in score_chart([scored(0, 60), scored(1, 70)])["data"]["values"]] == [60, 70]


def test_without_anybody_the_page_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    page = AppTest.from_string(PAGE, default_timeout=60).run()
    assert not page.exception
    assert [info.value for info in page.info] == [say("progress.nobody")]
    people.records().add_person("ben")
    page.run()
    assert page.info[0].value == say("progress.nothing", person="ben")


@pytest.mark.parametrize("module", ["progress_page", "plan_page", "assess_page"])
def test_a_reload_does_not_forget_who_was_chosen(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    for name in ("anna", "ben"):
        people.records().add_person(name)
    code = f"from formcheck.web import {module}; {module}.show()"
    page = AppTest.from_string(code, default_timeout=60).run()
    page.selectbox[0].select("ben").run()
    again, stranger = (AppTest.from_string(code, default_timeout=60) for _ in range(2))
    for key, values in page.query_params.items():
        again.query_params[key] = values
    assert again.run().selectbox[0].value == "ben"
    stranger.query_params[OPENED] = "somebody-else"
    assert stranger.run().selectbox[0].value != "somebody-else"
    assert not (page.exception or again.exception or stranger.exception)


def test_the_page_tells_a_change_from_none_on_each_leg(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample_analysis: Callable[[str], Analysis]
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    weeks(people.records(), "anna", sample_analysis(SAMPLE), drops=(9, 5, -2))
    page = AppTest.from_string(PAGE, default_timeout=60).run()
    assert not page.exception
    assert page.header[0].value == "Step-down, left leg"
    shown = [line.value for line in page.markdown]
    assert any(say("progress.verdict_improved") in line and "Hip drop" in line for line in shown)
    unchanged = say("progress.verdict_no_measurable_change")
    assert any(unchanged in line and "Trunk lean" in line for line in shown)
    page.radio[0].set_value("right").run()
    assert page.header[0].value == "Step-down, right leg"
    assert not page.exception
