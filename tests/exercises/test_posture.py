"""The correction of feet for recognition: what it may move, and that left and right are treated alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sample_views import seen_by_a_panned_camera
from stick_figure import Act, perform

from formcheck import assets
from formcheck.errors import ModelFileError
from formcheck.exercises import find_bouts
from formcheck.exercises.features import features
from formcheck.exercises.posture import corrected
from formcheck.motion import measure_motion
from formcheck.motion.types import Motion
from formcheck.names import OTHER_LANDMARK, SIDES, landmark

MOVABLE = [
    landmark(side, joint) for side in SIDES for joint in ("shoulder", "knee", "ankle", "heel", "foot_index")
]


def believed(motion: Motion) -> Motion:
    return corrected(motion, features(motion))


@pytest.mark.parametrize("pan_deg", [-20, 20])
def test_where_in_the_picture_the_person_is_does_not_matter(step_down: Motion, pan_deg: float) -> None:
    aside = measure_motion(seen_by_a_panned_camera(step_down.pose, pan_deg))
    straight = measure_motion(step_down.pose)
    np.testing.assert_allclose(believed(aside).joints_m, believed(straight).joints_m, atol=0.01)


def test_only_legs_and_shoulders_move(step_down: Motion) -> None:
    better = believed(step_down)
    moved = np.nanmax(np.abs(better.joints_m - step_down.joints_m), axis=(0, 2))
    assert (moved[MOVABLE] > 0).all()
    assert (np.delete(moved, MOVABLE) == 0).all()
    assert moved.max() < 0.5


def test_what_geometry_alone_has_found_stays_as_it_is() -> None:
    exact = perform(Act("step_up"))
    assert believed(exact) is exact


def test_frames_without_a_person_stay_empty(step_down: Motion) -> None:
    joints = step_down.joints_m.copy()
    joints[40:60] = np.nan
    better = believed(replace(step_down, joints_m=joints)).joints_m
    assert np.isnan(better[40:60]).all()
    assert np.isfinite(np.delete(better, np.s_[40:60], axis=0)).all()


def test_the_mirror_image_is_corrected_alike(step_down: Motion) -> None:
    found, other = (
        believed(measure_motion(pose)) for pose in (step_down.pose, step_down.pose.with_mirror_image(True))
    )
    back = other.joints_m[:, list(OTHER_LANDMARK)] * [-1, 1, 1]
    feet = [landmark(side, "ankle") for side in SIDES]
    hips = [landmark(side, "hip") for side in SIDES]

    def below(joints: np.ndarray) -> np.ndarray:
        return joints[:, feet] - joints[:, hips].mean(axis=1, keepdims=True)

    np.testing.assert_allclose(below(back), below(found.joints_m), atol=0.02)
    assert [b.side for b in find_bouts(other)] == ["left"]
    assert [b.side for b in find_bouts(found)] == ["right"]


def test_a_missing_network_is_said(
    step_down: Motion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = assets.folder("models") / "manifest.json"
    (tmp_path / "manifest.json").write_bytes(manifest.read_bytes())
    monkeypatch.setattr(assets, "folder", lambda _: tmp_path)
    with pytest.raises(ModelFileError, match="The posture model is missing"):
        believed(step_down)
