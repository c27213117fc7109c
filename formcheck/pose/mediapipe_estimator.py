"""The pose estimator of MediaPipe Tasks (BlazePose) in video mode."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.errors import ModelFileError, PoseRuntimeError
from formcheck.pose.estimator import PersonPose
from formcheck.pose.models import ModelFile
from formcheck.pose.native_log import without_chatter

MOST_PEOPLE: Final = 4
"""How many people are looked for at once."""

_LIBRARY = re.compile(r"lib[\w+-]+\.so[\d.]*")


class MediaPipeEstimator:
    """BlazePose through MediaPipe Tasks, following the person that its tracker locked onto.

    One person: the network's detector runs on the first picture and whenever the tracker has lost the
    person; in between only the surroundings of the last pose are looked at.

    Parameters
    ----------
    model : ModelFile
        From `formcheck.pose.models.pose_model`.
    native_filter : bool
        MediaPipe passes the landmarks through a One-Euro filter as they come: calmer at rest, but late by
        0.2–0.6 frames (the small world movements of the hips by 1.5). False leaves it out, which suits a
        clip that is smoothed without lag afterwards.
    keep_finder : bool
        `people` opens the model a second time, which takes as long as five frames. True keeps it open after
        the clip, for the next one, until `close`: a picture leaves no trace in it.

    Raises
    ------
    PoseRuntimeError
        On entering, if MediaPipe cannot be loaded on this machine.
    ModelFileError
        On entering, if MediaPipe refuses the bundle.
    """

    def __init__(self, model: ModelFile, *, native_filter: bool = True, keep_finder: bool = False) -> None:
        self._model = model
        # There is no switch: but to frames that seem to lie far apart in time the filter does nothing.
        self._stamps_per_s = 1_000 if native_filter else 1_000_000_000
        self._mediapipe: Any = None
        self._landmarker: Any = None
        self._finder: Any = None
        self._keep_finder = keep_finder
        self._last_ms = -1
        self._chatty = True

    @property
    def name(self) -> str:
        """Which model."""
        return self._model.name

    @property
    def sha256(self) -> str:
        """Checksum of its file."""
        return self._model.sha256

    def __enter__(self) -> Self:
        with without_chatter():
            self._mediapipe = _load_mediapipe()
            self._landmarker = self._open("VIDEO", 1)
        self._last_ms, self._chatty = -1, True
        return self

    def _open(self, mode: str, people: int) -> Any:
        tasks = self._mediapipe.tasks
        options = tasks.vision.PoseLandmarkerOptions(
            base_options=tasks.BaseOptions(model_asset_path=str(self._model.path)),
            running_mode=tasks.vision.RunningMode[mode],
            num_poses=people,
        )
        try:
            return tasks.vision.PoseLandmarker.create_from_options(options)
        except OSError as error:  # its native part is loaded only here
            raise _not_loadable(error) from error
        except (RuntimeError, ValueError) as error:
            raise ModelFileError(
                f"MediaPipe refuses the pose model '{self._model.name}' ({self._model.path}): "
                "build it again with `python models/build.py`."
            ) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._landmarker.close()
        self._landmarker = None
        if not self._keep_finder:
            self.close()

    def close(self) -> None:
        """Close what was kept for the next clip."""
        if self._finder is not None:
            self._finder.close()
            self._finder = None

    def estimate(self, rgb: NDArray[np.uint8], time_s: float) -> PersonPose | None:
        """Return the person's landmarks, or None if nobody is found (see `PoseEstimator`)."""
        stamp_ms = self._next_stamp(time_s)
        image = self._image(rgb)
        if self._chatty:  # until the first person, when each part of the native graph has run once
            with without_chatter():
                result = self._landmarker.detect_for_video(image, stamp_ms)
        else:
            result = self._landmarker.detect_for_video(image, stamp_ms)
        if not result.pose_landmarks:
            return None
        self._chatty = False
        return _person(result.pose_landmarks[0], result.pose_world_landmarks[0])

    def people(self, rgb: NDArray[np.uint8]) -> list[PersonPose]:
        """Return everybody who is found, up to `MOST_PEOPLE`, without regard to earlier pictures.

        Runs the model once a person; whom `estimate` follows stays the same.
        """
        with without_chatter():
            if self._finder is None:
                self._finder = self._open("IMAGE", MOST_PEOPLE)
            result = self._finder.detect(self._image(rgb))
        return [
            _person(image, world)
            for image, world in zip(result.pose_landmarks, result.pose_world_landmarks, strict=True)
        ]

    def _image(self, rgb: NDArray[np.uint8]) -> Any:
        # The library reads the buffer as if it had no padding between rows.
        return self._mediapipe.Image(
            image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(rgb)
        )

    def _next_stamp(self, time_s: float) -> int:
        """Return whole milliseconds, strictly increasing even where frames lie closer than that."""
        self._last_ms = max(round(time_s * self._stamps_per_s), self._last_ms + 1)
        return self._last_ms


def _load_mediapipe() -> Any:
    try:
        import mediapipe
    except (ImportError, OSError) as error:
        raise _not_loadable(error) from error
    return mediapipe


def _not_loadable(error: Exception) -> PoseRuntimeError:
    library = _LIBRARY.search(str(error))
    if library is None:
        return PoseRuntimeError(
            f"MediaPipe, which runs the pose model, cannot be loaded ({error}): install formcheck again."
        )
    return PoseRuntimeError(
        f"The system library {library.group()} is missing, which MediaPipe needs: install it "
        "(Debian and Ubuntu: `sudo apt-get install libegl1 libgles2 libgl1 libglib2.0-0`)."
    )


def _person(image: list[Any], world: list[Any]) -> PersonPose:
    table = np.array([(p.x, p.y, p.visibility, p.presence) for p in image], dtype=np.float32)
    return PersonPose(
        image=table[:, :2],
        world_m=np.array([(p.x, p.y, p.z) for p in world], dtype=np.float32),
        visibility=table[:, 2],
        presence=table[:, 3],
    )
