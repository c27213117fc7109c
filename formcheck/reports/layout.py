"""Where labels find room on a picture."""

from __future__ import annotations

from collections.abc import Sequence

Box = tuple[int, int, int, int]
"""Left, top, width, height in pixels."""


def free_place(picture: Sequence[int], wanted: Box, taken: Sequence[Box]) -> Box:
    """Return the place nearest to the wanted one, up or down, that is free.

    Parameters
    ----------
    picture : (int, int)
        Width and height.
    wanted : Box
        Where the label would stand best; moved sideways only to lie in the picture.
    taken : sequence of Box
        What is there already; the first is the header, below which everything stays.

    Returns
    -------
    Box
        Of the wanted size. Where no place is free it is the wanted one, moved into the picture.
    """
    x, y, wide, high = wanted
    top, lowest = taken[0][3] if taken else 0, picture[1] - high
    x = min(max(x, 0), max(picture[0] - wide, 0))
    start = min(max(y, top), max(lowest, 0))
    step = max(high // 4, 1)
    for shift in (sign * k * step for k in range(picture[1] // step + 1) for sign in (1, -1)):
        box = (x, start + shift, wide, high)
        if top <= box[1] <= lowest and not any(overlap(box, each) for each in taken):
            return box
    return (x, start, wide, high)


def overlap(a: Box, b: Box) -> bool:
    """Return whether two boxes share a pixel."""
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]
