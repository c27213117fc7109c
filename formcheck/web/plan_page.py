"""The page "Plan and log"."""

from __future__ import annotations


def show() -> None:
    """Draw the page."""
