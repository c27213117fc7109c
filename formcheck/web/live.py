"""A live session: looks at the newest frame of a webcam, drops all others, and counts repetitions."""

from __future__ import annotations

import atexit
import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from formcheck.errors import FormcheckError
from formcheck.exercises import find_bouts
from formcheck.exercises.types import Bout
from formcheck.motion import measure_motion
from formcheck.motion.types import Motion
from formcheck.names import ANGLES, Exercise, Side
from formcheck.pose.estimator import PersonPose, PoseEstimator
from formcheck.pose.one_euro import OneEuroFilter
from formcheck.pose.sequence import PoseSequence
from formcheck.scoring.types import Estimate
from formcheck.web.jobs import UNEXPECTED
from formcheck.web.live_window import RepetitionCounter, RollingWindow

T = TypeVar("T")
Clock = Callable[[], float]

MEASURE_EVERY_S: Final = 0.5
MEASURE_SHARE: Final = 0.5
"""At most this share of the time goes into measuring; a slow machine measures less often instead."""

FIRST_MEASURE_S: Final = 2.0
"""A window shorter than this holds nothing to recognise."""

_LAST_WAIT_S: Final = 5.0

_log = logging.getLogger(__name__)
_open_sessions: weakref.WeakSet[LiveSession] = weakref.WeakSet()


def _close_all() -> None:
    for session in list(_open_sessions):
        session.close(_LAST_WAIT_S)


# Private, but the only place where a landmarker can still be closed in order when the server ends: the
# threads of its library are gone by the time that `atexit` runs.
getattr(threading, "_register_atexit", atexit.register)(_close_all)


class LatestOnly(Generic[T]):
    """A mailbox with one slot: what is put in replaces what nobody took."""

    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._item: T | None = None
        self._closed = False

    def put(self, item: T) -> bool:
        """Put ``item`` in; return whether it replaced one that nobody took."""
        with self._arrived:
            replaced = self._item is not None
            self._item = item
            self._arrived.notify()
            return replaced

    def take(self) -> T | None:
        """Wait for an item and take it; None once the mailbox is closed."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._closed or self._item is not None)
            item, self._item = self._item, None
            return None if self._closed else item

    def close(self) -> None:
        """Wake whoever waits, and give nothing out any more."""
        with self._arrived:
            self._closed = True
            self._arrived.notify_all()


@dataclass(frozen=True)
class LiveFrame:
    """A frame on its way: the picture, its time in the stream and the clock's time when it came."""

    rgb: NDArray[np.uint8]
    time_s: float
    arrived_s: float


@dataclass(frozen=True)
class LiveState:
    """What a live session knows at one moment.

    Attributes
    ----------
    person : PersonPose or None
        In the last frame that was looked at; its image points are smoothed for drawing.
    exercise : str or None
        Recognised last; None before anything was.
    side, measured_side : str or None
        As in `Bout`.
    repetitions : int
        Of this exercise on this side, in the whole session.
    angles : mapping of str to Estimate
        Now, in the signs of the measured side; what cannot be measured is left out.
    frames_per_s : float
        Frames looked at per second, lately.
    latency_s : float or None
        Age of the skeleton when it was last drawn: median over the last seconds.
    processed, dropped : int
        Frames since the start.
    error : str or None
        One sentence, when the session cannot go on.
    """

    person: PersonPose | None = None
    exercise: Exercise | None = None
    side: Side | None = None
    measured_side: Side | None = None
    repetitions: int = 0
    angles: Mapping[str, Estimate] = field(default_factory=dict)
    frames_per_s: float = 0.0
    latency_s: float | None = None
    processed: int = 0
    dropped: int = 0
    error: str | None = None


class LiveSession:
    """Follows one person in one stream of frames.

    `offer` returns at once; one thread looks at the newest frame and drops the ones it had no time for, so
    that the delay stays that of one frame, however slow the machine. The thread, and with it the pose
    estimator, starts with the first frame and ends with `close`. No frame is kept.

    Parameters
    ----------
    open_estimator : callable
        Returns the session's own pose estimator; called in the session's thread.
    measure, find : callable
        Stage 3 and stage 4.
    clock : callable
        Seconds, never going back.
    """

    def __init__(
        self,
        open_estimator: Callable[[], PoseEstimator],
        *,
        measure: Callable[[PoseSequence], Motion] = measure_motion,
        find: Callable[[Motion], Sequence[Bout]] = find_bouts,
        clock: Clock = time.monotonic,
    ) -> None:
        self._open_estimator = open_estimator
        self._measure, self._find, self._clock = measure, find, clock
        self._mailbox: LatestOnly[LiveFrame] = LatestOnly()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._state = LiveState()
        self._seen_s = float("-inf")  # arrival of the frame that the present skeleton comes from
        self._ages_s: deque[float] = deque(maxlen=60)
        self._finished_s: deque[float] = deque(maxlen=60)
        self._window = RollingWindow()
        self._counter = RepetitionCounter()
        self._steady = OneEuroFilter(min_cutoff_hz=1.5, beta=10.0)  # on shares of the picture
        self._next_measure_s = 0.0

    def offer(self, rgb: NDArray[np.uint8], time_s: float) -> LiveState:
        """Hand over a frame and return what is known now, to be drawn on this very frame.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (height, width, rgb)
            Upright.
        time_s : float
            Its time in the stream.
        """
        now = self._clock()
        with self._lock:
            if self._closed or self._state.error:
                return self._state
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="formcheck-live", daemon=True)
                self._thread.start()
                _open_sessions.add(self)
            dropped = self._mailbox.put(LiveFrame(rgb, time_s, now))
            if self._state.person is not None:
                self._ages_s.append(now - self._seen_s)
            latency = float(np.median(self._ages_s)) if self._ages_s else None
            self._state = replace(self._state, dropped=self._state.dropped + dropped, latency_s=latency)
            return self._state

    @property
    def state(self) -> LiveState:
        """What is known now."""
        with self._lock:
            return self._state

    def restart_count(self) -> None:
        """Count the repetitions from 0 again."""
        with self._lock:
            self._counter.clear()
            self._window = RollingWindow()
            self._state = replace(self._state, repetitions=0)

    def close(self, timeout_s: float | None = 0.0) -> None:
        """End the session; the thread closes the estimator after the frame it is at. Twice is once.

        Parameters
        ----------
        timeout_s : float or None
            How long to wait for that; None waits for as long as it takes.
        """
        with self._lock:
            self._closed = True
            thread = self._thread
        self._mailbox.close()
        if thread is not None:
            thread.join(timeout_s)

    def _run(self) -> None:
        try:
            with self._open_estimator() as estimator:
                while (frame := self._mailbox.take()) is not None:
                    self._look(estimator, frame)
        except FormcheckError as error:
            self._fail(str(error))
        except Exception:
            _log.exception("A live session failed")
            self._fail(UNEXPECTED)

    def _fail(self, sentence: str) -> None:
        with self._lock:
            self._state = replace(self._state, person=None, error=sentence)

    def _look(self, estimator: PoseEstimator, frame: LiveFrame) -> None:
        if len(self._window) and frame.time_s <= self._window.end_s:
            return
        person = estimator.estimate(frame.rgb, frame.time_s)
        height, width = frame.rgb.shape[:2]
        with self._lock:
            window = self._window
            window.add(frame.time_s, (width, height), person)
            now = self._clock()
            self._finished_s.append(now)
            self._seen_s = frame.arrived_s
            self._state = replace(
                self._state,
                person=self._steadied(person, frame.time_s),
                processed=self._state.processed + 1,
                frames_per_s=_rate(self._finished_s),
            )
        if now >= self._next_measure_s and window.end_s - window.start_s >= FIRST_MEASURE_S:
            self._recognise(window, estimator.name)
            took = self._clock() - now
            self._next_measure_s = now + max(MEASURE_EVERY_S, took / MEASURE_SHARE)

    def _steadied(self, person: PersonPose | None, time_s: float) -> PersonPose | None:
        if person is None:
            self._steady.reset()
            return None
        return replace(person, image=self._steady(person.image, time_s).astype(np.float32))

    def _recognise(self, window: RollingWindow, model: str) -> None:
        """Measure and recognise what is in the window, outside the lock: only this thread changes it."""
        try:
            motion = self._measure(window.sequence(model=model))
            bouts = self._find(motion)
        except FormcheckError as error:  # nothing to measure in this window; the next one may be better
            _log.debug("A window was not measured: %s", error)
            return
        known = [bout for bout in bouts if bout.exercise != "unknown"]
        with self._lock:
            if window is not self._window:  # the count was restarted meanwhile
                return
            self._counter.update(known, offset_s=window.start_s, now_s=window.end_s)
            state = self._state
            if known:
                bout = max(known, key=lambda one: one.end_s)
                state = replace(
                    state, exercise=bout.exercise, side=bout.side, measured_side=bout.measured_side
                )
            if state.exercise is not None:
                state = replace(state, repetitions=self._counter.count(state.exercise, state.side))
            if state.measured_side is not None:
                state = replace(state, angles=_angles_now(motion, state.measured_side))
            self._state = state


def _rate(finished_s: Sequence[float]) -> float:
    if len(finished_s) < 2 or finished_s[-1] <= finished_s[0]:
        return 0.0
    return (len(finished_s) - 1) / (finished_s[-1] - finished_s[0])


def _angles_now(motion: Motion, side: Side) -> dict[str, Estimate]:
    angles = motion.of(side)
    now = {angle: Estimate(float(angles.of(angle)[-1]), float(angles.sd_of(angle)[-1])) for angle in ANGLES}
    return {
        angle: estimate
        for angle, estimate in now.items()
        if np.isfinite(estimate.value) and np.isfinite(estimate.sd)
    }
