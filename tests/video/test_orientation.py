"""Display matrices: the eight upright orientations, and whatever else a header may hold."""

from __future__ import annotations

import math

import av
import numpy as np
import pytest
from clip_maker import corners, quarters
from hypothesis import given
from hypothesis import strategies as st

from formcheck.video.upright import Orientation, UprightConverter, fit

ONE = 1 << 16


def matrix(a: int, b: int, c: int, d: int) -> bytes:
    return np.array([a, b, 0, c, d, 0, 0, 0, 1 << 30], np.int32).tobytes()


# Where the right and the lower neighbour of a pixel go, in x (right) and y (down).
@pytest.mark.parametrize(
    ("right_to", "down_to", "expected"),
    [
        ((1, 0), (0, 1), Orientation(0, False)),
        ((0, 1), (-1, 0), Orientation(90, False)),
        ((-1, 0), (0, -1), Orientation(180, False)),
        ((0, -1), (1, 0), Orientation(270, False)),
        ((-1, 0), (0, 1), Orientation(0, True)),
        ((0, -1), (-1, 0), Orientation(90, True)),
        ((1, 0), (0, -1), Orientation(180, True)),
        ((0, 1), (1, 0), Orientation(270, True)),
    ],
)
def test_the_eight_orientations(
    right_to: tuple[int, int], down_to: tuple[int, int], expected: Orientation
) -> None:
    scaled = matrix(*(value * ONE for value in (*right_to, *down_to)))
    assert Orientation.from_matrix(scaled) == expected


@given(st.sampled_from([0, 90, 180, 270]), st.booleans(), st.floats(-40, 40), st.floats(0.1, 10))
def test_tilt_and_scale_do_not_matter(degrees: int, mirrored: bool, tilt: float, scale: float) -> None:
    angle = math.radians(degrees + tilt)
    cosine, sine = (round(ONE * scale * f(angle)) for f in (math.cos, math.sin))
    sign = -1 if mirrored else 1
    assert Orientation.from_matrix(matrix(sign * cosine, sign * sine, -sine, cosine)) == Orientation(
        degrees, mirrored
    )


def test_an_empty_matrix_asks_for_nothing() -> None:
    assert Orientation.from_matrix(matrix(0, 0, 0, 0)) == Orientation()


@given(st.integers(1, 8000), st.integers(1, 8000), st.integers(1, 4000), st.integers(1, 4000))
def test_fit_stays_inside_and_touches(width: int, height: int, most_wide: int, most_high: int) -> None:
    fitted = fit((width, height), (most_wide, most_high))
    assert 1 <= fitted[0] <= most_wide
    assert 1 <= fitted[1] <= most_high
    assert fitted[0] == most_wide or fitted[1] == most_high


@pytest.mark.parametrize(
    "pix_fmt", ["yuv420p", "yuv422p10le", "yuvj420p", "yuva420p", "nv12", "gray", "gbrp"]
)
def test_no_colour_description_is_refused(pix_fmt: str) -> None:
    plain = av.VideoFrame.from_ndarray(quarters(), format="rgb24").reformat(format=pix_fmt)
    for code in range(20):  # with reserved ones, and some beyond the standard's list
        plain.colorspace = plain.color_trc = plain.color_primaries = code
        rgb = UprightConverter(Orientation(90), None, (32, 48)).convert(plain)
        assert rgb.shape == (48, 32, 3)
        # Brightness is right whatever the tint.
        np.testing.assert_allclose(
            corners(rgb)[1].mean(), corners(np.rot90(quarters(), -1))[1].mean(), atol=40
        )
