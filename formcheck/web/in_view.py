"""Who is in view when a clip begins: the people to choose from, with numbers. No page code."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.pose import POSE_MAX_SIDE_PX, PersonPose, PoseSequence, pose_model
from formcheck.pose.everybody import everybody
from formcheck.pose.mediapipe_estimator import MediaPipeEstimator
from formcheck.pose.sighting import HIPS
from formcheck.pose.subject import Point
from formcheck.video import read_video

_PICTURE_PX: Final = 960
_WHITE, _DARK = (255, 255, 255), (15, 40, 50)


@dataclass(frozen=True)
class InView:
    """The people in the first picture that shows anybody, from left to right.

    Attributes
    ----------
    rgb : ndarray of uint8, shape (height, width, rgb)
        That picture.
    people : tuple of PersonPose
        Everybody in it.
    measured : int or None
        Which of them the analysis followed, from 0; None if it is none of them.
    """

    rgb: NDArray[np.uint8]
    people: tuple[PersonPose, ...]
    measured: int | None

    def point(self, number: int) -> Point:
        """Return where somebody is, as `formcheck.analyse` takes it."""
        low, high = _box(self.people[number])
        x, y = (low + high) / 2
        return float(x), float(y)

    def picture(self) -> bytes:
        """Return the picture as a JPEG, with a frame and a number, from 1, around everybody."""
        from PIL import Image, ImageDraw, ImageFont

        image = Image.fromarray(self.rgb)
        image.thumbnail((_PICTURE_PX, _PICTURE_PX))
        size = np.array(image.size)
        side = max(image.size) // 14
        draw, font = ImageDraw.Draw(image), ImageFont.load_default(0.7 * side)
        for number, person in enumerate(self.people, start=1):
            (left, top), (right, bottom) = (corner * size for corner in _box(person))
            for width, colour in ((7, _DARK), (3, _WHITE)):
                draw.rectangle((left, top, right, bottom), outline=colour, width=width)
            draw.rectangle((left, top, left + side, top + side), fill=_DARK)
            draw.text((left + side / 2, top + side / 2), str(number), _WHITE, font, anchor="mm")
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=85)
        return buffer.getvalue()


def who_is_in_view(clip: Path, pose: PoseSequence) -> InView | None:
    """Look for everybody in the first picture in which the pose model sees anybody; None if it never does.

    That picture is where the analysis chooses whom to follow (`formcheck.pose.subject`).

    Parameters
    ----------
    clip : path
        The video.
    pose : PoseSequence
        What the analysis has found in it.

    Raises
    ------
    UnreadableVideoError, ModelFileError, PoseRuntimeError
        If the clip can't be read (any more), or the model not be used.
    """
    pose = pose.with_mirror_image(False)  # places are told in the picture as it was filmed
    estimator = MediaPipeEstimator(pose_model(pose.model))
    with read_video(clip, max_side_px=POSE_MAX_SIDE_PX) as video, estimator:
        for frame in video:
            first = estimator.estimate(frame.rgb, frame.time_s)
            if first is None:
                continue
            people = everybody(estimator, frame.rgb, estimator.people(frame.rgb) or [first], surely=True)
            people.sort(key=lambda person: float(_hips(person)[0]))
            return InView(frame.rgb, tuple(people), _measured(people, pose, frame.index))
    return None


def _measured(people: list[PersonPose], pose: PoseSequence, frame: int) -> int | None:
    if frame >= len(pose.image_px):
        return None
    hips = pose.image_px[frame, HIPS].mean(axis=0) / [pose.video.width, pose.video.height]
    away = [float(np.linalg.norm(_hips(person) - hips)) for person in people]
    return int(np.argmin(away)) if np.isfinite(away).all() else None


def _hips(person: PersonPose) -> NDArray[np.floating]:
    return np.asarray(person.image[HIPS].mean(axis=0))


def _box(person: PersonPose) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    points = np.clip(person.image, 0, 1)
    return points.min(axis=0), points.max(axis=0)
