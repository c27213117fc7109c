"""What a pose estimator is: pictures of one person go in, in time order, and landmarks come out."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from formcheck import validation
from formcheck.names import LANDMARKS
from formcheck.validation import FloatArray


@dataclass(frozen=True)
class PersonPose:
    """The landmarks of one person in one picture.

    Attributes
    ----------
    image : ndarray, shape (landmark, xy)
        Share of the picture's width and height, x to the viewer's right, y down; outside 0…1 where the
        network guesses a point beyond the border.
    world_m : ndarray, shape (landmark, xyz)
        Metres from the hip midpoint in camera axes (see `formcheck.pose.sequence.PoseSequence`).
    visibility, presence : ndarray, shape (landmark,)
        The network's own confidence, 0…1.
    """

    image: FloatArray
    world_m: FloatArray
    visibility: FloatArray
    presence: FloatArray

    def __post_init__(self) -> None:
        points = len(LANDMARKS)
        shapes = {
            "image": (points, 2),
            "world_m": (points, 3),
            "visibility": (points,),
            "presence": (points,),
        }
        for name, shape in shapes.items():
            object.__setattr__(self, name, validation.float_array(name, getattr(self, name), shape))


class PoseEstimator(Protocol):
    """Finds one person in each picture of a stream and keeps following that person.

    Used as a context manager; one estimator serves one stream and one thread.
    """

    @property
    def name(self) -> str:
        """Which model, for the result's provenance."""

    @property
    def sha256(self) -> str:
        """Checksum of the model's file, or an empty string."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def estimate(self, rgb: NDArray[np.uint8], time_s: float) -> PersonPose | None:
        """Return the person's landmarks, or None if nobody is found.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (height, width, rgb)
            The upright picture.
        time_s : float
            Later than the picture before it.
        """
