"""The sample videos with their truth, each analysed once in a run."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from formcheck import Analysis, analyse, assets

SAMPLES = assets.folder("sample_videos")
SAMPLE_NAMES = sorted(path.stem for path in SAMPLES.glob("*.mp4"))


@cache
def analysed(name: str) -> Analysis:
    """Return the analysis of a sample video by the real model, made once in a run."""
    return analyse(SAMPLES / f"{name}.mp4")


def truth_of(name: str) -> dict[str, Any]:
    """Return what the renderer says of a sample video."""
    truth: dict[str, Any] = json.loads((SAMPLES / f"{name}.truth.json").read_text(encoding="utf-8"))
    return truth
