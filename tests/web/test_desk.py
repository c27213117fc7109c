"""Behind the page: files that go, jobs that can be stopped, and settings that hold together."""

from __future__ import annotations

import gc
import io
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from formcheck.errors import UnreadableVideoError, UsageError
from formcheck.web import launch
from formcheck.web.connection import SETTING, ice_servers
from formcheck.web.jobs import UNEXPECTED, Job, Pace, Report
from formcheck.web.workspace import Workspace

ROOT = Path(__file__).parents[2]
PATIENCE_S = 20.0


def test_a_workspace_goes_with_its_session() -> None:
    workspace = Workspace()
    folder = workspace.folder
    kept = workspace.keep("clip.mp4", io.BytesIO(b"abc"))
    assert kept.read_bytes() == b"abc"
    del workspace
    gc.collect()
    assert not folder.exists()


@pytest.mark.parametrize("name", ["../../evil.mp4", "/etc/evil.mp4", "..\\..\\evil.mp4", "evil.mp4"])
def test_an_upload_stays_inside_the_workspace_whatever_its_name(name: str) -> None:
    workspace = Workspace()
    kept = workspace.keep(name, io.BytesIO(b""))
    assert kept.name == "evil.mp4"
    assert kept.resolve().is_relative_to(workspace.folder.resolve())
    workspace.close()


def test_two_uploads_of_one_name_do_not_mix_and_samples_are_never_deleted(tmp_path: Path) -> None:
    workspace = Workspace()
    first, second = (workspace.keep("clip.mp4", io.BytesIO(data)) for data in (b"1", b"2"))
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")
    sample = tmp_path / "sample.mp4"
    sample.write_bytes(b"3")
    for path in (first, sample):
        workspace.discard(path)
    assert not first.exists()
    assert sample.exists()
    workspace.close()
    assert not workspace.folder.exists()


def test_a_job_gives_its_result_and_its_progress() -> None:
    further, go_on = threading.Event(), threading.Event()

    def work(report: Report) -> str:
        report(0.25)
        further.wait(PATIENCE_S)
        report(0.5)
        go_on.wait(PATIENCE_S)
        return "done"

    job = Job(work)
    while job.share == 0.0:
        go_on.wait(0.001)
    assert (job.share, job.finished, job.result) == (0.25, False, None)
    assert job.seconds_left is None  # there is no pace yet
    further.set()
    while job.share < 0.5:
        go_on.wait(0.001)
    assert job.seconds_left is not None
    go_on.set()
    assert job.wait(PATIENCE_S)
    assert (job.result, job.error) == ("done", None)


def test_waiting_for_ones_turn_does_not_count_for_the_pace() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert pace.seconds_left(0.0) is None
    now[0] = 100.0
    assert pace.seconds_left(0.2) is None
    now[0] = 104.0
    assert pace.seconds_left(0.6) == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(UnreadableVideoError("It is no video."), "It is no video."), (KeyError("secret detail"), UNEXPECTED)],
)
def test_a_failed_job_says_one_sentence(error: Exception, sentence: str) -> None:
    def work(report: Report) -> None:
        raise error

    job = Job(work)
    assert job.wait(PATIENCE_S)
    assert (job.result, job.error) == (None, sentence)


@pytest.mark.parametrize("how", ["cancelled", "forgotten"])
def test_a_job_stops_when_it_is_cancelled_or_its_session_is_gone(how: str) -> None:
    stopped = threading.Event()

    def work(report: Report) -> None:
        try:
            while True:
                report(0.1)
        finally:
            stopped.set()

    job: Job[None] | None = Job(work)
    assert job is not None
    if how == "cancelled":
        job.cancel()
        assert job.wait(PATIENCE_S)
        assert (job.result, job.error) == (None, None)
    else:
        job = None
        gc.collect()
    assert stopped.wait(PATIENCE_S)


def test_no_server_is_asked_unless_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    assert ice_servers() == []
    assert ice_servers({}) == []


def test_servers_come_from_the_environment_or_the_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    server = {"urls": "turn:turn.example.org:3478", "username": "me", "credential": "secret"}
    monkeypatch.delenv(SETTING, raising=False)
    assert ice_servers({SETTING: [server]}) == [server]
    monkeypatch.setenv(SETTING, '[{"urls": ["stun:stun.example.org"]}]')
    assert ice_servers({SETTING: [server]}) == [{"urls": ["stun:stun.example.org"]}]


@pytest.mark.parametrize(
    "wrong", ["not json", "{}", "[1]", '[{"url": "turn:x"}]', '[{"urls": ""}]', '"turn:x"']
)
def test_a_wrong_list_of_servers_is_one_sentence(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, wrong)
    with pytest.raises(UsageError, match="correct it or leave it out"):
        ice_servers()


def test_the_page_has_the_same_settings_in_a_checkout_as_by_flags() -> None:
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert dict(flat(config)) == dict(launch.SETTINGS)


def flat(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{name}.")
        else:
            yield above + name, value


def test_the_command_starts_the_page_and_takes_more_settings() -> None:
    command = launch.command(server_port=8600, browser_gatherUsageStats=True)
    assert launch.page().name == "streamlit_app.py"
    assert str(launch.page()) in command
    assert "--server.port=8600" in command
    assert "--server.address=localhost" in command
    assert "--browser.gatherUsageStats=true" in command
    assert sum(flag.startswith("--browser.gatherUsageStats") for flag in command) == 1
