"""The samples to try on the page "Check a clip": a few with a picture, the others as buttons."""

from __future__ import annotations

from typing import Final

import streamlit as st

from formcheck.errors import FormcheckError
from formcheck.web.samples import Sample, picture, samples
from formcheck.web.words import say

FEATURED: Final = (
    "step_down_front_left_drop",
    "lunge_front_oblique_right_valgus_rotation",
    "single_leg_rdl_rear_oblique_right_opening",
    "step_up_oblique_left_valgus_lean",
)
_WIDTH_PX: Final = 148
"""Two stand side by side on a phone, four on a wider screen."""


def show(*, disabled: bool, expanded: bool) -> Sample | None:
    """Draw the samples; return the one that was just chosen."""
    found = samples()
    if not found:
        return None
    with st.expander(say("samples.title"), icon=":material/play_circle:", expanded=expanded):
        st.caption(say("samples.text"))
        featured = [sample for sample in found if sample.path.stem in FEATURED]
        others = [sample for sample in found if sample not in featured]
        chosen = [_cards(featured, disabled=disabled, pictures=True)]
        with st.popover(say("samples.more", count=len(found)), width="stretch"):
            chosen.append(_cards(others, disabled=disabled, pictures=False))
    return next((sample for sample in chosen if sample is not None), None)


def _cards(some: list[Sample], *, disabled: bool, pictures: bool) -> Sample | None:
    chosen = None
    with st.container(horizontal=True, key=f"samples-{'pictures' if pictures else 'names'}"):
        for sample in some:
            with st.container(width=_WIDTH_PX, gap="small"):
                if pictures:
                    _picture(sample)
                if st.button(
                    sample.title, key=f"sample-{sample.path.stem}", disabled=disabled, width="stretch"
                ):
                    chosen = sample
                st.caption(sample.shows)
    return chosen


def _picture(sample: Sample) -> None:
    try:
        st.image(picture(sample.path, sample.turn_s), width="stretch", alt=f"{sample.title}: {sample.shows}")
    except FormcheckError:
        st.caption("")  # the button still works, and says what is wrong with the clip
