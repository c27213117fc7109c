"""A live session looks at the newest frame only, goes through a set, and closes what it opened."""

from __future__ import annotations

import threading

import numpy as np
from live_people import PATIENCE_S, PICTURE, FakeEstimator, Lunges, until

from formcheck.coaching.live_rules import live_rules
from formcheck.errors import ModelFileError
from formcheck.web.live import LiveSession
from formcheck.web.live_mailbox import LatestOnly

QUICK = live_rules().model_copy(
    update={
        "flow": live_rules().flow.model_copy(
            update={"steady_s": 0.2, "countdown_s": 0.5, "longest_set_s": 5.0, "away_s": 1.0}
        )
    }
)


def stream(session: LiveSession, first_s: float, seconds: float, rate: float = 10.0) -> None:
    """Offer frames one after the other, each when the one before has been looked at."""
    for frame in range(round(seconds * rate)):
        session.offer(PICTURE, first_s + frame / rate, patience_s=PATIENCE_S)


def test_the_mailbox_gives_the_newest_and_wakes_whoever_waits_when_it_closes() -> None:
    mailbox: LatestOnly[int] = LatestOnly()
    assert [mailbox.put(number) for number in (1, 2, 3)] == [False, True, True]
    assert mailbox.take() == 3
    assert mailbox.take(0.01) is None
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
    until(lambda: session.state.speed.processed == 2)
    session.close(None)
    assert estimator.times == [0.0, 49 / 30]
    assert session.state.speed.dropped == 48


def test_offering_a_frame_waits_for_the_network_only_as_long_as_told() -> None:
    gate = threading.Semaphore(0)
    session = LiveSession(lambda: FakeEstimator(gate))
    states = [session.offer(PICTURE, frame / 30, patience_s=0.001) for frame in range(30)]
    assert states[-1].speed.processed == 0
    gate.release(100)
    assert session.offer(PICTURE, 5.0, patience_s=PATIENCE_S).speed.processed >= 1
    session.close(None)


def test_a_set_goes_from_the_set_up_to_its_end_and_leaves_its_landmarks() -> None:
    session = LiveSession(FakeEstimator, rules=QUICK, stages=Lunges().stages)
    phases: list[str] = []
    now_s = 0.0
    while session.state.phase != "over":
        stream(session, now_s, 0.1)
        now_s += 0.1
        if session.state.phase != (phases or [""])[-1]:
            phases.append(session.state.phase)
        threading.Event().wait(0.02)  # as a camera does: measuring goes by the clock
        assert now_s < 300
    assert phases == ["setup", "countdown", "moving", "over"]
    assert session.state.end == "too_long"
    pose = session.recorded()
    session.close(None)
    assert pose is not None
    assert (pose.model, pose.model_sha256) == ("fake", "abc")
    assert pose.times_s[0] == 0.0
    assert 5.0 <= pose.times_s[-1] <= 6.5, "countdown and set, not what was before"


def test_a_camera_that_moves_can_be_told_from_the_landmarks() -> None:
    session = LiveSession(lambda: FakeEstimator(sees=False), rules=QUICK, stages=Lunges().stages)
    stream(session, 0.0, 0.3)
    session.start_now()
    texture = np.random.default_rng(0).integers(0, 255, (12, 16, 3), np.uint8).repeat(10, 0).repeat(10, 1)
    for i in range(20):
        session.offer(np.roll(texture, i // 10 * 4, axis=1), 0.3 + i / 10, patience_s=PATIENCE_S)
    pose = session.recorded()
    session.close(None)
    assert pose is not None
    assert np.isfinite(pose.edge_px).sum() >= 3, "how sharp the picture is, twice a second"
    strayed = pose.camera_shift[:, 0] - pose.camera_shift[1, 0]
    looked = np.isfinite(strayed)
    assert looked.sum() > 5
    np.testing.assert_allclose(strayed[looked], np.where(np.arange(20) < 10, 0, 4 / 160)[looked], atol=0.004)


def test_who_starts_without_waiting_and_finishes_is_asked_nothing_more() -> None:
    session = LiveSession(lambda: FakeEstimator(sees=False), rules=QUICK, stages=Lunges().stages)
    stream(session, 0.0, 0.3)
    assert session.recorded() is None
    session.start_now()
    stream(session, 0.3, 0.8)
    assert session.state.phase == "moving"
    session.finish()
    assert (session.state.phase, session.state.end) == ("over", "asked")
    session.close(None)


def test_closing_closes_the_estimator_once_and_stops_the_threads() -> None:
    estimator = FakeEstimator()
    session = LiveSession(lambda: estimator)
    stream(session, 0.0, 0.5)
    session.close(None)
    session.close(None)
    assert (estimator.opened, estimator.closed) == (1, 1)
    before = session.state.speed.processed
    assert session.offer(PICTURE, 100.0).closed
    assert session.state.speed.processed == before
    assert session.state.picture is None


def test_a_session_without_a_frame_opens_nothing_unless_told() -> None:
    estimator = FakeEstimator()
    session = LiveSession(lambda: estimator)
    session.close(None)
    assert estimator.opened == 0
    session = LiveSession(lambda: estimator)
    session.open()
    until(lambda: estimator.opened == 1)
    session.close(None)
    assert estimator.closed == 1


def test_each_session_has_an_estimator_of_its_own() -> None:
    made: list[FakeEstimator] = []

    def make() -> FakeEstimator:
        made.append(FakeEstimator())
        return made[-1]

    sessions = [LiveSession(make) for _ in range(3)]
    for session in sessions:
        stream(session, 0.0, 0.1)
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
    until(lambda: session.state.closed)


def test_the_delay_is_that_of_what_was_drawn() -> None:
    session = LiveSession(FakeEstimator)
    for frame in range(5):
        session.offer(PICTURE, frame / 30, patience_s=PATIENCE_S)
        session.shown()
    stream(session, 1.0, 0.1)
    speed = session.state.speed
    session.close(None)
    assert speed.latency_p50_s is not None
    assert speed.latency_p95_s is not None
    assert 0 < speed.latency_p50_s <= speed.latency_p95_s < PATIENCE_S
    assert speed.frames_per_s > 0
