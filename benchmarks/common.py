"""What the benchmarks share: landmarks that are estimated once and kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

from formcheck.pose import POSE_MAX_SIDE_PX, PoseSequence, estimate_pose
from formcheck.video import read_video

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "out" / "landmarks"


def write_between(page: Path, begin: str, end: str, made: str) -> None:
    """Put what was made between its marks in a page."""
    before, rest = page.read_text(encoding="utf-8").split(begin)
    page.write_text(f"{before}{begin}\n{made}\n{end}{rest.split(end, 1)[1]}", encoding="utf-8")


def landmarks(path: Path, model: str = "full") -> PoseSequence:
    """Return the clip's landmarks, from the cache where they are in it."""
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()[:20]
    cached = CACHE / f"{checksum}-{model}.parquet"
    if not cached.exists():
        with read_video(path, max_side_px=POSE_MAX_SIDE_PX) as video:
            pose = estimate_pose(video, model=model)
        CACHE.mkdir(parents=True, exist_ok=True)
        pose.to_parquet(cached)
    return PoseSequence.from_parquet(cached)
