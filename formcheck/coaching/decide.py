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

    Parameters
    ----------
    context : DecisionContext, other dataclass, or mapping
        What is known (see `DecisionContext`); what is missing or None counts as harmless, and without a
        score there is no decision.
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
    given, notes = _prepared(as_context(context), rules)
    withheld = False
    for row in rules.rows:
        if not row.holds(given):
            continue
        if row.needs_certainty and _tipped_by_one_grade(row, given, rules):
            withheld = True
            continue
        reasons = row.reasons(given)
        if withheld:
            reasons = (*reasons, rules.texts.borderline)
        return Decision(row.code, (*reasons, *notes), row.id, row.action, withheld)
    raise AssertionError("the last row always holds")


def _tipped_by_one_grade(row: Row, context: DecisionContext, rules: DecisionTable) -> bool:
    for form in context.alternatives:
        other = replace(context, score=form.score, fails=form.fails, core_cautions=form.core_cautions)
        if rules.first(other).direction != row.direction:
            return True
    return False


def _prepared(context: DecisionContext, rules: DecisionTable) -> tuple[DecisionContext, tuple[str, ...]]:
    """Return the context as the rows read it, and sentences on what was put in."""
    notes = []
    if isinstance(context.pain24_up, bool):
        context = replace(context, pain24_up=rules.pain24_step if context.pain24_up else 0)
    if context.score is None and context.self_rated_form is not None:
        rating = round(context.self_rated_form)
        context = replace(context, score=rules.self_rating_scores[rating - 1])
        notes.append(rules.texts.self_rated.format(rating=rating))
        age = context.days_since_filmed
        if context.key_ladder and context.at_rung_exit and (age is None or age > rules.film_age_days):
            context = replace(context, at_rung_exit=False)
            notes.append(rules.texts.film_first.format(days=rules.film_age_days))
    weeks = context.weeks_to_race
    if context.at_rung_exit and weeks is not None and weeks <= rules.rung_closed_weeks_before_race:
        context = replace(context, at_rung_exit=False)
        notes.append(rules.texts.race_close)
    return context, tuple(notes)
