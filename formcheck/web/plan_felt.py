"""What a person says of a set: how much, how heavy, how hard, and whether it hurt."""

from __future__ import annotations

from typing import Final

import streamlit as st

from formcheck.coaching.plan_types import Prescription
from formcheck.web import settings
from formcheck.web.plan_week_desk import Done
from formcheck.web.words import say

_FIELD_PX: Final = 130
RATINGS: Final = (1, 2, 3, 4, 5)
"""How a set looked, from poor to very good."""


def ask(
    exercise: Prescription, key: str, before: int | None, *, amount: int | None = None, scored: bool = False
) -> Done:
    """Draw the fields, within a form, and return what they say.

    Parameters
    ----------
    exercise : Prescription
        What the plan asks for, which the fields begin with.
    key : str
        Of the fields, to which each adds its own.
    before : int or None
        The pain before the session.
    amount : int, optional
        What was counted; None for what the plan asks for.
    scored : bool
        Whether a film of the set gave a score: then it isn't asked how it looked.
    """
    shown, planned = settings.units(), exercise.load_kg or 0.0
    with st.container(horizontal=True):
        done = st.number_input(
            say(f"plan.amount_{exercise.unit}"),
            0,
            999,
            exercise.amount if amount is None else amount,
            key=f"{key}_done",
            width=_FIELD_PX,
        )
        load = st.number_input(
            say("plan.load", unit=shown.mass),
            0.0,
            shown.of_kg(500.0),
            shown.of_kg(planned),
            step=shown.mass_step,
            format="%g",
            key=f"{key}_load",
            width=_FIELD_PX,
        )
        effort = st.number_input(
            say("plan.effort"),
            0.0,
            10.0,
            None,
            step=0.5,
            format="%g",
            help=say("plan.effort_help"),
            key=f"{key}_effort",
            width=_FIELD_PX,
        )
        pain = st.number_input(say("plan.pain"), 0, 10, 0, key=f"{key}_pain", width=_FIELD_PX)
    with st.container(horizontal=True):
        sharp = st.checkbox(say("plan.sharp"), key=f"{key}_sharp")
        limp = st.checkbox(say("plan.limp"), key=f"{key}_limp")
    looked = None if exercise.easy or scored else _looked(key)
    load_kg = shown.to_kg(load, unchanged=planned)
    return Done(done, load_kg, effort, pain, before, sharp, limp, looked)


def _looked(key: str) -> int | None:
    rating: int | None = st.pills(
        say("plan.looked"),
        RATINGS,
        format_func=lambda rating: say(f"plan.looked_{rating}"),
        help=say("plan.looked_help"),
        key=f"{key}_looked",
    )
    return rating
