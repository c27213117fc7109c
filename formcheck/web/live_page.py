"""The page "Live at the webcam": the browser's camera in, the same picture with the skeleton back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit_webrtc import Translations, WebRtcMode, webrtc_streamer
from streamlit_webrtc.component import generate_frontend_component_key

from formcheck.coaching.live_rules import live_rules
from formcheck.errors import FormcheckError
from formcheck.exercises.definitions import is_hold
from formcheck.names import BILATERAL, EXERCISES, SIDES, Exercise, Side
from formcheck.pose import pose_model
from formcheck.pose.mediapipe_estimator import MediaPipeEstimator
from formcheck.pose.subject import SubjectEstimator
from formcheck.reports import texts
from formcheck.scoring.baseline import LYING
from formcheck.web import (
    access,
    app,
    assess_live,
    live_board,
    live_errand,
    live_summary,
    memory,
    plan_live,
    settings,
)
from formcheck.web.connection import ice_servers
from formcheck.web.live_desk import LiveDesk, server_places
from formcheck.web.live_processor import LiveProcessor
from formcheck.web.live_relay import newest_only
from formcheck.web.live_state import LiveChoices, LiveState
from formcheck.web.live_words import Speaker, board
from formcheck.web.shelf import Shelf
from formcheck.web.words import say

STREAM_KEY: Final = "webcam"
PATIENCE_S: Final = 12.0
"""How long a connection may take before the page says what else there is."""

_EXERCISES: Final[tuple[Exercise | Literal[""], ...]] = (live_errand.AUTO, *EXERCISES)
_SIDES: Final[tuple[Side | Literal[""], ...]] = (live_errand.AUTO, *SIDES)
TARGETS: Final = (5, 8, 10, 12)
TARGETS_S: Final = (10, 20, 30, 45)
_POLL_S: Final = 0.4
_CONTROLS_POLL_S: Final = 1.5
_CAMERA: Final[dict[str, Any]] = {
    # Without resizeMode a browser may crop an upright picture to get the size: head and feet would go.
    "video": {
        "width": {"ideal": 1280},
        "height": {"ideal": 720},
        "frameRate": {"ideal": 30},
        "resizeMode": {"ideal": "none"},
    },
    "audio": False,
}


_SET: Final = "set"
"""The name of the token of the last set, in the page's address and in the session."""
SETS: Final[Shelf[LiveDesk]] = Shelf(1800.0)
"""The server's: who reloads the page finds the last set's summary again."""


def show() -> None:
    """Draw the page."""
    st.html(f"<style>{_style()}</style>")
    try:
        servers = ice_servers(_secrets())
        desk = _desk()
    except FormcheckError as error:
        st.error(str(error), icon=":material/error:")
        return
    if desk.running:
        _stage(desk, servers)
        return
    st.write(say("live.intro"))
    assess_live.show()
    plan_live.show()
    if desk.last is not None:
        live_summary.show(desk.last)
        st.divider()
    _start(desk)


def _desk() -> LiveDesk:
    """Return the session's desk; after a reload the one that the address names."""
    if "live_desk" not in st.session_state:
        found = SETS.find(st.query_params.get(_SET), access.owner())
        st.session_state["live_desk"] = found or LiveDesk(_estimator, server_places())
    desk: LiveDesk = st.session_state["live_desk"]
    token: str | None = st.session_state.get(_SET) or st.query_params.get(_SET)
    if desk.last is None:  # a set that is under way ends with its page
        if token is not None:
            SETS.drop(token)
        st.session_state.pop(_SET, None)
        return desk
    if SETS.find(token, access.owner()) is not desk:
        token = SETS.put(desk, access.owner())
    st.session_state[_SET] = token
    if token is not None and st.query_params.get(_SET) != token:
        st.query_params[_SET] = token
    return desk


def _estimator() -> SubjectEstimator:
    """Return a landmarker; the quick model if the settings say so, else the normal one."""
    quick = settings.load_settings().model == "lite"
    model = pose_model("lite" if quick else "full")
    return SubjectEstimator(MediaPipeEstimator(model, native_filter=False), stays=True)


def _start(desk: LiveDesk) -> None:
    """Offer the choices and the start of a set."""
    choices = _choices()
    word = say("live.again") if desk.last is not None else say("live.start")
    if st.button(word, type="primary", icon=":material/videocam:", width="stretch"):
        try:
            free = desk.start(choices, settings.thresholds_in_use())
        except FormcheckError as error:
            st.error(str(error), icon=":material/error:")
            return
        if free:
            st.session_state["live_since"] = time.monotonic()
            st.session_state["live_camera"] = False
            st.session_state["live_speaker"] = Speaker()
            st.rerun()
        number = server_places().number
        st.warning(
            say("live.busy_one" if number == 1 else "live.busy", number=number), icon=":material/group:"
        )
        app.link(app.CHECK, say("live.to_clip"))
    st.caption(say("live.private"))
    if desk.last is None:
        st.subheader(say("live.how_title"), anchor=False)
        seconds = f"{live_rules().flow.countdown_s:.0f}"
        for number in (1, 2, 3):
            st.markdown(f"{number}. {say(f'live.how_{number}', seconds=seconds)}")


def _choices() -> LiveChoices:
    first, second, third = st.columns(3)
    exercise = first.selectbox(
        say("live.exercise"),
        _EXERCISES,
        format_func=lambda name: texts.exercise_name(name) if name else say("live.auto"),
        key=live_errand.EXERCISE,
        persist_state="session",
    )
    one_sided = exercise not in BILATERAL
    side = second.selectbox(
        say("live.side"),
        _SIDES,
        format_func=lambda name: texts.side_word(name).capitalize() if name else say("live.auto"),
        key=live_errand.SIDE,
        persist_state="session",
        disabled=not one_sided,
    )
    target = _target(third, in_seconds=is_hold(exercise))
    if exercise:
        plane = "lying" if exercise in LYING else live_rules().setup.planes[exercise]
        st.caption(say("live.where", where=say(f"live.where_{plane}")))
    record = st.checkbox(say("live.record"), help=say("live.record_help"), key="live_record")
    return LiveChoices(exercise or None, (side or None) if one_sided else None, target or None, record)


def _target(where: DeltaGenerator, *, in_seconds: bool) -> int:
    """Ask after how much the set may end; what another page asked for is among the answers."""
    key, offered = (live_errand.TARGET_S, TARGETS_S) if in_seconds else (live_errand.TARGET, TARGETS)
    label, one = ("target_s", "target_seconds") if in_seconds else ("target", "target_count")
    asked: int = st.session_state.get(key, live_errand.ENDLESS)
    chosen: int = where.selectbox(
        say(f"live.{label}"),
        sorted({live_errand.ENDLESS, *offered, asked}),
        format_func=lambda count: say(f"live.{one}", count=count) if count else say("live.no_target"),
        key=key,
        persist_state="session",
    )
    return chosen


def _stage(desk: LiveDesk, servers: list[dict[str, Any]]) -> None:
    """Show picture, board and controls while a session is under way.

    While the stream connects, its element runs the whole page again and again. A run of ours meanwhile would
    make it start twice, and a fragment's timer that fires meanwhile would lose the fragment: so it is asked
    to play only once it has reported, and the board begins to redraw itself once it plays.
    """
    session, state = desk.session, desk.look()
    if session is None or state is None:
        return
    newest_only()
    with st.container(key="live-stage"):
        context = webrtc_streamer(
            key=STREAM_KEY,
            mode=WebRtcMode.SENDRECV,
            rtc_configuration={"iceServers": servers},
            media_stream_constraints=_CAMERA,
            video_processor_factory=lambda: LiveProcessor(session),
            async_processing=True,
            sendback_audio=False,
            desired_playing_state=generate_frontend_component_key(STREAM_KEY) in st.session_state,
            media_toggle_controls=False,
            video_html_attrs={
                "autoPlay": True,
                "controls": False,
                "muted": True,
                "style": {"width": "100%", "display": "block"},
            },
            translations=_translations(),
        )
        if context.state.playing or context.state.signalling:  # a browser offers a stream once it has one
            st.session_state["live_camera"] = True
        with st.container(key="live-board"):
            if context.state.playing:
                st.fragment(_board, run_every=_POLL_S)(desk)
            else:
                live_board.show(board(LiveState()), (), key="live_board")
    every_s = _CONTROLS_POLL_S if context.state.playing else PATIENCE_S + 0.5
    st.fragment(_controls, run_every=every_s)(desk)


def _board(desk: LiveDesk) -> None:
    """Draw what is known now; at the end of the set the whole page is drawn anew."""
    session, state = desk.session, desk.look()
    if session is None or state is None or not desk.running:
        st.rerun()
        return
    speaker: Speaker = st.session_state["live_speaker"]
    shown = board(state, target=session.choices.target, silent=desk.silent)
    live_board.show(shown, speaker.listen(state, silent=desk.silent), key="live_board")
    if state.picture is not None:
        height, width = state.picture.shape[:2]
        st.html(f"<style>.st-key-live-stage{{--live-aspect:{width / height:.3f}}}</style>")


def _controls(desk: LiveDesk) -> None:
    session, state = desk.session, desk.look()
    if session is None or state is None or not desk.running:
        st.rerun()
        return
    memory.NOW_AND_THEN.ask()
    waiting = not state.speed.processed
    if waiting and time.monotonic() - st.session_state["live_since"] > PATIENCE_S:
        missing = "no_connection" if st.session_state["live_camera"] else "no_camera"
        st.warning(say(f"live.{missing}"), icon=":material/videocam_off:")
        app.link(app.CHECK, say("live.to_clip"))
    with st.container(key="live-controls", horizontal=True):
        if state.phase == "moving":
            st.button(say("live.finish"), type="primary", icon=":material/flag:", on_click=desk.stop)
        else:
            st.button(
                say("live.start_now"),
                icon=":material/play_arrow:",
                on_click=session.start_now,
                disabled=waiting or state.phase != "setup",
            )
        st.button(say("live.stop"), icon=":material/videocam_off:", on_click=desk.stop)


def _translations() -> Translations:
    return {
        "media_api_not_available": say("live.device_help"),
        "device_access_denied": say("live.device_denied"),
    }


def _secrets() -> Mapping[str, Any]:
    try:
        return dict(st.secrets)
    except FileNotFoundError:
        return {}


@cache
def _style() -> str:
    return files("formcheck.web").joinpath("live_page.css").read_text(encoding="utf-8")
