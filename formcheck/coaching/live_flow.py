"""A set in front of the webcam: getting ready, counting down, moving, over. Pure: time and facts come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from formcheck.coaching.live_rules import FlowRules

Phase = Literal["setup", "countdown", "moving", "over"]
End = Literal["asked", "target", "away", "form_break", "too_long"]
"""Why a set is over: somebody said so, all is done, nobody there, form broke, time is up."""


@dataclass(frozen=True)
class Facts:
    """What is known at one moment.

    Attributes
    ----------
    now_s : float
        Session time, never going back.
    ready : bool
        Whether the camera stands well.
    present : bool
        Whether the person is in the picture.
    done : int
        Repetitions counted in this set, or whole seconds of its longest hold.
    form_broke : bool
        Whether the coach ends the set.
    """

    now_s: float
    ready: bool
    present: bool
    done: int = 0
    form_broke: bool = False


class SetFlow:
    """Decides which phase a set is in.

    Parameters
    ----------
    rules : FlowRules
        How long what takes.
    target : int or None
        Repetitions, or seconds of one hold, after which the set is over; None: it goes on until somebody
        ends it.
    """

    def __init__(self, rules: FlowRules, target: int | None = None) -> None:
        self._rules, self.target = rules, target
        self.phase: Phase = "setup"
        self.end: End | None = None
        self.counting_s: float | None = None
        """When the countdown began: from here on the set is recorded."""
        self.began_s: float | None = None
        """When the countdown ended."""
        self._steady_since_s: float | None = None
        self._wrong_since_s: float | None = None
        self._seen_s = 0.0
        self._missed = 0  # looks in a row without the person
        self._now_s = 0.0

    def update(self, facts: Facts) -> Phase:
        """Take in what is known now and return the phase."""
        self._now_s = facts.now_s
        self._missed = 0 if facts.present else self._missed + 1
        if facts.present:
            self._seen_s = facts.now_s
        if self.phase == "setup":
            self._get_ready(facts)
        elif self.phase == "countdown":
            self._count_down(facts)
        elif self.phase == "moving":
            self._move(facts)
        return self.phase

    @property
    def seconds_left(self) -> int | None:
        """Whole seconds that the countdown still takes, at least 1; None outside of it."""
        if self.phase != "countdown" or self.counting_s is None:
            return None
        left = self.counting_s + self._rules.countdown_s - self._now_s
        return max(1, int(-(-left // 1)))

    def start_now(self) -> None:
        """Count down although not everything is right."""
        if self.phase == "setup":
            self._start(self._now_s)
            self._wrong_since_s = float("inf")  # what is wrong has been accepted

    def finish(self) -> None:
        """End the set, because somebody asks for it; before it has begun there is nothing to end."""
        if self.phase == "moving":
            self._finish("asked")

    def _get_ready(self, facts: Facts) -> None:
        if not facts.ready:
            self._steady_since_s = None
            return
        if self._steady_since_s is None:
            self._steady_since_s = facts.now_s
        if facts.now_s - self._steady_since_s >= self._rules.steady_s:
            self._start(facts.now_s)

    def _start(self, now_s: float) -> None:
        self.phase, self.counting_s = "countdown", now_s
        self._wrong_since_s = None

    def _count_down(self, facts: Facts) -> None:
        if facts.ready and self._wrong_since_s != float("inf"):
            self._wrong_since_s = None
        elif self._wrong_since_s is None:
            self._wrong_since_s = facts.now_s
        if self._wrong_since_s is not None and facts.now_s - self._wrong_since_s >= self._rules.wobble_s:
            self.phase, self.counting_s, self._steady_since_s = "setup", None, None
        elif self.counting_s is not None and facts.now_s - self.counting_s >= self._rules.countdown_s:
            self.phase, self.began_s, self._seen_s = "moving", facts.now_s, facts.now_s

    def _move(self, facts: Facts) -> None:
        began_s = self.began_s if self.began_s is not None else facts.now_s
        if facts.form_broke:
            self._finish("form_break")
        elif self.target is not None and facts.done >= self.target:
            self._finish("target")
        elif facts.now_s - self._seen_s >= self._rules.away_s and self._missed >= self._rules.away_looks:
            self._finish("away")
        elif facts.now_s - began_s >= self._rules.longest_set_s:
            self._finish("too_long")

    def _finish(self, end: End) -> None:
        self.phase, self.end = "over", end
