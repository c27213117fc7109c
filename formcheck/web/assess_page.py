"""The page "Baseline"."""

from __future__ import annotations


def show() -> None:
    """Draw the page."""
