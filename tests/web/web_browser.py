"""A real Chromium and a real server for the tests of the page."""

from __future__ import annotations

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

import av
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, Request, expect

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
    folder = os.environ.get(PICTURES_VARIABLE)
    if folder:
        with Image.open(io.BytesIO(picture)) as image:
            image.save(Path(folder) / f"{name}.webp", quality=80, method=6)


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
