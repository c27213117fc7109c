"""What the live page shows and says at each moment: from a session's state to plain words. No page code."""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from formcheck.coaching.live_cues import CueGiven
from formcheck.coaching.live_setup import ITEMS, first_problem, ready
from formcheck.exercises.definitions import is_hold
from formcheck.names import Exercise
from formcheck.reports import texts
from formcheck.reports.catalogue import catalogue
from formcheck.web.live_state import LiveState, Seen
from formcheck.web.words import count_text, say

CUE_SHOWN_S: Final = 8.0
"""How long a cue stays on the screen."""

FIX_AFTER_S: Final = 1.5
"""A problem of the set-up is spoken once it has lasted so long …"""
FIX_AGAIN_S: Final = 10.0
"""… and again after so long."""

SPOKEN_EVERY_S: Final = 10
"""The seconds of a hold are spoken this often."""

SPOKEN_LAST: Final = 3
"""The countdown's last numbers are spoken; before them there is silence for "stand still"."""


def cue_text(cue: CueGiven) -> str:
    """Return a cue in the words of the reports, so that the screen and the summary say the same."""
    return cue_of(cue.measure, cue.exercise)


def cue_of(measure: str, exercise: Exercise) -> str:
    """Return the cue for a measure in an exercise; the measure's name if there is none."""
    for entry in catalogue().cues:
        plain = entry.also is None and entry.above is None
        if entry.measure == measure and plain and (not entry.exercises or exercise in entry.exercises):
            return entry.cue
    return texts.measure_name(measure)


def board(state: LiveState, *, target: int | None = None, silent: bool = False) -> dict[str, Any]:
    """Return what stands on the board over the picture, ready for the browser.

    Parameters
    ----------
    state : LiveState
        What the session knows.
    target : int or None
        How many repetitions, or seconds of a hold, are wanted.
    silent : bool
        Whether pictures have stopped coming.
    """
    shown: dict[str, Any] = {
        "phase": state.phase if state.speed.processed else "connecting",
        "title": "",
        "more": "",
        "checks": [],
        "count": None,
        "total": 0,
        "ticks": False,
        "countdown": state.seconds_left,
        "cue": "",
        "meter": meter(state),
        "mute": say("live_board.mute"),
        "unmute": say("live_board.unmute"),
    }
    if not state.speed.processed:
        return shown | {"title": say("live_board.connecting"), "more": say("live_board.connecting_more")}
    if silent and state.phase != "over":
        lost = {name: say(f"live_lost.{name}") for name in ("title", "more", "meter")}
        return shown | lost | {"countdown": None}
    if state.phase in ("setup", "countdown"):
        return shown | _setup(state)
    return shown | _set(state, target)


def _setup(state: LiveState) -> dict[str, Any]:
    found = {check.item: check for check in state.seen.checks}
    checks = []
    for item in ITEMS:
        ok = found[item].ok if item in found else None
        mark = "wait" if ok is None else "ok" if ok else "wrong"
        checks.append({"label": say(f"live_board.{item}"), "mark": mark, "said": say(f"live_board.{mark}")})
    problem = first_problem(state.seen.checks)
    if state.phase == "countdown":
        title, more = say("live_board.still"), ""
    elif problem is not None:
        title, more = say(f"live_fix.{problem}"), say(f"live_fix.{problem}_more")
    elif ready(state.seen.checks):
        title, more = say("live_board.ready"), say("live_board.ready_more")
    else:
        title, more = say("live_board.setup"), ""
    return {"title": title, "more": more, "checks": checks}


def _set(state: LiveState, target: int | None) -> dict[str, Any]:
    seen = state.seen
    holds = is_hold(seen.exercise)
    total = held_s(seen, state.time_s) if holds else seen.total
    kind = "seconds" if holds else "reps"
    count = total if seen.legs is None else say("live_board.legs", left=seen.legs[0], right=seen.legs[1])
    word = say(f"live_board.{kind}_one" if total == 1 and not target else f"live_board.{kind}")
    if seen.legs is not None:
        word = say("live_board.legs_each" if target else "live_board.legs_word")
    side = seen.side if seen.legs is None else None
    title = texts.exercise_title(seen.exercise, side, short=True) if seen.exercise else ""
    more = ""
    if state.phase == "over":
        title = title or say("live_board.over")
    elif state.person is None:
        title, more = say("live_board.nobody"), say("live_board.nobody_more")
    elif not title:
        title = say("live_board.waiting")
    elif seen.turn is not None and not total:
        more = say(f"live_fix.{seen.turn}_more")
    elif seen.hold is not None and not seen.hold.goes_on:
        more = say("live_board.hold_over", longest=int(seen.longest_hold_s))
    fresh = seen.cue is not None and state.time_s - seen.cue.given_s < CUE_SHOWN_S
    return {
        "title": title,
        "more": more,
        "count": count,
        "total": total,
        "ticks": holds,
        "of": f"/ {target}" if target else "",
        "word": word,
        "cue": cue_text(seen.cue) if fresh and seen.cue is not None else "",
    }


def _spoken_count(seen: Seen) -> str:
    """Return the newest count, with its leg where both have moved."""
    if seen.legs is None:
        return str(seen.repetitions)
    return say("live_say.leg", side=texts.side_word(seen.side), count=seen.repetitions)


def held_s(seen: Seen, now_s: float) -> int:
    """Return the whole seconds of the hold that goes on, or of the last one."""
    return int(seen.hold.seconds(now_s)) if seen.hold is not None else 0


def done_text(seen: Seen) -> str:
    """Return what was done in a set: its repetitions, on each leg if both have moved, or its longest hold."""
    if is_hold(seen.exercise):
        return count_text("live.held", int(seen.longest_hold_s))
    if seen.legs is not None and all(seen.legs):
        return say("live.counted_legs", left=seen.legs[0], right=seen.legs[1])
    return count_text("live.counted", seen.total)


def meter(state: LiveState) -> str:
    """Return how the session keeps up, in one line."""
    speed = state.speed
    if speed.latency_p50_s is None or speed.latency_p95_s is None:
        return say("live_board.meter_start")
    return say(
        "live_board.meter",
        fps=speed.frames_per_s,
        p50=1000 * speed.latency_p50_s,
        p95=1000 * speed.latency_p95_s,
    )


class Speaker:
    """Decides what is said aloud, each thing once.

    `said` holds the last few, numbered, so that a browser which missed some moments misses no word.
    """

    def __init__(self) -> None:
        self.said: deque[dict[str, Any]] = deque(maxlen=6)
        self._number = 0
        self._phase = "setup"
        self._spoken_left: int | None = None
        self._count = 0
        self._held: tuple[float, int, bool] | None = None
        """Of the newest hold: when it began, the seconds it had, and whether it went on."""
        self._cue: CueGiven | None = None
        self._silent = False
        self._problem: str | None = None
        self._problem_since_s = 0.0
        self._fix_said_s = float("-inf")

    def listen(self, state: LiveState, *, silent: bool = False) -> list[dict[str, Any]]:
        """Take in what a session knows and return the last things said, oldest first."""
        self._on_phase(state)
        if silent and not self._silent:
            self._say(say("live_lost.title"), at_once=True)
        self._silent = silent
        if state.phase == "setup":
            self._on_setup(state)
        elif state.phase == "countdown":
            left = state.seconds_left
            if left is not None and left <= SPOKEN_LAST and left != self._spoken_left:
                self._say(str(left), at_once=True)
            self._spoken_left = left
        elif state.phase == "moving":
            self._on_set(state)
        return list(self.said)

    def _on_phase(self, state: LiveState) -> None:
        if state.phase == self._phase:
            return
        self._phase = state.phase
        if state.phase == "countdown":
            self._say(say("live_say.countdown"), at_once=True)
        elif state.phase == "moving":
            self._say(say("live_say.go"), at_once=True)
        elif state.phase == "over":
            counted = done_text(state.seen)
            key = state.end if state.end in ("form_break", "away") else "over"
            self._say(say(f"live_say.{key}", counted=counted), at_once=True)

    def _on_setup(self, state: LiveState) -> None:
        problem, now_s = first_problem(state.seen.checks), state.time_s
        if problem != self._problem:
            self._problem, self._problem_since_s = problem, now_s
            self._fix_said_s = float("-inf")
        lasting = now_s - self._problem_since_s >= FIX_AFTER_S
        if problem is not None and lasting and now_s - self._fix_said_s >= FIX_AGAIN_S:
            self._fix_said_s = now_s
            self._say(f"{say(f'live_fix.{problem}')}. {say(f'live_fix.{problem}_more')}")

    def _on_set(self, state: LiveState) -> None:
        if is_hold(state.seen.exercise):
            self._on_hold(state)
        elif state.seen.total > self._count:
            self._say(_spoken_count(state.seen), at_once=True)
        self._count = state.seen.total
        cue = state.seen.cue
        if cue is not None and cue != self._cue:
            self._cue = cue
            self._say(cue_text(cue))

    def _on_hold(self, state: LiveState) -> None:
        """Say every tenth second of a hold, and how long it was once the foot is down."""
        hold = state.seen.hold
        if hold is None:
            return
        held, told = held_s(state.seen, state.time_s), self._held
        self._held = (hold.start_s, held, hold.goes_on)
        new = told is None or told[0] != hold.start_s
        if not hold.goes_on:
            if new or (told is not None and told[2]):
                self._say(count_text("live.held", held), at_once=True)
        elif held // SPOKEN_EVERY_S > (0 if new or told is None else told[1] // SPOKEN_EVERY_S):
            self._say(str(held // SPOKEN_EVERY_S * SPOKEN_EVERY_S), at_once=True)

    def _say(self, text: str, *, at_once: bool = False) -> None:
        self._number += 1
        self.said.append({"number": self._number, "text": text, "at_once": at_once})
