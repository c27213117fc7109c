"""Small files of landmarks and truth: ``python -m training.motion.pack SHARDS OUT [FILES]``.

Face and finger landmarks, which no angle needs, are left out; positions are rounded to an eighth of a
pixel and half a millimetre.
"""

from __future__ import annotations

import lzma
import pickle
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

JOINTS = ("hip", "knee", "ankle", "ball", "shoulder")
"""Whose centres are known, left and right."""
KEPT = [0, 7, 8, *range(11, 17), *range(23, 33)]
"""Nose, ears, shoulders, elbows, wrists, hips to feet."""
_PIXEL, _METRE, _SHARE = 8.0, 2000.0, 100.0
_MISSING = -32768
_STAND_INS = {
    **dict.fromkeys([1, 2, 3, 4, 5, 6, 9, 10], 0),
    **dict.fromkeys([17, 19, 21], 15),
    **dict.fromkeys([18, 20, 22], 16),
}
"""Left-out landmark → the kept one that stands in for it."""


def _rounded(values: np.ndarray, unit: float) -> np.ndarray:
    whole = np.where(np.isfinite(values), np.clip(np.round(values * unit), -32000, 32000), _MISSING)
    return np.diff(whole.astype(np.int16), axis=0, prepend=np.int16(0))


def _restored(values: np.ndarray, unit: float) -> np.ndarray:
    whole = np.cumsum(values, axis=0, dtype=np.int16)
    return np.where(whole == _MISSING, np.nan, whole / unit).astype(np.float32)


def packed(clip: dict[str, Any]) -> dict[str, Any]:
    """Return a clip of `training.motion.generate`, its arrays rounded."""
    left_out = ("image", "world", "visibility", "presence", "joints")
    return {k: v for k, v in clip.items() if k not in left_out} | {
        "image": _rounded(clip["image"][:, KEPT], _PIXEL),
        "world": _rounded(clip["world"][:, KEPT], _METRE),
        "visibility": np.round(clip["visibility"][:, KEPT] * _SHARE).astype(np.uint8),
        "joints": _rounded(clip["joints"], _METRE),
    }


def unpacked(clip: dict[str, Any]) -> dict[str, Any]:
    """Return a clip with all 33 landmarks, left-out ones where their stand-ins are."""
    order = [KEPT.index(_STAND_INS.get(i, i)) for i in range(33)]
    visibility = (clip["visibility"] / _SHARE).astype(np.float32)[:, order]
    return clip | {
        "image": _restored(clip["image"], _PIXEL)[:, order],
        "world": _restored(clip["world"], _METRE)[:, order],
        "visibility": visibility,
        "presence": visibility,
        "joints": _restored(clip["joints"], _METRE),
    }


def unpack(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the clips of a folder of packed files."""
    for path in sorted(folder.glob("*.xz")):
        for clip in pickle.loads(lzma.decompress(path.read_bytes())):
            yield unpacked(clip)


def _pack(shards: list[Path], target: Path) -> str:
    clips = [packed(clip) for shard in shards for clip in pickle.loads(shard.read_bytes())]
    target.write_bytes(lzma.compress(pickle.dumps(clips, protocol=5), preset=4))
    return f"{target.name}: {len(clips)} clips, {target.stat().st_size / 2**20:.1f} MiB"


def main() -> None:
    """Read the command line."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    files = int(sys.argv[3]) if len(sys.argv) > 3 else 6
    out.mkdir(parents=True, exist_ok=True)
    shards = sorted(folder.glob("*.pkl"))
    with ProcessPoolExecutor(files) as pool:
        parts = [shards[i::files] for i in range(files)]
        for line in pool.map(_pack, parts, [out / f"clips_{i}.xz" for i in range(files)]):
            print(line, flush=True)


if __name__ == "__main__":
    main()
