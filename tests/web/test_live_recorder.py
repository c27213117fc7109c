"""The video of a live set: the pictures of the set and no others, whatever the stream does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from live_people import FakeEstimator, until

from formcheck.video import read_video
from formcheck.web.live_desk import LiveDesk, Summary
from formcheck.web.live_places import Places
from formcheck.web.live_recorder import Recorder
from formcheck.web.live_state import LiveChoices


def grey(level: int, width: int = 48, height: int = 64) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def levels(path: Path) -> tuple[list[int], list[float]]:
    with read_video(path) as video:
        frames = [(round(float(frame.rgb.mean())), frame.time_s) for frame in video]
    return [level for level, _ in frames], [time_s for _, time_s in frames]


def near(found: list[int], wanted: list[int]) -> bool:
    return len(found) == len(wanted) and all(abs(a - b) <= 4 for a, b in zip(found, wanted, strict=True))


def test_a_set_that_begins_anew_is_recorded_anew_and_pictures_of_another_size_fit_in(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "set.mp4")
    for number in range(3):
        recorder.add(grey(30), number / 10, begun_s=0.0)
    for number in range(3):
        recorder.add(grey(100 + 40 * number), 5 + number / 10, begun_s=5.0)
    recorder.add(grey(230, width=96, height=128), 5.3, begun_s=5.0)
    path = recorder.finish()
    assert path is not None
    found, times = levels(path)
    assert near(found, [100, 140, 180, 230])
    np.testing.assert_allclose(times, [0.0, 0.1, 0.2, 0.3], atol=1e-3)
    recorder.add(grey(50), 6.0, begun_s=5.0)
    assert recorder.finish() == path
    assert len(levels(path)[0]) == 4


def test_without_pictures_there_is_no_file(tmp_path: Path) -> None:
    assert Recorder(tmp_path / "set.mp4").finish() is None


def test_a_folder_that_is_gone_does_not_stop_the_coach(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "gone" / "set.mp4")
    for number in range(100):
        recorder.add(grey(30), number / 10, begun_s=0.0)
    assert recorder.finish() is None


def a_set(desk: LiveDesk, *, record: bool) -> Summary:
    assert desk.start(LiveChoices(record=record))
    session = desk.session
    assert session is not None
    for number in range(5):
        session.offer(grey(20), number / 10, patience_s=30.0)
    session.start_now()
    for number in range(5, 90):
        session.offer(grey(200), number / 10, patience_s=30.0)
    assert session.state.phase == "moving"
    desk.stop()
    assert desk.last is not None
    job = desk.last.summary
    assert job is not None
    until(lambda: job.finished)
    assert job.result is not None
    return job.result


def test_only_who_asks_gets_a_video_and_it_goes_with_the_next_set() -> None:
    desk = LiveDesk(FakeEstimator, Places(1))
    assert a_set(desk, record=False).video is None
    summary = a_set(desk, record=True)
    assert summary.video is not None
    found, _ = levels(summary.video)
    assert near(found, [200] * len(found)), "nothing from before the countdown"
    assert len(summary.analysis.pose) - len(found) in (0, 1), (
        "the picture before a countdown by hand may miss"
    )
    a_set(desk, record=False)
    assert not summary.video.exists()
