"""A second look at pelvis, trunk and thighs: a small network that reads their directions off a crop.

The landmark networks find hips and shoulders well as points but level the lines between them: of the pelvis'
tilt next to nothing is left in them. This network (``models/README.md``) was trained on drawn people with
known joints to tell just those directions, each with its own doubt, a few times a second.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from formcheck import validation
from formcheck.errors import ModelFileError
from formcheck.pose.crop import trunk_crop
from formcheck.pose.models import trunk_network
from formcheck.validation import FloatArray

READ_HZ: Final = 6.0
"""How often a clip is looked at: slow movements do not need more, and each look takes some 5 ms."""

DIRECTIONS: Final = ("hip_line", "shoulder_line", "trunk", "left_thigh", "right_thigh")
"""Right hip → left hip, right shoulder → left shoulder, hips → shoulders, left and right hip → knee."""


@dataclass(frozen=True)
class TrunkReadings:
    """What the network says of some frames of a clip.

    Attributes
    ----------
    frames : ndarray of int, shape (reading,)
        Increasing indices of the frames that were read.
    direction : ndarray, shape (reading, direction, xyz)
        In the order of `DIRECTIONS`, about of length 1, in the axes of the ray from the camera through the
        middle of the hips: x to the viewer's right, y up in the picture, z away from the camera.
    sd : ndarray, shape (reading, direction, xyz)
        Standard deviation of each component.
    """

    frames: NDArray[np.int64]
    direction: FloatArray
    sd: FloatArray

    def __post_init__(self) -> None:
        shape = (len(self.frames), len(DIRECTIONS), 3)
        for name in ("direction", "sd"):
            checked = validation.float_array(name, getattr(self, name), shape)
            object.__setattr__(self, name, checked)

    def __len__(self) -> int:
        return len(self.frames)

    @classmethod
    def none(cls) -> Self:
        """Return the readings of a clip that was not read."""
        nothing = np.empty((0, len(DIRECTIONS), 3), np.float32)
        return cls(np.empty(0, np.int64), nothing, nothing)

    def at(self, frames: NDArray[np.intp]) -> TrunkReadings:
        """Return the readings of a part of the clip, their frames counted in it.

        Parameters
        ----------
        frames : ndarray of int
            The clip's frames that are kept, increasing.
        """
        if not len(self):
            return self
        place = np.searchsorted(frames, self.frames)
        kept = (place < len(frames)) & (frames[np.minimum(place, len(frames) - 1)] == self.frames)
        return TrunkReadings(place[kept].astype(np.int64), self.direction[kept], self.sd[kept])

    def to_json(self) -> dict[str, Any]:
        """Return it for a file's metadata."""
        table = np.stack([self.direction, self.sd]).astype("<f4")
        return {
            "frames": [int(i) for i in self.frames],
            "float32": base64.b64encode(table.tobytes()).decode("ascii"),
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Self:
        """Read what `to_json` gave; raises ValueError or KeyError if it is something else."""
        frames = np.array(document["frames"], dtype=np.int64)
        table = np.frombuffer(base64.b64decode(document["float32"]), dtype="<f4")
        direction, sd = table.reshape(2, len(frames), len(DIRECTIONS), 3)
        return cls(frames, direction, sd)


class TrunkReader:
    """The network, ready to read crops on one core.

    Parameters
    ----------
    path : Path, optional
        Another network of the same form.

    Raises
    ------
    ModelFileError
        If the network's file is missing, altered or refused.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._session = _session(path or trunk_network())

    def read(
        self, rgb: NDArray[np.uint8], image_px: NDArray[np.floating], world_m: NDArray[np.floating]
    ) -> tuple[FloatArray, FloatArray]:
        """Return the directions and their standard deviations, each shape (direction, xyz).

        Parameters
        ----------
        rgb : ndarray of uint8, shape (height, width, 3)
        image_px : ndarray, shape (landmark, xy)
            The landmarks in this picture's pixels.
        world_m : ndarray, shape (landmark, xyz)
            The same in metres, as the pose model gives them.
        """
        crop = trunk_crop(rgb, image_px, world_m).rgb
        said = self._session.run(None, {"crops": crop[None]})[0][0]
        direction, log_sd = said.reshape(2, len(DIRECTIONS), 3)
        return direction, np.exp(log_sd)


@cache
def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # The landmark network has the other cores; waiting threads must not spin on them.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions have no common base
        raise ModelFileError(
            f"The network that reads the trunk is refused ({path}): get the file again from the repository."
        ) from error
