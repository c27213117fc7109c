"""How the page is started: from a checkout or from an installed wheel, with the same settings."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from formcheck.errors import UsageError

SETTINGS: Final[Mapping[str, str | int | bool]] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "viewer",
    "runner.postScriptGC": False,
    "server.address": "localhost",
    "server.fileWatcherType": "none",
    "server.maxUploadSize": 2000,
    "server.showEmailPrompt": False,
    "theme.light.primaryColor": "#0f6a86",
    "theme.dark.primaryColor": "#217c96",
}
"""Streamlit's settings, equal to ``.streamlit/config.toml`` of a checkout (a test holds them together)."""


def page() -> Path:
    """Return the page's script: inside an installed package, or beside the package in a checkout.

    Raises
    ------
    UsageError
        If it is at neither place.
    """
    package = Path(__file__).parent
    for script in (package / "streamlit_app.py", package.parents[1] / "streamlit_app.py"):
        if script.is_file():
            return script
    raise UsageError("The page's script streamlit_app.py is missing: install formcheck again.")


def command(**settings: str | int | bool) -> list[str]:
    """Return the command that serves the page.

    Parameters
    ----------
    **settings
        Streamlit settings that override or add to `SETTINGS`, with ``_`` for the dot:
        ``server_port=8600``, ``server_headless=True``.
    """
    overrides = {name.replace("_", ".", 1): value for name, value in settings.items()}
    flags = [f"--{name}={_text(value)}" for name, value in {**SETTINGS, **overrides}.items()]
    return [sys.executable, "-m", "streamlit", "run", str(page()), *flags]


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
