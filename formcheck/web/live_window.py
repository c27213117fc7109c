"""What a live session remembers: the landmarks of the last seconds, and all repetitions."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from formcheck.exercises.types import Bout
from formcheck.names import LANDMARKS, Exercise, Side
from formcheck.pose.estimator import PersonPose
from formcheck.pose.sequence import PoseSequence
from formcheck.validation import FloatArray
from formcheck.video.types import VideoInfo

WINDOW_S: Final = 12.0
"""Long enough for two slow repetitions, short enough to be measured twice a second."""

SETTLE_S: Final = 0.3
"""A repetition counts once its end lies this far back: the end of a window is where smoothing is unsure."""

SAME_SHARE: Final = 1 / 3
"""Findings of one repetition wander by less than this leaves in common; neighbours share next to nothing."""


_NOBODY: Final = PersonPose(
    *(np.full((len(LANDMARKS), *axes), np.nan, np.float32) for axes in ((2,), (3,), (), ()))
)


_NOT_LOOKED: Final = np.full(2, np.nan, np.float32)


@dataclass(frozen=True)
class _Entry:
    time_s: float
    person: PersonPose | None
    luma: float
    camera_shift: FloatArray
    edge_share: float  # of the picture's width, which may change
    shank_width: float


class RollingWindow:
    """The raw landmarks of the last seconds; no pictures.

    Parameters
    ----------
    length_s : float
        How far back it reaches.
    """

    def __init__(self, length_s: float = WINDOW_S) -> None:
        self._length_s = length_s
        self._entries: deque[_Entry] = deque()
        self._size_px = (0, 0)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def start_s(self) -> float:
        """Time of the oldest frame that is kept; 0 while there is none."""
        return self._entries[0].time_s if self._entries else 0.0

    @property
    def end_s(self) -> float:
        """Time of the newest frame; 0 while there is none."""
        return self._entries[-1].time_s if self._entries else 0.0

    def add(
        self,
        time_s: float,
        size_px: tuple[int, int],
        person: PersonPose | None,
        luma: float = float("nan"),
        camera_shift: FloatArray = _NOT_LOOKED,
        edge_px: float = float("nan"),
        shank_width: float = float("nan"),
    ) -> None:
        """Add a frame (``person`` is None where nobody was found) and forget what is too old.

        ``camera_shift``, shape (xy,), ``edge_px`` and ``shank_width`` are as in `PoseSequence`: NaN where it
        was not looked.

        The picture's size may change while a webcam runs, so positions are kept as shares of it.
        When the picture's shape changes (the phone was turned), the past no longer fits and is forgotten.
        """
        if self._entries and not _same_shape(self._size_px, size_px):
            self._entries.clear()
        self._size_px = size_px
        self._entries.append(_Entry(time_s, person, luma, camera_shift, edge_px / size_px[0], shank_width))
        while self._entries and self._entries[0].time_s < time_s - self._length_s:
            self._entries.popleft()

    def since(self, start_s: float, *, at_most_hz: float | None = None) -> RollingWindow:
        """Return a copy of what is not older than ``start_s``, thinned to ``at_most_hz`` frames a second."""
        part = RollingWindow(self._length_s)
        part._size_px = self._size_px
        least_s = 0.0 if at_most_hz is None else 0.8 / at_most_hz
        looked, edge, shank = _NOT_LOOKED, float("nan"), float("nan")
        for entry in self._entries:
            if entry.time_s < start_s:
                continue
            if np.isfinite(entry.camera_shift).all():
                looked = entry.camera_shift
            if np.isfinite(entry.edge_share):
                edge = entry.edge_share
            if np.isfinite(entry.shank_width):
                shank = entry.shank_width
            if not part._entries or entry.time_s - part.end_s >= least_s:
                part._entries.append(replace(entry, camera_shift=looked, edge_share=edge, shank_width=shank))
                looked, edge, shank = _NOT_LOOKED, float("nan"), float("nan")
        return part

    def sequence(self, *, model: str = "full", model_sha256: str = "") -> PoseSequence:
        """Return the window as a clip of its own, whose time starts at 0 (add `start_s` for session time)."""
        count, (width, height) = len(self._entries), self._size_px
        times = np.array([entry.time_s for entry in self._entries]) - self.start_s
        people = [entry.person or _NOBODY for entry in self._entries]
        duration = float(times[-1]) if count else 0.0
        return PoseSequence(
            times_s=times,
            image_px=np.stack([person.image for person in people]) * np.array([width, height], np.float32),
            world_m=np.stack([person.world_m for person in people]),
            visibility=np.stack([person.visibility for person in people]),
            presence=np.stack([person.presence for person in people]),
            luma=np.array([entry.luma for entry in self._entries], np.float32),
            camera_shift=np.array([entry.camera_shift for entry in self._entries], np.float32).reshape(-1, 2),
            edge_px=np.array([entry.edge_share * width for entry in self._entries], np.float32),
            shank_width=np.array([entry.shank_width for entry in self._entries], np.float32),
            video=VideoInfo(
                name="webcam",
                width=width,
                height=height,
                frames=count,
                duration_s=duration,
                mean_fps=(count - 1) / duration if duration else 0.0,
            ),
            model=model,
            model_sha256=model_sha256,
        )


def _same_shape(one_px: tuple[int, int], other_px: tuple[int, int]) -> bool:
    return abs(one_px[0] / one_px[1] - other_px[0] / other_px[1]) < 0.02


@dataclass(frozen=True)
class CountedRepetition:
    """A repetition in session time, with what it was recognised as."""

    exercise: Exercise
    side: Side | None
    start_s: float
    turn_s: float
    end_s: float


class RepetitionCounter:
    """Counts repetitions over a session of which only the last seconds are seen at a time.

    The same repetition is found again in every window until it has left it, each time at slightly
    other times. Two findings are the same repetition when they share more than `SAME_SHARE` of the
    shorter. What was counted stays counted; a later finding, which has seen more, may correct its times,
    exercise and side.
    """

    def __init__(self) -> None:
        self._counted: list[CountedRepetition] = []
        self.since_s = float("-inf")
        """What turned before this moment doesn't count."""

    @property
    def repetitions(self) -> tuple[CountedRepetition, ...]:
        """All that were counted, in time order."""
        return tuple(self._counted)

    def count(self, exercise: Exercise, side: Side | None) -> int:
        """Return how many repetitions of this exercise on this side there were."""
        return sum(rep.exercise == exercise and rep.side == side for rep in self._counted)

    def clear(self) -> None:
        """Start again at 0."""
        self._counted.clear()

    def update(self, bouts: Sequence[Bout], *, offset_s: float, now_s: float) -> None:
        """Take in what was found in the window.

        Parameters
        ----------
        bouts : sequence of Bout
            With times from the window's start.
        offset_s : float
            Session time of the window's start.
        now_s : float
            Session time of the newest frame.
        """
        for bout in bouts:
            if bout.exercise == "unknown":
                continue
            for repetition in bout.repetitions:
                found = CountedRepetition(
                    bout.exercise,
                    bout.side,
                    repetition.start_s + offset_s,
                    repetition.turn_s + offset_s,
                    repetition.end_s + offset_s,
                )
                settled = found.end_s <= now_s - SETTLE_S
                if repetition.valid and settled and found.turn_s >= self.since_s:
                    self._take(found)
        self._counted.sort(key=lambda rep: rep.turn_s)

    def _take(self, found: CountedRepetition) -> None:
        same = [i for i, counted in enumerate(self._counted) if _same_repetition(found, counted)]
        if not same:
            self._counted.append(found)
        elif len(same) == 1:
            # A repetition that is leaving the window lost its beginning: keep the start that was seen.
            known = self._counted[same[0]]
            self._counted[same[0]] = replace(found, start_s=min(found.start_s, known.start_s))


def _same_repetition(one: CountedRepetition, other: CountedRepetition) -> bool:
    shared_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    shorter_s = min(one.end_s - one.start_s, other.end_s - other.start_s)
    return shared_s > SAME_SHARE * shorter_s
