"""Checks that all doors share."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from formcheck.errors import UsageError
from formcheck.validation import TRIED_AHEAD, check_choice, check_day_done


def test_a_season_can_be_tried_out_ahead_and_a_slip_in_the_year_is_told() -> None:
    today = date.today()
    for day in (today, today + timedelta(weeks=26), today - timedelta(days=365)):
        assert check_day_done(day) == day
    late = today + TRIED_AHEAD + timedelta(days=2)
    with pytest.raises(UsageError, match=rf"'{late}' is yet to come.*\(today\)"):
        check_day_done(late)


@pytest.mark.parametrize(
    ("came", "said"),
    [
        ("Step-Up", "did you mean step_up? It is one of step_up, lunge."),
        ("lung", "did you mean lunge? It is one of"),
        ("plank", "use one of step_up, lunge."),
    ],
)
def test_a_name_that_is_nearly_right_is_recognised(came: str, said: str) -> None:
    with pytest.raises(UsageError, match=f"'{came}' is not a known exercise: {re.escape(said)}"):
        check_choice("exercise", came, ("step_up", "lunge"))
