"""Who exercises among several people: laws of movement on made-up bodies, and the choice on real pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from poses import frames

from formcheck import assets
from formcheck.errors import UnreadableVideoError
from formcheck.names import LANDMARK_INDEX, LANDMARKS, landmark
from formcheck.pose import PersonPose, estimate_pose, pose_model
from formcheck.pose.everybody import everybody
from formcheck.pose.exerciser import MOVING, STILL, movement, spread
from formcheck.pose.mediapipe_estimator import MediaPipeEstimator
from formcheck.pose.subject import SubjectEstimator
from formcheck.video import read_video
from formcheck.video.types import Frame, VideoInfo

Picture = NDArray[np.uint8]
Points = NDArray[np.float64]
TIMES = np.linspace(0, 1, 24)
LEFT_TO_RIGHT = [LANDMARK_INDEX[name.replace("left", "right")] for name in LANDMARKS if "left" in name]
EXERCISER, STANDING = "lunge_front_left_good", "single_leg_stance_front_right_good"
HEIGHT, WIDTH = 360, 540


def standing() -> Points:
    """Return somebody who stands, body length 0.75, in every picture."""
    points = np.full((len(TIMES), len(LANDMARKS), 2), (0.5, 0.1))
    for joint, y in (("shoulder", 0.25), ("elbow", 0.4), ("hip", 0.5), ("knee", 0.75), ("ankle", 1.0)):
        for sign in (-1, 1):
            points[:, landmark("left" if sign > 0 else "right", joint)] = (0.5 + 0.06 * sign, y)
    return points


def lowered(points: Points, by: float = 0.2) -> Points:
    """Return somebody who sinks twice, the feet where they were."""
    moved = points.copy()
    down = by * np.sin(2 * np.pi * TIMES) ** 2
    for name, index in LANDMARK_INDEX.items():
        share = 0.0 if "ankle" in name or "foot" in name or "heel" in name else 0.5 if "knee" in name else 1.0
        moved[:, index, 1] += share * down
    return moved


def moved(points: Points) -> float:
    return movement(points, np.ones(points.shape[:2]))


def striding(points: Points) -> Points:
    """Return the legs swinging in turn."""
    walking = points.copy()
    swing = 0.12 * np.sin(12 * np.pi * TIMES)
    for sign, side in ((1, "left"), (-1, "right")):
        walking[:, LANDMARK_INDEX[f"{side}_ankle"], 0] += sign * swing
        walking[:, LANDMARK_INDEX[f"{side}_knee"], 0] += sign * swing / 2
    return walking


def test_sinking_on_the_feet_is_an_exercise_and_standing_is_none() -> None:
    assert moved(standing()) == pytest.approx(0, abs=1e-9)
    assert moved(lowered(standing())) > MOVING


def test_who_walks_through_or_waves_does_not_exercise() -> None:
    across = striding(standing())
    across[..., 0] += 2 * TIMES[:, None]
    assert moved(across) < STILL
    nearer = (striding(standing()) - (0.5, 0.5)) * (1 + TIMES[:, None, None]) + (0.5, 0.5)
    assert moved(nearer) < STILL
    waving = standing()
    for joint in ("elbow", "wrist", "index", "thumb", "pinky"):
        waving[:, [LANDMARK_INDEX[f"left_{joint}"]], 1] -= 0.4 * np.sin(9 * TIMES)[:, None]
    assert moved(waving) < STILL


@pytest.mark.parametrize(
    "change",
    [
        lambda points: 0.3 * points,
        lambda points: points + np.array([0.4, -0.2]),
        lambda points: points * (-1, 1),
        lambda points: np.roll(points, 7, axis=0),
    ],
    ids=["smaller", "elsewhere", "mirrored", "later"],
)
def test_movement_is_of_the_body(change: Callable[[Points], Points]) -> None:
    body = lowered(standing())
    assert moved(change(body)) == pytest.approx(moved(body), rel=1e-6)


def test_legs_that_the_network_exchanges_are_no_movement() -> None:
    exchanged = standing()
    right, left = LEFT_TO_RIGHT, [index for index, name in enumerate(LANDMARKS) if "left" in name]
    exchanged[::3, left], exchanged[::3, right] = exchanged[::3, right], exchanged[::3, left]
    assert moved(exchanged) < STILL


def test_guessed_legs_do_not_count() -> None:
    guessed = standing()
    legs = [i for i, name in enumerate(LANDMARKS) if any(part in name for part in ("knee", "ankle"))]
    guessed[:, legs] += np.random.default_rng(4).normal(0, 0.1, (len(TIMES), len(legs), 2))
    seen = np.ones(guessed.shape[:2])
    assert movement(guessed, seen) > STILL
    seen[:, legs] = 0.2
    assert movement(guessed, seen) < STILL


@pytest.mark.parametrize("count", [0, 1, 19, 20, 39, 40, 41, 500, 1283])
def test_the_pictures_looked_at_are_spread_over_all_of_the_clip(count: int) -> None:
    kept = [frame.index for frame in spread(frames(count, size=(2, 2)), 20)]
    assert len(kept) == min(count, max(len(kept), 20)) < 40
    steps = np.diff(kept)
    assert len(set(steps)) <= 1
    assert count == 0 or (kept[0] == 0 and count - kept[-1] <= (steps[0] if len(steps) else 1))


@cache
def sample(name: str) -> list[Picture]:
    with read_video(assets.folder("sample_videos") / f"{name}.mp4", max_side_px=HEIGHT) as video:
        return [frame.rgb for frame in video if frame.index % 6 == 0][:40]


def beside(*people: tuple[str, float, float], still: bool = False) -> list[Frame]:
    """Return pictures with people of samples side by side: name, height, where the middle is."""
    clips = [sample(name) for name, _, _ in people]
    pictures = []
    for i in range(min(len(clip) for clip in clips)):
        rgb = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
        for clip, (_, size, middle) in zip(clips, people, strict=True):
            paste(rgb, clip[0 if still else i], size, middle)
        pictures.append(Frame(i, i / 5, rgb))
    return pictures


def paste(rgb: Picture, picture: Picture, size: float, middle: float) -> None:
    """Put a picture, or what of it lies inside, on the floor of another."""
    height = round(size * HEIGHT)
    width = round(height * picture.shape[1] / picture.shape[0])
    small = np.asarray(Image.fromarray(picture).resize((width, height)))
    left = round(middle * WIDTH) - width // 2
    from_left, to_right = max(left, 0), min(left + width, WIDTH)
    if from_left < to_right:
        rgb[HEIGHT - height :, from_left:to_right] = small[:, from_left - left : to_right - left]


def followed(
    clip: list[Frame], subject: tuple[float, float] | None = None, *, ahead: bool = True
) -> list[float]:
    """Return where the hips of whom is followed are, from the left; NaN in a gap."""
    with SubjectEstimator(MediaPipeEstimator(pose_model("lite")), subject) as estimator:
        if ahead:
            estimator.look_ahead(lambda: nullcontext(iter(clip)))
        poses = [estimator.estimate(frame.rgb, frame.time_s) for frame in clip]
    return [hips_x(pose) for pose in poses]


def hips_x(pose: PersonPose | None) -> float:
    hips = [landmark("left", "hip"), landmark("right", "hip")]
    return float("nan") if pose is None else float(pose.image[hips, 0].mean())


def share(xs: list[float], low: float, high: float) -> float:
    return float(np.mean([low < x < high for x in xs]))


@pytest.mark.parametrize("x", [0.25, 0.75])
def test_the_smaller_one_who_exercises_is_followed_not_the_larger_one_who_stands(x: float) -> None:
    clip = beside((STANDING, 1.0, 1 - x), (EXERCISER, 0.75, x))
    with MediaPipeEstimator(pose_model("lite")) as estimator:
        assert len(everybody(estimator, clip[0].rgb, estimator.people(clip[0].rgb))) == 2
    assert share(followed(clip[:9], ahead=False), 1 - x - 0.15, 1 - x + 0.15) > 0.9
    assert share(followed(clip), x - 0.15, x + 0.15) > 0.9
    named = followed(clip[:9], (1 - x, 0.5))
    assert share(named, 1 - x - 0.15, 1 - x + 0.15) > 0.9, "who is named is followed, exercising or not"


def test_who_stands_on_one_leg_is_not_given_up_for_somebody_who_exercises_in_the_background() -> None:
    xs = followed(beside((STANDING, 1.0, 0.65), (EXERCISER, 0.5, 0.2))[:30])
    assert share(xs, 0.45, 0.75) > 0.9


@pytest.mark.parametrize(
    ("one", "other", "still"),
    [(EXERCISER, EXERCISER, False), (STANDING, STANDING, False), (EXERCISER, EXERCISER, True)],
    ids=["both exercise", "both stand", "both frozen"],
)
def test_of_two_alike_the_larger_one_is_followed(one: str, other: str, still: bool) -> None:
    xs = followed(beside((one, 0.75, 0.25), (other, 1.0, 0.75), still=still)[:30])
    assert share(xs, 0.6, 0.9) > 0.9


def test_who_walks_off_is_not_taken_for_who_exercises() -> None:
    clip = beside((EXERCISER, 0.75, 0.3))
    for i, frame in enumerate(clip):
        paste(frame.rgb, sample(STANDING)[i], 1.0, 0.8 + 0.03 * i)
    assert share(followed(clip[:5], ahead=False), 0.65, 1.0) > 0.9
    assert share(followed(clip), 0.15, 0.45) > 0.9


def test_a_clip_of_one_person_is_followed_as_without_looking_ahead() -> None:
    clip = beside((EXERCISER, 1.0, 0.5))[:12]

    def poses(ahead: bool) -> list[PersonPose | None]:
        with SubjectEstimator(MediaPipeEstimator(pose_model("lite"))) as estimator:
            if ahead:
                estimator.look_ahead(refuse)
            return [estimator.estimate(frame.rgb, frame.time_s) for frame in clip]

    for one, other in zip(poses(True), poses(False), strict=True):
        assert one is not None and other is not None
        np.testing.assert_array_equal(one.image, other.image)
        np.testing.assert_array_equal(one.world_m, other.world_m)


def refuse() -> nullcontext[list[Frame]]:
    raise AssertionError("a clip of one person is read once")


class Haunted:
    """Finds somebody in the left half of every picture, and whoever is red."""

    def people(self, rgb: Picture) -> list[PersonPose]:
        """Return the ghost, and the red one if half is seen."""
        red = np.flatnonzero((rgb == (200, 30, 30)).all(axis=(0, 2)))
        return [self.pose(x) for x in (0.2, *([red.mean() / rgb.shape[1]] if len(red) else []))]

    def pose(self, x: float) -> PersonPose:
        """Return somebody who stands there."""
        points = (standing()[0] - (0.5, 0)) * (0.3, 0.8) + (x, 0)
        ones = np.ones(len(LANDMARKS), np.float32)
        return PersonPose(points.astype(np.float32), np.zeros((len(LANDMARKS), 3), np.float32), ones, ones)


def test_what_is_not_found_in_the_mirrored_picture_is_nobody() -> None:
    rgb = np.full((HEIGHT, HEIGHT, 3), 255, np.uint8)
    rgb[:, round(0.8 * HEIGHT) : round(0.9 * HEIGHT)] = (200, 30, 30)
    finder: Any = Haunted()
    known = [finder.pose(0.5)]
    xs = [hips_x(person) for person in everybody(finder, rgb, known)]
    assert xs == pytest.approx([0.5, 0.2, 0.85], abs=0.02)
    surely = [hips_x(person) for person in everybody(finder, rgb, known, surely=True)]
    assert surely == pytest.approx([0.5, 0.85], abs=0.02)


class Film:
    """Pictures that can be read again, as a file can."""

    expected_frames = None

    def __init__(self, pictures: list[Frame]) -> None:
        self._pictures = pictures

    @property
    def info(self) -> VideoInfo:
        """What is known of it."""
        return VideoInfo("film", WIDTH, HEIGHT, len(self._pictures), len(self._pictures) / 5, 5.0)

    def __iter__(self) -> Iterator[Frame]:
        return iter(self._pictures)

    def again(self, max_side_px: int) -> nullcontext[list[Frame]]:  # noqa: ARG002
        """Return the pictures once more."""
        return nullcontext(self._pictures)


def test_who_comes_later_and_exercises_is_followed_from_then_on_and_nobody_before() -> None:
    clip = beside((STANDING, 1.0, 0.75))
    for i, frame in enumerate(clip[8:], start=8):
        paste(frame.rgb, sample(EXERCISER)[i], 0.75, 0.25)
    pose = estimate_pose(Film(clip), model="lite")
    hips = pose.image_px[:, [landmark("left", "hip"), landmark("right", "hip")], 0].mean(axis=1) / WIDTH
    seen = hips[np.isfinite(hips)]
    assert len(seen) > 0.6 * len(clip)
    assert share(list(seen), 0.1, 0.4) > 0.97, "the poses of who was there before are taken back"


def test_a_clip_read_again_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "turned.mp4"
    path.write_bytes(
        (assets.folder("sample_videos") / "step_down_portrait_turned_right_lean.mp4").read_bytes()
    )
    with read_video(path, max_side_px=160) as video, video.again(160) as again:
        for one, other in zip(islice(video, 9), islice(again, 9), strict=True):
            assert (one.index, one.time_s) == (other.index, other.time_s)
            np.testing.assert_array_equal(one.rgb, other.rgb)
    assert video.info.rotation_deg != 0
    path.unlink()
    with pytest.raises(UnreadableVideoError, match=r"turned\.mp4"):
        video.again(160)


def test_a_clip_that_cannot_be_read_again_is_followed_as_before() -> None:
    clip = beside((STANDING, 1.0, 0.75), (EXERCISER, 0.75, 0.25))[:9]

    def gone() -> nullcontext[list[Frame]]:
        raise UnreadableVideoError("There is no file")

    with SubjectEstimator(MediaPipeEstimator(pose_model("lite"))) as estimator:
        estimator.look_ahead(gone)
        xs = [hips_x(estimator.estimate(frame.rgb, frame.time_s)) for frame in clip]
    np.testing.assert_array_equal(xs, followed(clip, ahead=False))
