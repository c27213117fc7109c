"""No queue of pictures from the webcam to the answer: who is slow misses some, and sees no old ones."""

from __future__ import annotations

from functools import cache, partial

from streamlit_webrtc.relay import get_global_relay


@cache
def newest_only() -> None:
    """Let the server's relay hold but the newest picture of each stream; twice is once.

    By default it holds all that have not been taken. Where encoding the answer can't keep up, as on a
    computer with other work, those would grow older and more numerous for as long as the set goes on.
    """
    relay = get_global_relay()
    relay.subscribe = partial(relay.subscribe, buffered=False)  # type: ignore[method-assign]
