"""What a live session is asked to do, and what it knows at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from formcheck.coaching.live_cues import CueGiven
from formcheck.coaching.live_flow import End, Phase
from formcheck.coaching.live_setup import Check, Problem
from formcheck.exercises.definitions import is_hold
from formcheck.names import Exercise, Side
from formcheck.pose.estimator import PersonPose
from formcheck.scoring.types import Estimate
from formcheck.web.live_hold import Hold


@dataclass(frozen=True)
class LiveChoices:
    """What the person says before a set; None: recognise it, or go on until somebody ends the set."""

    exercise: Exercise | None = None
    side: Side | None = None
    target: int | None = None
    """Repetitions, or the seconds of one hold."""
    record: bool = False
    """Whether to make a video of the set."""

    @property
    def holds(self) -> bool:
        """Whether the exercise is a hold, whose seconds count."""
        return is_hold(self.exercise)


@dataclass(frozen=True)
class Seen:
    """What measuring the last seconds gave.

    Attributes
    ----------
    checks : tuple of Check
        Of the set-up guide; empty before the first look.
    exercise, side, measured_side
        Recognised last; None before anything was.
    turn : str or None
        How to stand for that exercise, if the camera sees little of it from here.
    repetitions : int
        Of this exercise on this side, in this set.
    legs : (int, int) or None
        Of this exercise on the left and on the right leg, if no leg was chosen and the leg that does not move
        now has some.
    hold : Hold or None
        The newest one, of an exercise that is held.
    longest_hold_s : float
        How long the longest one was, or has become.
    angles : mapping of str to Estimate
        Now, in the signs of the measured side; what cannot be measured is left out.
    angles_s : float
        When they were so, in the stream.
    from_side : bool
        Whether the camera looks at the person from the side.
    cue : CueGiven or None
        Given last.
    broke : str or None
        The measure by which the form broke.
    """

    checks: tuple[Check, ...] = ()
    exercise: Exercise | None = None
    side: Side | None = None
    measured_side: Side | None = None
    turn: Problem | None = None
    repetitions: int = 0
    legs: tuple[int, int] | None = None
    hold: Hold | None = None
    longest_hold_s: float = 0.0
    angles: Mapping[str, Estimate] = field(default_factory=dict)
    angles_s: float = 0.0
    from_side: bool = False
    cue: CueGiven | None = None
    broke: str | None = None

    @property
    def total(self) -> int:
        """All repetitions of the exercise that are shown: on both legs, where both have moved."""
        return self.repetitions if self.legs is None else sum(self.legs)

    @property
    def done(self) -> int:
        """Repetitions towards a target, which is meant for each leg that moves: those of the leg behind."""
        return self.repetitions if self.legs is None else min(self.legs)


@dataclass(frozen=True)
class Speed:
    """How a session keeps up.

    Attributes
    ----------
    frames_per_s : float
        Frames looked at per second, lately.
    latency_p50_s, latency_p95_s : float or None
        From a frame's arrival to its skeleton being drawn, over the last seconds.
    processed, dropped : int
        Frames since the start.
    """

    frames_per_s: float = 0.0
    latency_p50_s: float | None = None
    latency_p95_s: float | None = None
    processed: int = 0
    dropped: int = 0


@dataclass(frozen=True)
class LiveState:
    """What a live session knows at one moment.

    Attributes
    ----------
    phase : str
        Getting ready, counting down, moving, over.
    seconds_left : int or None
        Of the countdown.
    end : str or None
        Why the set is over.
    time_s : float
        Of the last frame that was looked at, in the stream.
    picture : ndarray of uint8, shape (height, width, rgb), or None
        The last frame that was looked at.
    person : PersonPose or None
        In that frame; its image points are smoothed for drawing.
    seen : Seen
        What was measured last.
    speed : Speed
        How it keeps up.
    error : str or None
        One sentence, when the session cannot go on.
    closed : bool
        Whether it has ended.
    """

    phase: Phase = "setup"
    seconds_left: int | None = None
    end: End | None = None
    time_s: float = 0.0
    picture: NDArray[np.uint8] | None = None
    person: PersonPose | None = None
    seen: Seen = field(default_factory=Seen)
    speed: Speed = field(default_factory=Speed)
    error: str | None = None
    closed: bool = False
