"""What a live session measures beside the frames: the set-up, repetitions, angles and cues. No threads."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from formcheck.coaching.live_cues import LiveCoach
from formcheck.coaching.live_rules import LiveRules
from formcheck.coaching.live_setup import check_setup, off_view
from formcheck.errors import FormcheckError
from formcheck.exercises import find_bouts
from formcheck.exercises.types import Bout
from formcheck.motion import measure_motion
from formcheck.motion.types import Motion
from formcheck.names import ANGLES, SIDES, Side
from formcheck.pose.sequence import PoseSequence
from formcheck.scoring import score_bout
from formcheck.scoring.thresholds import Thresholds
from formcheck.scoring.types import Estimate, ScoredBout
from formcheck.web.live_hold import HoldClock
from formcheck.web.live_state import LiveChoices, Seen
from formcheck.web.live_window import WINDOW_S, CountedRepetition, RepetitionCounter, RollingWindow

MEASURED_HZ: Final = 15.0
"""Frames per second that are measured live: enough for angles and counts, at half the work of 30."""

SET_S: Final = 45.0
"""How far back a set is scored under way; the summary scores all of it."""

FIRST_S: Final = 1.0
"""A window shorter than this holds nothing to measure."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stages:
    """The stages below that a live session uses, in their order."""

    measure: Callable[[PoseSequence], Motion] = measure_motion
    find: Callable[..., Sequence[Bout]] = find_bouts
    score: Callable[..., ScoredBout] = score_bout


class Watcher:
    """Follows one set; `prepare` until it begins, `follow` from then on.

    Parameters
    ----------
    choices : LiveChoices
        What the person said.
    rules : LiveRules
        What the coach goes by.
    thresholds : Thresholds
        The coaching ranges.
    stages : Stages
        Stages 3 to 5.
    """

    def __init__(
        self, choices: LiveChoices, rules: LiveRules, thresholds: Thresholds, stages: Stages | None = None
    ) -> None:
        self._choices, self._rules, self._thresholds = choices, rules, thresholds
        self._stages = stages or Stages()
        self._coach = LiveCoach(rules.cues, thresholds)
        self._counter = RepetitionCounter()
        self._clock = HoldClock()
        self.seen = Seen(exercise=choices.exercise, side=choices.side)

    @property
    def counted(self) -> tuple[CountedRepetition, ...]:
        """All repetitions so far, of whatever exercise and side."""
        return self._counter.repetitions

    def begin(self, now_s: float) -> None:
        """Count from here on."""
        self._counter.since_s = self._clock.since_s = now_s

    def prepare(self, recording: RollingWindow, person_luma: float | None) -> Seen:
        """Look at how camera and person stand, on the last seconds of a recording."""
        window = recording.since(recording.end_s - self._rules.setup.window_s, at_most_hz=MEASURED_HZ)
        motion = self._motion(window)
        checks = check_setup(
            motion,
            self._rules.setup,
            self._thresholds,
            exercise=self._choices.exercise,
            person_luma=person_luma,
        )
        self.seen = replace(self.seen, checks=checks)
        if motion is not None:
            self._read_angles(motion, self._choices.side or "left", window.end_s)
        return self.seen

    def follow(self, recording: RollingWindow, begun_s: float) -> Seen:
        """Count, read the angles, and after each new repetition see whether there is something to say.

        Parameters
        ----------
        recording : RollingWindow
            All that was recorded.
        begun_s : float
            When the recording of this set began: quiet standing, then the repetitions.
        """
        window = recording.since(recording.end_s - WINDOW_S, at_most_hz=MEASURED_HZ)
        motion = self._motion(window)
        if motion is None:
            return self.seen
        known = self._find(motion)
        before = len(self._counter.repetitions)
        self._counter.update(known, offset_s=window.start_s, now_s=window.end_s)
        self._clock.update(known, offset_s=window.start_s, now_s=window.end_s)
        self._recognise(known, motion)
        self.seen = replace(
            self.seen, hold=self._clock.last, longest_hold_s=self._clock.longest_s(window.end_s)
        )
        if self.seen.measured_side is not None:
            self._read_angles(motion, self.seen.measured_side, window.end_s)
        if len(self._counter.repetitions) > before:
            self._coach_set(recording.since(max(begun_s, recording.end_s - SET_S), at_most_hz=MEASURED_HZ))
        return self.seen

    def _motion(self, window: RollingWindow) -> Motion | None:
        if window.end_s - window.start_s < FIRST_S:
            return None
        try:
            return self._stages.measure(window.sequence())
        except FormcheckError as error:  # nothing to measure in this window; the next one may be better
            _log.debug("A window was not measured: %s", error)
            return None

    def _find(self, motion: Motion) -> list[Bout]:
        exercise, side = self._choices.exercise or "auto", self._choices.side or "auto"
        found = self._stages.find(motion, exercise=exercise, side=side)
        return [bout for bout in found if bout.exercise != "unknown"]

    def _recognise(self, known: Sequence[Bout], motion: Motion) -> None:
        seen = self.seen
        if known:
            bout = max(known, key=lambda one: one.end_s)
            seen = replace(
                seen,
                exercise=bout.exercise,
                side=bout.side,
                measured_side=bout.measured_side,
                turn=off_view(bout, motion, self._rules.setup, self._thresholds),
            )
        if seen.exercise is not None:
            repetitions = self._counter.count(seen.exercise, seen.side)
            seen = replace(seen, repetitions=repetitions, legs=self._legs(seen))
        self.seen = seen

    def _legs(self, seen: Seen) -> tuple[int, int] | None:
        """Return the counts of the left and the right leg, if no leg was chosen and both are used."""
        if self._choices.side is not None or seen.side is None or seen.exercise is None:
            return None
        left, right = (self._counter.count(seen.exercise, side) for side in SIDES)
        return (left, right) if (right if seen.side == "left" else left) else None

    def _read_angles(self, motion: Motion, side: Side, now_s: float) -> None:
        from_side = motion.view.label == "side"
        angles = _angles_now(motion, side)
        self.seen = replace(self.seen, angles=angles, angles_s=now_s, from_side=from_side)

    def _coach_set(self, window: RollingWindow) -> None:
        """Score the set so far and let the coach look at its newest repetition."""
        motion = self._motion(window)
        if motion is None:
            return
        same = [b for b in self._find(motion) if (b.exercise, b.side) == (self.seen.exercise, self.seen.side)]
        if not same:
            return
        try:
            scored = self._stages.score(same[-1], motion, thresholds=self._thresholds)
        except FormcheckError as error:
            _log.debug("A set under way was not scored: %s", error)
            return
        cue = self._coach.advise(scored, window.end_s, offset_s=window.start_s)
        self.seen = replace(self.seen, cue=cue or self.seen.cue, broke=self._coach.broke(scored))


def _angles_now(motion: Motion, side: Side) -> dict[str, Estimate]:
    angles = motion.of(side)
    now = {angle: Estimate(float(angles.of(angle)[-1]), float(angles.sd_of(angle)[-1])) for angle in ANGLES}
    return {
        angle: estimate
        for angle, estimate in now.items()
        if np.isfinite(estimate.value) and np.isfinite(estimate.sd)
    }
