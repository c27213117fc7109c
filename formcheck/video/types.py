"""What stage 1 gives: frames with real times, and what is known of the file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.errors import InvalidDataError


@dataclass(frozen=True)
class Frame:
    """One upright picture.

    Attributes
    ----------
    index : int
        0 for the first decoded frame.
    time_s : float
        Presentation time, 0 for the first frame; strictly increasing.
    rgb : ndarray of uint8, shape (height, width, rgb)
        Upright (display rotation and mirroring applied); may be smaller than the file says, see
        `VideoInfo.width`.
    """

    index: int
    time_s: float
    rgb: NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.rgb.ndim != 3 or self.rgb.shape[2] != 3 or self.rgb.dtype != np.uint8:
            raise InvalidDataError(
                f"rgb: expected uint8 (height, width, 3), came {self.rgb.dtype} {self.rgb.shape}."
            )
        # The landmarker reads the buffer as if rows had no padding, and finds nobody in a padded one.
        if not self.rgb.flags.c_contiguous:
            raise InvalidDataError("rgb: expected a C-contiguous array, came one with padded rows.")


@dataclass(frozen=True)
class VideoInfo:
    """What is known of a video file.

    Attributes
    ----------
    name : str
        File name without its folder.
    width, height : int
        Upright size in pixels of the original (before any scaling while decoding).
    frames : int
        Frames decoded (so 0 before reading, never the header's count).
    duration_s : float
        From the first to the end of the last decoded frame.
    mean_fps : float
        Decoded frames per second, from their times.
    rotation_deg : int
        Clockwise rotation that the display matrix asked for and that was applied: 0, 90, 180 or 270.
    mirrored : bool
        Whether the display matrix asked for a flip, which was applied.
    truncated : bool
        Whether decoding ended early or frames were lost; what decoded was used.
    capture_fps : float
        Frames per second with which the camera says to have filmed, unlike `mean_fps` in slow motion and time
        lapse; 0 where the file doesn't say.
    mirror_image : bool
        Whether the clip is said to show the person as a mirror does, as some selfie cameras record; what is
        measured and drawn of it is then turned back, so that left is the person's left.
    """

    name: str
    width: int
    height: int
    frames: int = 0
    duration_s: float = 0.0
    mean_fps: float = 0.0
    rotation_deg: int = 0
    mirrored: bool = False
    truncated: bool = False
    mirror_image: bool = False
    capture_fps: float = 0.0
