"""Turning decoded pictures into upright RGB of one size: display matrix, pixel aspect, scaling."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, cast

import av
import numpy as np
from av.filter import Graph
from av.sidedata.sidedata import SideData
from numpy.typing import NDArray

_TURNS: Final[dict[int, tuple[tuple[str, str], ...]]] = {
    0: (),
    90: (("transpose", "clock"),),
    180: (("hflip", ""), ("vflip", "")),
    270: (("transpose", "cclock"),),
}
"""The filters that turn a picture clockwise by so many degrees."""

_ASPECT_TOLERANCE_PX: Final = 2
"""A picture that misses the canvas by no more than rounding is stretched, not framed in black."""

_UNSPECIFIED: Final = 2
_CONVERTIBLE_MATRICES: Final = frozenset({0, 1, _UNSPECIFIED, 4, 5, 6, 7, 9})
"""Colour matrices (ISO/IEC 23091-2) that the converter knows; it refuses frames with others."""

_PLAUSIBLE_PIXEL_ASPECT: Final = (Fraction(1, 4), Fraction(4))


@dataclass(frozen=True)
class Orientation:
    """How a stored picture must be put upright: first mirrored left-right (or not), then turned clockwise.

    Attributes
    ----------
    rotation_deg : int
        0, 90, 180 or 270, clockwise as the viewer sees it.
    mirrored : bool
        Whether left and right are exchanged before turning.
    """

    rotation_deg: int = 0
    mirrored: bool = False

    @classmethod
    def from_matrix(cls, data: bytes) -> Orientation:
        """Return the nearest of the eight upright orientations to a display matrix.

        Parameters
        ----------
        data : bytes
            Nine native 32-bit integers, row by row: ``a b u  c d v  x y w`` with ``a b c d`` in 16.16 fixed
            point. A stored point (x, y), y down, is shown at (a·x + c·y, b·x + d·y), see libavutil's
            ``display.h``.
        """
        a, b, _, c, d, *_ = np.frombuffer(data[:36], dtype=np.int32).tolist()
        if a == b == c == d == 0:
            return cls()
        mirrored = a * d - b * c < 0
        if mirrored:
            a, b = -a, -b
        turns = round(math.degrees(math.atan2(b - c, a + d)) / 90)
        return cls(rotation_deg=turns % 4 * 90, mirrored=mirrored)

    @classmethod
    def of(cls, frame: av.VideoFrame) -> Orientation:
        """Return what the frame's display matrix asks for."""
        try:
            matrix = cast("SideData | None", frame.side_data.get("DISPLAYMATRIX"))
        except ValueError:
            # The binding does not know some newer kind of side data on this frame; the plain angle
            # (counter-clockwise) is still readable.
            return cls(rotation_deg=round(-frame.rotation / 90) % 4 * 90)
        return cls.from_matrix(bytes(matrix)) if matrix is not None else cls()

    def turned_back(self) -> Orientation:
        """Return what also undoes a mirror that the person was filmed in."""
        return Orientation(-self.rotation_deg % 360, not self.mirrored)

    @property
    def swaps_axes(self) -> bool:
        """Whether width and height change places."""
        return self.rotation_deg in (90, 270)


def display_size(
    width: int, height: int, pixel_aspect: Fraction | None, orientation: Orientation
) -> tuple[int, int]:
    """Return the upright size, in square pixels, of a stored picture of ``width`` × ``height``.

    Parameters
    ----------
    width, height : int
        As stored.
    pixel_aspect : Fraction or None
        Width of a stored pixel over its height; None or an absurd value means square.
    orientation : Orientation
        How the picture is put upright.
    """
    low, high = _PLAUSIBLE_PIXEL_ASPECT
    if pixel_aspect is not None and low <= pixel_aspect <= high:
        width = max(1, round(width * pixel_aspect))
    return (height, width) if orientation.swaps_axes else (width, height)


def fit(size: tuple[int, int], limit: tuple[int, int]) -> tuple[int, int]:
    """Return ``size`` scaled (up or down) to the largest that fits into ``limit``, its shape kept."""
    scale = min(limit[0] / size[0], limit[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


class UprightConverter:
    """Converts decoded frames to upright RGB, always of the same size.

    Scaling, turning and colour conversion run in one filter graph outside Python: turning the planes of
    the coded picture costs a tenth of turning the RGB picture afterwards.

    Parameters
    ----------
    orientation : Orientation
        How to put each frame upright.
    pixel_aspect : Fraction or None
        See `display_size`.
    size : tuple of int
        Width and height of every result. A frame of another shape (some recorders change it in
        mid-stream) is fitted into it with black bars, so that nobody is distorted.
    """

    def __init__(
        self, orientation: Orientation, pixel_aspect: Fraction | None, size: tuple[int, int]
    ) -> None:
        self._orientation = orientation
        self._pixel_aspect = pixel_aspect
        self._size = size
        self._graph: Graph | None = None
        self._built_for: tuple[object, ...] = ()

    def convert(self, frame: av.VideoFrame) -> NDArray[np.uint8]:
        """Return the upright picture, uint8, shape (height, width, rgb), contiguous."""
        _forget_unusable_colour(frame)
        properties = (frame.width, frame.height, frame.format.name, frame.colorspace, frame.color_range)
        if self._graph is None or properties != self._built_for:
            self._graph = self._build(frame)
            self._built_for = properties
        self._graph.push(frame)
        rgb: NDArray[np.uint8] = np.ascontiguousarray(self._graph.pull().to_ndarray())
        return rgb

    def _build(self, frame: av.VideoFrame) -> Graph:
        graph = Graph()
        nodes = [
            graph.add(
                "buffer",
                video_size=f"{frame.width}x{frame.height}",
                pix_fmt=frame.format.name,
                time_base="1/1000",
                colorspace=str(int(frame.colorspace)),
                range=str(int(frame.color_range)),
            )
        ]
        nodes += [graph.add(name, arguments or None) for name, arguments in self._steps(frame)]
        nodes.append(graph.add("buffersink"))
        graph.link_nodes(*nodes).configure()
        return graph

    def _steps(self, frame: av.VideoFrame) -> list[tuple[str, str]]:
        shown = display_size(frame.width, frame.height, self._pixel_aspect, self._orientation)
        inner = fit(shown, self._size)
        if max(abs(inner[i] - self._size[i]) for i in (0, 1)) <= _ASPECT_TOLERANCE_PX:
            inner = self._size
        stored = inner[::-1] if self._orientation.swaps_axes else inner
        steps: list[tuple[str, str]] = []
        if stored != (frame.width, frame.height):
            shrinks = stored[0] <= frame.width and stored[1] <= frame.height
            steps.append(("scale", f"{stored[0]}:{stored[1]}:flags={'area' if shrinks else 'bicubic'}"))
        if self._orientation.mirrored:
            steps.append(("hflip", ""))
        steps += _TURNS[self._orientation.rotation_deg]
        steps.append(("format", "rgb24"))
        if inner != self._size:
            steps.append(("pad", f"{self._size[0]}:{self._size[1]}:(ow-iw)/2:(oh-ih)/2"))
        return steps


def _forget_unusable_colour(frame: av.VideoFrame) -> None:
    """Take reserved and rare colour descriptions for unspecified: a tint does no harm, a refusal does."""
    if frame.colorspace not in _CONVERTIBLE_MATRICES:
        frame.colorspace = _UNSPECIFIED
    frame.color_trc = frame.color_primaries = _UNSPECIFIED
