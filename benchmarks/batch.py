"""How many clips an hour a batch scores, and how near that comes to what the processor can do.

Usage: ``python benchmarks/batch.py [--clips 24] [--broken 2] [--seconds 8] [--rounds 2] [--json FILE]``
``[--published FILE.task]``

Six ways over the same short clips (parts of the sample videos), taken in turn within one run so that all
meet the same machine:

- ``alone``: a bare landmarker on one core, on frames of the same clips in memory, while the others rest;
- ``bare``: one landmarker per core, each in a process that keeps to its core: the limit. What it gains over
  ``alone`` is what the machine's cores give any program;
- ``published``: the same with the landmark network as its authors publish it, which also draws the person's
  outline: what anybody else's program starts from. Only with ``--published``, which names the bundle, and
  builds it if there is none (needs ``pip``, ``npm`` and ``flatbuffers``, as ``models/build.py`` does);
- ``one``: `formcheck batch` with one worker;
- ``all``: `formcheck batch` with a worker on each core;
- ``loop``: a shell loop over ``formcheck score``, one clip after the other.

Speeds are frames per second over the whole call, start-up included; clips per hour are for clips of the given
length. ``work`` is processor time per frame, all cores together, start-up included but for ``bare``; it tells
the ways apart on a busy machine, too. Then: what starting costs, and the peak memory of a worker.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from speed import in_memory, landmarker, paired_ratio, run_bare, summary

from formcheck import assets
from formcheck.batch.cores import usable_cores
from formcheck.batch.plan import clips_of
from formcheck.batch.run import Options, run_batch
from formcheck.batch.types import Settings
from formcheck.scoring import load_thresholds
from formcheck.video import VideoWriter, read_video

WAYS = ("alone", "bare", "published", "one", "all", "loop")
BARE_WAYS = WAYS[:3]
BARE_FPS = 30
BARE_FRAMES = 6000
"""How many frames are enough to time a bare landmarker: more than a minute."""


def make_clips(folder: Path, count: int, broken: int, seconds: float) -> int:
    """Cut so many clips from the sample videos, none like another, and return the number of their frames."""
    samples = sorted(assets.folder("sample_videos").glob("*.mp4"))
    frames = 0
    for number in range(count):
        with read_video(samples[number % len(samples)]) as video:
            start_s = 0.3 * (number // len(samples))
            part = [f for f in video if start_s <= f.time_s < start_s + seconds]
        height, width = part[0].rgb.shape[:2]
        with VideoWriter(folder / f"{number:04d}.mp4", width, height, fps=BARE_FPS) as writer:
            for frame in part:
                writer.write(frame.rgb, frame.time_s - part[0].time_s)
        frames += len(part)
    for number in range(broken):
        (folder / f"broken{number:02d}.mp4").write_bytes(os.urandom(10_000 * (number % 3)))
    return frames


def time_bare(folder: Path, cores: list[int], frames: int, model: str) -> tuple[float, float]:
    """Run a landmarker on each of the cores; return the seconds and the processor time a frame."""
    frames = min(frames // len(cores), BARE_FRAMES)
    call = [sys.executable, __file__, "--only-bare", str(folder), "--frames", str(frames), "--model", model]
    shares = [
        [*call, "--core", str(core), "--turn", str(turn), "--turns", str(len(cores))]
        for turn, core in enumerate(cores)
    ]
    running = [subprocess.Popen(share, stdout=subprocess.PIPE, text=True) for share in shares]
    said = [json.loads(process.communicate()[0].splitlines()[-1]) for process in running]
    rate = sum(done / seconds for done, seconds, _ in said)
    return 1 / rate, sum(work for *_, work in said) / sum(done for done, *_ in said)


def bare_share(wanted: argparse.Namespace) -> None:
    """Be one of the landmarkers: print frames, seconds and processor time, loading and decoding not counted.

    The clips are those of the batch; each has a landmarker of its own, as there.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {wanted.core})
    clips = sorted(wanted.only_bare.glob("0*.mp4"))[wanted.turn :: wanted.turns]
    run_bare(in_memory(clips[0])[:10], BARE_FPS, wanted.model)
    done, seconds, work = 0, 0.0, 0.0
    for clip in clips:
        if done >= wanted.frames:
            break
        pictures = in_memory(clip)
        with landmarker(wanted.model) as detect:
            start_s, work_s = time.perf_counter(), time.process_time()
            for index, rgb in enumerate(pictures):
                detect(rgb, round(index * 1000 / BARE_FPS))
            seconds += time.perf_counter() - start_s
            work += time.process_time() - work_s
        done += len(pictures)
    print(json.dumps([done, seconds, work]))


def time_batch(folder: Path, workers: int, model: str) -> tuple[float, float, float]:
    """Run a batch; return its seconds, those until the first clip began, and a worker's peak memory in MB."""
    begun: list[float] = []
    peaks: list[float] = [0.0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):  # looking takes 2 ms, of a core that a worker uses
            for child in psutil.Process().children(recursive=True):
                try:
                    peaks[0] = max(peaks[0], child.memory_info().rss / 1024**2)
                except psutil.Error:
                    continue

    threading.Thread(target=watch, daemon=True).start()
    with tempfile.TemporaryDirectory() as out:
        start_s = time.perf_counter()
        settings = Settings(load_thresholds(), model=model)

        def heard(outcome: Any) -> None:
            begun.append(time.perf_counter() - start_s - outcome.seconds)

        run_batch(clips_of(str(folder)), Path(out) / "out", settings, Options(workers=workers), report=heard)
        seconds = time.perf_counter() - start_s
    done.set()
    return seconds, min(begun), peaks[0]


def build_published(target: Path, model: str) -> None:
    """Build the bundle of a model with the landmark network as it is published, outline and all."""
    spec = importlib.util.spec_from_file_location("build", assets.folder("models") / "build.py")
    assert spec is not None and spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    with tempfile.TemporaryDirectory() as scratch:
        networks, schemas = build.fetch(Path(scratch))
    detector = build.with_metadata(networks["pose_detection.tflite"], build.DETECTOR_SPEC, schemas)
    network = networks[f"pose_landmark_{model}.tflite"]
    target.write_bytes(build.bundle(detector, build.with_metadata(network, build.LANDMARKS_SPEC, schemas)))


def children_work() -> float:
    """Return the processor time of all processes that this one has started and that have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system


def time_loop(folder: Path, model: str) -> float:
    """Score clip after clip as a shell script would."""
    start_s = time.perf_counter()
    for clip in sorted(folder.glob("*.mp4")):
        call = [sys.executable, "-m", "formcheck", "score", str(clip), "--model", model]
        with tempfile.TemporaryDirectory() as out:
            subprocess.run([*call, "--json", f"{out}/a.json"], capture_output=True, check=False)
    return time.perf_counter() - start_s


def measure(folder: Path, frames: int, wanted: argparse.Namespace) -> dict[str, Any]:
    """Run every way once per round, each round beginning with another."""
    cores = usable_cores()
    starts: list[float] = []
    peaks: list[float] = []

    def batch(workers: int) -> float:
        seconds, start_s, peak = time_batch(folder, workers, wanted.model)
        starts.append(start_s)
        peaks.append(peak)
        return seconds

    ways: dict[str, Callable[[], float]] = {
        "one": lambda: batch(1),
        "all": lambda: batch(len(cores)),
        "loop": lambda: time_loop(folder, wanted.model),
    }

    def run(way: str) -> tuple[float, float]:
        if way in BARE_WAYS:
            network = str(wanted.published) if way == "published" else wanted.model
            return time_bare(folder, cores[:1] if way == "alone" else cores, frames, network)
        before = children_work()
        return ways[way]() / frames, (children_work() - before) / frames

    left_out = {*wanted.without, *(() if wanted.published else ("published",))}
    chosen = [way for way in WAYS if way not in left_out]
    speeds: dict[str, list[float]] = {way: [] for way in chosen}
    work: dict[str, list[float]] = {way: [] for way in chosen}
    for turn in range(wanted.rounds):
        first = turn % len(chosen)
        for way in chosen[first:] + chosen[:first]:
            seconds, spent = run(way)
            speeds[way].append(1 / seconds)
            work[way].append(1000 * spent)
            said = f"{speeds[way][-1]:.1f} frames/s, {work[way][-1]:.1f} ms of work a frame"
            print(f"round {turn + 1}: {way} {said}", file=sys.stderr)
    pairs = [("bare", "alone"), *(("all", other) for other in chosen if other not in ("alone", "all"))]
    ratios = {
        f"{way} over {other}": paired_ratio(speeds[way], speeds[other])
        for way, other in pairs
        if way in chosen and other in chosen
    }
    return {
        "cores": len(cores),
        "model": wanted.model,
        "clips": wanted.clips,
        "broken": wanted.broken,
        "frames": frames,
        "clips_per_hour": {
            way: 3600 * statistics.median(values) * wanted.clips / frames for way, values in speeds.items()
        },
        "frames_per_s": {way: summary(values) for way, values in speeds.items()},
        "work_ms": {way: statistics.median(values) for way, values in work.items()},
        "ratios": ratios,
        "start_s": summary(starts),
        "worker_peak_mb": max(peaks),
        "load_at_start_and_end": [wanted.load, os.getloadavg()[0] if hasattr(os, "getloadavg") else None],
    }


def show(result: dict[str, Any]) -> None:
    print(f"{result['clips']} clips and {result['broken']} broken ones, {result['frames']} frames")
    print(f"model {result['model']}, {result['cores']} cores, load {result['load_at_start_and_end']}\n")
    print(f"{'':10s}{'clips/h':>9s}{'frames/s':>10s}{'min':>8s}{'max':>8s}{'work ms':>9s}")
    for way, speed in result["frames_per_s"].items():
        hourly = result["clips_per_hour"][way]
        print(
            f"{way:10s}{hourly:9.0f}{speed['median']:10.1f}{speed['min']:8.1f}{speed['max']:8.1f}"
            f"{result['work_ms'][way]:9.1f}"
        )
    for name, ratio in result["ratios"].items():
        print(f"{name:22s}{ratio['median']:6.2f} ({ratio['min']:.2f}…{ratio['max']:.2f})")
    print(f"from the call to the first clip: {result['start_s']['median']:.1f} s")
    print(f"peak memory of a worker: {result['worker_peak_mb']:.0f} MB")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--clips", type=int, default=24)
    parser.add_argument("--broken", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=8.0, help="length of a clip")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--model", default="full")
    parser.add_argument("--without", nargs="*", default=[], choices=WAYS, help="ways to leave out")
    parser.add_argument("--published", type=Path, metavar="FILE.task", help="also run this bundle, bare")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers")
    parser.add_argument("--only-bare", type=Path, help=argparse.SUPPRESS)
    for hidden in ("--core", "--turn", "--turns", "--frames"):
        parser.add_argument(hidden, type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    wanted = arguments()
    if wanted.only_bare:
        bare_share(wanted)
        return
    if wanted.published and not wanted.published.exists():
        build_published(wanted.published, wanted.model)
    wanted.load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    with tempfile.TemporaryDirectory() as name:
        frames = make_clips(Path(name), wanted.clips, wanted.broken, wanted.seconds)
        result = measure(Path(name), frames, wanted)
    show(result)
    if wanted.json:
        wanted.json.write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
