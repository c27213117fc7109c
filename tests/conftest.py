"""Shared fixtures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sample_clips import SAMPLES, analysed

from formcheck import Analysis, cli

# A busy computer is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what shares something dear in one of the two processes that run the tests.

    The tests of a file do. So do all of `batch`, which claim the machine's cores, and all of `web`: one
    browser and one server at a time are enough for a small machine.
    """
    for item in items:
        folder = item.path.parent
        together = folder if folder.name in ("batch", "web") else item.path
        item.add_marker(pytest.mark.xdist_group(str(together)))


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


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in this process; return exit code, standard output and standard error."""

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["formcheck", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capfd.readouterr()
        return int(stop.value.code or 0), out, err

    return call
