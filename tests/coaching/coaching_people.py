"""Made-up people for the tests of plan and progress: a baseline, and sessions as they log them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from formcheck.coaching.assessment_types import Assessment, BaselineTest, SideResult
from formcheck.coaching.baseline_rules import load_baseline_rules
from formcheck.coaching.library import load_library
from formcheck.coaching.log import LoggedSet
from formcheck.coaching.log_form import SetForm
from formcheck.coaching.start import start_rungs
from formcheck.coaching.types import TEST_IDS, Screening
from formcheck.names import SIDES
from formcheck.scoring.types import Estimate

LIBRARY = load_library()
MONDAY = date(2026, 9, 7)
GOOD = SetForm(100)


def person(score: int = 75, *, screening: Screening | None = None, **more: Any) -> Assessment:
    """Return the baseline of somebody with this score in T1–T6, tested the day before `MONDAY`."""
    level = 3 if score >= 85 else 2 if score >= 70 else 1 if score >= 50 else 0
    tier = "foundation" if score < 60 else "build" if score < 80 else "load"
    sides = {t: tuple(SideResult(t, s, score=score, level=level) for s in SIDES) for t in TEST_IDS[:6]}
    tests = tuple(BaselineTest(t, sides.get(t, ()), sides[t][0] if t in sides else None) for t in TEST_IDS)
    asked = screening or Screening("clear")
    rungs = start_rungs(tests, tier, asked, library=LIBRARY, rules=load_baseline_rules())
    words = {"index": score, "tier": tier, "start_rungs": rungs, "screening": asked, **more}
    return Assessment("anna", MONDAY - timedelta(days=1), tests, **words)


def session(
    code: str,
    day: date = MONDAY + timedelta(days=1),
    *,
    target: int = 8,
    over: int = 0,
    form: SetForm | None = None,
    **more: Any,
) -> list[LoggedSet]:
    """Return one session of a rung: two sets a side, the last ``over`` its target and with ``form``."""
    ladder, rung = LIBRARY.find(code)
    made = []
    for side in SIDES if ladder.rungs[rung].per_side else (None,):
        made.append(LoggedSet(day, ladder.id, rung, side, 1, target, target, **more))
        made.append(LoggedSet(day, ladder.id, rung, side, 2, target, target + over, form=form, **more))
    return made


def fault(measure: str, value: float, score: int = 69, fails: int = 1, **more: Any) -> SetForm:
    """Return the form of a set with one fault."""
    return SetForm(score, fails, faults=(measure,), values={measure: Estimate(value, 2.0)}, **more)
