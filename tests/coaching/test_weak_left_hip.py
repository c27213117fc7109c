"""A runner with a weak left hip, from landmarks of rendered films to the plan after four better weeks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.coaching.runner_checks import Check, after_training, at_first, at_last
from benchmarks.coaching.runner_landmarks import PACKED, unpack
from benchmarks.coaching.runner_story import Runner, Story, live_through

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def story(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Story:
    """Let the runner live through four weeks, with records of their own."""
    monkeypatch.setenv("FORMCHECK_HOME", str(tmp_path / "home"))
    for name, pose in unpack(PACKED):
        path = tmp_path / f"{name}.parquet"
        path.parent.mkdir(exist_ok=True)
        pose.to_parquet(path)
    return live_through(Runner(tmp_path, tmp_path, run))


def test_a_weak_left_hip_is_found_trained_and_gets_better(story: Story) -> None:
    told: list[Check] = [
        *at_first(story.first, story.plans[0]),
        *after_training(story.plans),
        *at_last(story.first, story.last),
    ]
    assert [check for check in told if not check.holds] == []
    # What the films cannot tell is said, with how to film it again.
    missing = {(part["test"], part["side"]): part for part in story.first["missing"]}
    for part in missing.values():
        assert part["reason"] and "Film" in part["how"]
