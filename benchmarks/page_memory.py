"""Whether the page's server keeps its memory: over many uploads, and over a long time at the webcam.

A real server, driven through a real Chromium: the same clip is uploaded again and again, each time until its
result, video and downloads are there; then a webcam that shows a clip is coached set after set. After each
upload and every ten seconds of video its memory (resident), threads, open and temporary files are noted.

Usage: ``python -m benchmarks.page_memory [--uploads 50] [--live-minutes 20] [--json FILE]``
(needs Playwright and Chromium: ``sh scripts/ensure_chromium.sh``)
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from shutil import which

import numpy as np
import psutil
from playwright.sync_api import Browser, Page, expect, sync_playwright

from formcheck.video import VideoWriter, read_video
from formcheck.web import launch
from formcheck.web.desk import OUTPUTS
from formcheck.web.live_places import SETTING
from formcheck.web.words import say

CLIP = Path("sample_videos/hip_hinge_side_good.mp4")
CLIP_FRAMES = 90
CAMERA_SIZE, CAMERA_FPS = "480:640", 15
EVERY_S = 10.0
TEMPORARY = "temporary"
PATIENCE_MS = 600_000


@dataclass(frozen=True)
class Noted:
    """What a server holds at one moment."""

    mib: float
    threads: int
    open_files: int
    temporary_mib: float

    def __str__(self) -> str:
        return (
            f"{self.mib:7.1f} MiB, {self.threads} threads, {self.open_files} open files, "
            f"{self.temporary_mib:.1f} MiB temporary"
        )


@dataclass(frozen=True)
class Server:
    """A server of the page, and the folder that it works in."""

    address: str
    process: psutil.Process
    folder: Path

    def files(self) -> dict[str, int]:
        """Return its temporary files by name, with their sizes; they may go while one looks."""
        found = {}
        for folder, _, names in os.walk(self.folder / TEMPORARY):
            for name in names:
                with suppress(FileNotFoundError):
                    found[name] = (Path(folder) / name).stat().st_size
        return found

    def note(self) -> Noted:
        """Return what it holds now."""
        process = self.process
        return Noted(
            mib=round(process.memory_info().rss / 2**20, 1),
            threads=process.num_threads(),
            open_files=process.num_fds() if hasattr(process, "num_fds") else process.num_handles(),
            temporary_mib=round(sum(self.files().values()) / 2**20, 1),
        )


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve the page."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        port = listener.getsockname()[1]
    temporary = folder / TEMPORARY
    temporary.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "FORMCHECK_HOME": str(folder / "home"),
        "TMPDIR": str(temporary),
        SETTING: "1",
    }
    with (folder / "server.log").open("wb") as log:
        command = launch.command(server_port=port, server_headless=True)
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://localhost:{port}"
    try:
        while True:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
                break
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                time.sleep(0.2)
        yield Server(address, psutil.Process(server.pid), folder)
    finally:
        server.terminate()
        server.wait()


def short_clip(path: Path) -> Path:
    with (
        read_video(CLIP) as video,
        VideoWriter(path, video.info.width, video.info.height, fps=30.0) as writer,
    ):
        for frame in islice(video, CLIP_FRAMES):
            writer.write(frame.rgb, frame.time_s)
    return path


def camera(path: Path) -> Path:
    """Write the clip as the raw video that Chromium shows as its webcam."""
    import av

    width, height = map(int, CAMERA_SIZE.split(":"))
    with av.open(CLIP) as source, av.open(path, "w", format="yuv4mpegpipe") as target:
        stream = target.add_stream("wrapped_avframe", rate=CAMERA_FPS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for shown, frame in enumerate(islice(source.decode(video=0), 0, None, 2)):
            picture = frame.reformat(width, height, "yuv420p")
            picture.pts = shown
            target.mux(stream.encode(picture))
        target.mux(stream.encode(None))
    return path


def uploads(page: Page, server: Server, clip: Path, number: int) -> list[Noted]:
    """Upload the clip so many times; return what the server held after each."""
    page.goto(server.address)
    noted = []
    for each in range(number):
        chooser = page.locator("input[type=file]")
        expect(chooser).to_have_count(1)  # the last one goes when the page is drawn anew
        path = clip.with_name(f"clip-{each + 1}.mp4")
        shutil.copyfile(clip, path)
        chooser.set_input_files(path)
        while f"{path.stem}{OUTPUTS[-1].suffix}" not in server.files():  # the last that is made
            time.sleep(0.2)
        for output in OUTPUTS:
            expect(page.get_by_role("button", name=output.label, exact=True)).to_be_visible()
        noted.append(server.note())
        print(f"upload {each + 1:3d}: {noted[-1]}", flush=True)
    return noted


def live(page: Page, server: Server, minutes: float) -> list[Noted]:
    """Be coached set after set for so long; return what the server held every ten seconds of video."""
    page.goto(f"{server.address}/live")
    noted: list[Noted] = []
    start = page.get_by_role("button", name=say("live.start")).or_(
        page.get_by_role("button", name=say("live.again"))
    )
    seconds = 0.0
    while seconds < 60 * minutes:
        if start.count() and start.is_enabled():
            start.click()
            expect(page.locator(".board").last).to_be_visible()
        time.sleep(EVERY_S)
        if page.locator(".board").count():
            seconds += EVERY_S
            noted.append(server.note())
            print(f"live {seconds:6.0f} s: {noted[-1]}", flush=True)
    return noted


def flat(name: str, noted: list[Noted]) -> str:
    """Return what the memory did from a third on, when all is loaded and warmed up, to the end."""
    tenth = len(noted) // 10
    if tenth < 1:
        return f"{name}: too short to tell"
    third, end = noted[len(noted) // 3 :][:tenth], noted[-tenth:]
    before, after = (float(np.median([each.mib for each in some])) for some in (third, end))
    change = 100 * (after / before - 1)
    return (
        f"{name}: {before:.0f} MiB after a third, {after:.0f} at the end ({change:+.1f} %, "
        f"medians of a tenth each), most {max(each.mib for each in noted):.0f}; "
        f"after a third {third[0]}; at the end {noted[-1]}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--uploads", type=int, default=50)
    parser.add_argument("--live-minutes", type=float, default=20.0)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    measured: dict[str, list[Noted]] = {}
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        expect.set_options(timeout=PATIENCE_MS)
        flags = [
            "--no-sandbox",
            "--disable-gpu",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={camera(folder / 'camera.y4m')}",
            "--disable-features=WebRtcHideLocalIpsWithMdns",
        ]
        browser: Browser = playwright.chromium.launch(executable_path=which("chromium"), args=flags)
        for kind in ("uploads", "live"):
            if not (asked.uploads if kind == "uploads" else asked.live_minutes):
                continue
            with serving(folder) as server:
                page = browser.new_page()
                page.set_default_timeout(PATIENCE_MS)
                measured[kind] = (
                    uploads(page, server, short_clip(folder / "clip.mp4"), asked.uploads)
                    if kind == "uploads"
                    else live(page, server, asked.live_minutes)
                )
                page.close()
        browser.close()
    for kind, noted in measured.items():
        print(flat(kind, noted))
    if asked.json:
        said = {kind: [asdict(each) for each in noted] for kind, noted in measured.items()}
        asked.json.write_text(json.dumps(said) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
