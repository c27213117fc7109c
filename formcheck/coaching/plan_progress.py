"""Where a person stands on each ladder: a pure function of the baseline and the training log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from formcheck.coaching.assessment_types import Assessment
from formcheck.coaching.library import Library
from formcheck.coaching.log import TrainingLog
from formcheck.coaching.plan_context import Circumstances
from formcheck.coaching.plan_films import Sets
from formcheck.coaching.plan_rules import PlanRules
from formcheck.coaching.plan_standing import Standing
from formcheck.coaching.plan_step import Step
from formcheck.coaching.types import LadderId


def standings(
    assessment: Assessment,
    log: TrainingLog,
    now: Circumstances,
    *,
    library: Library,
    rules: PlanRules,
    equipment: frozenset[str],
    pain_now: Mapping[LadderId, int],
) -> dict[LadderId, Standing]:
    """Return the standing on every ladder: a pure function of the baseline and the log before today."""
    past = log.until(now.today)
    starts = {start.ladder: start for start in assessment.start_rungs}
    result: dict[LadderId, Standing] = {}
    for ladder in library:
        step = Step(ladder, now, rules, equipment)
        sessions = past.sessions(ladder.id)
        gap = _longest_gap(sessions, past.training_days, now.today)
        retested = bool(sessions) and assessment.date > sessions[0][0].date
        if not sessions or (gap >= rules.progress.retest_after_away_days and retested):
            result[ladder.id] = step.first(starts.get(ladder.id))
        else:
            after = step.after(sessions, past, gap)
            rested = (now.today - sessions[0][0].date).days
            result[ladder.id] = step.back_on_one_leg(after, rested)
        if ladder.id in pain_now:
            result[ladder.id] = step.with_pain_now(result[ladder.id], pain_now[ladder.id])
    return result


def _longest_gap(sessions: Sequence[Sets], training_days: Sequence[date], today: date) -> int:
    """Return the longest stretch without any training since the ladder's last session, days."""
    if not sessions:
        return 0
    days = [day for day in training_days if day >= sessions[0][0].date] + [today]
    return max(((later - day).days for day, later in pairwise(days)), default=0)
