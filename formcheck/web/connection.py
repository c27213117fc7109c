"""Which STUN and TURN servers the webcam's connection may use: none, unless the page's host names some."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, Final

from formcheck.errors import UsageError

SETTING: Final = "FORMCHECK_ICE_SERVERS"
"""Environment variable, or key of Streamlit's secrets, that holds the list (``docs/web.md``)."""

_KEYS: Final = frozenset({"urls", "username", "credential"})


def ice_servers(secrets: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Return the configured ICE servers as a browser's ``RTCPeerConnection`` takes them.

    The empty list is the default and enough on one machine or one local network; it also keeps the
    browser and the server from asking anybody on the internet.

    Parameters
    ----------
    secrets : mapping, optional
        Streamlit's secrets; the environment variable goes first.

    Raises
    ------
    UsageError
        If the setting is not a list of servers.
    """
    given: Any = os.environ.get(SETTING) or (secrets or {}).get(SETTING)
    if not given:
        return []
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except json.JSONDecodeError as error:
            raise _wrong() from error
    if not isinstance(given, (list, tuple)) or not all(_is_server(server) for server in given):
        raise _wrong()
    return [dict(server) for server in given]


def _is_server(server: Any) -> bool:
    return isinstance(server, Mapping) and bool(server.get("urls")) and _KEYS.issuperset(server)


def _wrong() -> UsageError:
    return UsageError(
        f"{SETTING} is not a JSON list of servers like "
        '[{"urls": "turn:turn.example.org:3478", "username": "…", "credential": "…"}]: '
        "correct it or leave it out."
    )
