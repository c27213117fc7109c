"""Shared fixtures: the sample videos with their truth, each analysed once in a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture(scope="session")
def sample_path() -> Callable[[str], Path]:
    """Give the path of a sample video by its name."""
    return lambda name: SAMPLES / f"{name}.mp4"


@pytest.fixture(scope="session")
def sample_analysis() -> Callable[[str], Analysis]:
    """Give the analysis of a sample video by its name."""
    return analysed


@pytest.fixture(scope="session", autouse=True)
def _home_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests, and the programs that they start, out of the user's own records."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORMCHECK_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("FORMCHECK_DATABASE", raising=False)
        yield
