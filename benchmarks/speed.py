"""How fast the whole pipeline is, and how much memory it takes.

Usage: ``python benchmarks/speed.py [VIDEO ...] [--rounds 5] [--model full] [--json FILE] [--no-memory]``

Four ways over the same clip, taken in turn within one run so that all meet the same machine:

- ``bare``: the landmarker alone, on frames that are in memory already: the speed limit;
- ``plain``: the loop of every tutorial: OpenCV reads, converts, the landmarker runs, nothing overlaps;
- ``reader``: formcheck's decoding alone;
- ``formcheck``: `formcheck.analyse`, from the file to the scores, no annotation.

All but ``reader`` make their own landmarker in each round. ``work`` is processor time per frame, all cores
together. Peak memory is that of a process of its own.
Without a VIDEO the clip is a sample video enlarged to 720p and repeated.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

import formcheck
from formcheck import assets
from formcheck.pose import POSE_MAX_SIDE_PX
from formcheck.pose.models import pose_model
from formcheck.pose.native_log import without_chatter
from formcheck.video import VideoWriter, read_video

CLIP_S = 8.0
CLIP_FPS = 30
CLIP_SHORT_SIDE_PX = 720
FRAMES_IN_MEMORY = 300
LENGTHS = (1, 8)
WAYS = ("bare", "plain", "reader", "formcheck")

Picture = NDArray[np.uint8]


@contextmanager
def landmarker(model: str) -> Iterator[Callable[[Picture, int], Any]]:
    """Give MediaPipe's landmarker in video mode as a function of picture and milliseconds.

    ``model`` is one of formcheck's, or the path of any bundle.
    """
    import mediapipe
    from mediapipe.tasks import python as tasks

    path = model if model.endswith(".task") else str(pose_model(model).path)
    options = tasks.vision.PoseLandmarkerOptions(
        base_options=tasks.BaseOptions(model_asset_path=path),
        running_mode=tasks.vision.RunningMode.VIDEO,
    )
    with without_chatter():
        network = tasks.vision.PoseLandmarker.create_from_options(options)

    def detect(rgb: Picture, stamp_ms: int) -> Any:
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb)
        return network.detect_for_video(image, stamp_ms)

    with network, without_chatter():
        yield detect


def run_bare(frames: list[Picture], fps: float, model: str) -> int:
    with landmarker(model) as detect:
        for index, rgb in enumerate(frames):
            detect(rgb, round(index * 1000 / fps))
    return len(frames)


def run_plain(path: Path, model: str) -> int:
    import cv2

    capture = cv2.VideoCapture(str(path))
    fps = capture.get(cv2.CAP_PROP_FPS) or CLIP_FPS
    count = 0
    with landmarker(model) as detect:
        while True:
            ok, bgr = capture.read()
            if not ok:
                break
            detect(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), round(count * 1000 / fps))
            count += 1
    capture.release()
    return count


def run_reader(path: Path) -> int:
    with read_video(path, max_side_px=POSE_MAX_SIDE_PX) as video:
        return sum(1 for _ in video)


def run_formcheck(path: Path, model: str) -> int:
    return formcheck.analyse(path, model=model).video.frames


def in_memory(path: Path) -> list[Picture]:
    """Decode the first frames of a clip, at the size of the file as the plain loop sees them."""
    with read_video(path) as video:
        return [frame.rgb for frame, _ in zip(video, range(FRAMES_IN_MEMORY), strict=False)]


def compare(path: Path, model: str, rounds: int) -> dict[str, Any]:
    """Run every way once per round, each round beginning with another; return frames per second."""
    frames, fps, duration_s = in_memory(path), *rate_and_duration(path)
    ways: dict[str, Callable[[], int]] = {
        "bare": lambda: run_bare(frames, fps, model),
        "plain": lambda: run_plain(path, model),
        "reader": lambda: run_reader(path),
        "formcheck": lambda: run_formcheck(path, model),
    }
    speeds: dict[str, list[float]] = {name: [] for name in WAYS}
    work: dict[str, list[float]] = {name: [] for name in WAYS}
    run_bare(frames[:10], fps, model)  # loads the libraries
    for turn in range(rounds):
        first = turn % len(WAYS)
        for name in WAYS[first:] + WAYS[:first]:
            start, work_start = time.perf_counter(), time.process_time()
            count = ways[name]()
            speeds[name].append(count / (time.perf_counter() - start))
            work[name].append(1000 * (time.process_time() - work_start) / count)
    return {
        "clip": path.name,
        "duration_s": duration_s,
        "fps": fps,
        "ways": {name: summary(values) for name, values in speeds.items()},
        "work_ms": {name: statistics.median(values) for name, values in work.items()},
        "formcheck_over_bare": paired_ratio(speeds["formcheck"], speeds["bare"]),
        "formcheck_over_plain": paired_ratio(speeds["formcheck"], speeds["plain"]),
    }


def rate_and_duration(path: Path) -> tuple[float, float]:
    with read_video(path, max_side_px=64) as video:
        for _ in video:
            pass
    return video.info.mean_fps or CLIP_FPS, video.info.duration_s


def summary(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def paired_ratio(ours: list[float], theirs: list[float]) -> dict[str, float]:
    """Compare within each round, so that a slow minute of the machine counts for both."""
    return summary([a / b for a, b in zip(ours, theirs, strict=True)])


def peak_memory_mb() -> float:
    """Return this process's own peak of resident memory."""
    status = Path("/proc/self/status")
    if status.exists():  # `ru_maxrss` would count what the parent held when it forked
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def measure_memory(way: str, path: Path, model: str) -> None:
    """Run one way and print its peak memory: the body of the separate process."""
    if way == "bare":
        run_bare(in_memory(path), CLIP_FPS, model)
    elif way == "plain":
        run_plain(path, model)
    elif way == "reader":
        run_reader(path)
    else:
        run_formcheck(path, model)
    print(json.dumps({"peak_mb": peak_memory_mb()}))


def memory_of(way: str, path: Path, model: str) -> float:
    command = [sys.executable, __file__, str(path), "--model", model, "--only", way]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1])["peak_mb"])


def repeated(path: Path, times: int, folder: Path) -> Path:
    """Write the clip so many times over into one file."""
    target = folder / f"{times}x-{path.stem}.mp4"
    writer: VideoWriter | None = None
    for _ in range(times):
        with read_video(path) as video:
            for frame in video:
                if writer is None:
                    height, width = frame.rgb.shape[:2]
                    writer = VideoWriter(target, width, height, fps=CLIP_FPS)
                writer.write(frame.rgb)
    if writer is not None:
        writer.close()
    return target


def default_clip(folder: Path) -> Path:
    """Enlarge the first sample video to 720p and repeat it to `CLIP_S`."""
    samples = sorted(assets.folder("sample_videos").glob("*.mp4"))
    if not samples:
        sys.exit("There are no sample videos: name a VIDEO.")
    target = folder / "720p.mp4"
    writer: VideoWriter | None = None
    count = 0
    while count < CLIP_S * CLIP_FPS:
        with read_video(samples[0]) as video:
            for frame in video:
                large = enlarged(frame.rgb)
                if writer is None:
                    writer = VideoWriter(target, large.shape[1], large.shape[0], fps=CLIP_FPS)
                writer.write(large)
                count += 1
    if writer is not None:
        writer.close()
    return target


def enlarged(rgb: Picture) -> Picture:
    scale = CLIP_SHORT_SIDE_PX / min(rgb.shape[:2])
    height, width = (round(side * scale / 2) * 2 for side in rgb.shape[:2])
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
    return frame.reformat(width, height, interpolation="BICUBIC").to_ndarray()


def memory_report(path: Path, model: str, folder: Path) -> dict[str, Any]:
    lengths = {str(times): repeated(path, times, folder) for times in LENGTHS}
    return {
        "peak_mb": {way: memory_of(way, path, model) for way in WAYS},
        "formcheck_peak_mb_by_length": {
            times: memory_of("formcheck", clip, model) for times, clip in lengths.items()
        },
    }


def show(result: dict[str, Any]) -> None:
    print(f"\n{result['clip']}: {result['duration_s']:.1f} s at {result['fps']:.2f} frames/s")
    print(
        f"{'':10s}{'frames/s':>10s}{'min':>8s}{'max':>8s}{'real time ×':>13s}{'work ms':>9s}{'peak MB':>9s}"
    )
    peaks = result.get("peak_mb", {})
    for name, speed in result["ways"].items():
        peak = f"{peaks[name]:9.0f}" if name in peaks else ""
        print(
            f"{name:10s}{speed['median']:10.1f}{speed['min']:8.1f}{speed['max']:8.1f}"
            f"{speed['median'] / result['fps']:13.2f}{result['work_ms'][name]:9.1f}{peak}"
        )
    for key, target in (("formcheck_over_bare", "≥ 0.85"), ("formcheck_over_plain", "> 1")):
        ratio = result[key]
        print(
            f"{key.replace('_', ' '):22s}{ratio['median']:5.2f} "
            f"({ratio['min']:.2f}…{ratio['max']:.2f}; target {target})"
        )
    for times, peak in result.get("formcheck_peak_mb_by_length", {}).items():
        print(f"formcheck peak memory, clip × {times}: {peak:.0f} MB")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("videos", nargs="*", type=Path, metavar="VIDEO")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", default="full")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers")
    parser.add_argument("--no-memory", action="store_true", help="leave the memory measurements out")
    parser.add_argument("--only", choices=WAYS, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    wanted = arguments()
    if wanted.only:
        measure_memory(wanted.only, wanted.videos[0], wanted.model)
        return
    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in wanted.videos or [default_clip(folder)]:
            result = compare(path, wanted.model, wanted.rounds)
            if not wanted.no_memory:
                result |= memory_report(path, wanted.model, folder)
            show(result)
            results.append(result)
    if wanted.json:
        wanted.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
