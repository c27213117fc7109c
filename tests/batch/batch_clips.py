"""Small clips for batches: sample videos cut short, and files that are none."""

from __future__ import annotations

import shutil
from pathlib import Path

from formcheck import assets
from formcheck.video import VideoWriter, read_video

SIDE_PX = 320
EVERY = 2
"""Every second frame is taken: half the work."""


def cut(name: str, target: Path, start_s: float, end_s: float) -> Path:
    """Write a part of a sample video, small and at half its rate."""
    with read_video(assets.folder("sample_videos") / f"{name}.mp4", max_side_px=SIDE_PX) as video:
        frames = [f for f in video if start_s <= f.time_s <= end_s and f.index % EVERY == 0]
    height, width = frames[0].rgb.shape[:2]
    with VideoWriter(target, width, height, fps=15) as writer:
        for frame in frames:
            writer.write(frame.rgb, frame.time_s - frames[0].time_s)
    return target


def make_folder(folder: Path) -> Path:
    """Make a folder of six clips, one of them with a whole set, and three broken files."""
    (folder / "visit 2").mkdir(parents=True)
    cut("hip_hinge_side_good", folder / "set.mp4", 0.0, 60.0)
    short = cut("lunge_front_left_good", folder / "a.mp4", 2.0, 5.0)
    for i, (start_s, end_s) in enumerate(((1.0, 3.5), (3.0, 5.0), (4.0, 7.0))):
        cut("step_down_front_left_drop", folder / f"b{i}.mp4", start_s, end_s)
    shutil.copy(short, folder / "visit 2" / "a.mp4")
    (folder / "empty.mov").write_bytes(b"")
    (folder / "noise.avi").write_bytes(bytes(range(256)) * 40)
    whole = short.read_bytes()
    (folder / "torn.mp4").write_bytes(whole[: len(whole) // 3][:40])
    return folder


SOUND, BROKEN = 6, 3
