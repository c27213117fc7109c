"""Who of several people exercises: a look at everybody in pictures spread over a clip."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from formcheck.names import SIDES, landmark
from formcheck.pose.estimator import PersonPose
from formcheck.pose.everybody import PeopleFinder, everybody
from formcheck.pose.sighting import LIKENESS, Array, Picture, Sighting, likeness, prominence, sighting
from formcheck.video.types import Frame

PICTURES: Final = 20
"""How many pictures are looked at …"""
AHEAD_S: Final = 120.0
"""… of how much of the clip, so that an hour's recording isn't read twice."""
NEAR: Final = 0.5
"""Diagonals of the body within which somebody in other clothes is taken for the same person."""
FEWEST: Final = 6
"""Sightings below which it isn't known how somebody moves."""

STILL: Final = 0.07
"""Movement, in body lengths, of people who stand, talk and lift their arms: measured 0.02–0.07 …"""
MOVING: Final = 0.12
"""… and of those who exercise: more in 34 of 34 filmed and 18 of 19 drawn clips (one leg: 0.02)."""
STANDING: Final = 0.1
"""How much somebody who keeps still counts beside somebody who moves: so much that who stands on one leg is
not given up for somebody half as tall in the background."""
STRAYING: Final = 0.15
"""Movement taken off for each body length that somebody strays to the side: who walks swings the legs."""
CLEARLY: Final = 2.0
"""How much more has to speak for another person than for the largest and most central one."""

_JOINTS = [[landmark(side, joint) for side in SIDES] for joint in ("shoulder", "hip", "knee", "ankle")]
_HIP: Final = 1


@dataclass
class _Track:
    """One person in the pictures in which they were found."""

    poses: list[PersonPose] = field(default_factory=list)
    seen: list[Sighting] = field(default_factory=list)
    prominence: list[float] = field(default_factory=list)

    def add(self, rgb: Picture, pose: PersonPose, seen: Sighting) -> None:
        self.poses.append(pose)
        self.seen.append(seen)
        self.prominence.append(prominence(rgb, seen.box))

    def unlike(self, seen: Sighting) -> float:
        """Return how little a sighting is of this person; infinite if it can't be."""
        last = self.seen[-1]
        away = float(np.linalg.norm(seen.hips - last.hips)) / last.length
        alike = likeness(seen.looks, np.mean([each.looks for each in self.seen], axis=0))
        return away + 1 - alike if alike >= LIKENESS or away < NEAR else np.inf


def exerciser(
    finder: PeopleFinder, begin: Frame, people: list[PersonPose], usual: int, others: Iterable[Frame]
) -> tuple[PersonPose, Sighting] | None:
    """Return who of several people exercises, as first seen; None to stay with the usual choice.

    For everybody speaks how large and central they are, in how many of the pictures they are seen, and
    whether their body moves as in an exercise (`movement`). Another than the usual one is chosen only if
    `CLEARLY` more speaks for that person.

    Parameters
    ----------
    finder : PeopleFinder
        Entered.
    begin : Frame
        The picture in which ``people`` are.
    usual : int
        Which of them would be followed otherwise.
    others : iterable of Frame
        The clip's other pictures, of any size.
    """
    tracks: list[_Track] = []
    _assign(tracks, begin, people)
    mine = tracks[usual]
    pictures = spread(others, PICTURES)
    for frame in pictures:
        _assign(tracks, frame, everybody(finder, frame.rgb, finder.people(frame.rgb)))
    width = begin.rgb.shape[1] / begin.rgb.shape[0]
    claims = [_claim(track, width, len(pictures) + 1) for track in tracks]
    best = int(np.argmax(claims))
    if tracks[best] is mine or claims[best] <= CLEARLY * claims[usual]:
        return None
    return tracks[best].poses[0], tracks[best].seen[0]


def spread(frames: Iterable[Frame], count: int) -> list[Frame]:
    """Return about evenly spread frames, from ``count`` to twice as many less one; all, if there are fewer.

    How many there are needn't be known; at most twice ``count`` are kept at a time.
    """
    kept: list[Frame] = []
    step = 1
    for number, frame in enumerate(frames):
        if number % step == 0:
            kept.append(frame)
        if len(kept) == 2 * count:
            kept, step = kept[::2], 2 * step
    return kept


def movement(points: Array, visibility: Array) -> float:
    """Return how much a body moves as in an exercise, in body lengths.

    Summed are how far the middles of shoulders, hips, knees and ankles move against each other, nearer or
    farther from the camera alike, and how far the hips rise and fall. Arms don't count, nor does the swing of
    the legs in turn; straying to the side is taken off.

    Parameters
    ----------
    points : ndarray, shape (picture, landmark, xy)
        In one unit along both axes, y down.
    visibility : ndarray, shape (picture, landmark)
        What is seldom seen (median below 0.5) is left out.
    """
    seen = [k for k, pair in enumerate(_JOINTS) if np.median(visibility[:, pair]) >= 0.5]
    if len(points) < FEWEST or _HIP not in seen or len(seen) < 2:
        return 0.0
    middles = np.stack([points[:, _JOINTS[k]].mean(axis=1) for k in seen], axis=1)
    length = float(np.percentile(_lengths(middles), 90))
    if length <= 0:
        return 0.0
    shape = middles - middles.mean(axis=1, keepdims=True)
    usual = np.median(shape, axis=0)
    shape = shape * ((shape * usual).sum(axis=(1, 2)) / (shape**2).sum(axis=(1, 2)))[:, None, None]
    bent = float(np.linalg.norm(_range(shape))) / length
    strayed, risen = _range(middles[:, seen.index(_HIP)]) / length
    return max(float(bent / np.sqrt(2) + risen - STRAYING * strayed), 0.0)


def _assign(tracks: list[_Track], frame: Frame, people: list[PersonPose]) -> None:
    """Give each person in a picture to whom they are most like, and a track of their own if to nobody."""
    seen = [sighting(frame.rgb, person, frame.time_s) for person in people]
    costs = sorted(
        (track.unlike(each), number, k) for number, each in enumerate(seen) for k, track in enumerate(tracks)
    )
    owner: dict[int, int] = {}
    for cost, number, k in costs:
        if np.isfinite(cost) and number not in owner and k not in owner.values():
            owner[number] = k
    for number, (person, each) in enumerate(zip(people, seen, strict=True)):
        if number not in owner:
            tracks.append(_Track())
        tracks[owner.get(number, -1)].add(frame.rgb, person, each)


def _claim(track: _Track, width: float, pictures: int) -> float:
    """Return how much speaks for a person: size and place, how long in view, how much they move."""
    moved = movement(
        np.array([pose.image * [width, 1] for pose in track.poses]),
        np.array([pose.visibility for pose in track.poses]),
    )
    active = float(np.clip((moved - STILL) / (MOVING - STILL), STANDING, 1))
    return float(np.median(track.prominence)) * len(track.poses) / pictures * active


def _lengths(middles: Array) -> Array:
    lengths: Array = np.linalg.norm(np.diff(middles, axis=1), axis=2).sum(axis=1)
    return lengths


def _range(values: Array) -> Array:
    low, high = np.percentile(values, [10, 90], axis=0)
    between: Array = high - low
    return between
