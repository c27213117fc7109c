"""The learned correction: what it must do with anything that it is shown, and what if its file is spoilt."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from motion_people import filmed, squat

from formcheck import assets
from formcheck.errors import ModelFileError
from formcheck.motion import learned, measure_motion
from formcheck.motion.estimate import by_geometry
from formcheck.motion.features import FEATURES, features
from formcheck.motion.fitted import Fitted
from formcheck.motion.geometry import angles
from formcheck.motion.learned import correct
from formcheck.names import ANGLES, SIDES, other
from formcheck.pose.smoothing import smooth


def jumbled(pose):
    """Return landmarks that form no body."""
    order = np.random.default_rng(1).permutation(pose.image_px.shape[1])
    return replace(pose, image_px=pose.image_px[:, order], world_m=pose.world_m[:, order])


def fitted(pose):
    return Fitted.to(smooth(pose))


def test_there_are_as_many_features_as_the_network_takes():
    for side in SIDES:
        seen = features(fitted(filmed(squat(), azimuth=20)), side)
        assert seen.shape[1] == FEATURES
        assert np.isfinite(seen).all()


def test_what_looks_strange_is_uncertain():
    pose = filmed(squat(), azimuth=10)
    sure, unsure = correct(fitted(pose)), correct(fitted(jumbled(pose)))
    for side in SIDES:
        assert (unsure.strange_sd[side] > 5).all()
        assert (sure.strange_sd[side] < 5).all()


def test_what_looks_like_nobody_at_all_is_left_to_geometry(monkeypatch):
    someone = fitted(filmed(squat(), azimuth=10))
    noise = np.random.default_rng(0).normal(0, 4, (len(someone.pose), FEATURES)).astype(np.float32)
    monkeypatch.setattr(learned, "features", lambda _fitted, _side: noise)
    left_alone = correct(someone)
    for side in SIDES:
        np.testing.assert_allclose(left_alone.values[side], someone.values[side], atol=0.01)
        assert (left_alone.strange_sd[side] > 5).all()


def test_a_passing_standing_that_makes_all_look_strange_is_none():
    someone = fitted(filmed(squat(), azimuth=80))
    deepest = np.arange(len(someone.pose)) == np.argmax(someone.values["left"][:, 6])
    misled = replace(someone, standing=deepest)
    mended, alone = correct(misled), correct(misled.without_standing())
    for side in SIDES:
        np.testing.assert_array_equal(mended.values[side], alone.values[side])
        np.testing.assert_array_equal(mended.strange_sd[side], alone.strange_sd[side])


def test_the_mirrored_person_is_corrected_as_the_other_leg():
    pose = filmed(squat(), azimuth=35, noise_px=1.0)
    one, other_way = correct(fitted(pose)), correct(fitted(pose.with_mirror_image(True)))
    for side in SIDES:
        np.testing.assert_allclose(one.values[side], other_way.values[other(side)], atol=0.3)
    np.testing.assert_allclose(np.abs(one.azimuth), np.abs(other_way.azimuth), atol=0.3)


def test_the_intervals_of_a_person_of_lines_hold_the_truth():
    truth = angles(squat(), "left")
    held = []
    for azimuth in (0, 40, 90, -90, 180):
        found = measure_motion(filmed(squat(), azimuth=azimuth)).left
        held.append(np.abs(found.value - truth) <= 1.645 * found.sd)
    assert np.mean(held) > 0.8


def test_it_says_which_network_it_was():
    pose = filmed(squat(), azimuth=0)
    assert "motion.onnx" in measure_motion(pose).estimator
    plain = measure_motion(pose, estimator=by_geometry)
    assert plain.estimator == "geometry"
    assert plain.left.value.shape[1] == len(ANGLES)


@pytest.mark.parametrize("spoil", ["missing", "altered"])
def test_a_spoilt_file_is_one_clear_sentence(spoil, tmp_path, monkeypatch):
    models = assets.folder("models")
    shutil.copy(models / "manifest.json", tmp_path)
    if spoil == "altered":
        (tmp_path / "motion.onnx").write_bytes((models / "motion.onnx").read_bytes()[:-1])
    monkeypatch.setattr(assets, "folder", lambda _: tmp_path)
    with pytest.raises(ModelFileError, match=rf"motion model is {spoil}.*get the file again"):
        measure_motion(filmed(squat(), azimuth=0))
