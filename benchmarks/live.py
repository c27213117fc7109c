"""How a live session keeps up: delay from capture to overlay, frames per second, processor time, memory.

A clip's pictures come in real time, as a webcam's would, into the very object to which the web page hands its
stream; the delay runs from the moment a picture is due to the moment that its skeleton has been drawn on it.
Decoding and encoding the stream are measured by themselves. The network and the browser are not in it.

Usage: ``python benchmarks/live.py [--seconds 60] [--cores 2] [--model full] [--size 1280x720] [--json FILE]``
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
from aiortc.codecs.vpx import Vp8Decoder, Vp8Encoder
from aiortc.jitterbuffer import JitterFrame

from formcheck.pose import pose_model
from formcheck.pose.mediapipe_estimator import MediaPipeEstimator
from formcheck.pose.subject import SubjectEstimator
from formcheck.video import read_video
from formcheck.web.live import LiveSession
from formcheck.web.live_processor import LiveProcessor
from formcheck.web.memory import bound_reserves

CLIP = Path("sample_videos/hip_hinge_side_good.mp4")
KEPT = 100
"""Pictures held in memory, and played forwards and backwards."""

TICKS = 90_000
MEMORY_EVERY_S = 10.0


@dataclass
class Measured:
    """What came out of one run."""

    delays_s: list[float] = field(default_factory=list)
    memory_mib: list[float] = field(default_factory=list)
    processed: int = 0
    wall_s: float = 0.0
    processor_s: float = 0.0
    repetitions: int = 0


def pictures(clip: Path, width: int, height: int) -> list[av.VideoFrame]:
    """Return the middle of a clip, on a grey picture of the camera's size."""
    with read_video(clip, max_side_px=max(width, height)) as video:
        frames = [frame.rgb for frame in video]
    shown = []
    for rgb in frames[len(frames) // 3 :][:KEPT]:
        share = min(width / rgb.shape[1], height / rgb.shape[0])
        size = (round(rgb.shape[1] * share) // 2 * 2, round(rgb.shape[0] * share) // 2 * 2)
        small = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(*size).to_ndarray(format="rgb24")
        canvas = np.full((height, width, 3), 180, np.uint8)
        x, y = (width - size[0]) // 2, (height - size[1]) // 2
        canvas[y : y + size[1], x : x + size[0]] = small
        shown.append(av.VideoFrame.from_ndarray(canvas, format="rgb24").reformat(format="yuv420p"))
    return [*shown, *reversed(shown)]


def run(camera: Sequence[av.VideoFrame], *, model: str, fps: float, seconds: float) -> Measured:
    """Play the pictures in real time; one that comes while another is worked on is dropped, as live."""
    measured, process = Measured(), psutil.Process()
    session = LiveSession(
        lambda: SubjectEstimator(MediaPipeEstimator(pose_model(model), native_filter=False), stays=True)
    )
    processor = LiveProcessor(session)
    warm = camera[0]
    while not session.state.speed.processed:  # loading the model is not what is measured
        stamp(warm, time.monotonic())
        processor.recv(warm)
    session.start_now()
    began_s, processor_s = time.monotonic(), processor_time(process)
    before, next_memory_s, last = session.state.speed.processed, 0.0, -1
    while (now_s := time.monotonic() - began_s) < seconds:
        number = int(now_s * fps)
        if number == last:
            time.sleep(max(0.0, (number + 1) / fps - now_s))
            continue
        last = number
        frame = camera[number % len(camera)]
        stamp(frame, began_s + number / fps)
        done = session.state.speed.processed
        processor.recv(frame)
        if session.state.speed.processed > done:
            measured.delays_s.append(time.monotonic() - began_s - number / fps)
        if now_s >= next_memory_s:
            measured.memory_mib.append(process.memory_info().rss / 2**20)
            next_memory_s += MEMORY_EVERY_S
    measured.wall_s = time.monotonic() - began_s
    measured.processor_s = processor_time(process) - processor_s
    measured.processed = session.state.speed.processed - before
    measured.repetitions = session.state.seen.repetitions
    session.close(None)
    return measured


def stamp(frame: av.VideoFrame, time_s: float) -> None:
    frame.pts, frame.time_base = round(time_s * TICKS), Fraction(1, TICKS)


def processor_time(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def codec_ms(camera: Sequence[av.VideoFrame], sent_px: tuple[int, int]) -> dict[str, float]:
    """Return the processor time per picture of decoding the webcam's stream and encoding the answer."""
    encoder, decoder, answer = Vp8Encoder(), Vp8Decoder(), Vp8Encoder()
    decoding = encoding = 0.0
    used = camera[:60]
    for number, frame in enumerate(used):
        stamp(frame, number / 30)
        packets, timestamp = encoder.encode(frame, force_keyframe=number == 0)
        data = b"".join(_payload(packet) for packet in packets)
        began = time.process_time()
        decoder.decode(JitterFrame(data=data, timestamp=timestamp))
        decoding += time.process_time() - began
        small = frame.reformat(*sent_px)
        stamp(small, number / 30)
        began = time.process_time()
        answer.encode(small, force_keyframe=number == 0)
        encoding += time.process_time() - began
    return {"decode_ms": 1000 * decoding / len(used), "encode_ms": 1000 * encoding / len(used)}


def _payload(packet: bytes) -> bytes:
    """Return what follows the payload descriptor (RFC 7741) of a packet."""
    from aiortc.codecs.vpx import VpxPayloadDescriptor

    return VpxPayloadDescriptor.parse(packet)[1]


def report(measured: Measured, codec: dict[str, float]) -> dict[str, Any]:
    delays = 1000 * np.array(measured.delays_s or [np.nan])
    half = len(measured.memory_mib) // 2
    return {
        "frames_per_s": measured.processed / measured.wall_s,
        "delay_p50_ms": float(np.quantile(delays, 0.5)),
        "delay_p95_ms": float(np.quantile(delays, 0.95)),
        "processor_ms_per_frame": 1000 * measured.processor_s / max(measured.processed, 1),
        "cores_used": measured.processor_s / measured.wall_s,
        "memory_first_half_mib": float(np.median(measured.memory_mib[:half] or [np.nan])),
        "memory_second_half_mib": float(np.median(measured.memory_mib[half:])),
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "repetitions": measured.repetitions,
        **codec,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clip", type=Path, default=CLIP)
    parser.add_argument("--model", default="full")
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--size", default="1280x720", help="of the webcam's picture")
    parser.add_argument("--cores", type=int, help="let the process use so many cores only (not on macOS)")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    bound_reserves()  # as the page does
    if given.cores:
        psutil.Process().cpu_affinity(list(range(given.cores)))
    width, height = (int(number) for number in given.size.split("x"))
    camera = pictures(given.clip, width, height)
    codec = codec_ms(camera, (854, round(854 * height / width / 2) * 2))
    found = report(run(camera, model=given.model, fps=given.fps, seconds=given.seconds), codec)
    for name, value in found.items():
        print(f"{name:26} {value if value is None else round(value, 1)}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
