"""Who is measured: with several people in view one is chosen, and followed without hopping to another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.errors import UsageError
from formcheck.names import LANDMARK_INDEX
from formcheck.pose.estimator import PersonPose, PoseEstimator

Array = NDArray[np.floating[Any]]
Picture = NDArray[np.uint8]
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
LIKENESS: Final = 0.45
"""Clothes this unlike those of the last seconds (0 nothing in common, 1 the same) are somebody else's."""
MEMORY_S: Final = 2.0
"""Time constant with which the subject's looks are remembered."""
COLOURS: Final = 4
"""Levels of red, green and blue that clothes are told apart by."""

GREY: Final = 127

_STEPS = np.linspace(0.15, 0.85, 12)
_ACROSS, _DOWN = _STEPS[:, None, None], _STEPS[None, :, None]
"""Where on the trunk clothes are looked at, as shares of its width and length."""
_PLACES = np.array([COLOURS**2, COLOURS, 1])

_TORSO = [LANDMARK_INDEX[name] for name in ("left_shoulder", "right_shoulder", "right_hip", "left_hip")]
_HIPS = [LANDMARK_INDEX[name] for name in ("left_hip", "right_hip")]


class PeopleFinder(PoseEstimator, Protocol):
    """A pose estimator that can also look for everybody in a picture."""

    def people(self, rgb: Picture) -> list[PersonPose]:
        """Return everybody who is found, without regard to earlier pictures."""


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


@dataclass(frozen=True)
class _Sighting:
    """The subject when last seen: lengths and places in heights of the picture."""

    time_s: float
    box: Array
    hips: Array
    length: float
    looks: Array


class SubjectEstimator:
    """Follows one person among several; frames in which that person isn't seen have no pose.

    The first picture with a person is searched for others. If there is nobody else, the inner estimator
    works undisturbed, until its pose jumps, or wears other clothes, as it does when somebody walks through
    the view. From then on, or from the start with several people, it sees only the surroundings of
    the subject's last place, so that it can't take another person for the lost subject.

    Parameters
    ----------
    inner : PeopleFinder
        Entered and left here.
    subject : (x, y), optional
        Where the person is when first seen; by default the largest and most central one is taken.
    stays : bool
        Whether in other clothes a subject that was lost for `GIVE_UP_S` is only found near the last place
        (`HOME`): who does a set at a webcam and walks out is not to be replaced by others in view.
    """

    def __init__(self, inner: PeopleFinder, subject: Point | None = None, *, stays: bool = False) -> None:
        self._inner = inner
        self._wanted = subject
        self._stays = stays
        self._last: _Sighting | None = None
        self._alone = True
        self._looked_s = -np.inf

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
        self._last, self._alone, self._looked_s = None, True, -np.inf
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inner.__exit__(kind, error, trace)

    def estimate(self, rgb: Picture, time_s: float) -> PersonPose | None:
        """Return the subject's landmarks, or None where the subject isn't seen (see `PoseEstimator`)."""
        if self._last is None:
            return self._begin(rgb, time_s)
        last = self._last
        pose = self._inner.estimate(rgb if self._alone else _around(rgb, last, time_s), time_s)
        if pose is not None:
            now = _seen(rgb, pose, time_s)
            if _is_subject(now, last):
                self._last = _remembering(now, last)
                return pose
            self._alone = False
        if time_s - max(last.time_s, self._looked_s) < LOOK_AGAIN_S:
            return None
        return self._look_again(rgb, time_s, last)

    def choose(self) -> None:
        """Choose anew whom to follow, among those in the next picture."""
        self._last = None

    def _begin(self, rgb: Picture, time_s: float) -> PersonPose | None:
        """Choose the subject among those in the first picture with people."""
        pose = self._inner.estimate(rgb, time_s)
        if pose is None:
            return None
        people = self._inner.people(rgb) or [pose]
        self._alone = len(people) == 1
        chosen = pose if self._alone else max(people, key=lambda person: self._claim(rgb, person))
        self._last = _seen(rgb, chosen, time_s)
        return chosen

    def _claim(self, rgb: Picture, person: PersonPose) -> float:
        """Return how much speaks for a person to be the subject."""
        width = rgb.shape[1] / rgb.shape[0]
        low, high = _box(rgb, person.image * [width, 1])
        middle = (low + high) / 2
        if self._wanted is None:
            return float(np.prod(high - low) * (1 - abs(middle[0] / width - 0.5)))
        wanted = np.array(self._wanted) * [width, 1]
        outside = np.linalg.norm(np.maximum(np.maximum(low - wanted, wanted - high), 0))
        return -float(outside + 0.1 * np.linalg.norm(middle - wanted))

    def _look_again(self, rgb: Picture, time_s: float, last: _Sighting) -> PersonPose | None:
        """Look for the subject among everybody in the picture."""
        self._looked_s = time_s
        gone_for_good = time_s - last.time_s > GIVE_UP_S
        reach = 0.0 if not gone_for_good else HOME * last.length if self._stays else np.inf

        def away(seen: tuple[PersonPose, _Sighting]) -> float:
            return float(np.linalg.norm(seen[1].hips - last.hips))

        everybody = [(person, _seen(rgb, person, time_s)) for person in self._inner.people(rgb)]
        likely = [
            seen
            for seen in everybody
            if _likeness(seen[1].looks, last.looks) >= LIKENESS or away(seen) < reach
        ]
        if not likely:
            return None
        self._alone = self._alone and len(likely) == 1
        nearest, self._last = min(likely, key=away)
        return nearest


def _seen(rgb: Picture, pose: PersonPose, time_s: float) -> _Sighting:
    points = pose.image * [rgb.shape[1] / rgb.shape[0], 1]
    box = _box(rgb, points)
    left, right = points[_HIPS]
    length = float(np.linalg.norm(box[1] - box[0]))
    return _Sighting(time_s, box, (left + right) / 2, length, _looks(rgb, pose))


def _is_subject(now: _Sighting, last: _Sighting) -> bool:
    moved = float(np.linalg.norm(now.hips - last.hips))
    if moved > last.length * (SLACK + MAX_SPEED * min(now.time_s - last.time_s, 0.25)):
        return False
    return _likeness(now.looks, last.looks) >= LIKENESS


def _remembering(now: _Sighting, last: _Sighting) -> _Sighting:
    """Return the sighting with length and looks as they were over the last seconds."""
    share = 1 - np.exp(-(now.time_s - last.time_s) / MEMORY_S)
    length = last.length + share * (now.length - last.length)
    return replace(now, length=length, looks=last.looks + share * (now.looks - last.looks))


def _around(rgb: Picture, last: _Sighting, time_s: float) -> Picture:
    """Return the picture with everything grey but the surroundings of the last pose."""
    height, width = rgb.shape[:2]
    margin = MARGIN * last.length * (1 + time_s - last.time_s)
    left, top = np.clip((last.box[0] - margin) * height, 0, [width, height]).astype(int)
    right, bottom = np.clip((last.box[1] + margin) * height, 0, [width, height]).astype(int)
    view = np.full_like(rgb, GREY)
    view[top:bottom, left:right] = rgb[top:bottom, left:right]
    return view


def _box(rgb: Picture, points: Array) -> Array:
    """Return the corners around the landmarks, in heights of the picture, shape (low and high, xy)."""
    low, high = points.min(axis=0), points.max(axis=0)
    box: Array = np.clip([low, high], 0, [rgb.shape[1] / rgb.shape[0], 1])
    return box


def _looks(rgb: Picture, pose: PersonPose) -> Array:
    """Return how often each colour is met on the trunk, shape (colour,); sums to 1."""
    a, b, c, d = pose.image[_TORSO]
    points = (a + _ACROSS * (b - a)) * (1 - _DOWN) + (d + _ACROSS * (c - d)) * _DOWN
    height, width = rgb.shape[:2]
    at = np.clip(points.reshape(-1, 2) * [width, height], 0, [width - 1, height - 1]).astype(np.intp)
    levels = rgb[at[:, 1], at[:, 0]] // (256 // COLOURS)
    counts = np.bincount(levels @ _PLACES, minlength=COLOURS**3)
    share: Array = counts / len(at)
    return share


def _likeness(a: Array, b: Array) -> float:
    return float(np.sqrt(a * b).sum())
