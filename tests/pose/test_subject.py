"""Who is followed: the person who was chosen, never another; on coloured cards and on real pictures."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Self

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck import assets
from formcheck.errors import UsageError
from formcheck.names import LANDMARKS, landmark
from formcheck.pose import PersonPose, pose_model
from formcheck.pose.mediapipe_estimator import MediaPipeEstimator
from formcheck.pose.subject import SubjectEstimator, point
from formcheck.video import read_video

HEIGHT, WIDTH, FPS = 120, 200, 30.0
RED, BLUE = (200, 30, 30), (30, 30, 200)
Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Card:
    """A person, as a coloured rectangle that fills half of the picture's height."""

    colour: tuple[int, int, int]
    x: float


def picture(*cards: Card) -> Picture:
    """Return the cards on white; later ones stand in front."""
    rgb = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for card in cards:
        middle = round(card.x * WIDTH)
        rgb[30:90, max(middle - 12, 0) : max(middle + 12, 0)] = card.colour
    return rgb


class CardReader:
    """Finds cards by colour; keeps to where it last saw one, and otherwise takes the largest."""

    name = "cards"
    sha256 = "0" * 64

    def __init__(self) -> None:
        self._x: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def estimate(self, rgb: Picture, time_s: float) -> PersonPose | None:  # noqa: ARG002
        """Return the card that is nearest to the last one, of whatever colour."""
        found = self.people(rgb)
        if not found:
            self._x = None
            return None
        near = min(found, key=lambda pose: abs(hips_x(pose) - (0.5 if self._x is None else self._x)))
        self._x = hips_x(near)
        return near

    def people(self, rgb: Picture) -> list[PersonPose]:
        """Return every card of which half is seen."""
        found = []
        for colour in (RED, BLUE):
            columns = np.flatnonzero((rgb[60] == colour).all(axis=1))
            if len(columns) >= 12:
                found.append(pose_at(float(columns.mean() + 0.5) / WIDTH))
        return found


def pose_at(x: float) -> PersonPose:
    points = np.tile(np.array([x, 0.5]), (len(LANDMARKS), 1))
    for side, sign in (("left", 1), ("right", -1)):
        for joint, y in (("shoulder", 0.3), ("hip", 0.5), ("ankle", 0.72)):
            points[landmark("left" if side == "left" else "right", joint)] = [x + sign * 0.04, y]
    ones = np.ones(len(LANDMARKS))
    return PersonPose(points, np.zeros((len(LANDMARKS), 3)), ones, ones)


def hips_x(pose: PersonPose) -> float:
    return float(pose.image[[landmark("left", "hip"), landmark("right", "hip")], 0].mean())


def followed(
    pictures: list[Picture], subject: tuple[float, float] | None = None, *, stays: bool = False
) -> list[float | None]:
    """Return where the subject is taken to be in each picture."""
    with SubjectEstimator(CardReader(), subject, stays=stays) as estimator:
        poses = [estimator.estimate(rgb, i / FPS) for i, rgb in enumerate(pictures)]
    return [None if pose is None else hips_x(pose) for pose in poses]


@pytest.mark.parametrize(("subject", "x"), [((0.2, 0.4), 0.25), ((0.9, 0.5), 0.75), (None, 0.25)])
def test_the_chosen_of_two_is_followed_all_the_time(subject: tuple[float, float] | None, x: float) -> None:
    standing = [Card(BLUE, 0.75), Card(RED, 0.25)] if subject else [Card(BLUE, 0.85), Card(RED, 0.25)]
    for xs in followed([picture(*standing)] * 40, subject):
        assert xs == pytest.approx(x, abs=0.02)


def test_who_walks_through_the_view_is_a_gap_and_no_swap() -> None:
    walking = np.linspace(-0.1, 1.1, 60)
    pictures = [picture(Card(RED, 0.5))] * 15
    pictures += [picture(Card(RED, 0.5), Card(BLUE, x)) for x in walking]
    pictures += [picture(Card(RED, 0.5))] * 30
    found = followed(pictures)
    assert all(x is None or abs(x - 0.5) < 0.06 for x in found)
    assert any(x is None for x in found[15:75])
    assert all(x is not None for x in (*found[:15], *found[-15:]))


def test_a_pose_that_jumps_to_somebody_else_in_the_same_clothes_is_a_gap() -> None:
    pictures = [picture(Card(RED, 0.2))] * 20 + [picture(Card(RED, 0.9))] * 10
    found = followed(pictures)
    assert all(x is not None for x in found[:20])
    assert all(x is None for x in found[20:])


def test_who_changes_their_clothes_is_found_again_after_a_while() -> None:
    found = followed([picture(Card(RED, 0.5))] * 20 + [picture(Card(BLUE, 0.5))] * 150)
    assert found[25] is None
    assert found[-1] == pytest.approx(0.5, abs=0.02)


def test_who_stays_in_view_is_not_taken_for_who_has_walked_out() -> None:
    gone = [picture(Card(RED, 0.2), Card(BLUE, 0.9))] * 20 + [picture(Card(BLUE, 0.9))] * 150
    assert followed(gone)[-1] == pytest.approx(0.9, abs=0.02)
    found = followed(
        [*gone, *[picture(Card(BLUE, 0.9), Card(RED, 0.5))] * 30], subject=(0.2, 0.5), stays=True
    )
    assert found[20:170] == [None] * 150
    assert found[-1] == pytest.approx(0.5, abs=0.02), "who comes back is known by their clothes"
    changed = [picture(Card(RED, 0.5))] * 20 + [picture(Card(BLUE, 0.5))] * 150
    assert followed(changed, stays=True)[-1] == pytest.approx(0.5, abs=0.02)


def test_it_can_be_chosen_anew_whom_to_follow() -> None:
    first, then = [picture(Card(BLUE, 0.9))] * 10, [picture(Card(BLUE, 0.9), Card(RED, 0.45))] * 10
    assert followed([*first, *then])[-1] == pytest.approx(0.9, abs=0.02)
    with SubjectEstimator(CardReader()) as estimator:
        for i, rgb in enumerate(first):
            estimator.estimate(rgb, i / FPS)
        estimator.choose()
        poses = [estimator.estimate(rgb, i / FPS) for i, rgb in enumerate(then, start=len(first))]
    assert all(pose is not None and hips_x(pose) < 0.5 for pose in poses)


def test_nobody_yet_is_no_subject() -> None:
    found = followed([picture()] * 5 + [picture(Card(RED, 0.4))] * 5)
    assert found[:5] == [None] * 5
    assert all(x == pytest.approx(0.4, abs=0.02) for x in found[5:])


@pytest.mark.parametrize("text", ["", "0.5", "0.5,0.5,0.5", "left,0.5", "1.2,0.5", "0.5,-0.1", "nan,0.5"])
def test_a_place_outside_the_picture_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match=r"such as 0\.3,0\.5"):
        point(text)
    assert point("0.25, 0.5") == (0.25, 0.5)


@pytest.mark.parametrize(("x", "on_the_left"), [(0.25, True), (0.75, False)])
def test_of_two_real_people_side_by_side_the_named_one_is_measured(x: float, on_the_left: bool) -> None:
    clips = []
    for name in ("step_up_front_right_good", "step_down_front_left_drop"):
        with read_video(assets.folder("sample_videos") / f"{name}.mp4", max_side_px=640) as video:
            clips.append([frame.rgb for frame in islice(video, 24)])
    both = [np.concatenate(pair, axis=1) for pair in zip(*clips, strict=True)]
    with SubjectEstimator(MediaPipeEstimator(pose_model("lite")), (x, 0.5)) as estimator:
        poses = [estimator.estimate(rgb, i / FPS) for i, rgb in enumerate(both)]
    right = [pose is not None and (hips_x(pose) < 0.5) is on_the_left for pose in poses]
    assert sum(right) >= len(right) - 1  # while the model turns to the person, one picture may go by
