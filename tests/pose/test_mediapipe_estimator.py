"""The real model on a real person (a public-domain portrait that comes with matplotlib)."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from matplotlib import cbook
from numpy.typing import NDArray
from PIL import Image

from formcheck.errors import FormcheckError, ModelFileError, PoseRuntimeError
from formcheck.names import LANDMARK_INDEX
from formcheck.pose import ModelFile, PersonPose, estimate_pose, pose_model
from formcheck.pose.mediapipe_estimator import MediaPipeEstimator
from formcheck.video.types import Frame


@pytest.fixture(scope="module")
def portrait() -> NDArray[np.uint8]:
    path = cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
    return np.asarray(Image.open(path).convert("RGB"))


def seen(picture: NDArray[np.uint8], times_s: tuple[float, ...] = (0.0, 0.033, 0.067)) -> PersonPose:
    """Return the last pose found in a still shown several times."""
    with MediaPipeEstimator(pose_model("full")) as estimator:
        poses = [estimator.estimate(picture, time_s) for time_s in times_s]
    assert poses[-1] is not None
    return poses[-1]


def x_of(pose: PersonPose, name: str) -> float:
    return float(pose.image[LANDMARK_INDEX[name], 0])


def test_landmarks_lie_where_the_person_is(portrait: NDArray[np.uint8]) -> None:
    pose = seen(portrait)
    nose = pose.image[LANDMARK_INDEX["nose"]]
    assert nose == pytest.approx([0.53, 0.375], abs=0.03)
    assert x_of(pose, "right_shoulder") < 0.3
    assert x_of(pose, "left_shoulder") > 0.8
    assert pose.visibility[LANDMARK_INDEX["nose"]] > 0.9


def test_a_mirrored_picture_swaps_the_sides(portrait: NDArray[np.uint8]) -> None:
    pose, mirrored = seen(portrait), seen(portrait[:, ::-1])
    for joint in ("shoulder", "eye", "ear"):
        assert x_of(mirrored, f"left_{joint}") == pytest.approx(1 - x_of(pose, f"right_{joint}"), abs=0.06)


def test_padded_rows_make_no_difference(portrait: NDArray[np.uint8]) -> None:
    padded = np.zeros((*portrait.shape[:1], portrait.shape[1] + 13, 3), np.uint8)
    padded[:, : portrait.shape[1]] = portrait
    np.testing.assert_array_equal(seen(padded[:, : portrait.shape[1]]).image, seen(portrait).image)


def test_a_finder_kept_from_clip_to_clip_remembers_nobody(portrait: NDArray[np.uint8]) -> None:
    empty = np.zeros_like(portrait)
    kept = MediaPipeEstimator(pose_model("full"), keep_finder=True)
    with kept:
        assert len(kept.people(portrait)) == 1
    with kept:
        assert kept.people(empty) == []
        (again,) = kept.people(portrait)
    kept.close()
    with MediaPipeEstimator(pose_model("full")) as fresh:
        (first,) = fresh.people(portrait)
    np.testing.assert_array_equal(again.image, first.image)
    np.testing.assert_array_equal(again.world_m, first.world_m)


def test_frames_closer_than_a_millisecond_are_taken(portrait: NDArray[np.uint8]) -> None:
    seen(portrait, tuple(i * 2e-4 for i in range(12)))


def test_without_the_native_filter_the_clock_does_not_matter(portrait: NDArray[np.uint8]) -> None:
    """A filter in time answers otherwise when the same movement is shown at another speed."""

    def nose(native_filter: bool, fps: float) -> float:
        with MediaPipeEstimator(pose_model("full"), native_filter=native_filter) as estimator:
            for i in range(8):
                pose = estimator.estimate(np.roll(portrait, 4 * i, axis=1), i / fps)
        assert pose is not None
        return x_of(pose, "nose") * portrait.shape[1]

    assert nose(False, 5) == pytest.approx(nose(False, 100), abs=0.01)
    assert nose(True, 5) != pytest.approx(nose(True, 100), abs=0.1)


def test_nobody_in_view_gives_a_sequence_without_a_person() -> None:
    black = [Frame(i, i / 30, np.zeros((120, 160, 3), np.uint8)) for i in range(5)]
    pose = estimate_pose(black, model="lite")
    assert len(pose) == 5
    assert not pose.detected.any()
    assert (pose.model, pose.model_sha256) == ("lite", pose_model("lite").sha256)


def test_pixels_are_those_of_the_original(portrait: NDArray[np.uint8]) -> None:
    def clip() -> Iterator[Frame]:
        yield from (Frame(i, i / 30, portrait) for i in range(3))

    nose = estimate_pose(clip()).image_px[-1, 0]
    assert nose == pytest.approx([0.53 * 512, 0.375 * 600], abs=15)


@pytest.mark.parametrize("name", ["lite", "heavy"])
def test_the_other_models_run_too(name: str, portrait: NDArray[np.uint8]) -> None:
    with MediaPipeEstimator(pose_model(name)) as estimator:
        pose = estimator.estimate(portrait, 0.0)
    assert pose is not None
    assert x_of(pose, "nose") == pytest.approx(0.53, abs=0.04)


def test_standard_error_stays_clean(portrait: NDArray[np.uint8], capfd: pytest.CaptureFixture[str]) -> None:
    seen(portrait)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_a_bundle_that_is_none_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "pose_landmarker_full.task"
    path.write_bytes(b"not a bundle")
    with pytest.raises(ModelFileError, match="refuses"), MediaPipeEstimator(ModelFile("full", path, "")):
        pass


def test_without_mediapipe_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(PoseRuntimeError, match="install formcheck again"):
        estimate_pose([Frame(0, 0.0, np.zeros((4, 4, 3), np.uint8))])


def test_a_missing_system_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import mediapipe

    def refuse(options: object) -> None:
        raise OSError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(mediapipe.tasks.vision.PoseLandmarker, "create_from_options", refuse)
    with pytest.raises(PoseRuntimeError, match=r"libEGL\.so\.1 is missing.*apt-get install") as caught:
        MediaPipeEstimator(pose_model("full")).__enter__()
    assert isinstance(caught.value, FormcheckError)
