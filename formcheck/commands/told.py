"""The words of ``formcheck assess`` for what only the person knows: ``T4=3``, ``T4:left=3``, ``T3:right``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import typer

from formcheck.coaching.baseline_rules import FILMED, load_baseline_rules
from formcheck.coaching.screening import screen, screening_texts
from formcheck.coaching.sides import Place, Told
from formcheck.coaching.types import TEST_IDS, Screening, TestId
from formcheck.errors import UsageError
from formcheck.names import SIDES, Side


def told_by(
    pain: Sequence[str], supported: Sequence[str], unable: Sequence[str], measured: Sequence[str]
) -> Told:
    """Return what the words of the options say.

    Raises
    ------
    UsageError
        If a word is none of ``TEST``, ``TEST:SIDE``, ``TEST=NUMBER``, ``TEST:SIDE=NUMBER``.
    """
    for option, words in (("--supported", supported), ("--unable", unable)):
        wrong = next((word for word in words if _place(word, option)[0] not in FILMED), None)
        if wrong is not None:
            raise UsageError(f"{option} {wrong}: name one of {', '.join(FILMED)}.")
    return Told(
        pain={place: round(number) for place, number in _numbers(pain, "--pain").items()},
        supported=frozenset(_place(word, "--supported") for word in supported),
        unable=frozenset(_place(word, "--unable") for word in unable),
        by_hand=_numbers(measured, "--measured"),
    )


def clips_of(words: Sequence[str]) -> dict[Path, Place]:
    """Return which test, and which side, each clip of ``--film`` shows.

    Raises
    ------
    UsageError
        If a word is none of ``TEST=CLIP``, ``TEST:SIDE=CLIP``, names a test that no camera sees, or a clip
        twice.
    """
    found: dict[Path, Place] = {}
    for word in words:
        place, equals, clip = word.partition("=")
        if not equals or not clip.strip():
            raise UsageError(f"--film {word}: say TEST:SIDE=CLIP, for example --film T1:left=stance.mp4.")
        test, side = _place(place, "--film")
        if test not in FILMED:
            raise UsageError(f"--film {word}: {test} is not filmed; name one of {', '.join(FILMED)}.")
        path = Path(clip)
        if path in found:
            raise UsageError(f"--film {word}: {clip} is named twice, so say only once what it shows.")
        found[path] = test, side
    return found


def screened(word: str | None) -> Screening:
    """Return the screening that ``--screening`` asks for.

    Parameters
    ----------
    word : str or None
        ``ask`` asks every question on the terminal, ``none`` says no to all of them, otherwise the ids of
        the questions answered with yes, parted by commas; None leaves them unanswered.

    Raises
    ------
    UsageError
        If an id is none of the questions.
    """
    if word is None:
        return screen({})
    questions = screening_texts().questions
    if word == "ask":
        return screen({q.id: typer.confirm(q.ask, default=None, err=True) for q in questions})
    answers = dict.fromkeys((question.id for question in questions), False)
    if word != "none":
        answers |= dict.fromkeys((part.strip() for part in word.split(",")), True)
    return screen(answers)


def _numbers(words: Sequence[str], option: str) -> Mapping[Place, float]:
    found: dict[Place, float] = {}
    for word in words:
        place, equals, number = word.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = float("nan")
        fits = math.isfinite(value) and (option != "--pain" or value.is_integer())
        if not equals or not fits:
            kind = "a whole number from 0 to 10" if option == "--pain" else "a number"
            example = "T4:left=3" if option == "--pain" else "T7:left=25"
            raise UsageError(f"{option} {word}: say TEST={kind}, for example {option} {example}.")
        found[_place(place, option)] = value
    return found


def _place(word: str, option: str) -> Place:
    test, colon, side = word.strip().partition(":")
    known = test.upper() in TEST_IDS and (not colon or side.lower() in SIDES)
    if not known:
        raise UsageError(
            f"{option} {word}: name a test from {TEST_IDS[0]} to {TEST_IDS[-1]}, with :left or :right if it "
            "is about one side."
        )
    name = cast("TestId", test.upper())
    if colon and not load_baseline_rules().tests[name].per_side:
        raise UsageError(f"{option} {word}: {name} is done on both legs, so it has no side.")
    return name, cast("Side", side.lower()) if colon else None
