"""The page in a real Chromium: a sample scored, a wrong file refused, a clip as the webcam."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, Request, expect, sync_playwright
from sample_clips import truth_of
from web_browser import open_browser, serving, write_camera

from formcheck.reports import texts
from formcheck.web.app import CHECK, LIVE
from formcheck.web.desk import OUTPUTS

SAMPLE = "step_down_front_left_drop"
LIVE_SAMPLE = "hip_hinge_side_good"
ANALYSIS_MS = 300_000
LIVE_MS = 240_000


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("server") / "server.log"
    with serving(log) as served:
        yield served
    # Streamlit itself logs a browser that leaves without a word; only our own failures count.
    assert " failed\n" not in log.read_text(encoding="utf-8")


@pytest.fixture
def strangers() -> list[str]:
    """Collect the addresses that a page asks for beyond this machine."""
    return []


@pytest.fixture
def page(playwright: Playwright, address: str, strangers: list[str]) -> Iterator[Page]:
    with open_browser(playwright) as browser:
        yield opened(browser.new_page(viewport={"width": 1280, "height": 900}), address, strangers)


def opened(page: Page, address: str, strangers: list[str]) -> Page:
    def note(request: Request) -> None:
        if not request.url.startswith((address, address.replace("http", "ws"), "data:", "blob:")):
            strangers.append(request.url)

    page.on("request", note)
    page.goto(address)
    expect(page.get_by_role("heading", name=CHECK.title)).to_be_visible(timeout=60_000)
    return page


def test_a_sample_is_scored_and_its_files_can_be_downloaded(page: Page, strangers: list[str]) -> None:
    page.locator(f".st-key-sample-{SAMPLE} button").click()
    expect(page.get_by_role("progressbar").first).to_be_visible()
    (truth,) = truth_of(SAMPLE)["bouts"]
    title = texts.exercise_title(truth["exercise"], truth["side"])
    expect(page.get_by_role("heading", level=2)).to_have_count(1, timeout=ANALYSIS_MS)
    expect(page.get_by_text(title).last).to_be_visible()
    for group in ("hip", "knee", "trunk"):
        card = page.get_by_test_id("stMetric").filter(has_text=texts.page(group))
        expect(card).to_be_visible()
    for output in OUTPUTS:
        button = page.get_by_role("button", name=output.label, exact=True)
        expect(button).to_be_visible(timeout=ANALYSIS_MS)
        with page.expect_download() as download:
            button.click()
        assert download.value.suggested_filename == SAMPLE + output.suffix
        assert Path(download.value.path()).stat().st_size > 500
    # The browser itself says whether it can play the annotated video.
    page.wait_for_function("document.querySelector('video')?.readyState >= 2")
    assert not strangers


def test_a_text_named_mp4_is_refused_in_one_sentence(page: Page, tmp_path: Path) -> None:
    wrong = tmp_path / "holiday.mp4"
    wrong.write_text("This is a text.")
    page.locator("input[type=file]").set_input_files(wrong)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("holiday.mp4", timeout=ANALYSIS_MS)
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_the_webcam_shows_the_skeleton_and_counts(
    playwright: Playwright,
    address: str,
    strangers: list[str],
    sample_path: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    camera = write_camera(sample_path(LIVE_SAMPLE), tmp_path / "camera.y4m")
    (truth,) = truth_of(LIVE_SAMPLE)["bouts"]
    with open_browser(playwright, camera) as browser:
        page = opened(browser.new_page(viewport={"width": 1280, "height": 1200}), address, strangers)
        page.get_by_role("link", name=LIVE.title).click()
        frame = page.frame_locator("iframe[title*='webrtc']")
        frame.get_by_role("button", name="Start").click(timeout=60_000)
        expect(page.get_by_text("pictures per second")).to_be_visible(timeout=LIVE_MS)
        title = texts.exercise_title(truth["exercise"], truth["side"])
        expect(page.get_by_role("heading", name=title)).to_be_visible(timeout=LIVE_MS)
        count = page.get_by_test_id("stMetric").filter(has_text="Repetitions")
        expect(count).to_have_text(re.compile(r"Repetitions\s*[1-9]"), timeout=LIVE_MS)
        for measure in ("pelvic_drop_deg", "fppa_deg", "trunk_rotation_deg"):
            shown = page.get_by_test_id("stMetric").filter(has_text=texts.measure_name(measure))
            expect(shown).to_have_text(re.compile(r"±|–"))
        video = frame.locator("video")
        started = video.evaluate("video => video.currentTime")
        page.wait_for_timeout(1000)
        assert video.evaluate("video => video.videoWidth") > 0
        assert video.evaluate("video => video.currentTime") > started
        frame.get_by_role("button", name="Stop").click()
        expect(page.get_by_text("pictures per second")).to_have_count(0, timeout=30_000)
    assert not strangers
