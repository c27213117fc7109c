"""A live session: looks at the newest frame of a webcam, drops all others, counts and coaches."""

from __future__ import annotations

import atexit
import logging
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.coaching.live_flow import Facts, SetFlow
from formcheck.coaching.live_rules import LiveRules, live_rules
from formcheck.coaching.live_setup import ready
from formcheck.errors import FormcheckError
from formcheck.pose.estimate import mean_luma
from formcheck.pose.estimator import PersonPose
from formcheck.pose.one_euro import OneEuroFilter
from formcheck.pose.sequence import PoseSequence
from formcheck.pose.subject import Follower
from formcheck.scoring.thresholds import Thresholds, load_thresholds
from formcheck.web.jobs import UNEXPECTED
from formcheck.web.live_mailbox import LatestOnly
from formcheck.web.live_picture import PictureWatch, luma_around
from formcheck.web.live_recorder import Recorder
from formcheck.web.live_speed import SpeedMeter
from formcheck.web.live_state import LiveChoices, LiveState, Seen
from formcheck.web.live_watcher import Stages, Watcher
from formcheck.web.live_window import RollingWindow

Clock = Callable[[], float]

MEASURE_EVERY_S: Final = 0.5
MEASURE_SHARE: Final = 0.4
"""At most this share of the time goes into measuring; a slow machine measures less often instead."""

MEASURED_S: Final = 60.0
"""How far back is measured while a set goes on."""

CONNECT_S: Final = 120.0
"""A session ends by itself if no first frame comes for so long: somebody may have to allow the camera …"""

IDLE_S: Final = 30.0
"""… and if no further one comes for so long."""

CHOOSE_EVERY_S: Final = 1.0
"""How often, until the countdown, it is looked who of several people is the largest and most central one."""

_LAST_WAIT_S: Final = 5.0
_EXTRA_S: Final = 15.0

_log = logging.getLogger(__name__)
_open_sessions: weakref.WeakSet[LiveSession] = weakref.WeakSet()


def _close_all() -> None:
    for session in list(_open_sessions):
        session.close(_LAST_WAIT_S)


# Private, but the only place where a landmarker can still be closed in order when the server ends: the
# threads of its library are gone by the time that `atexit` runs.
getattr(threading, "_register_atexit", atexit.register)(_close_all)


@dataclass(frozen=True)
class LiveFrame:
    """A frame on its way: its number, the picture, its time in the stream, the clock when it came."""

    number: int
    rgb: NDArray[np.uint8]
    time_s: float
    arrived_s: float


class LiveSession:
    """Follows one person through one set in one stream of frames.

    Two threads: one looks at the newest frame and drops the ones it had no time for, so that the delay stays
    that of one frame, however slow the machine; the other measures the landmarks of the last seconds beside
    it. They, and with them the pose estimator, start with `open` and end with `close`. Of the frames
    only the newest is held; what is kept of a set are landmarks, and a video if there is a recorder.
    Until the countdown it is chosen again and again whom to follow: others may be in view.

    Parameters
    ----------
    open_estimator : callable
        Returns the session's own pose estimator; called in the session's thread.
    choices : LiveChoices
        What the person said before the set.
    rules, thresholds : LiveRules, Thresholds
        What the coach goes by; the defaults if not given.
    stages : Stages
        Stages 3 to 5.
    recorder : Recorder, optional
        Gets the pictures of the set, if somebody wants its video.
    clock : callable
        Seconds, never going back.
    """

    def __init__(
        self,
        open_estimator: Callable[[], Follower],
        choices: LiveChoices | None = None,
        *,
        rules: LiveRules | None = None,
        thresholds: Thresholds | None = None,
        stages: Stages | None = None,
        recorder: Recorder | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        choices, rules = choices or LiveChoices(), rules or live_rules()
        self.choices = choices
        self._open_estimator, self._clock, self._recorder = open_estimator, clock, recorder
        self._watcher = Watcher(choices, rules, thresholds or load_thresholds(), stages)
        self._flow = SetFlow(rules.flow, choices.target)
        self._recording = RollingWindow(rules.flow.longest_set_s + rules.flow.countdown_s + _EXTRA_S)
        self._mailbox: LatestOnly[LiveFrame] = LatestOnly()
        self._lock = threading.Lock()
        self._looked = threading.Condition(self._lock)
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._state = LiveState()
        self._offered = self._newest = 0  # numbers of the last frame that came, and that was looked at
        self._arrived_s = 0.0  # when that one came
        self._chosen_s = 0.0  # in the stream: when it was last chosen whom to follow
        self._person_luma: float | None = None
        self._picture = PictureWatch()
        self._model = ("", "")
        self._meter = SpeedMeter()
        self._steady = OneEuroFilter(min_cutoff_hz=1.5, beta=10.0)  # on shares of the picture

    def offer(self, rgb: NDArray[np.uint8], time_s: float, *, patience_s: float = 0.0) -> LiveState:
        """Hand over a frame and return what is known then.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (height, width, rgb)
            Upright.
        time_s : float
            Its time in the stream.
        patience_s : float
            How long to wait for this very frame to be looked at.
        """
        now = self._clock()
        with self._looked:
            if self._closing.is_set() or self._state.error:
                return self._state
            self._start()
            self._offered += 1
            number = self._offered
            if self._mailbox.put(LiveFrame(number, rgb, time_s, now)):
                self._meter.dropped()
            if patience_s > 0:
                self._looked.wait_for(lambda: self._newest >= number or self._closing.is_set(), patience_s)
            return self._state

    def shown(self) -> None:
        """Note that the newest skeleton has been drawn, for the latency."""
        with self._lock:
            self._meter.drawn(self._clock() - self._arrived_s)

    @property
    def state(self) -> LiveState:
        """What is known now."""
        with self._lock:
            return self._state

    def start_now(self) -> None:
        """Count down although the set-up isn't right in all."""
        with self._lock:
            self._flow.start_now()

    def finish(self) -> None:
        """End the set."""
        with self._lock:
            self._flow.finish()
            self._tell()

    def recorded(self) -> PoseSequence | None:
        """Return the landmarks of the set, from its countdown on; None if it never began."""
        with self._lock:
            begun_s = self._flow.counting_s
            part = None if begun_s is None else self._recording.since(begun_s)
        if part is None or len(part) < 2:
            return None
        return part.sequence(model=self._model[0], model_sha256=self._model[1])

    def close(self, timeout_s: float | None = 0.0) -> None:
        """End the session; its thread closes the estimator after the frame it is at. Twice is once.

        Parameters
        ----------
        timeout_s : float or None
            How long to wait for that; None waits for as long as it takes.
        """
        self._closing.set()
        self._mailbox.close()
        if self._recorder is not None:
            self._recorder.close()
        with self._looked:
            self._state = replace(self._state, closed=True, picture=None, person=None)
            self._looked.notify_all()
            threads = list(self._threads)
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(timeout_s)

    def open(self) -> None:
        """Load the pose estimator already, while the camera connects; the first frame would do it too."""
        with self._lock:
            self._start()

    def _start(self) -> None:
        if self._threads or self._closing.is_set():
            return
        for work, name in ((self._look_on, "formcheck-live"), (self._measure_on, "formcheck-live-measure")):
            thread = threading.Thread(target=self._guarded, args=(work,), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()
        _open_sessions.add(self)

    def _guarded(self, work: Callable[[], None]) -> None:
        sentence: str | None = None
        try:
            work()
        except FormcheckError as error:
            sentence = str(error)
        except Exception:
            _log.exception("A live session failed")
            sentence = UNEXPECTED
        if sentence is not None:
            with self._lock:
                self._state = replace(self._state, person=None, picture=None, error=sentence)
        self.close()

    def _look_on(self) -> None:
        with self._open_estimator() as estimator:
            self._model = (estimator.name, estimator.sha256)
            frame = self._mailbox.take(CONNECT_S)
            while frame is not None:
                self._look(estimator, frame)
                frame = self._mailbox.take(IDLE_S)

    def _look(self, estimator: Follower, frame: LiveFrame) -> None:
        if len(self._recording) and frame.time_s <= self._recording.end_s:
            return
        if self._flow.phase == "setup" and frame.time_s - self._chosen_s >= CHOOSE_EVERY_S:
            estimator.choose()
            self._chosen_s = frame.time_s
        person = estimator.estimate(frame.rgb, frame.time_s)
        height, width = frame.rgb.shape[:2]
        luma, person_luma = mean_luma(frame.rgb), luma_around(person, frame.rgb)
        shift, edge_px, shank = self._picture.look(frame.rgb, frame.time_s, person)
        with self._looked:
            if self._closing.is_set():
                return
            self._recording.add(frame.time_s, (width, height), person, luma, shift, edge_px, shank)
            self._arrived_s, self._person_luma = frame.arrived_s, person_luma
            self._meter.looked(self._clock())
            self._move_on(frame.time_s, present=person is not None)
            smooth = self._steadied(person, frame.time_s)
            self._state = replace(
                self._state, time_s=frame.time_s, picture=frame.rgb, person=smooth, speed=self._meter.speed()
            )
            begun_s = self._flow.counting_s
        if self._recorder is not None and begun_s is not None:
            self._recorder.add(frame.rgb, frame.time_s, begun_s)
        with self._looked:  # only now: whoever waited may end the set, and with it the video
            self._newest = frame.number
            self._looked.notify_all()

    def _move_on(self, now_s: float, *, present: bool) -> None:
        """Let the set go on to its next phase; under the lock."""
        seen, before = self._state.seen, self._flow.phase
        done = int(seen.longest_hold_s) if self.choices.holds else seen.done
        facts = Facts(now_s, ready(seen.checks), present, done, seen.broke is not None)
        if self._flow.update(facts) == "moving" and before != "moving":
            self._watcher.begin(now_s)
        self._tell()

    def _tell(self) -> None:
        flow = self._flow
        self._state = replace(self._state, phase=flow.phase, seconds_left=flow.seconds_left, end=flow.end)

    def _steadied(self, person: PersonPose | None, time_s: float) -> PersonPose | None:
        if person is None:
            self._steady.reset()
            return None
        return replace(person, image=self._steady(person.image, time_s).astype(np.float32))

    def _measure_on(self) -> None:
        pause_s = MEASURE_EVERY_S
        while not self._closing.wait(pause_s):
            began_s = time.monotonic()
            self._measure()
            took_s = time.monotonic() - began_s
            pause_s = max(MEASURE_EVERY_S - took_s, took_s * (1 / MEASURE_SHARE - 1))

    def _measure(self) -> None:
        with self._lock:
            # A copy, to measure outside the lock.
            recording = self._recording.since(self._recording.end_s - MEASURED_S)
            phase, begun_s, luma = self._flow.phase, self._flow.counting_s, self._person_luma
        if not len(recording) or phase == "over":
            return
        if phase == "moving" and begun_s is not None:
            seen: Seen = self._watcher.follow(recording, begun_s)
        else:
            seen = self._watcher.prepare(recording, luma)
        with self._lock:
            self._state = replace(self._state, seen=seen)
