"""Regress, hold or progress: the decision on one exercise, by the table of ``decisions.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from formcheck.coaching.context import DecisionContext, as_context
from formcheck.coaching.decision_table import DecisionTable, Row, load_decisions
from formcheck.coaching.types import Decision


def decide(
    context: DecisionContext | Mapping[str, Any] | Any, *, table: DecisionTable | str | Path | None = None
) -> Decision:
    """Decide what to do next with one exercise: a pure function, with exactly one answer for every context.

    The rows of the table are read from the top and the first that holds decides (evidence E.5). Where a
    single borderline grade would tip the decision into a regress or a progress, that row is passed over; the
    same fault in two sessions in a row counts as confirmed, however near to its threshold.

    Without a form score the person's own rating of the form stands in for it: of an exercise that was not
    filmed as it is, of a film whose score was withheld for uncertainty as far as the range of scores that
    the film allows goes along. Without a rating either, the film decides where it alone can.

    Parameters
    ----------
    context : DecisionContext, other dataclass, or mapping
        What is known (see `DecisionContext`); what is missing or None counts as harmless, and without a
        score, or what may stand in for it, there is no decision.
    table : DecisionTable or path, optional
        The rows, or a TOML file with them, in place of ``decisions.toml``.

    Raises
    ------
    UsageError
        If the context holds an unknown key or an impossible value.
    CoachingFileError
        If the table's file is wrong.
    """
    rules = (
        table if isinstance(table, DecisionTable) else load_decisions(None if table is None else Path(table))
    )
    told = as_context(context)
    if isinstance(told.pain24_up, bool):
        told = replace(told, pain24_up=rules.pain24_step if told.pain24_up else 0)
    given, closed = _without_closed_rungs(told, replace(told, score=_score_read(told, rules)), rules)
    refused = False
    for row in rules.rows:
        if not row.holds(given):
            continue
        if row.needs_certainty and _tipped_by_one_grade(row, given, rules):
            refused = True
            continue
        # A score that only stands in for one is not told as if it had been measured.
        reasons = row.reasons(given, without=() if told.score is not None else ("score",))
        judged_by = _judged_by(told, given, row, rules)
        reasons = (*judged_by, *reasons) if told.score_range is not None else (*reasons, *judged_by)
        if refused:
            reasons = (*reasons, rules.texts.borderline)
        if rules.first(replace(given, at_rung_exit=True)) is not row:
            reasons = (*reasons, *closed)
        return Decision(row.code, reasons, row.id, row.action, refused)
    raise AssertionError("the last row always holds")


def _score_read(told: DecisionContext, rules: DecisionTable) -> float | None:
    """Return the score that the rows read: the film's, or what stands in for it; None if nothing does."""
    if told.score is not None:
        return told.score
    rated = rules.rated(told.self_rated_form)
    if told.score_range is None:
        return rated
    low, high = told.score_range
    if rated is not None:
        return min(max(rated, low), high)
    # Nobody said how it felt: the film decides if it saw something to mend, or leaves no choice.
    flawless = rules.first(replace(told, score=100, fails=0, core_cautions=0))
    best, worst = (rules.first(replace(told, score=score)) for score in (high, low))
    return high if best is not flawless or best is worst else None


def _tipped_by_one_grade(row: Row, given: DecisionContext, rules: DecisionTable) -> bool:
    for form in given.alternatives:
        other = replace(
            given,
            score=form.score,
            fails=form.fails,
            core_cautions=form.core_cautions,
            score_range=form.score_range,
        )
        if rules.first(replace(other, score=_score_read(other, rules))).direction != row.direction:
            return True
    return False


def _without_closed_rungs(
    told: DecisionContext, given: DecisionContext, rules: DecisionTable
) -> tuple[DecisionContext, tuple[str, ...]]:
    """Return the context as the rows read it, and why a rung whose exit is met stays closed all the same."""
    if not given.at_rung_exit:
        return given, ()
    notes = []
    if told.key_ladder and given.score is not None and not _seen_lately(told, rules):
        notes.append(rules.texts.film_first.format(days=rules.film_age_days))
    weeks = given.weeks_to_race
    if weeks is not None and weeks <= rules.rung_closed_weeks_before_race:
        notes.append(rules.texts.race_close)
    return replace(given, at_rung_exit=not notes), tuple(notes)


def _seen_lately(told: DecisionContext, rules: DecisionTable) -> bool:
    """Return whether there is a recent film with a score, or one of which every possible score is good."""
    age = told.days_since_filmed
    if age is not None and age <= rules.film_age_days:
        return True
    if told.score is not None:
        return age is None
    if told.score_range is None:
        return False
    return rules.first(replace(told, score=told.score_range[0])).direction == "PROGRESS"


def _judged_by(
    told: DecisionContext, given: DecisionContext, row: Row, rules: DecisionTable
) -> tuple[str, ...]:
    """Return sentences on what stood in for a form score, where the row that decided asks for one."""
    if told.score is not None:
        return ()
    texts, rating = rules.texts, told.self_rated_form
    what = rules.named(told.untold)
    if rules.first(told) is row:
        open_question = told.score_range is not None and given.score is None
        return (texts.untold.format(what=what),) if open_question else ()
    if told.score_range is None:
        return (texts.self_rated.format(rating=f"{rating:g}"),)
    said = [
        texts.untold_seen.format(what=what)
        if rating is None
        else texts.untold_rated.format(what=what, rating=f"{rating:g}")
    ]
    low, high = told.score_range
    rated = 100 if rating is None else rules.rated(rating) or 0
    if rules.first(replace(given, score=rated)) is not row:
        bound = texts.at_most if rated > high else texts.at_least
        said.append(bound.format(score=f"{high if rated > high else low:g}"))
    return tuple(said)
