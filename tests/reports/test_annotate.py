"""The annotated video and the drawing of one frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import reports_people as people
from hypothesis import given
from hypothesis import strategies as st

from formcheck.errors import VideoWriteError
from formcheck.names import LANDMARKS, landmark
from formcheck.reports.angle_lines import MARK_KIND
from formcheck.reports.annotate import ClipDrawer, annotate
from formcheck.reports.drawing import AngleMark, Overlay, draw_overlay
from formcheck.reports.layout import free_place, overlap
from formcheck.video import read_video

GREY = np.full((320, 200, 3), 128, np.uint8)


def points():
    return people.pose(1).image_px[0]


def test_annotated_video_has_every_frame_at_its_time_and_size(tmp_path):
    people.write_clip(tmp_path / "clip.mp4", frames=30)
    done = []
    annotate(people.analysis(frames=30), tmp_path / "clip.mp4", tmp_path / "out.mp4", progress=done.append)
    with read_video(tmp_path / "out.mp4") as video:
        frames = list(video)
    assert len(frames) == 30 and frames[0].rgb.shape == (320, 200, 3)
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(30) / people.FPS, atol=0.002)
    assert done == sorted(done) and done[-1] == 1.0
    assert np.std(frames[15].rgb.astype(float)) > 10


def test_a_mirror_image_is_drawn_turned_back_with_the_points_on_the_body(tmp_path):
    people.write_clip(tmp_path / "clip.mp4", frames=5, left=40)
    found = people.analysis(frames=5)
    turned_back = replace(found, video=replace(found.video, mirror_image=True))
    for analysis, name in ((found, "as_filmed"), (turned_back, "turned_back")):
        annotate(analysis, tmp_path / "clip.mp4", tmp_path / f"{name}.mp4")
    corner = {}
    for name in ("as_filmed", "turned_back"):
        with read_video(tmp_path / f"{name}.mp4") as video:
            corner[name] = next(iter(video)).rgb[-20:].mean(axis=(0, 2))
    assert corner["as_filmed"][:60].mean() < corner["as_filmed"][-60:].mean() - 20
    assert corner["turned_back"][:60].mean() > corner["turned_back"][-60:].mean() + 20


def test_annotating_a_clip_in_which_nothing_was_recognised_works(tmp_path):
    people.write_clip(tmp_path / "clip.mp4", frames=5)
    annotate(people.without_bouts(), tmp_path / "clip.mp4", tmp_path / "out.mp4")
    assert (tmp_path / "out.mp4").stat().st_size > 0


def test_a_missing_folder_is_one_clear_error_and_a_failure_leaves_nothing(tmp_path):
    people.write_clip(tmp_path / "clip.mp4", frames=5)
    with pytest.raises(VideoWriteError):
        annotate(people.analysis(), tmp_path / "clip.mp4", tmp_path / "no" / "out.mp4")

    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        annotate(people.analysis(), tmp_path / "clip.mp4", tmp_path / "out.mp4", progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_counter_phase_and_verdict_follow_the_repetition():
    drawer = ClipDrawer(people.analysis())
    early, turn, gap, late = (drawer.overlay_at(t, 200) for t in (0.25, 1.35, 0.95, 2.95))
    assert (early.subtitle, early.counter) == ("stepping up", "Rep 1/3")
    assert (turn.subtitle, turn.counter) == ("top", "Rep 2/3")
    assert (gap.subtitle, gap.counter) == ("", "Rep 1/3")
    assert late.counter == "" and late.marks == ()
    assert {mark.grade for mark in early.marks} == {None}
    drop = next(mark for mark in turn.marks if mark.measure == "pelvic_drop_deg")
    assert drop == AngleMark("pelvic_drop_deg", 14.2, 2.1, "fail")
    assert turn.title == "Step-up, left leg" and turn.stance == "left"
    assert [mark.measure for mark in turn.marks] == ["pelvic_drop_deg", "fppa_deg", "trunk_lateral_lean_deg"]


def test_landmarks_scale_with_the_picture():
    drawer = ClipDrawer(people.analysis())
    full, half = drawer.overlay_at(1.0, 200), drawer.overlay_at(1.0, 100)
    np.testing.assert_allclose(half.points_px, full.points_px / 2)


def test_labels_of_the_measured_side_stand_on_its_side():
    assert ClipDrawer(people.analysis(people.scored_bout("left"))).overlay_at(1.0, 200).outward == 1
    assert ClipDrawer(people.analysis(people.scored_bout("right"))).overlay_at(1.0, 200).outward == -1


def test_drawing_leaves_the_given_picture_alone_and_needs_no_writable_one():
    frozen = GREY.copy()
    frozen.flags.writeable = False
    drawn = draw_overlay(frozen, Overlay(points(), stance="left", title="Step-up", counter="Rep 1/3"))
    assert (frozen == GREY).all() and drawn.shape == GREY.shape and (drawn != GREY).any()


def test_nothing_to_draw_draws_nothing():
    unknown = np.full((len(LANDMARKS), 2), np.nan, np.float32)
    marks = tuple(AngleMark(measure, 1.0, 1.0, "good") for measure in MARK_KIND)
    assert (draw_overlay(GREY, Overlay(unknown, stance="left", marks=marks, hide_face=True)) == GREY).all()


def test_any_landmark_may_be_missing_or_far_outside():
    marks = tuple(AngleMark(measure, 1.0, 1.0, "fail") for measure in MARK_KIND)
    for i in range(len(LANDMARKS)):
        for place in (np.nan, 1e6, -5000.0):
            some = points().copy()
            some[i] = place
            overlay = Overlay(
                some, stance="right", measured_side="right", marks=marks, title="x", hide_face=True
            )
            assert draw_overlay(GREY, overlay).shape == GREY.shape


@pytest.mark.parametrize("size", [(1, 1), (20, 9), (64, 48), (2000, 300)])
def test_pictures_of_any_size(size):
    small = np.zeros((*size, 3), np.uint8)
    marks = (AngleMark("pelvic_drop_deg", 1.0, 1.0, "good"),)
    assert (
        draw_overlay(small, Overlay(points(), "left", marks=marks, title="A", counter="B")).shape
        == small.shape
    )


def test_stance_leg_is_marked_thicker_and_in_its_own_colour():
    blue = [
        (np.abs(draw_overlay(GREY, Overlay(points(), stance=side)).astype(int) - (86, 180, 255)).sum(2) < 60)
        for side in ("left", "right")
    ]
    left_half = slice(100, None)  # the person faces the camera: their left is the picture's right
    assert blue[0][200:285, left_half].sum() > 5 * blue[0][200:285, :100].sum()
    assert blue[1][200:285, :100].sum() > 5 * blue[1][200:285, left_half].sum()
    assert not (np.abs(draw_overlay(GREY, Overlay(points())).astype(int) - (86, 180, 255)).sum(2) < 60).any()


def test_face_is_hidden_and_the_rest_is_not():
    noise = np.random.default_rng(0).integers(0, 256, GREY.shape, dtype=np.uint8)
    plain = draw_overlay(noise, Overlay(points()))
    hidden = draw_overlay(noise, Overlay(points(), hide_face=True))
    changed = (plain != hidden).any(axis=2)
    y, x = np.nonzero(changed)
    nose = points()[landmark("left", "eye")]
    assert changed.any() and np.hypot(x - nose[0], y - nose[1]).max() < 60
    assert hidden[y.min() : y.max(), x.min() : x.max()].std() < 0.6 * noise.std()


@given(
    st.lists(st.tuples(st.integers(-300, 1300), st.integers(-300, 1300)), min_size=1, max_size=4),
    st.integers(0, 60),
)
def test_labels_stay_in_the_picture_below_the_header_and_apart(wanted, header):
    taken = [(0, 0, 720, header)]
    for x, y in wanted:
        taken.append(free_place((720, 1280), (x, y, 180, 70), taken))
    for i, box in enumerate(taken[1:], start=1):
        assert 0 <= box[0] <= 720 - 180 and header <= box[1] <= 1280 - 70
        assert not any(overlap(box, each) for each in taken[:i])
