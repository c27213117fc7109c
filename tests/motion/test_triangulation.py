"""The laws of the benchmark's triangulation: exact, as noisy as theory says, hard to mislead, y up."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motion_people import person

from benchmarks.triangulation import Camera, aimed_anew, read_qualisys, triangulate
from formcheck.motion import geometry

FOCAL_PX, DISTANCE_M, HEIGHT_M = 1500.0, 3.5, 1.8


def camera(azimuth_deg, *, name="camera", roll_deg=0.0):
    """A camera on a ring around the origin, looking at hip height; 0° sees somebody who faces +z in front."""
    a, r = np.radians([azimuth_deg, roll_deg])
    position = np.array([DISTANCE_M * np.sin(a), HEIGHT_M, DISTANCE_M * np.cos(a)])
    ahead = np.array([0, 0.9, 0]) - position
    ahead /= np.linalg.norm(ahead)
    level = np.cross(ahead, [0, 1, 0])
    level /= np.linalg.norm(level)
    below = np.cross(ahead, level)
    right, down = np.cos(r) * level + np.sin(r) * below, np.cos(r) * below - np.sin(r) * level
    intrinsics = np.array([[FOCAL_PX, 0, 540.0], [0, FOCAL_PX, 960.0], [0, 0, 1]])
    return Camera(name, intrinsics, np.stack([right, down, ahead]), position)


RING = [camera(azimuth) for azimuth in (-30, 20, 140, -140)]


def seen(points, cameras=RING):
    return np.stack([camera.project(points) for camera in cameras])


def sure(image_px):
    return np.ones(image_px.shape[:-1])


def cloud(rng, count):
    return rng.uniform([-0.5, 0, -0.5], [0.5, 1.8, 0.5], (count, 3))


@settings(deadline=None)
@given(
    st.floats(-180, 180),
    st.lists(st.floats(30, 110), min_size=1, max_size=3),
    st.tuples(st.floats(-0.6, 0.6), st.floats(0, 1.9), st.floats(-0.6, 0.6)),
    st.floats(-30, 30),
)
def test_exact_sightings_give_the_exact_point(first, apart, point, roll):
    azimuths = first + np.cumsum([0.0, *apart])
    cameras = [camera(azimuth, roll_deg=roll) for azimuth in azimuths]
    image = seen(np.array([point]), cameras)
    found = triangulate(cameras, image, sure(image))
    np.testing.assert_allclose(found.points, [point], atol=1e-6)
    assert found.residual_px.max() < 1e-4


@pytest.mark.parametrize("sd_px", [0.5, 2.0])
def test_noise_in_the_picture_makes_as_much_error_as_least_squares_theory_says(sd_px):
    rng = np.random.default_rng(1)
    points = cloud(rng, 3000)
    image = seen(points)
    found = triangulate(RING, image + rng.normal(0, sd_px, image.shape), sure(image)).points
    error = found - points
    step = 1e-5
    slope = np.stack([(seen(points + step * axis) - image) / step for axis in np.eye(3)], axis=-1)
    information = np.einsum("cnik,cnil->nkl", slope, slope) / sd_px**2
    # Errors measured in their own standard deviations: 3 on average, being three of them.
    assert np.einsum("nk,nkl,nl->n", error, information, error).mean() == pytest.approx(3.0, rel=0.1)
    assert np.abs(error.mean(axis=0)).max() < 4 * error.std() / np.sqrt(len(points))


def test_one_camera_that_is_quite_wrong_is_outvoted():
    rng = np.random.default_rng(2)
    points = cloud(rng, 200)
    image = seen(points) + rng.normal(0, 1.0, (4, 200, 2))
    right = np.linalg.norm(triangulate(RING, image, sure(image)).points - points, axis=-1)
    image[1] += [150.0, -80.0]
    found = triangulate(RING, image, sure(image))
    wrong = np.linalg.norm(found.points - points, axis=-1)
    assert np.median(wrong) < 2 * np.median(right)
    assert (found.residual_px[1] > 100).all()


def test_a_sighting_without_weight_does_not_count():
    points = cloud(np.random.default_rng(3), 20)
    image = seen(points)
    weight = sure(image)
    image[0] += 30.0
    weight[0] = 0.0
    np.testing.assert_allclose(triangulate(RING, image, weight).points, points, atol=1e-6)


def test_what_fewer_than_two_cameras_see_is_unknown():
    points = cloud(np.random.default_rng(4), 3)
    image = seen(points)
    image[1:, 0] = np.nan
    image[:, 1] = np.nan
    found = triangulate(RING, image, sure(image)).points
    assert np.isnan(found[:2]).all()
    np.testing.assert_allclose(found[2], points[2], atol=1e-6)


def test_knocked_cameras_agree_again_and_angles_come_out_right():
    joints = person(
        "left", frames=40, drop=np.linspace(0, 12, 40), shank_fwd=np.linspace(0, 30, 40), lean=6.0
    )
    image = seen(joints)
    knocked = []
    for number, ring in enumerate(RING):
        intrinsics = ring.intrinsics.copy()
        intrinsics[:2, 2] += [[12, -9], [-15, 4], [8, 14], [-6, -11]][number]
        knocked.append(replace(ring, intrinsics=intrinsics))
    weight = sure(image)
    before = triangulate(knocked, image, weight)
    after = triangulate(aimed_anew(knocked, image, weight), image, weight)
    assert np.median(after.residual_px) < np.median(before.residual_px) / 5
    wanted = geometry.angles(joints, "left")
    np.testing.assert_allclose(geometry.angles(after.points, "left"), wanted, atol=0.3)


def qualisys(cameras):
    """Write cameras as Qualisys does: millimetres, z up, rotations by columns, lengths in 1/64 pixels."""
    to_z_up = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
    parts = []
    for one in cameras:
        axes = np.diag([1, -1, -1]) @ one.rotation @ to_z_up.T
        place = {f"r{r + 1}{c + 1}": axes[r, c] for r in range(3) for c in range(3)}
        place |= dict(zip("xyz", 1000 * to_z_up @ one.position_m, strict=True))
        cells = {
            "focalLengthU": one.intrinsics[0, 0],
            "focalLengthV": one.intrinsics[1, 1],
            "centerPointU": one.intrinsics[0, 2],
            "centerPointV": one.intrinsics[1, 2],
        }
        lens = {name: 64 * value for name, value in cells.items()}
        parts.append(
            f'<camera serial="{one.name}"><transform {xml(place)}/><intrinsic {xml(lens)}/></camera>'
        )
    return f"<calibration><cameras>{''.join(parts)}</cameras></calibration>"


def xml(attributes):
    return " ".join(f'{name}="{float(value)!r}"' for name, value in attributes.items())


def test_a_calibration_file_gives_cameras_that_see_the_same_with_y_up(tmp_path):
    wanted = [camera(-30, name="cam01", roll_deg=12.0), camera(140, name="cam02")]
    path = tmp_path / "Calib.qca.txt"
    path.write_text(qualisys(wanted), encoding="utf-8")
    found = read_qualisys(path)
    assert [one.name for one in found] == ["cam01", "cam02"]
    points = cloud(np.random.default_rng(5), 10)
    np.testing.assert_allclose(seen(points, found), seen(points, wanted), atol=1e-6)
    for one in found:
        assert one.position_m[1] == pytest.approx(HEIGHT_M)
        assert one.pitch_deg == pytest.approx(-np.degrees(np.arctan2(HEIGHT_M - 0.9, DISTANCE_M)))
    assert found[1].roll_deg == pytest.approx(0, abs=1e-9)
    assert found[0].roll_deg == pytest.approx(-12.0)
