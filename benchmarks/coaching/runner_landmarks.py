"""The landmarks of the made-up runner's films in one small file, so that the story can be told without them.

Usage: ``python -m benchmarks.coaching.runner_landmarks [--films FOLDER] [--to FILE]``

Positions are rounded to a quarter of a pixel and a millimetre, confidences to a twentieth; face and finger
landmarks, which no angle needs, are left out and come back where the nose and the wrists are.
"""

from __future__ import annotations

import argparse
import io
import json
import lzma
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.coaching.runner_films import FOLDER, SETS
from benchmarks.common import landmarks
from formcheck.names import LANDMARKS
from formcheck.pose import PoseSequence
from formcheck.video.types import VideoInfo

PACKED: Final = Path(__file__).parents[2] / "tests" / "coaching" / "weak_left_hip.xz"
FACE: Final = ("eye", "mouth")
FINGERS: Final = ("pinky", "index", "thumb")
STEPS_PER: Final = {"image_px": 4.0, "world_m": 1000.0, "visibility": 20.0, "presence": 20.0}
MISSING: Final = -32768


def stand_in(name: str) -> str:
    """Return the landmark that stands in for one that is left out; itself if it is kept."""
    if any(part in name for part in FACE):
        return "nose"
    side, _, part = name.partition("_")
    return f"{side}_wrist" if part in FINGERS else name


KEPT: Final = [i for i, name in enumerate(LANDMARKS) if stand_in(name) == name]
ORDER: Final = [KEPT.index(LANDMARKS.index(stand_in(name))) for name in LANDMARKS]


def pack(films: Path, to: Path) -> None:
    """Write the landmarks of all films below ``films`` (``SET/NAME.mp4``) into one file."""
    arrays: dict[str, NDArray[Any]] = {}
    for when in SETS:
        for path in sorted((films / when).glob("*.mp4")):
            pose, key = landmarks(path), f"{when}/{path.stem}"
            facts = {"video": asdict(pose.video), "model": pose.model, "model_sha256": pose.model_sha256}
            arrays[f"{key}/facts"] = np.array(json.dumps(facts))
            arrays[f"{key}/times_s"] = pose.times_s.astype(np.float32)
            for name, steps in STEPS_PER.items():
                values = getattr(pose, name)[:, KEPT] * steps
                whole = np.where(np.isfinite(values), np.round(values), MISSING).astype(np.int16)
                # By landmark, each as its change from frame to frame: that packs best.
                arrays[f"{key}/{name}"] = np.diff(np.moveaxis(whole, 0, -1), axis=-1, prepend=np.int16(0))
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    to.write_bytes(lzma.compress(buffer.getvalue(), preset=9))


def unpack(file: Path) -> Iterator[tuple[str, PoseSequence]]:
    """Yield ``SET/NAME`` and the landmarks of every film in a file of `pack`."""
    with np.load(io.BytesIO(lzma.decompress(file.read_bytes()))) as arrays:
        for key in sorted(name.rpartition("/")[0] for name in arrays.files if name.endswith("/facts")):
            facts = json.loads(str(arrays[f"{key}/facts"]))
            video = VideoInfo(**facts.pop("video"))
            times = arrays[f"{key}/times_s"].astype(np.float64)
            points = {name: _restored(arrays[f"{key}/{name}"], steps) for name, steps in STEPS_PER.items()}
            yield key, PoseSequence(times, video=video, **facts, **points)


def _restored(changes: NDArray[np.int16], steps: float) -> NDArray[np.float32]:
    whole = np.moveaxis(np.cumsum(changes, axis=-1, dtype=np.int16), -1, 0)[:, ORDER]
    return np.where(whole == MISSING, np.nan, whole / steps).astype(np.float32)


def main() -> None:
    """Pack the films' landmarks."""
    parser = argparse.ArgumentParser(description="Keep the landmarks of the made-up runner's films.")
    parser.add_argument("--films", type=Path, default=FOLDER)
    parser.add_argument("--to", type=Path, default=PACKED)
    given = parser.parse_args()
    pack(given.films, given.to)
    print(f"{given.to.name}: {given.to.stat().st_size / 2**20:.2f} MiB")


if __name__ == "__main__":
    main()
