"""The tab "Sessions" of a person's desk: what was filmed on which day, and each clip opened again."""

from __future__ import annotations

from itertools import groupby
from typing import Final

import streamlit as st

from formcheck.errors import FormcheckError, NotFoundError
from formcheck.exercises.definitions import is_hold
from formcheck.records import Records
from formcheck.records.types import SessionInfo, SetInfo
from formcheck.reports import texts
from formcheck.web import people_ranges, result_view
from formcheck.web.people_parts import CLIP, SAID, open_desk
from formcheck.web.people_stored import StoredClip
from formcheck.web.words import day_text, left_text, moment_text, say

STORED: Final = "stored-clip"
"""Key of the session's state: the clip of the records that is open, with its result."""
_FIRST_SHOWN: Final = 10
"""Days; the older ones come when asked for."""


def show(records: Records, code: str, sessions: list[SessionInfo]) -> None:
    """Draw the tab: the list, or the clip that is open."""
    stored = _opened(records, code)
    if stored is None:
        _list(code, sessions)
    else:
        _clip(records, stored)


def _opened(records: Records, code: str) -> StoredClip | None:
    """Return the person's clip that the address names; None for the list."""
    named: str | None = st.query_params.get(CLIP)
    stored: StoredClip | None = st.session_state.get(STORED)
    if stored is not None and stored.clip.id != named:
        stored.desk.clear()
        stored = None
        del st.session_state[STORED]
    if named is None:
        return None
    try:
        clip = records.clip(named)
    except NotFoundError:  # removed in another window
        del st.query_params[CLIP]
        return None
    if clip.person != code:
        return None
    return stored or st.session_state.setdefault(STORED, StoredClip(clip))


def _list(code: str, sessions: list[SessionInfo]) -> None:
    if not sessions:
        st.info(say("people.no_sessions", person=code), icon=":material/info:")
        return
    st.caption(say("stored.open"))
    key = f"stored-all-{code}"
    for session in sessions if st.session_state.get(key) else sessions[:_FIRST_SHOWN]:
        with st.container(border=True, gap="xxsmall"):
            st.markdown(f"**{day_text(session.day)}**")
            if not session.sets and not session.empty:
                st.caption(say("people.no_clip"))
            for clip_id, sets in groupby(session.sets, key=lambda one: one.clip_id):
                _row(code, clip_id, *_told(list(sets)))
            for clip in session.empty:
                _row(code, clip.clip_id, say("stored.empty"), say("stored.empty_more", name=clip.video_name))
    more = len(sessions) - _FIRST_SHOWN
    if more > 0 and not st.session_state.get(key):
        st.button(
            say("stored.more", count=more),
            icon=":material/expand_more:",
            on_click=lambda: st.session_state.update({key: True}),
        )


def _told(sets: list[SetInfo]) -> tuple[str, str]:
    """Return what a clip shows, and what came of it."""
    titles = (texts.exercise_title(one.exercise, one.side) for one in sets)
    return "; ".join(titles), "; ".join(map(outcome_text, sets))


def _row(code: str, clip_id: str, shows: str, outcome: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        opened = st.button(
            shows,
            key=f"open-{clip_id}",
            type="tertiary",
            icon=":material/play_circle:",
            width="content",
        )
        st.caption(outcome, width="content")
    if opened:
        open_desk(code, clip=clip_id)


def outcome_text(one: SetInfo) -> str:
    """Return what came of a set, in a few words."""
    if one.score is None:
        score = say("stored.no_score", reason=texts.score_reason_text(one.reason))
    else:
        band = texts.band_word(one.band)
        score = say("stored.score", score=one.score) + (f", {band}" if band else "")
    key = "stored.holds" if is_hold(one.exercise) else "stored.set"
    return say(f"{key}_one" if one.reps == 1 else key, reps=one.reps, score=score)


def _clip(records: Records, stored: StoredClip) -> None:
    if st.button(say("stored.back"), icon=":material/arrow_back:", type="tertiary"):
        open_desk(stored.clip.person)
    st.caption(say("stored.filmed", moment=moment_text(stored.clip.recorded_at), name=stored.clip.video_name))
    for note in records.notes(stored.clip.person, session_id=stored.clip.session_id):
        st.info(note.text, icon=":material/sticky_note_2:")
    desk = stored.desk
    if desk.busy:
        _opening(stored)
    elif desk.error:
        st.error(desk.error, icon=":material/error:")
    elif desk.result is not None:
        if stored.differs:
            _keep(records, stored)
        ranges = people_ranges.in_use(records, stored.clip.person)
        result_view.show(desk, desk.result, thresholds=ranges)
        if stored.clip.video is None:
            st.caption(say("stored.figure"))
        if stored.measured_otherwise:
            st.caption(say("stored.otherwise"))
    if not desk.busy:
        _remove(records, stored)


@st.fragment(run_every=0.5)
def _opening(stored: StoredClip) -> None:
    job = stored.desk.analysing
    if job is None or job.finished:
        st.rerun()
    st.progress(job.share, text=left_text(say("stored.opening"), job.seconds_left))


def _keep(records: Records, stored: StoredClip) -> None:
    """Offer to keep a result that was corrected, in place of the stored one."""
    with st.container(border=True):
        st.write(say("stored.differs"))
        kept = st.button(say("stored.keep"), type="primary", icon=":material/save:")
        if st.button(say("stored.undo"), icon=":material/undo:"):
            st.session_state[STORED] = stored.undone()
            st.rerun()
    if kept:
        try:
            clip = stored.keep(records)
        except FormcheckError as error:
            st.error(str(error), icon=":material/error:")
            return
        st.session_state[STORED] = StoredClip(clip)
        st.session_state[SAID] = say("stored.kept")
        st.rerun()


def _remove(records: Records, stored: StoredClip) -> None:
    with (
        st.expander(say("people.remove_clip"), icon=":material/delete:"),
        st.form("remove-clip", border=False),
    ):
        st.write(say("people.remove_text"))
        if st.form_submit_button(say("people.remove_button")):
            records.delete_clip(stored.clip.id)
            st.session_state[SAID] = say("people.removed_clip")
            open_desk(stored.clip.person)
