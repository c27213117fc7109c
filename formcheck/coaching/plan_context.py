"""From the log to a decision: what the last sessions of one ladder come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from formcheck.coaching.context import DecisionContext
from formcheck.coaching.decision_table import DecisionTable, load_decisions
from formcheck.coaching.forms import Form
from formcheck.coaching.library import Ladder, Rung
from formcheck.coaching.log import LoggedSet, TrainingLog
from formcheck.coaching.log_form import SetForm
from formcheck.coaching.plan_films import Sets, film_of, repeated_fault
from formcheck.coaching.plan_rules import PlanRules, Progress
from formcheck.coaching.types import Phase, TestId, Tier
from formcheck.names import Side

NO_OBJECTION = 4
"""Self-rating that stands for "nobody saw anything wrong" where a rung cannot be filmed."""


@dataclass(frozen=True)
class Circumstances:
    """What a decision rests on beside the log.

    Attributes
    ----------
    today : date
        The day of the decision; later entries of the log do not count.
    phase : str
        With ``deload`` in a lighter week.
    tier : str
        Of the latest baseline.
    scores : mapping of str to int
        The baseline's scores by test.
    body_mass_kg, days_to_race, red_flag
        As in the request.
    table : DecisionTable
        By which it is decided.
    """

    today: date
    phase: Phase = "base"
    tier: Tier = "foundation"
    scores: dict[TestId, int] | None = None
    body_mass_kg: float | None = None
    days_to_race: int | None = None
    red_flag: bool = False
    table: DecisionTable = field(default_factory=load_decisions)


def context_from_log(
    ladder: Ladder, log: TrainingLog, now: Circumstances, rules: PlanRules
) -> DecisionContext | None:
    """Return the context of the decision on ``ladder`` by the log before today; None without a session.

    The weaker side governs: the lowest form score, the highest pain and the highest effort of both sides
    count, and what must be met must be met on both.
    """
    past = log.until(now.today)
    sessions = past.sessions(ladder.id)
    if not sessions:
        return None
    latest = sessions[0]
    felt = (*latest, *past.easy_since(ladder.id, latest[0].date))
    rung = ladder.rungs[latest[0].rung]
    film = film_of(latest, rung)
    lasts = last_sets(latest)
    efforts = [each.rpe for each in lasts if each.rpe is not None]
    return DecisionContext(
        pain=max(each.pain for each in felt),
        sharp=any(each.sharp for each in felt),
        limp=any(each.limp for each in felt),
        rising=pain_rises(latest, now.table.pain_rising_step),
        red_flag=now.red_flag,
        pain24_up=max(each.pain24_rise for each in felt),
        quality=film is None or film.judged,
        score=film.form.score if film else None,
        fails=film.form.fails if film else 0,
        core_cautions=film.form.core_cautions if film else 0,
        alternatives=film.alternatives if film else (),
        score_range=film.form.score_range if film else None,
        untold=film.untold if film else {},
        same_fault_prev=repeated_fault(sessions) is not None,
        rpe=max(efforts, default=7),
        phase=now.phase,
        two_for_two=_two_for_two(sessions, rung, rules.progress),
        good_streak=_good_streak(sessions, rung, rules.progress),
        at_rung_exit=meets_exit(sessions, rung, now),
        weeks_to_race=None if now.days_to_race is None else now.days_to_race / 7,
        self_rated_form=_self_rating(latest, ladder, rung),
        key_ladder=rung.filmed_as is not None,
        days_since_filmed=_days_since_filmed(sessions, now.today),
    )


def pain_rises(sets: Sets, step: float) -> bool:
    """Return whether pain rose by ``step`` points or more from a side's first set to a later one."""
    for side in {each.side for each in sets}:
        pains = [each.pain for each in sorted(sets, key=lambda each: each.number) if each.side == side]
        if max(pains) - pains[0] >= step:
            return True
    return False


def last_sets(sets: Sets) -> Sets:
    """Return the last set of each side."""
    by_side: dict[Side | None, LoggedSet] = {}
    for each in sets:
        if each.side not in by_side or each.number >= by_side[each.side].number:
            by_side[each.side] = each
    return tuple(by_side.values())


def over_target(each: LoggedSet, rung: Rung, progress: Progress) -> bool:
    """Return whether the set went as far beyond its target as the 2-for-2 rule asks."""
    if rung.dose[0] == "P":
        return each.good_done >= each.target
    if rung.is_hold:
        wanted = each.target + progress.over_target_s
        return each.good_done >= min(wanted, rung.exit_hold_s or wanted)
    return each.good_done >= each.target + progress.over_target


def meets_exit(sessions: Sequence[Sets], rung: Rung, now: Circumstances) -> bool:
    """Return whether the rung's own exit (load, amount, measures, tests) is met on both sides."""
    latest = sessions[0]
    if rung.exit_load_pct is not None:
        wanted = rung.exit_load_pct / 100 * (now.body_mass_kg or float("inf"))
        # A weight is as near to its per cent as the smallest step allows.
        if min(each.load_kg for each in latest) < wanted - 0.5:
            return False
    amount = rung.exit_hold_s or rung.exit_reps
    if amount is not None and any(each.good_done < amount for each in last_sets(latest)):
        return False
    scores = now.scores or {}
    if any(scores.get(test, 0) < score for test, score in rung.exit_tests.items()):
        return False
    film = _recent_films(sessions, now)
    return all(_measured_within(film, measure, rung) for measure in rung.exit_measures)


def _recent_films(sessions: Sequence[Sets], now: Circumstances) -> list[SetForm]:
    """Return the films of the latest filmed session on the present rung, if it is recent enough."""
    for sets in sessions:
        films = [each.form for each in sets if each.form is not None and each.form.values]
        old = (now.today - sets[0].date).days > now.table.film_age_days
        if sets[0].rung != sessions[0][0].rung or old:
            return []
        if films:
            return films
    return []


def _measured_within(films: Sequence[SetForm], measure: str, rung: Rung) -> bool:
    """Return whether every film that shows the measure lies in the exit's range, and one does."""
    shown = [form.values[measure].value for form in films if measure in form.values]
    return bool(shown) and all(rung.exit_measures[measure].met_by(value) for value in shown)


def _two_for_two(sessions: Sequence[Sets], rung: Rung, progress: Progress) -> bool:
    """Return whether the last set went beyond its target on every side, in the last two sessions alike."""
    if len(sessions) < 2:
        return False
    same = {(sets[0].rung, sets[0].load_kg) for sets in sessions[:2]}
    return len(same) == 1 and all(
        over_target(each, rung, progress) for sets in sessions[:2] for each in last_sets(sets)
    )


def _good_streak(sessions: Sequence[Sets], rung: Rung, progress: Progress) -> int:
    """Return the number of good sessions in a row on this rung, each far enough from the next.

    A session whose film could not be judged says nothing: it neither counts nor ends the row.
    """
    effort = progress.good_rpe_max_learning if rung.dose[0] in "AB" else progress.good_rpe_max
    streak = 0
    later: date | None = None
    for sets in sessions:
        day = sets[0].date
        if sets[0].rung != sessions[0][0].rung or not _felt_good(sets, effort, progress):
            break
        film = film_of(sets, rung)
        if film is not None and not film.judged:
            continue
        if not _looked_good(sets, film.form if film else None, progress):
            break
        if later is None or later - day >= timedelta(days=progress.sessions_apart_days):
            streak += 1
            later = day
    return streak


def _looked_good(sets: Sets, form: Form | None, progress: Progress) -> bool:
    """Return whether neither the film nor, where it has no score, the own rating is against the next step."""
    if form is not None:
        highest = form.span[1] if form.span else 0
        if (
            highest < progress.good_score
            or form.fails
            or form.core_cautions > progress.good_core_cautions_max
        ):
            return False
        if form.score is not None:
            return True
    return not any(each.self_rating is not None and each.self_rating < NO_OBJECTION for each in sets)


def _felt_good(sets: Sets, effort: int, progress: Progress) -> bool:
    """Return whether pain and effort have nothing against the next step."""
    return all(
        max(each.pain, each.pain_next_morning or 0) <= progress.good_pain_max
        and not each.sharp
        and (each.rpe is None or each.rpe <= effort)
        for each in sets
    )


def _self_rating(sets: Sets, ladder: Ladder, rung: Rung) -> int | None:
    """Return the lowest own rating; where nothing of the ladder is filmed, silence means no objection."""
    ratings = [each.self_rating for each in sets if each.self_rating is not None]
    silent = None if ladder.filmed and rung.filmed_as is not None else NO_OBJECTION
    return min(ratings) if ratings else silent


def _days_since_filmed(sessions: Sequence[Sets], today: date) -> int | None:
    """Return the age of the last film that could be judged, of the side where it is older; None without."""
    ages = []
    for side in {each.side for each in sessions[0]}:
        days = (
            each.date
            for sets in sessions
            for each in sets
            if each.side == side and each.form is not None and each.form.judged
        )
        ages.append(next(((today - day).days for day in days), None))
    return None if None in ages else max(age for age in ages if age is not None)
