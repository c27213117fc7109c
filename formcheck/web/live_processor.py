"""Joins a webcam's stream to a live session: frames in, drawn frames out."""

from __future__ import annotations

from typing import Final

import av
import numpy as np
from streamlit_webrtc import VideoProcessorBase

from formcheck.web.live import LiveSession
from formcheck.web.live_overlay import draw_live

PATIENCE_S: Final = 0.1
"""How long a frame waits for its own skeleton; a slower machine shows the last one that it has."""


class LiveProcessor(VideoProcessorBase):
    """Hands the newest frames of one connection to a session, and gives them back drawn.

    Parameters
    ----------
    session : LiveSession
        Ends with the stream.
    """

    def __init__(self, session: LiveSession) -> None:
        self._session = session
        self._started_s: float | None = None
        self._shown: int = 0
        self._last: av.VideoFrame | None = None

    def recv(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Take the newest frame; give back the last one that was looked at, with its skeleton on it."""
        if self._started_s is None:
            self._started_s = frame.time
        rgb = np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
        state = self._session.offer(rgb, frame.time - self._started_s, patience_s=PATIENCE_S)
        if state.picture is None:  # still starting, or ended
            return frame
        if self._last is None or state.speed.processed != self._shown:
            self._last = av.VideoFrame.from_ndarray(draw_live(state.picture, state), format="rgb24")
            self._shown = state.speed.processed
            self._session.shown()
        return self._last

    def on_ended(self) -> None:
        """End with the stream: the camera was stopped, or the page closed."""
        self._session.close()
