"""Everybody in a picture: whom the network misses beside somebody else is found with that one blotted out."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

import numpy as np

from formcheck.names import SIDES, landmark
from formcheck.pose.estimator import PersonPose, PoseEstimator
from formcheck.pose.sighting import HIPS, Array, Picture, box
from formcheck.validation import FloatArray

GREY: Final = 127
SURE: Final = 0.8
"""Mean visibility of trunk and legs from which on a find in a blotted picture is a person: furniture reads
0.5–0.75, people 0.95."""
APART: Final = 0.5
"""Most of a find that may lie where somebody is known to be: what sticks out of a blot is no other person."""
NEAR: Final = 0.25
"""Lengths of a body within which the one found in the mirrored picture is the same."""
SMALL: Final = 0.4
"""Lengths, in those of the largest known person, below which a find in a blotted picture isn't looked at."""

_BODY = [landmark(side, joint) for side in SIDES for joint in ("shoulder", "hip", "knee", "ankle")]


class PeopleFinder(PoseEstimator, Protocol):
    """A pose estimator that can also look for everybody in a picture."""

    def people(self, rgb: Picture) -> list[PersonPose]:
        """Return everybody who is found, without regard to earlier pictures."""


def everybody(
    finder: PeopleFinder, rgb: Picture, found: list[PersonPose], *, surely: bool = False
) -> list[PersonPose]:
    """Return who has been found in a picture, and who else is in it.

    The network finds people by a square around all of the body; of two squares that share much it keeps one,
    so that one of two people who stand beside each other is often missed. Looking again with the known ones
    greyed out finds the other.

    Parameters
    ----------
    finder : PeopleFinder
        Entered.
    rgb : ndarray of uint8, shape (height, width, rgb)
    found : list of PersonPose
        What ``finder.people`` said of the picture.
    surely : bool
        Whether the others must be found in the mirrored picture as well, as people are and furniture isn't.
    """
    if not found:
        return found
    corners = [_corners(rgb, person) for person in found]
    blotted = rgb.copy()
    height = rgb.shape[0]
    for (left, top), (right, bottom) in ((c * height).astype(int) for c in corners):
        blotted[top:bottom, left:right] = GREY
    longest = max(_length(known) for known in corners)
    others = []
    for person in finder.people(blotted):
        theirs = _corners(rgb, person)
        sure = person.visibility[_BODY].mean() >= SURE and _length(theirs) >= SMALL * longest
        if sure and max(_shared(theirs, known) for known in corners) <= APART:
            others.append(person)
            corners.append(theirs)
    if surely and others:
        others = _found_mirrored(finder, rgb, found, others)
    return found + others


def _found_mirrored(
    finder: PeopleFinder, rgb: Picture, found: list[PersonPose], others: list[PersonPose]
) -> list[PersonPose]:
    mirrored = [replace(person, image=_turned(person.image)) for person in found]
    again = everybody(finder, np.ascontiguousarray(rgb[:, ::-1]), mirrored)[len(found) :]
    places = [_turned(person.image[HIPS]).mean(axis=0) for person in again]
    size = np.array([rgb.shape[1] / rgb.shape[0], 1])

    def is_there(person: PersonPose) -> bool:
        near = NEAR * _length(_corners(rgb, person))
        hips = person.image[HIPS].mean(axis=0)
        return any(np.linalg.norm((hips - place) * size) <= near for place in places)

    return [person for person in others if is_there(person)]


def _turned(points: FloatArray) -> FloatArray:
    """Return where points lie in the mirrored picture, as shares of its width and height."""
    return np.stack([1 - points[:, 0], points[:, 1]], axis=1)


def _corners(rgb: Picture, person: PersonPose) -> Array:
    return box(rgb, person.image * [rgb.shape[1] / rgb.shape[0], 1])


def _length(corners: Array) -> float:
    return float(np.linalg.norm(corners[1] - corners[0]))


def _shared(one: Array, other: Array) -> float:
    """Return which share of a box lies inside another."""
    inside = np.clip(np.minimum(one[1], other[1]) - np.maximum(one[0], other[0]), 0, None)
    return float(np.prod(inside) / max(np.prod(one[1] - one[0]), 1e-9))
