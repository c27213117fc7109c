"""How exercises, legs and pose models stand in lists of choices, and which files a clip may be."""

from __future__ import annotations

from typing import Final

from formcheck.names import SIDES
from formcheck.reports import texts
from formcheck.web.words import say

KINDS: Final = ("mp4", "mov", "m4v", "webm", "avi", "mkv")
AUTO: Final = "auto"


def exercise_choice(exercise: str) -> str:
    """Return how an exercise, or its recognition, stands in a list of choices."""
    return say("check.auto") if exercise == AUTO else texts.exercise_name(exercise)


def side_choice(side: str) -> str:
    """Return how a leg, or its recognition, stands in a list of choices."""
    return next((texts.side_word(each).capitalize() for each in SIDES if each == side), say("check.auto"))


def model_choice(model: str) -> str:
    """Return how a pose model stands in a list of choices."""
    return say(f"check.model_{model}")
