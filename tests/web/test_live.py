"""A live session looks at the newest frame only, counts on beyond its window, and closes what it opened."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from formcheck.errors import InvalidDataError, ModelFileError
from formcheck.exercises.types import Bout, Repetition
from formcheck.motion.types import AngleSet, Motion, View
from formcheck.names import ANGLES, LANDMARKS
from formcheck.pose import PersonPose, PoseSequence
from formcheck.web.live import LatestOnly, LiveSession, LiveState

PICTURE = np.zeros((64, 48, 3), np.uint8)
PATIENCE_S = 20.0


class FakeEstimator:
    """Finds one person everywhere; waits before each frame if told to."""

    name, sha256 = "fake", ""

    def __init__(self, gate: threading.Semaphore | None = None, sees: bool = True) -> None:
        self.gate, self.sees = gate, sees
        self.times: list[float] = []
        self.opened = self.closed = 0
        self.thread: int | None = None

    def __enter__(self) -> Self:
        self.opened += 1
        self.thread = threading.get_ident()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert threading.get_ident() == self.thread
        self.closed += 1

    def estimate(self, rgb: NDArray[np.uint8], time_s: float) -> PersonPose | None:
        assert rgb.dtype == np.uint8
        self.times.append(time_s)
        if self.gate is not None:
            self.gate.acquire()
        count = len(LANDMARKS)
        person = PersonPose(np.full((count, 2), 0.5), np.zeros((count, 3)), np.ones(count), np.ones(count))
        return person if self.sees else None


def still(pose: PoseSequence) -> Motion:
    """Return a motion in which every angle is 5 with an error of 2, but the first, which nobody knows."""
    value = np.full((len(pose), len(ANGLES)), 5.0, np.float32)
    value[:, 0] = np.nan
    angles = {"value": value, "sd": np.full_like(value, 2.0)}
    return Motion(
        times_s=pose.times_s,
        left=AngleSet("left", **angles),
        right=AngleSet("right", **angles),
        joints_m=np.zeros((len(pose), len(LANDMARKS), 3), np.float32),
        azimuth_deg=np.zeros(len(pose), np.float32),
        lying=np.zeros(len(pose), bool),
        view=View("front", 0.0, 5.0, 0.0),
        pose=pose,
    )


def lunging(estimator: FakeEstimator) -> LiveSession:
    """Return a session of a person who turns at 2, 6, 10 … s, seen through the session's own window."""

    def find(motion: Motion) -> list[Bout]:
        start = session._window.start_s
        end = start + float(motion.times_s[-1])
        turns = [turn for turn in np.arange(2.0, end, 4.0) if turn - 1 >= start and turn + 1 <= end]
        if not turns:
            return []
        found = tuple(Repetition(turn - 1 - start, turn - start, turn + 1 - start) for turn in turns)
        return [Bout("lunge", 0.9, "right", "right", found[0].start_s, found[-1].end_s, found)]

    session = LiveSession(lambda: estimator, measure=still, find=find, clock=SteppingClock(0.05))
    return session


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.002)


def stream(session: LiveSession, estimator: FakeEstimator, seconds: float, rate: float = 10.0) -> LiveState:
    """Offer frames one after the other, each when the one before has been looked at."""
    for frame in range(round(seconds * rate)):
        before = session.state.processed
        session.offer(PICTURE, frame / rate)
        until(lambda before=before: session.state.processed > before)  # type: ignore[misc]
    return session.state


class SteppingClock:
    """Goes on by a step at each reading, so that measuring is due as often as in a real session."""

    def __init__(self, step_s: float) -> None:
        self.now_s, self.step_s = 0.0, step_s

    def __call__(self) -> float:
        self.now_s += self.step_s
        return self.now_s


def test_the_mailbox_gives_the_newest_and_wakes_whoever_waits_when_it_closes() -> None:
    mailbox: LatestOnly[int] = LatestOnly()
    assert [mailbox.put(number) for number in (1, 2, 3)] == [False, True, True]
    assert mailbox.take() == 3
    taken: list[int | None] = []
    waiting = threading.Thread(target=lambda: taken.append(mailbox.take()))
    waiting.start()
    mailbox.close()
    waiting.join(PATIENCE_S)
    assert taken == [None]


def test_only_the_newest_frame_is_looked_at() -> None:
    gate = threading.Semaphore(0)
    estimator = FakeEstimator(gate)
    session = LiveSession(lambda: estimator)
    session.offer(PICTURE, 0.0)
    until(lambda: estimator.times == [0.0])
    for frame in range(1, 50):  # while the first one is being looked at
        session.offer(PICTURE, frame / 30)
    gate.release(2)
    until(lambda: session.state.processed == 2)
    session.close(None)
    assert estimator.times == [0.0, 49 / 30]
    assert session.state.dropped == 48


def test_offering_a_frame_does_not_wait_for_the_network() -> None:
    gate = threading.Semaphore(0)
    session = LiveSession(lambda: FakeEstimator(gate))
    states = [session.offer(PICTURE, frame / 30) for frame in range(100)]
    assert states[-1].processed == 0
    gate.release(100)
    session.close(None)


def test_the_count_goes_on_beyond_the_window() -> None:
    estimator = FakeEstimator()
    session = lunging(estimator)
    state = stream(session, estimator, 60.0)
    session.close(None)
    assert (state.exercise, state.side, state.measured_side) == ("lunge", "right", "right")
    assert state.repetitions in (14, 15)  # the last one may not have settled
    assert len(session._window) <= 12 * 10 + 1


def test_angles_come_with_their_error_and_unknown_ones_are_left_out() -> None:
    estimator = FakeEstimator()
    session = lunging(estimator)
    state = stream(session, estimator, 8.0)
    session.close(None)
    assert set(state.angles) == set(ANGLES[1:])
    assert all((e.value, e.sd) == (5.0, 2.0) for e in state.angles.values())


def test_counting_from_zero_forgets_what_is_in_the_window_too() -> None:
    estimator = FakeEstimator()
    session = lunging(estimator)
    assert stream(session, estimator, 9.0).repetitions > 0
    session.restart_count()
    assert session.state.repetitions == 0
    session.offer(PICTURE, 9.1)
    until(lambda: session._window.end_s == 9.1)
    assert session.state.repetitions == 0
    session.close(None)


def test_closing_closes_the_estimator_once_and_stops_the_thread() -> None:
    estimator = FakeEstimator()
    session = LiveSession(lambda: estimator)
    stream(session, estimator, 0.5)
    session.close(None)
    session.close(None)
    assert (estimator.opened, estimator.closed) == (1, 1)
    before = session.state.processed
    session.offer(PICTURE, 100.0)
    assert session.state.processed == before
    assert estimator.opened == 1


def test_a_session_without_a_frame_opens_nothing() -> None:
    estimator = FakeEstimator()
    session = LiveSession(lambda: estimator)
    session.close(None)
    assert estimator.opened == 0


def test_each_session_has_an_estimator_of_its_own() -> None:
    made: list[FakeEstimator] = []

    def make() -> FakeEstimator:
        made.append(FakeEstimator())
        return made[-1]

    sessions = [LiveSession(make) for _ in range(3)]
    for session in sessions:
        session.offer(PICTURE, 0.0)
        until(lambda session=session: session.state.processed == 1)  # type: ignore[misc]
    for session in sessions:
        session.close(None)
    assert [one.closed for one in made] == [1, 1, 1]
    assert len({one.thread for one in made}) == 3


def test_a_missing_model_becomes_a_sentence() -> None:
    def missing() -> FakeEstimator:
        raise ModelFileError("The pose model 'full' is missing.")

    session = LiveSession(missing)
    session.offer(PICTURE, 0.0)
    until(lambda: session.state.error is not None)
    assert session.state.error == "The pose model 'full' is missing."


def test_a_window_that_cannot_be_measured_does_not_end_the_session() -> None:
    def refuse(pose: PoseSequence) -> Motion:
        raise InvalidDataError("nothing to measure")

    estimator = FakeEstimator(sees=False)
    session = LiveSession(lambda: estimator, measure=refuse, clock=SteppingClock(0.05))
    state = stream(session, estimator, 6.0)
    session.close(None)
    assert state.error is None
    assert state.person is None
    assert state.exercise is None
