"""`formcheck doctor`: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np

from formcheck import assets
from formcheck.errors import FormcheckError
from formcheck.names import POSE_MODELS, counted
from formcheck.pose.models import ModelFile, likeness_model, motion_model, pose_model, posture_model


@dataclass(frozen=True)
class Finding:
    """One thing that was examined."""

    what: str
    ok: bool
    detail: str
    fix: str = ""
    needed: bool = True


def examine() -> list[Finding]:
    """Try everything that scoring a clip needs, really, and return what was found."""
    return [*_machine(), *_models(), _video(), _landmarker(), _page(), _samples()]


def _machine() -> Iterator[Finding]:
    version = platform.python_version()
    fix = "Install Python 3.11 or newer."
    yield Finding("Python", sys.version_info >= (3, 11), f"{version} on {platform.platform()}", fix)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    advice = "Live checking needs 2 cores to keep up with a webcam."
    yield Finding("Processor", cores >= 2, counted(cores, "core"), advice, needed=False)


def _models() -> Iterator[Finding]:
    for name in POSE_MODELS:
        yield _try(f"Pose model {name}", partial(_checksum, partial(pose_model, name)))
    for what, model in (("Motion", motion_model), ("Posture", posture_model), ("Likeness", likeness_model)):
        yield _try(f"{what} model", partial(_checksum, model))


def _checksum(model: Callable[[], ModelFile]) -> str:
    return f"checksum {model().sha256[:12]}… is right"


def _video() -> Finding:
    def write_and_read() -> str:
        from formcheck.video import VideoWriter, read_video

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "probe.mp4"
            with VideoWriter(path, 64, 48, fps=30) as writer:
                for _ in range(3):
                    writer.write(np.zeros((48, 64, 3), np.uint8))
            with read_video(path) as video:
                count = sum(1 for _ in video)
        return f"wrote and read {count} frames of H.264"

    return _try("Video", write_and_read)


def _landmarker() -> Finding:
    def run() -> str:
        from formcheck.pose.mediapipe_estimator import MediaPipeEstimator

        with MediaPipeEstimator(pose_model("lite")) as estimator:
            estimator.estimate(np.zeros((96, 96, 3), np.uint8), 0.0)
        return "the pose model runs"

    return _try("Pose", run)


def _page() -> Finding:
    def find() -> str:
        return ", ".join(f"{name} {version(name)}" for name in ("streamlit", "streamlit-webrtc"))

    return _try("Web page", find)


def _samples() -> Finding:
    count = len(list(assets.folder("sample_videos").glob("*.mp4")))
    fix = "Install formcheck again; only the demonstration needs them."
    return Finding("Sample videos", count > 0, f"{count} found", fix, needed=False)


def _try(what: str, attempt: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, attempt())
    except FormcheckError as error:
        return Finding(what, False, "does not work", str(error))
    except (ImportError, OSError) as error:
        return Finding(what, False, "does not work", f"{error}. Install formcheck again (`make demo`).")
