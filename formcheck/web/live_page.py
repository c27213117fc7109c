"""The page "Live at the webcam": the browser's camera in, the same picture with the skeleton back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

import av
import numpy as np
import streamlit as st
from streamlit_webrtc import (
    Translations,
    VideoProcessorBase,
    WebRtcMode,
    WebRtcStreamerContext,
    webrtc_streamer,
)

from formcheck.errors import FormcheckError
from formcheck.pose import pose_model
from formcheck.pose.mediapipe_estimator import MediaPipeEstimator
from formcheck.reports import texts
from formcheck.web.connection import ice_servers
from formcheck.web.live import LiveSession, LiveState
from formcheck.web.overlay import SHOWN, draw_live

STREAM_KEY: Final = "webcam"
PATIENCE_S: Final = 10.0
"""How long a connection may take before the page says what else there is."""

NO_CONNECTION: Final = (
    "The webcam's connection to this page does not come up, mostly because of a firewall or the network: "
    "film the set instead and open it under “Check a clip”. "
    "Whoever runs this page can name a relay server (docs/web.md)."
)
_CAMERA: Final[dict[str, Any]] = {
    # Without resizeMode a browser may crop an upright picture to get the size: head and feet would go.
    "video": {
        "width": {"ideal": 640},
        "height": {"ideal": 480},
        "frameRate": {"ideal": 30},
        "resizeMode": {"ideal": "none"},
    },
    "audio": False,
}
_TRANSLATIONS: Final[Translations] = {
    "start": "Start",
    "stop": "Stop",
    "media_api_not_available": "Browsers give a page the camera only over HTTPS or on the same computer.",
    "device_access_denied": "The browser refused the camera: allow it for this page, or check a clip.",
}


class LiveProcessor(VideoProcessorBase):
    """Joins the webcam's stream to a `LiveSession`; one for each connection."""

    def __init__(self) -> None:
        self.session = LiveSession(lambda: MediaPipeEstimator(pose_model("full")))
        self._started_s: float | None = None

    def recv(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Take the newest frame and give it back with what is known by now drawn in."""
        if self._started_s is None:
            self._started_s = frame.time
        rgb = np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
        state = self.session.offer(rgb, frame.time - self._started_s)
        return av.VideoFrame.from_ndarray(draw_live(rgb, state), format="rgb24")

    def on_ended(self) -> None:
        """End with the stream: the camera was stopped, or the page closed."""
        self.session.close()


def show() -> None:
    """Draw the page."""
    st.write(
        "Stand so that the whole body is in the picture, press Start, stand still for two seconds, then "
        "do your repetitions. The picture is looked at and forgotten: no video is kept."
    )
    try:
        servers = ice_servers(_secrets())
    except FormcheckError as error:
        st.error(str(error))
        return
    status = st.container()  # above the picture, where it is seen from a distance
    context = webrtc_streamer(
        key=STREAM_KEY,
        mode=WebRtcMode.SENDRECV,
        rtc_configuration={"iceServers": servers},
        media_stream_constraints=_CAMERA,
        video_processor_factory=LiveProcessor,
        async_processing=True,
        sendback_audio=False,
        video_html_attrs={
            "autoPlay": True,
            "controls": False,
            "muted": True,
            "style": {"width": "100%", "maxHeight": "560px"},
        },
        translations=_TRANSLATIONS,
    )
    running = context.state.playing or context.state.signalling
    with status:
        st.fragment(_status, run_every=0.5 if running else None)(context)


def _secrets() -> Mapping[str, Any]:
    try:
        return dict(st.secrets)
    except FileNotFoundError:
        return {}


def _status(context: WebRtcStreamerContext[LiveProcessor, Any]) -> None:
    """Say how the session goes; after its end, how it went."""
    processor = context.video_processor
    if processor is None or not (context.state.playing or context.state.signalling):
        _ended()
        return
    session = processor.session
    since = st.session_state.setdefault("live_since", time.monotonic())
    st.session_state["live_session"] = session
    state = session.state
    if state.error:
        st.error(state.error, icon=":material/error:")
    elif state.processed:
        _numbers(session, state)
    elif time.monotonic() - since < PATIENCE_S:
        st.info("Connecting to the camera …", icon=":material/videocam:")
    else:
        st.warning(NO_CONNECTION, icon=":material/videocam_off:")


def _ended() -> None:
    st.session_state.pop("live_since", None)
    session: LiveSession | None = st.session_state.get("live_session")
    if session is None:
        return
    session.close()
    state = session.state
    if not state.processed:
        st.warning(NO_CONNECTION, icon=":material/videocam_off:")
    elif state.exercise is None:
        st.info("Ended. No exercise was recognised.", icon=":material/flag:")
    else:
        title = texts.exercise_title(state.exercise, state.side)
        st.info(f"Ended. Counted: {title}, repetitions: {state.repetitions}.", icon=":material/flag:")


def _numbers(session: LiveSession, state: LiveState) -> None:
    exercise = "Waiting for an exercise"
    if state.person is None:
        exercise = "Nobody in the picture"
    elif state.exercise is not None:
        exercise = texts.exercise_title(state.exercise, state.side)
    name, count = st.columns([3, 1], vertical_alignment="center")
    name.subheader(exercise, anchor=False)
    count.metric("Repetitions", state.repetitions)
    for column, angle in zip(st.columns(len(SHOWN)), SHOWN, strict=True):
        estimate = state.angles.get(angle)
        value = texts.format_value(angle, estimate.value, estimate.sd) if estimate else texts.page("none")
        column.metric(texts.measure_name(angle), value)
    latency = f"{1000 * state.latency_s:.0f} ms" if state.latency_s is not None else texts.page("none")
    speed, again = st.columns([3, 1], vertical_alignment="center")
    speed.caption(f"{state.frames_per_s:.0f} pictures per second, drawn {latency} after they were taken")
    if again.button("Count from 0", width="stretch"):
        session.restart_count()
