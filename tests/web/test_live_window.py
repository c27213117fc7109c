"""The rolling window forgets, and the counter counts each repetition once however often it is found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.exercises.types import Bout, Repetition
from formcheck.names import LANDMARKS
from formcheck.pose import PersonPose
from formcheck.web.live_window import RepetitionCounter, RollingWindow

SIZE = (480, 640)


def person(at: float = 0.5) -> PersonPose:
    count = len(LANDMARKS)
    return PersonPose(np.full((count, 2), at), np.zeros((count, 3)), np.ones(count), np.ones(count))


def bout(*turns: float, exercise: str = "step_up", side: str | None = "left", half: float = 1.0) -> Bout:
    repetitions = tuple(Repetition(turn - half, turn, turn + half) for turn in turns)
    return Bout(
        exercise,  # type: ignore[arg-type]
        1.0,
        side,  # type: ignore[arg-type]
        "left",
        repetitions[0].start_s,
        repetitions[-1].end_s,
        repetitions,
    )


def test_the_window_keeps_the_last_seconds_only() -> None:
    window = RollingWindow(12.0)
    for frame in range(3000):
        window.add(frame / 30, SIZE, person())
    assert window.end_s == pytest.approx(2999 / 30)
    assert window.end_s - window.start_s == pytest.approx(12.0, abs=1 / 30)
    assert len(window) == 361


def test_the_window_is_a_clip_that_starts_at_zero() -> None:
    window = RollingWindow()
    window.add(5.0, SIZE, person(0.25))
    window.add(5.5, SIZE, None)
    window.add(6.0, SIZE, person(0.75))
    clip = window.sequence()
    assert clip.times_s.tolist() == [0.0, 0.5, 1.0]
    assert clip.detected.tolist() == [True, False, True]
    np.testing.assert_allclose(clip.image_px[0, 0], (120, 160))
    assert (clip.video.width, clip.video.height) == SIZE
    assert window.start_s == 5.0


def test_thinning_forgets_no_look_at_camera_or_edges() -> None:
    window = RollingWindow()
    for frame in range(60):
        looked = np.full(2, frame / 1000 if frame % 6 == 1 else np.nan, np.float32)
        edge_px = 2.5 if frame % 15 == 2 else np.nan
        window.add(frame / 30, SIZE, person(), camera_shift=looked, edge_px=edge_px, shank_width=edge_px / 10)
    thinned = window.since(0.0, at_most_hz=15.0)
    assert len(thinned) < 40
    for part in (window, thinned):
        shift = part.sequence().camera_shift[:, 0]
        np.testing.assert_allclose(shift[np.isfinite(shift)], np.arange(1, 60, 6) / 1000, rtol=1e-6)
        edges = part.sequence().edge_px
        np.testing.assert_allclose(edges[np.isfinite(edges)], [2.5] * 4, rtol=1e-6)
        shanks = part.sequence().shank_width
        np.testing.assert_allclose(shanks[np.isfinite(shanks)], [0.25] * 4, rtol=1e-6)


def test_points_stay_where_they_are_when_the_stream_changes_its_resolution() -> None:
    window = RollingWindow()
    window.add(0.0, (480, 640), person(), edge_px=4.0)
    window.add(0.1, (240, 320), person(), edge_px=2.0)
    clip = window.sequence()
    np.testing.assert_allclose(clip.image_px[0], clip.image_px[1])
    assert clip.edge_px[0] == clip.edge_px[1]


def test_a_turned_phone_starts_the_window_anew() -> None:
    window = RollingWindow()
    window.add(0.0, (480, 640), person())
    window.add(0.1, (640, 480), person())
    assert len(window) == 1


def test_a_repetition_counts_once_though_every_window_finds_it_again() -> None:
    counter = RepetitionCounter()
    turns = np.arange(2.0, 60.0, 3.0)
    for now in np.arange(3.0, 70.0, 0.5):
        start = max(0.0, now - 12.0)
        seen = [turn for turn in turns if start <= turn - 1.0 and turn + 1.0 <= now]
        if seen:
            counter.update([bout(*(turn - start for turn in seen))], offset_s=start, now_s=now)
    assert counter.count("step_up", "left") == len(turns)


@given(shifts=st.lists(st.tuples(st.floats(-0.4, 0.4), st.floats(-0.3, 0.3)), min_size=30, max_size=30))
def test_findings_that_wander_a_little_count_once(shifts: list[tuple[float, float]]) -> None:
    counter = RepetitionCounter()
    for number, (turn_shift, half_shift) in enumerate(shifts):
        found = bout(5.0 + turn_shift, 8.0 - turn_shift, half=1.0 + half_shift)
        counter.update([found], offset_s=0.0, now_s=11.0 + number)
    assert counter.count("step_up", "left") == 2


def test_a_repetition_that_is_leaving_the_window_is_not_counted_again() -> None:
    counter = RepetitionCounter()
    counter.update([bout(5.0, half=1.5)], offset_s=0.0, now_s=12.0)
    for cut in (4.0, 4.5, 5.0):  # ever less of its beginning is left
        late = Repetition(cut, max(cut, 5.0), 6.5)
        rest = Bout("step_up", 1.0, "left", "left", cut, 6.5, (late,))
        counter.update([rest], offset_s=0.0, now_s=12.0 + cut)
    assert counter.count("step_up", "left") == 1


def test_what_was_counted_stays_counted_when_it_is_no_longer_found() -> None:
    counter = RepetitionCounter()
    counter.update([bout(2.0, 5.0, 8.0)], offset_s=0.0, now_s=12.0)
    counter.update([], offset_s=12.0, now_s=24.0)
    assert counter.count("step_up", "left") == 3


def test_an_unfinished_or_invalid_repetition_waits() -> None:
    counter = RepetitionCounter()
    counter.update([bout(2.0, 5.0)], offset_s=0.0, now_s=6.1)
    assert counter.count("step_up", "left") == 1
    partial = Repetition(8.0, 9.0, 10.0, valid=False, reason="partial")
    counter.update([Bout("step_up", 1.0, "left", "left", 8.0, 10.0, (partial,))], offset_s=0.0, now_s=12.0)
    assert counter.count("step_up", "left") == 1


def test_a_later_better_recognition_relabels_what_was_counted() -> None:
    counter = RepetitionCounter()
    counter.update([bout(2.0, exercise="hip_hinge", side=None)], offset_s=0.0, now_s=5.0)
    counter.update([bout(2.0, 5.0, exercise="single_leg_rdl")], offset_s=0.0, now_s=8.0)
    assert counter.count("hip_hinge", None) == 0
    assert counter.count("single_leg_rdl", "left") == 2


def test_sides_are_counted_apart() -> None:
    counter = RepetitionCounter()
    counter.update([bout(2.0, 5.0), bout(8.0, 11.0, 14.0, side="right")], offset_s=0.0, now_s=20.0)
    assert counter.count("step_up", "left") == 2
    assert counter.count("step_up", "right") == 3
