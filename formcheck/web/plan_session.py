"""One session on the page: its exercises with their sets to tick off, and what follows from each."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final

import streamlit as st

from formcheck.coaching.library import load_library
from formcheck.coaching.plan_standing import Standing
from formcheck.coaching.plan_types import Block, Prescription, Session
from formcheck.coaching.plan_words import (
    BLOCK_WORDS,
    dose_words,
    load_words,
    session_facts,
    session_name,
    tempo_words,
)
from formcheck.web import plan_felt, plan_film_view, settings
from formcheck.web.plan_notebook import KeptSet, Notebook
from formcheck.web.plan_week_desk import SetToDo, Week, made_as, made_sets, set_name
from formcheck.web.words import say

# Colour, icon and words say the same, so that no decision rests on colour alone.
_SIGNS: Final = {
    "STOP_REFER": ("red", "front_hand"),
    "STOP": ("red", "front_hand"),
    "MODIFY": ("orange", "trending_down"),
    "REGRESS": ("orange", "trending_down"),
    "HOLD_LOAD_DOWN": ("orange", "trending_down"),
    "NO_DECISION": ("gray", "videocam"),
    "PROGRESS_LOAD": ("green", "trending_up"),
    "PROGRESS_RUNG": ("green", "trending_up"),
}


def show(
    book: Notebook, week: Week, session: Session, day: datetime.date, today: datetime.date, *, ahead: bool
) -> None:
    """Draw a session; only this week's can be ticked off.

    Parameters
    ----------
    day : date
        The day that it was done on, or would be.
    ahead : bool
        Whether it is one of a week to come.
    """
    st.subheader(f"{session.date:%A}: {session_name(session)}", anchor=False)
    st.markdown(f"{session_facts(session)}  \n{session.when}")
    before: int | None = None
    if not ahead and session.exercises:
        on, pain = st.columns(2)
        key = f"{session.date}"
        day = on.date_input(
            say("plan.done_on"),
            day,
            min_value=week.start,
            max_value=max(today, day),
            format="YYYY-MM-DD",
            key=f"plan_on_{key}",
        )
        before = pain.number_input(say("plan.pain_before"), 0, 10, None, key=f"plan_before_{key}")
    current = next((each for each in session.exercises if week.to_do(each, day)), None)
    for block in session.blocks:
        _block(block)
        for exercise in block.exercises:
            with st.container(border=True):
                _exercise(exercise)
                if not ahead:
                    _log(book, week, exercise, day, before, current=exercise is current)
    if not session.exercises:
        st.caption(say("plan.no_exercise"))


def _block(block: Block) -> None:
    title = say("plan.drills", block=BLOCK_WORDS[block.kind], minutes=round(block.minutes))
    if not block.drills:
        st.markdown(f"**{title}**")
        return
    with st.expander(f"**{title}**"):
        st.markdown("\n".join(f"- {drill.name}: {drill.dose}" for drill in block.drills))


def _exercise(exercise: Prescription) -> None:
    told = settings.units().told
    facts = [dose_words(exercise), told(load_words(exercise))]
    if exercise.tempo:
        facts.append(f"tempo {tempo_words(exercise)}")
    facts += [f"rest {exercise.rest_s} s", f"effort up to {exercise.rpe_cap} of 10"]
    st.markdown(f"**{exercise.code} {exercise.name}**  \n{' · '.join(facts)}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"“{exercise.cue}.”" if exercise.cue else "")
        with st.popover(say("plan.details"), icon=":material/info:", type="tertiary"):
            st.write(told(load_library()[exercise.ladder].rungs[exercise.rung].how_to))
            if exercise.tempo:
                st.write(say("plan.tempo", numbers=tempo_words(exercise)))
            for reason in exercise.reasons:
                st.markdown(f"- {told(reason)}")
            if exercise.film:
                st.write(say("plan.film_from", where=exercise.film))


def _log(
    book: Notebook,
    week: Week,
    exercise: Prescription,
    day: datetime.date,
    before: int | None,
    *,
    current: bool,
) -> None:
    logged = week.logged(exercise, day)
    if logged:
        _logged(book, exercise, logged, day)
    to_do = week.to_do(exercise, day)
    if to_do:
        open_sets = say("plan.open_sets_one" if len(to_do) == 1 else "plan.open_sets", count=len(to_do))
        with st.expander(open_sets, icon=":material/check_box_outline_blank:", expanded=current):
            _tick(book, exercise, to_do, day, before)
    plan_film_view.show(book, exercise, day, before, to_do, logged)
    if logged and not exercise.easy:
        standing = week.after(exercise.ladder, day)
        if standing is not None:
            _decision(standing)


def _tick(
    book: Notebook,
    exercise: Prescription,
    to_do: Sequence[SetToDo],
    day: datetime.date,
    before: int | None,
) -> None:
    key = f"plan_{day}_{exercise.code}_{len(to_do)}"
    with st.form(key, border=False):
        # All are ticked at first: who did everything as planned needs one tap.
        sets = st.pills(
            say("plan.sets"),
            to_do,
            selection_mode="multi",
            default=to_do,
            format_func=set_name,
            key=f"{key}_sets",
        )
        done = plan_felt.ask(exercise, key, before)
        if not st.form_submit_button(say("plan.tick"), icon=":material/check:", key=f"{key}_tick"):
            return
        if not sets:
            st.warning(say("plan.nothing_ticked"), icon=":material/touch_app:")
            return
        book.log_sets(made_sets(exercise, sets, day, done))
        st.rerun()


def _logged(book: Notebook, exercise: Prescription, logged: Sequence[KeptSet], day: datetime.date) -> None:
    said, back = st.columns([4, 1], vertical_alignment="center")
    alike: dict[str, list[str]] = {}
    for each in logged:
        name = set_name(made_as(each))
        alike.setdefault(_done_words(each, exercise), []).append(name)
    said.markdown(
        "  \n".join(say("plan.logged", sets=", ".join(names), done=done) for done, names in alike.items())
    )
    if back.button(say("plan.take_back"), key=f"plan_back_{day}_{exercise.code}", type="tertiary"):
        book.drop_sets(logged)
        st.rerun()


def _done_words(kept: KeptSet, exercise: Prescription) -> str:
    each = kept.set
    words = f"{each.done} s" if exercise.unit == "s" else str(each.done)
    if each.load_kg:
        words += say("plan.logged_load", load=settings.units().mass_text(each.load_kg))
    if each.rpe is not None:
        words += say("plan.logged_effort", effort=f"{each.rpe:g}")
    if each.self_rating is not None:
        words += say("plan.logged_looked", looked=each.self_rating)
    if each.pain:
        words += say("plan.logged_pain", pain=each.pain)
    if each.form is None:
        return words
    score = each.form.score
    return words + (say("plan.logged_filmed") if score is None else say("plan.logged_score", score=score))


def _decision(standing: Standing) -> None:
    decision = standing.decision
    assert decision is not None
    colour, icon = _SIGNS.get(decision.code, ("blue", "trending_flat"))
    reasons = settings.units().told(" ".join(dict.fromkeys((*standing.reasons, *decision.reasons))))
    rung = load_library()[standing.ladder].rungs[standing.rung]
    if standing.stopped:
        following = say("plan.next_rest")
    else:
        load = f", {settings.units().mass_text(standing.load_kg)}" if standing.load_kg else ""
        following = say(
            "plan.next_time",
            code=f"{load_library()[standing.ladder].code}{standing.rung}",
            name=rung.name,
            amount=f"{standing.amount} s" if rung.is_hold else f"{standing.amount}",
            load=load,
        )
    st.markdown(
        f":{colour}-badge[:material/{icon}: {say(f'plan.code_{decision.code}')}] {reasons}  \n"
        f"{decision.action}  \n**{following}**"
    )
    if standing.refer:
        st.warning(say("plan.next_refer"), icon=":material/medical_services:")
