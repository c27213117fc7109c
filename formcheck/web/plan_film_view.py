"""The film of an exercise of the plan: uploaded here, or taken at the webcam."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final

import streamlit as st

from formcheck.coaching.library import load_library
from formcheck.coaching.plan_types import Prescription
from formcheck.names import Exercise
from formcheck.reports import texts
from formcheck.web import access, app, plan_live
from formcheck.web.check_choices import KINDS
from formcheck.web.plan_film import Film
from formcheck.web.plan_notebook import KeptSet, Notebook
from formcheck.web.plan_week_desk import SetToDo, set_name, sets_of
from formcheck.web.result_view import problem_text
from formcheck.web.shelf import Shelf
from formcheck.web.words import say

FILMS: Final[Shelf[Film]] = Shelf()
"""The server's, by person, day and exercise: who reloads the page finds theirs again."""


def show(
    book: Notebook,
    exercise: Prescription,
    day: datetime.date,
    before: int | None,
    to_do: Sequence[SetToDo],
    logged: Sequence[KeptSet],
) -> None:
    """Offer to film an exercise, and say what came of a film; nothing for one that isn't filmed.

    Parameters
    ----------
    day : date
        Of the session.
    before : int or None
        The pain before it.
    to_do, logged : sequence
        The exercise's sets that are not ticked off yet, and those that are.
    """
    filmed_as = load_library()[exercise.ladder].rungs[exercise.rung].filmed_as
    if filmed_as is None:
        return
    key = f"plan_film_{book.person}_{day}_{exercise.code}"
    film = _film(book, key)
    if film is None:
        with st.expander(say("plan.film"), icon=":material/videocam:"):
            st.caption(f"{say('plan.film_note')} {exercise.film}")
            _at_the_webcam(book, exercise, filmed_as, day, before, to_do, key)
            upload = None
            if logged:
                upload = st.file_uploader(say("plan.film_upload"), type=list(KINDS), key=f"{key}_upload")
            else:
                st.caption(say("plan.film_first"))
        if upload is not None:
            st.session_state[key] = Film(filmed_as, day, upload.name, upload)
            if book.person is not None:
                FILMS.put(st.session_state[key], access.owner(), name=key)
            st.rerun()
    elif not film.job.finished:
        _watch(film)
    else:
        _said(book, film, filmed_as, key)


def _film(book: Notebook, key: str) -> Film | None:
    """Return the film that is being looked at or has been; nobody's lives as long as the session."""
    found: Film | None = st.session_state.get(key)
    if found is None and book.person is not None:
        found = FILMS.find(FILMS.token_of(key, access.owner()), access.owner())
    return found


def _at_the_webcam(
    book: Notebook,
    exercise: Prescription,
    filmed_as: Exercise,
    day: datetime.date,
    before: int | None,
    to_do: Sequence[SetToDo],
    key: str,
) -> None:
    sets = sets_of(exercise)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        which = st.selectbox(
            say("plan.film_set"),
            sets,
            index=sets.index(to_do[0] if to_do else sets[-1]),
            format_func=set_name,
            key=f"{key}_set_{len(to_do)}",
            width=150,
        )
        if st.button(say("plan.film_live"), icon=":material/videocam:", key=f"{key}_live"):
            plan_live.begin(plan_live.PlannedSet(book.person, day, before, exercise, filmed_as, which))
            app.go(app.LIVE)


@st.fragment(run_every=0.7)
def _watch(film: Film) -> None:
    if film.job.finished:
        st.rerun()
    st.progress(film.job.share, text=say("check.waiting" if film.job.waiting else "plan.film_busy"))


def _again(key: str) -> None:
    """Offer to take another film in place of one that was of no use."""
    if st.button(say("plan.film_again"), icon=":material/replay:", key=f"{key}_again"):
        st.session_state.pop(key, None)
        FILMS.drop(FILMS.token_of(key, access.owner()))
        st.rerun()


def _said(book: Notebook, film: Film, exercise: Exercise, key: str) -> None:
    if film.job.error:
        st.error(film.job.error, icon=":material/error:")
        _again(key)
        return
    if not film.fits:
        st.warning(say("plan.film_other", exercise=texts.exercise_name(exercise).lower()))
        _again(key)
        return
    if not film.attached:
        film.attach(book)
        st.rerun()
    if film.scores:
        st.success(say("plan.film_scored", score=min(film.scores)), icon=":material/videocam:")
    else:
        problems = film.job.result.quality.problems if film.job.result else ()
        why = problem_text(problems[0]) if problems else ""
        st.warning(say("plan.film_unscored", why=why), icon=":material/videocam_off:")
        _again(key)
