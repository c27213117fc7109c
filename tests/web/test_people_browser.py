"""A clinician's way through a real Chromium: find, see the trend, export, delete; also on a phone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from live_people import until
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from web_browser import keep_picture, new_page, open_browser, serving
from web_people import weeks

from formcheck import Analysis
from formcheck.records import open_records
from formcheck.records.home import HOME_VARIABLE
from formcheck.reports.style import LINE, STANCE, Colour
from formcheck.web.words import say

SAMPLE = "step_down_front_left_drop"


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, sample_analysis: Callable[[str], Analysis]
) -> Iterator[str]:
    """Serve the page with one person in the records."""
    home = tmp_path_factory.mktemp("home")
    records = open_records(home=home)
    weeks(records, "anna", sample_analysis(SAMPLE), drops=(9, 4, -3), name="Anna Example")
    records.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(home))
        log = home / "server.log"
        with serving(log) as served:
            yield served
        assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, open_browser(playwright) as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page, strangers = new_page(browser, address)
    yield page
    page.close()
    assert not strangers


def fits(page: Page) -> None:
    """See that nothing is beyond the side of the screen, on a phone and on a desk."""
    for width, height in ((390, 844), (1280, 900)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")


def pixels(drawing: Locator, colour: Colour) -> int:
    """Return how many pixels of a drawing have a colour, as it is on the screen now."""
    with Image.open(io.BytesIO(drawing.screenshot())) as picture:
        shown = np.asarray(picture.convert("RGB")).astype(int)
    return int((np.abs(shown - colour).max(axis=2) < 8).sum())


def test_the_trend_is_drawn_and_fits_the_screen(page: Page, address: str) -> None:
    page.goto(f"{address}/progress")
    expect(page.get_by_role("heading", name="Hip drop")).to_be_visible()
    drawing = page.get_by_test_id("stVegaLiteChart").nth(1)
    expect(drawing.locator("canvas, svg").first).to_be_visible()
    fits(page)
    # The line follows the page's colours at once, without a click that would draw the page anew.
    page.emulate_media(color_scheme="dark")
    until(lambda: pixels(drawing, STANCE) > pixels(drawing, LINE))
    page.emulate_media(color_scheme="light")
    until(lambda: pixels(drawing, LINE) > pixels(drawing, STANCE))
    page.get_by_role("heading", name="Hip drop").evaluate("heading => heading.scrollIntoView()")
    keep_picture(page, "progress")


def go_there_and_back(page: Page) -> None:
    """Open a clip: the browser's buttons lead back to the list, and there again; a reload stays there."""
    in_clip = page.get_by_role("button", name=say("stored.back"))
    in_list = page.get_by_text(say("people.intro"))
    on_desk = page.get_by_text(say("stored.open"))
    page.get_by_role("button", name="Step-down, left leg").first.click()
    expect(in_clip).to_be_visible()
    for back in (on_desk, in_list):
        page.go_back()
        expect(back).to_be_visible()
    for there in (on_desk, in_clip):
        page.go_forward()
        expect(there).to_be_visible()
    page.reload()
    in_clip.click()
    expect(on_desk).to_be_visible()


def test_a_person_is_found_compared_exported_and_deleted_only_on_purpose(page: Page, address: str) -> None:
    page.goto(f"{address}/people")
    page.get_by_role("button", name="anna").click()
    go_there_and_back(page)
    page.get_by_role("tab", name=say("people.tab_compare")).click()
    expect(page.get_by_role("cell", name=say("compare.improved")).first).to_be_visible()
    fits(page)
    page.get_by_role("tab", name=say("people.tab_data")).click()
    with page.expect_download() as download:
        page.get_by_role("button", name=say("data.export")).click()
    assert download.value.suggested_filename == "formcheck-anna.zip"
    assert "person.json" in zipfile.ZipFile(Path(download.value.path())).namelist()
    page.get_by_role("button", name=say("data.delete")).click()
    expect(page.get_by_text(say("data.delete_wrong", code="anna"))).to_be_visible()
    page.get_by_label(say("data.delete_confirm", code="anna")).fill("anna")
    page.get_by_role("button", name=say("data.delete")).click()
    expect(page.get_by_text("anna was deleted")).to_be_visible()
    expect(page.get_by_text(say("people.nobody"))).to_be_visible()
