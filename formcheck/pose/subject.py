"""Who is measured: with several people in view one is chosen, and followed without hopping to another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import takewhile
from types import TracebackType
from typing import Final, Protocol, Self

import numpy as np

from formcheck.errors import UnreadableVideoError, UsageError
from formcheck.pose.estimator import PersonPose, PoseEstimator
from formcheck.pose.everybody import GREY, PeopleFinder, everybody
from formcheck.pose.exerciser import AHEAD_S, exerciser
from formcheck.pose.sighting import LIKENESS, Picture, Sighting, box, likeness, prominence, sighting
from formcheck.video.types import Frame

Clip = Callable[[], AbstractContextManager[Iterable[Frame]]]
"""Opens a clip that is being followed once more, from its first picture."""
Point = tuple[float, float]
"""x, y as shares of the picture's width and height, from the upper left corner."""

LOOK_AGAIN_S: Final = 0.5
"""How often everybody in the picture is looked for while the subject is lost …"""
GIVE_UP_S: Final = 3.0
"""… and after how long whoever is nearest counts as the subject, whose looks may have changed."""
MARGIN: Final = 0.2
"""How far around the last pose the picture stays visible, in body lengths, growing by as much a second."""
HOME: Final = 0.5
"""Body lengths around the last place within which others' clothes may be the subject's new ones, if asked."""
MAX_SPEED: Final = 4.0
"""Lengths of the body that hips can't move in a second …"""
SLACK: Final = 0.15
"""… beyond this much, which the network may err."""
JOINED_S: Final = 1.0
"""How long after the first picture it is looked who has joined; then whenever as long again has gone by."""
MEMORY_S: Final = 2.0
"""Time constant with which the subject's looks are remembered."""


class Follower(PoseEstimator, Protocol):
    """A pose estimator that can be told to choose anew whom it follows."""

    def choose(self) -> None:
        """Choose among those in the next picture."""


def point(text: str) -> Point:
    """Return the point that a text like ``0.3,0.5`` names.

    Raises
    ------
    UsageError
        If it is not two shares of the picture, 0…1, with a comma between.
    """
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        x = y = -1.0
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise UsageError(
            f"'{text}' is no place in the picture: give x,y as shares of its width and height, "
            "such as 0.3,0.5 for a person left of the middle."
        )
    return x, y


class SubjectEstimator:
    """Follows one person among several; frames in which that person isn't seen have no pose.

    The first picture with a person is searched for others. If there is nobody else, the inner estimator
    works undisturbed, until its pose jumps, or wears other clothes, as it does when somebody walks through
    the view. From then on, or from the start with several people, it sees only the surroundings of
    the subject's last place, so that it can't take another person for the lost subject.

    Where a clip can be looked at beforehand (`look_ahead`), the first picture is searched for people more
    closely, later ones for who has joined, and of several the one who exercises is followed
    (`formcheck.pose.exerciser`).

    Parameters
    ----------
    inner : PeopleFinder
        Entered and left here.
    subject : (x, y), optional
        Where the person is when first seen; by default the largest and most central one is taken, or the
        one who exercises.
    stays : bool
        Whether in other clothes a subject that was lost for `GIVE_UP_S` is only found near the last place
        (`HOME`): who does a set at a webcam and walks out is not to be replaced by others in view.

    Attributes
    ----------
    anew : bool
        Whether somebody else is followed from the last picture on, so that earlier poses don't count.
    """

    def __init__(self, inner: PeopleFinder, subject: Point | None = None, *, stays: bool = False) -> None:
        self._inner = inner
        self._wanted = subject
        self._stays = stays
        self._forget()

    def _forget(self) -> None:
        self._last: Sighting | None = None
        self._clip: Clip | None = None
        self._alone, self._beside = True, False
        self._looked_s = -np.inf
        self._first_s = 0.0
        self._next_s = np.inf
        self.anew = False

    @property
    def name(self) -> str:
        """Which model."""
        return self._inner.name

    @property
    def sha256(self) -> str:
        """Checksum of its file."""
        return self._inner.sha256

    def __enter__(self) -> Self:
        self._inner.__enter__()
        self._forget()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inner.__exit__(kind, error, trace)

    def estimate(self, rgb: Picture, time_s: float) -> PersonPose | None:
        """Return the subject's landmarks, or None where the subject isn't seen (see `PoseEstimator`)."""
        self.anew = False
        if self._last is None:
            return self._begin(rgb, time_s)
        last = self._last
        if time_s < last.time_s:
            return None
        pose = self._inner.estimate(rgb if self._alone else _around(rgb, last, time_s), time_s)
        if pose is not None:
            now = sighting(rgb, pose, time_s)
            if _is_subject(now, last):
                self._last = _remembering(now, last)
                return pose if time_s < self._next_s else self._or_who_joined(rgb, time_s, pose)
            self._alone = False
        if time_s - max(last.time_s, self._looked_s) < LOOK_AGAIN_S:
            return None
        return self._look_again(rgb, time_s, last)

    def choose(self) -> None:
        """Choose anew whom to follow, among those in the next picture."""
        self._last = None

    def look_ahead(self, clip: Clip) -> None:
        """Follow the one who exercises, if there are several people and none of them is named.

        Parameters
        ----------
        clip : callable
            Opens the clip once more; called at most once, when several people are in a picture.
        """
        self._clip = clip

    def _begin(self, rgb: Picture, time_s: float) -> PersonPose | None:
        """Choose the subject among those in the first picture with people."""
        pose = self._inner.estimate(rgb, time_s)
        if pose is None:
            return None
        people = self._inner.people(rgb) or [pose]
        self._alone, self._beside = len(people) == 1, False
        usual = max(range(len(people)), key=lambda number: self._claim(rgb, people[number]))
        other = self._other(rgb, time_s, people, usual)
        if other is None:
            chosen = pose if self._alone else people[usual]
            self._last = sighting(rgb, chosen, time_s)
        else:
            chosen, self._last = other
            self._alone, self._beside = False, all(chosen is not person for person in people)
        if not self._alone:
            self._let_go(rgb, time_s)
        return chosen if self._last.time_s == time_s else None

    def _other(
        self, rgb: Picture, time_s: float, people: list[PersonPose], usual: int
    ) -> tuple[PersonPose, Sighting] | None:
        """Return who is to be followed instead of the usual one, if anybody."""
        if self._wanted is None and self._clip is None:
            return None
        everyone = everybody(self._inner, rgb, people, surely=True)
        if self._wanted is not None or self._clip is None:
            wanted = max(range(len(everyone)), key=lambda number: self._claim(rgb, everyone[number]))
            missed = wanted >= len(people)
            return (everyone[wanted], sighting(rgb, everyone[wanted], time_s)) if missed else None
        self._first_s = time_s
        if len(everyone) == 1:
            self._next_s = time_s + JOINED_S
            return None
        return self._who_exercises(rgb, time_s, everyone, usual)

    def _or_who_joined(self, rgb: Picture, time_s: float, pose: PersonPose) -> PersonPose:
        """Return the pose of the subject, or of who has joined since and exercises instead."""
        everyone = everybody(self._inner, rgb, [pose], surely=True)
        if len(everyone) == 1:
            self._next_s = 2 * time_s - self._first_s
            return pose
        self._next_s = np.inf
        other = self._who_exercises(rgb, time_s, everyone, usual=0)
        if other is None or other[1].time_s != time_s:
            return pose
        chosen, self._last = other
        self._alone, self._beside, self.anew = False, True, True
        self._let_go(rgb, time_s)
        return chosen

    def _who_exercises(
        self, rgb: Picture, time_s: float, people: list[PersonPose], usual: int
    ) -> tuple[PersonPose, Sighting] | None:
        if self._clip is None:
            return None
        try:
            with self._clip() as clip:
                others = _between(clip, self._first_s, time_s + AHEAD_S)
                return exerciser(self._inner, Frame(0, time_s, rgb), people, usual, others)
        except UnreadableVideoError:  # moved away since it was opened
            return None

    def _claim(self, rgb: Picture, person: PersonPose) -> float:
        """Return how much speaks for a person to be the subject."""
        width = rgb.shape[1] / rgb.shape[0]
        corners = box(rgb, person.image * [width, 1])
        if self._wanted is None:
            return prominence(rgb, corners)
        (low, high), middle = corners, corners.mean(axis=0)
        wanted = np.array(self._wanted) * [width, 1]
        outside = np.linalg.norm(np.maximum(np.maximum(low - wanted, wanted - high), 0))
        return -float(outside + 0.1 * np.linalg.norm(middle - wanted))

    def _look_again(self, rgb: Picture, time_s: float, last: Sighting) -> PersonPose | None:
        """Look for the subject among everybody in the picture."""
        self._looked_s = time_s
        gone_for_good = time_s - last.time_s > GIVE_UP_S
        reach = 0.0 if not gone_for_good else HOME * last.length if self._stays else np.inf

        def away(seen: tuple[PersonPose, Sighting]) -> float:
            return float(np.linalg.norm(seen[1].hips - last.hips))

        people = self._inner.people(rgb)
        if self._beside:
            people = everybody(self._inner, rgb, people)
        likely = [
            seen
            for seen in ((person, sighting(rgb, person, time_s)) for person in people)
            if likeness(seen[1].looks, last.looks) >= LIKENESS or away(seen) < reach
        ]
        if not likely:
            return None
        self._alone = self._alone and len(likely) == 1
        nearest, self._last = min(likely, key=away)
        if not self._alone:
            self._let_go(rgb, time_s)
        return nearest

    def _let_go(self, rgb: Picture, time_s: float) -> None:
        """Let the inner estimator lose whom it follows, who may be somebody else, by a picture of nobody."""
        self._inner.estimate(np.full_like(rgb, GREY), time_s)


def _is_subject(now: Sighting, last: Sighting) -> bool:
    moved = float(np.linalg.norm(now.hips - last.hips))
    if moved > last.length * (SLACK + MAX_SPEED * min(now.time_s - last.time_s, 0.25)):
        return False
    return likeness(now.looks, last.looks) >= LIKENESS


def _remembering(now: Sighting, last: Sighting) -> Sighting:
    """Return the sighting with length and looks as they were over the last seconds."""
    share = 1 - np.exp(-(now.time_s - last.time_s) / MEMORY_S)
    length = last.length + share * (now.length - last.length)
    return replace(now, length=length, looks=last.looks + share * (now.looks - last.looks))


def _around(rgb: Picture, last: Sighting, time_s: float) -> Picture:
    """Return the picture with everything grey but the surroundings of the last pose."""
    height, width = rgb.shape[:2]
    margin = MARGIN * last.length * (1 + time_s - last.time_s)
    left, top = np.clip((last.box[0] - margin) * height, 0, [width, height]).astype(int)
    right, bottom = np.clip((last.box[1] + margin) * height, 0, [width, height]).astype(int)
    view = np.full_like(rgb, GREY)
    view[top:bottom, left:right] = rgb[top:bottom, left:right]
    return view


def _between(frames: Iterable[Frame], after_s: float, until_s: float) -> Iterator[Frame]:
    early_enough = takewhile(lambda frame: frame.time_s <= until_s, frames)
    return (frame for frame in early_enough if frame.time_s > after_s)
