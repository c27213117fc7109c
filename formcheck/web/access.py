"""Who uses the page: one person on their own machine, or people who signed in, each with their own records.

Sign-in is Streamlit's (OpenID Connect); the section ``[auth]`` of its secrets configures it
(``docs/deploy.md``).
"""

from __future__ import annotations

import hashlib
import os
from typing import Final

import streamlit as st

from formcheck.errors import RecordsError
from formcheck.records.opening import LOCAL_OWNER
from formcheck.web.words import say

SHARED: Final = "FORMCHECK_SHARED"
"""Environment variable: set to 1, nobody gets in without signing in, even while sign-in isn't configured."""
_ALLOWED: Final = "formcheck"
"""Section of the secrets whose ``allowed`` lists who may use the page: addresses, or ``@domain``."""


def shared() -> bool:
    """Return whether the page serves several people, so that everybody has to sign in."""
    return _configured() or os.environ.get(SHARED, "").strip() not in ("", "0")


def owner() -> str:
    """Return whose records and settings are meant: this machine's, or those of whoever signed in.

    Raises
    ------
    RecordsError
        If somebody has to sign in first. So whatever forgets to ask sees nothing.
    """
    if not shared():
        return LOCAL_OWNER
    if refusal() is not None:
        raise RecordsError(say("access.first"))
    return owner_of(str(st.user.get("iss", "")), str(st.user["sub"]))


def owner_of(issuer: str, subject: str) -> str:
    """Return the owner's name for an identity; unlike an address it never changes and tells nothing."""
    return "oidc-" + hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()[:40]


def refusal() -> str | None:
    """Return why somebody doesn't get in, empty if they only have to sign in; None if they get in."""
    if not shared():
        return None
    if not _configured():
        return say("access.not_configured")
    if not st.user.get("is_logged_in", False) or not st.user.get("sub"):
        return ""
    return None if is_allowed(dict(st.user), _allowed()) else say("access.not_allowed")


def is_allowed(user: dict[str, object], allowed: list[str]) -> bool:
    """Return whether somebody is among ``allowed``; everybody is if it is empty.

    An address counts only if the provider says that it is verified.
    """
    if not allowed:
        return True
    email = str(user.get("email", "")).lower()
    if not email or user.get("email_verified") not in (True, "true"):
        return False
    return any(
        email == each or (each.startswith("@") and email.endswith(each)) for each in map(str.lower, allowed)
    )


def gate() -> bool:
    """Draw the sign-in where somebody has to; return whether they are in."""
    why = refusal()
    if why is None:
        return True
    st.title(say("access.title"), anchor=False)
    if why:
        st.error(why, icon=":material/lock:")
    if _configured():
        if why:
            st.button(say("access.sign_out"), on_click=st.logout)
        else:
            st.write(say("access.text"))
            st.button(say("access.sign_in"), type="primary", icon=":material/login:", on_click=st.login)
    return False


def signed_in_line() -> None:
    """Draw who is signed in, and the way out; nothing on one's own machine."""
    if not shared():
        return
    name = st.user.get("name") or st.user.get("email") or ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say("access.signed_in", name=name), width="content")
        st.button(say("access.sign_out"), type="tertiary", on_click=st.logout)


def _configured() -> bool:
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def _allowed() -> list[str]:
    return [str(each) for each in st.secrets.get(_ALLOWED, {}).get("allowed", [])]
