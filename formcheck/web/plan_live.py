"""A set of the plan that is done at the webcam: there, ticked off with its film, and on to the next one."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from formcheck.analysis import Analysis
from formcheck.coaching.plan_types import Prescription
from formcheck.names import BILATERAL, Exercise
from formcheck.reports import texts
from formcheck.scoring.types import ScoredBout
from formcheck.web import app, live_errand, plan_felt
from formcheck.web.plan_film import attach_to
from formcheck.web.plan_notebook import KeptSet, Notebook
from formcheck.web.plan_person import notebook
from formcheck.web.plan_week_desk import Done, SetToDo, made_as, made_sets, set_name, sets_of
from formcheck.web.words import say

_TAKEN: Final = "live_set_of_plan"
"""Where the session keeps the set that was ticked off last, with what came of it."""


@dataclass(frozen=True)
class PlannedSet:
    """A set of the plan.

    Attributes
    ----------
    person : str or None
        Whose; None for nobody's, which is kept for as long as the session.
    day : date
        Of the session.
    before : int or None
        The pain before it.
    exercise : Prescription
        What the plan asks for.
    filmed_as : str
        What the coach at the webcam counts.
    which : SetToDo
        Which of its sets.
    """

    person: str | None
    day: datetime.date
    before: int | None
    exercise: Prescription
    filmed_as: Exercise
    which: SetToDo

    @property
    def name(self) -> str:
        """What it is called, with the set."""
        return f"{self.exercise.code} {self.exercise.name}, {set_name(self.which).lower()}"

    def fitting(self, found: Analysis) -> list[ScoredBout]:
        """Return what a film shows of it."""
        side = self.which.side
        return [
            each
            for each in found.bouts
            if each.bout.exercise == self.filmed_as and (side is None or each.bout.side in (side, None))
        ]

    def tick_off(self, book: Notebook, found: Analysis, done: Done | None) -> None:
        """Keep the film, and put it to the set, which is logged as ``done`` unless it is logged already."""
        if done is not None and not self._logged(book):
            book.log_sets(made_sets(self.exercise, [self.which], self.day, done))
        attach_to(book, found, self.filmed_as, self.day, self._logged(book))

    def following(self, book: Notebook) -> PlannedSet | None:
        """Return the exercise's next set that is not logged yet; None after the last one."""
        logged = {made_as(each) for each in self._all_logged(book)}
        left = (each for each in sets_of(self.exercise) if each not in logged)
        return next((replace(self, which=each) for each in left), None)

    def is_logged(self, book: Notebook) -> bool:
        """Return whether it was ticked off already."""
        return bool(self._logged(book))

    def _logged(self, book: Notebook) -> Sequence[KeptSet]:
        return [each for each in self._all_logged(book) if made_as(each) == self.which]

    def _all_logged(self, book: Notebook) -> Sequence[KeptSet]:
        wanted = (self.day, self.exercise.ladder, self.exercise.rung)
        return [each for each in book.sets() if (each.set.date, each.set.ladder, each.set.rung) == wanted]


def begin(planned: PlannedSet) -> None:
    """Let the next set at the webcam be this one."""
    one_sided = planned.filmed_as not in BILATERAL
    target = planned.exercise.amount if planned.exercise.unit == "reps" else None
    live_errand.begin(planned, planned.filmed_as, planned.which.side if one_sided else None, target)


def show() -> None:
    """Say above the webcam which set it is for, if it is for one of the plan."""
    planned = live_errand.current(PlannedSet)
    if planned is not None:
        st.info(say("plan.live_for", name=planned.name), icon=":material/event_available:")


def offer(found: Analysis) -> None:
    """Offer to tick off a set that was just done, if it was one of the plan."""
    taken: tuple[Analysis, str] | None = st.session_state.get(_TAKEN)
    planned = live_errand.current(PlannedSet)
    if taken is not None and taken[0] is found:
        st.success(taken[1], icon=":material/check_circle:")
        _back()
    elif planned is not None:
        _offer(planned, found)


def _offer(planned: PlannedSet, found: Analysis) -> None:
    fitting = planned.fitting(found)
    if not fitting:
        exercise = texts.exercise_title(planned.filmed_as, planned.which.side, short=True).lower()
        st.warning(say("plan.live_other", exercise=exercise), icon=":material/videocam_off:")
        _back()
        return
    book = notebook(planned.person)
    done: Done | None = None
    with st.form("plan_live", border=True):
        st.markdown(f"**{planned.name}**")
        if planned.is_logged(book):
            st.write(say("plan.live_again"))
        else:
            done = _ask(planned, fitting)
        if not st.form_submit_button(say("plan.live_tick"), type="primary", icon=":material/check:"):
            return
    planned.tick_off(book, found, done)
    following = planned.following(book)
    said = say("plan.live_done", name=planned.name)
    if following is None:
        live_errand.end()
        said += " " + say("plan.live_all")
    else:
        begin(following)
    st.session_state[_TAKEN] = (found, said)
    st.rerun()


def _ask(planned: PlannedSet, fitting: Sequence[ScoredBout]) -> Done:
    counted = sum(each.repetition.valid for scored in fitting for each in scored.repetitions)
    return plan_felt.ask(
        planned.exercise,
        f"plan_live_{id(fitting[0])}",
        planned.before,
        amount=counted if planned.exercise.unit == "reps" else None,
        scored=any(each.score.value is not None for each in fitting),
    )


def _back() -> None:
    if st.button(say("plan.live_back"), icon=":material/arrow_back:", key="plan_live_back"):
        app.go(app.PLAN)
