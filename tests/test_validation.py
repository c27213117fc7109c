"""Checks that all doors share."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest

from formcheck.errors import UsageError
from formcheck.validation import check_day_done


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="its system cannot change the zone of a process")
@pytest.mark.parametrize("zone", ["UTC", "<west>+12", "<east>-14"])
def test_the_last_day_that_can_be_is_today_where_the_machine_stands(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the time it is another day at the ends of the earth than in Greenwich."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        today = date.today()
        assert check_day_done(today) == today
        with pytest.raises(UsageError, match=rf"'{today + timedelta(1)}' is yet to come.*{today} \(today\)"):
            check_day_done(today + timedelta(1))
    finally:
        monkeypatch.undo()
        time.tzset()
