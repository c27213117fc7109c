"""A real Chromium and a real server for the tests of the page."""

from __future__ import annotations

import base64
import io
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image
from playwright.sync_api import Browser, CDPSession, Page, Playwright, Request, expect

from formcheck.web import launch

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_S = 120.0
STOP_S = 60.0
PATIENCE_MS = 60_000
"""How long a page may take for anything: a busy machine is slow, and slow is not wrong."""
WORK_MS = 180_000
"""How long it may take where a clip is analysed or a webcam watched."""
expect.set_options(timeout=PATIENCE_MS)
PICTURES_VARIABLE = "FORMCHECK_PICTURES"
FILM_S, FILM_RATE, FILM_WIDTH_PX = 18.0, 6.0, 420


def chromium_path(playwright: Playwright) -> str:
    """Return the browser's program: the named one, the system's, or Playwright's own build."""
    candidates = [os.environ.get("FORMCHECK_CHROMIUM"), *map(shutil.which, NAMES)]
    candidates.append(playwright.chromium.executable_path)
    for candidate in candidates:
        if candidate and Path(candidate).is_file():
            return candidate
    raise AssertionError(
        "The tests of the page need Chromium or Chrome: run `sh scripts/ensure_chromium.sh`, "
        "or name the program in FORMCHECK_CHROMIUM."
    )


def open_browser(playwright: Playwright, camera: Path | None = None) -> Browser:
    """Start Chromium; ``camera`` is a y4m file that it shows to pages as the webcam."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    if camera is not None:
        flags += [
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
            "--disable-features=WebRtcHideLocalIpsWithMdns",
        ]
    return playwright.chromium.launch(executable_path=chromium_path(playwright), args=flags)


def new_page(
    browser: Browser, address: str, *, size: tuple[int, int] = (1280, 900), patience_ms: int = PATIENCE_MS
) -> tuple[Page, list[str]]:
    """Open a page in a session of its own; return it with the addresses it asks for beyond ``address``."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.set_default_timeout(patience_ms)
    own = (address, address.replace("http", "ws"), "data:", "blob:")
    strangers: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(own):
            strangers.append(request.url)

    page.on("request", note)
    return page, strangers


@contextmanager
def serving(log: Path, port: int | None = None, folder: Path | None = None) -> Iterator[str]:
    """Serve the page on a free port of this machine, as ``formcheck app`` does; yield its address.

    ``folder`` is where the server starts, whose ``.streamlit/secrets.toml`` it reads.
    """
    port = port or free_port()
    command = launch.command(server_port=port, server_headless=True)
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
    address = f"http://localhost:{port}"
    try:
        _await_health(server, address, log)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            server.kill()
            raise AssertionError(f"The page's server did not end when asked:\n{log.read_text()}") from None


def keep_picture(page: Page, name: str) -> None:
    """Take the picture of a page; kept if the environment names a folder: so the README's are made."""
    picture = page.screenshot(animations="disabled")
    folder = pictures_folder()
    if folder is not None:
        with Image.open(io.BytesIO(picture)) as image:
            image.save(folder / f"{name}.webp", quality=80, method=6)


def pictures_folder() -> Path | None:
    """Return where pictures are to be kept, if the environment names a folder."""
    folder = os.environ.get(PICTURES_VARIABLE)
    return Path(folder) if folder else None


class Film:
    """What a page shows from `begin` to `keep`, as one moving picture; nothing unless pictures are kept.

    The browser sends a picture whenever something has changed.
    """

    def __init__(self, page: Page) -> None:
        self._shots: list[tuple[float, bytes]] = []
        self._devtools: CDPSession | None = None
        if pictures_folder() is not None:
            self._devtools = page.context.new_cdp_session(page)
            self._devtools.on("Page.screencastFrame", self._take)

    def begin(self) -> None:
        """Begin, or begin anew."""
        self._shots.clear()
        if self._devtools is not None:
            self._devtools.send("Page.startScreencast", {"format": "png"})

    def _take(self, shot: dict[str, Any]) -> None:
        assert self._devtools is not None
        self._shots.append((shot["metadata"]["timestamp"], base64.b64decode(shot["data"])))
        self._devtools.send("Page.screencastFrameAck", {"sessionId": shot["sessionId"]})

    def keep(self, name: str) -> None:
        """Keep what has been shown since, at most `FILM_S` of it, for the README."""
        folder = pictures_folder()
        if folder is None or self._devtools is None:
            return
        self._devtools.send("Page.stopScreencast")
        times_s = np.array([time_s for time_s, _ in self._shots])
        moments = np.arange(max(times_s[0], times_s[-1] - FILM_S), times_s[-1], 1 / FILM_RATE)
        shown = np.searchsorted(times_s, moments, side="right") - 1
        images = [Image.open(io.BytesIO(self._shots[number][1])).convert("RGB") for number in shown]
        height = round(images[0].height * FILM_WIDTH_PX / images[0].width)
        first, *others = (image.resize((FILM_WIDTH_PX, height), Image.Resampling.LANCZOS) for image in images)
        first.save(
            folder / f"{name}.webp",
            save_all=True,
            append_images=others,
            duration=round(1000 / FILM_RATE),
            loop=0,
            quality=60,
            method=6,
        )


def write_camera(clip: Path, path: Path, size: tuple[int, int] = (240, 320), rate: int = 10) -> Path:
    """Write a clip as the y4m file that Chromium plays, over and over, as its webcam.

    Small and slow, since browser, server and network share the cores of the machine that tests.
    """
    width, height = size
    with av.open(clip) as source, av.open(path, "w", format="yuv4mpegpipe") as camera:
        stream = camera.add_stream("wrapped_avframe", rate=Fraction(rate))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        shown = 0
        for frame in source.decode(video=0):
            while frame.time is not None and frame.time * rate >= shown:
                picture = frame.reformat(width, height, "yuv420p")
                picture.pts, picture.time_base = shown, Fraction(1, rate)
                camera.mux(stream.encode(picture))
                shown += 1
        camera.mux(stream.encode(None))
    return path


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        port: int = listener.getsockname()[1]
        return port


def _await_health(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        assert server.poll() is None, f"The page's server ended at once:\n{log.read_text()}"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(f"The page's server did not come up:\n{log.read_text()}")
