"""Copies of labelled clips as other people might have filmed them, to see whether recognition holds up.

Usage: ``python -m benchmarks.recognition_changed MANIFEST.csv FOLDER``, then
``python -m benchmarks.recognition --manifest FOLDER/mirrored/manifest.csv``, and the same for ``aslant``.

``mirrored``: the mirror image, of 0.6 of the size, compressed more. ``aslant``: the camera held aslant by 6°,
the person a quarter smaller, darker, with noise. What is there already is kept.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Change = Callable[[Picture, int], Picture]

SMALLER: Final = 0.6
TILT_DEG: Final = 6.0
FARTHER: Final = 0.75
DARKER: Final = 1.6
"""Exponent of the brightness."""
NOISE: Final = 6.0
"""Its standard deviation in grey levels."""


def mirrored(rgb: Picture, _: int) -> Picture:
    """Return the smaller mirror image."""
    size = (round(rgb.shape[1] * SMALLER), round(rgb.shape[0] * SMALLER))
    small = cv2.resize(np.ascontiguousarray(rgb[:, ::-1]), size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def aslant(rgb: Picture, number: int) -> Picture:
    """Return what a camera sees that is held aslant in the dark, farther away."""
    height, width = rgb.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), TILT_DEG, FARTHER)
    turned = cv2.warpAffine(rgb, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    noise = np.random.default_rng(number).normal(0, NOISE, turned.shape)
    return np.asarray(np.clip(255 * (turned / 255.0) ** DARKER + noise, 0, 255), dtype=np.uint8)


CHANGES: Final[dict[str, tuple[Change, int]]] = {"mirrored": (mirrored, 30), "aslant": (aslant, 26)}
"""What is done to each picture, and how coarsely the clip is compressed (CRF)."""


def write_changed(source: Path, target: Path, change: Change, coarseness: int) -> None:
    """Write a changed copy of a clip."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part.mp4")
    with av.open(str(source)) as clip, av.open(str(partial), "w") as copy:
        pictures = clip.streams.video[0]
        stream: Any = copy.add_stream("libx264", rate=Fraction(pictures.average_rate or 30))
        stream.pix_fmt, stream.options = "yuv420p", {"crf": str(coarseness), "preset": "veryfast"}
        for number, frame in enumerate(clip.decode(pictures)):
            rgb = change(np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8), number)
            rgb = np.ascontiguousarray(rgb[: len(rgb) // 2 * 2, : rgb.shape[1] // 2 * 2])  # the codec's grid
            if number == 0:
                stream.width, stream.height = rgb.shape[1::-1]
            copy.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        copy.mux(stream.encode())
    partial.rename(target)


def labels_of(manifest: Path, change: str) -> Iterator[dict[str, str]]:
    """Yield the rows of the clips that are there; in the mirror the working leg is the other one."""
    other = {"left": "right", "right": "left"}
    with manifest.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if (manifest.parent / row["file"]).exists() and row["frames"] != "1":
                side, _, rest = row["working_leg"].partition(" ")
                turned = f"{other[side]} {rest}" if change == "mirrored" and side in other else None
                yield row | {"working_leg": turned or row["working_leg"]}


def main() -> None:
    """Write the copies."""
    parser = argparse.ArgumentParser(description="Copies of labelled clips as others might have filmed them.")
    parser.add_argument("manifest", type=Path)
    parser.add_argument("folder", type=Path, help="outside of the repository")
    options = parser.parse_args()
    for name, (change, coarseness) in CHANGES.items():
        rows = list(labels_of(options.manifest, name))
        for row in rows:
            target = options.folder / name / row["file"]
            if not target.exists():
                write_changed(options.manifest.parent / row["file"], target, change, coarseness)
        with (options.folder / name / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
            table = csv.DictWriter(stream, rows[0].keys())
            table.writeheader()
            table.writerows(rows)
        print(f"{options.folder / name / 'manifest.csv'}: {len(rows)} clips")


if __name__ == "__main__":
    main()
