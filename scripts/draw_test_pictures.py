"""Draw the pictures of the baseline's tests from the sample videos: beginning and turn side by side.

python scripts/draw_test_pictures.py
"""

from __future__ import annotations

from pathlib import Path

import av
from PIL import Image

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "formcheck/web/assess_pictures"
HEIGHT_PX = 360
GAP_PX = 6
MOMENTS = {
    # test: the clip, and the seconds of its beginning and of its turn
    "T1": ("single_leg_stance_front_right_good", (0.6, 12.0)),
    "T2": ("hip_hinge_side_good", (2.4, 4.307)),
    "T3": ("single_leg_rdl_rear_left_good", (2.4, 4.259)),
    "T4": ("step_down_front_right_good", (2.4, 4.545)),
    "T5": ("lunge_front_left_good", (1.7, 3.878)),
    "T6": ("single_leg_bridge_side_right_good", (2.8, 4.412)),
}


def frame_at(clip: str, time_s: float) -> Image.Image:
    """Return the first frame of a sample video from ``time_s`` on, scaled down."""
    with av.open(ROOT / "sample_videos" / f"{clip}.mp4") as source:
        for frame in source.decode(video=0):
            if frame.time is not None and frame.time >= time_s:
                picture = frame.to_image()
                height = HEIGHT_PX if picture.height > picture.width else HEIGHT_PX * 2 // 3
                return picture.resize((picture.width * height // picture.height, height))
    raise ValueError(f"{clip} ends before {time_s} s.")


def main() -> None:
    """Write one picture for each test."""
    TARGET.mkdir(exist_ok=True)
    for test, (clip, times_s) in MOMENTS.items():
        first, second = (frame_at(clip, time_s) for time_s in times_s)
        both = Image.new("RGB", (first.width + GAP_PX + second.width, first.height), "white")
        both.paste(first, (0, 0))
        both.paste(second, (first.width + GAP_PX, 0))
        both.save(TARGET / f"{test}.webp", quality=75, method=6)


if __name__ == "__main__":
    main()
