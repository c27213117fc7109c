"""The correction of feet for recognition: what it may move, and that left and right are treated alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from stick_figure import Act, perform

from formcheck import Analysis, assets
from formcheck.errors import ModelFileError
from formcheck.exercises import find_bouts
from formcheck.exercises.posture import corrected
from formcheck.motion import measure_motion
from formcheck.motion.camera import Camera
from formcheck.motion.types import Motion
from formcheck.names import LANDMARKS, SIDES, landmark
from formcheck.pose import PoseSequence

SWAP = [
    LANDMARKS.index(n.replace("left", "R").replace("right", "left").replace("R", "right")) for n in LANDMARKS
]
MOVABLE = [
    landmark(side, joint) for side in SIDES for joint in ("shoulder", "knee", "ankle", "heel", "foot_index")
]


@pytest.fixture(scope="module")
def step_down(sample_analysis: Callable[[str], Analysis]) -> Motion:
    return sample_analysis("step_down_front_right_good").motion


def in_the_mirror(pose: PoseSequence) -> PoseSequence:
    image = pose.image_px[:, SWAP].copy()
    image[..., 0] = pose.video.width - image[..., 0]
    return replace(
        pose,
        image_px=image,
        world_m=pose.world_m[:, SWAP] * np.array([-1, 1, 1], np.float32),
        visibility=pose.visibility[:, SWAP],
        presence=pose.presence[:, SWAP],
    )


def seen_by_a_panned_camera(pose: PoseSequence, pan_deg: float) -> PoseSequence:
    camera = Camera.assumed(pose.video.width, pose.video.height)
    x, y, z = np.moveaxis(camera.rays(pose.image_px.astype(float)), -1, 0)
    sine, cosine = np.sin(np.radians(pan_deg)), np.cos(np.radians(pan_deg))
    aside = np.stack([x * cosine + z * sine, y, z * cosine - x * sine], axis=-1)
    return replace(pose, image_px=camera.project(aside).astype(np.float32))


@pytest.mark.parametrize("pan_deg", [-20, 20])
def test_where_in_the_picture_the_person_is_does_not_matter(step_down: Motion, pan_deg: float) -> None:
    aside = measure_motion(seen_by_a_panned_camera(step_down.pose, pan_deg))
    straight = measure_motion(step_down.pose)
    np.testing.assert_allclose(corrected(aside).joints_m, corrected(straight).joints_m, atol=0.01)


def test_only_legs_and_shoulders_move(step_down: Motion) -> None:
    better = corrected(step_down)
    moved = np.nanmax(np.abs(better.joints_m - step_down.joints_m), axis=(0, 2))
    assert (moved[MOVABLE] > 0).all()
    assert (np.delete(moved, MOVABLE) == 0).all()
    assert moved.max() < 0.5


def test_what_geometry_alone_has_found_stays_as_it_is() -> None:
    exact = perform(Act("step_up"))
    assert corrected(exact) is exact


def test_frames_without_a_person_stay_empty(step_down: Motion) -> None:
    joints = step_down.joints_m.copy()
    joints[40:60] = np.nan
    better = corrected(replace(step_down, joints_m=joints)).joints_m
    assert np.isnan(better[40:60]).all()
    assert np.isfinite(np.delete(better, np.s_[40:60], axis=0)).all()


def test_the_mirror_image_is_corrected_alike(step_down: Motion) -> None:
    found, other = (
        corrected(measure_motion(pose)) for pose in (step_down.pose, in_the_mirror(step_down.pose))
    )
    back = other.joints_m[:, SWAP] * [-1, 1, 1]
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
        corrected(step_down)
