"""The page in a real Chromium: a sample scored, watched and corrected; a wrong file refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sample_clips import truth_of
from web_axe import findings
from web_browser import WORK_MS, keep_picture, new_page, open_browser, serving

from formcheck.names import Side
from formcheck.reports import texts
from formcheck.web.app import CHECK
from formcheck.web.desk import OUTPUTS
from formcheck.web.result_view import VIDEO
from formcheck.web.samples import samples
from formcheck.web.settings import Settings, save_settings
from formcheck.web.words import say

SAMPLE = "step_down_front_left_drop"
TWO = ("hip_hinge_side_good", "bridge_side_shallow_fast")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, open_browser(playwright) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("server") / "server.log"
    with serving(log) as served:
        yield served
    # Streamlit itself logs a browser that leaves without a word; only our own failures count.
    assert " failed\n" not in log.read_text(encoding="utf-8")


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page, strangers = new_page(browser, address, patience_ms=WORK_MS)
    page.goto(address)
    expect(page.get_by_role("heading", name=CHECK.title)).to_be_visible()
    yield page
    page.close()
    assert not strangers


def test_the_first_page_is_found_by_its_name_too(page: Page, address: str) -> None:
    page.goto(f"{address}/{CHECK.path}")
    expect(page.get_by_role("heading", name=CHECK.title)).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)
    expect(page.get_by_role("link", name=CHECK.title)).to_have_count(1)
    page.wait_for_url(f"{address}/")


def test_a_sample_is_scored_and_its_files_can_be_downloaded(page: Page) -> None:
    page.locator(f".st-key-sample-{SAMPLE} button").click()
    expect(page.get_by_role("progressbar").first).to_be_visible()
    (truth,) = truth_of(SAMPLE)["bouts"]
    title = texts.exercise_title(truth["exercise"], truth["side"])
    expect(page.get_by_role("heading", level=2)).to_have_count(1, timeout=WORK_MS)
    expect(page.get_by_text(title).last).to_be_visible()
    for group in ("hip", "knee", "trunk"):
        expect(page.get_by_role("heading", name=texts.page(group), exact=True)).to_be_visible()
    for output in OUTPUTS:
        button = page.get_by_role("button", name=output.label, exact=True)
        expect(button).to_be_visible(timeout=WORK_MS)
        with page.expect_download() as download:
            button.click()
        assert download.value.suggested_filename == SAMPLE + output.suffix
        assert Path(download.value.path()).stat().st_size > 500
    # The browser itself says whether it can play the annotated video.
    page.wait_for_function("document.querySelector('video')?.readyState >= 2")
    assert not findings(page)
    page.emulate_media(color_scheme="light")
    page.get_by_role("heading", level=2).evaluate("heading => heading.scrollIntoView()")
    keep_picture(page, "result")
    watch(page, truth["repetitions"])
    correct(page)


def watch(page: Page, repetitions: list[list[float]]) -> None:
    """Click a curve, a repetition and the slider: the video goes there, and the curves go with the video."""
    video = page.locator(f".st-key-{VIDEO} video")

    def now() -> float:
        time_s: float = video.evaluate("video => video.currentTime")
        return time_s

    slider = page.get_by_role("slider", name=say("replay.moment"))
    low, high = (float(slider.get_attribute(end) or "nan") for end in ("min", "max"))
    curve = page.get_by_role("img", name=texts.measure_name("fppa_deg"))
    size = curve.bounding_box()
    assert size is not None
    curve.click(position={"x": size["width"] / 2, "y": size["height"] / 2})
    assert low + 0.4 * (high - low) < now() < low + 0.6 * (high - low)
    keep_picture(page, "check")
    second = page.get_by_role("button", name=say("replay.rep", number=2))
    second.click()
    expect(second).to_have_attribute("aria-current", "true")
    start, _, end = repetitions[1]
    assert start - 1 < now() < end + 1
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function(f"document.querySelector('.st-key-{VIDEO} video').currentTime <= {low + 0.1}")
    page.get_by_role("button", name=say("replay.play")).click()
    expect(page.get_by_role("button", name=say("replay.pause"))).to_be_visible()


def correct(page: Page) -> None:
    """Say that it was another exercise: the result is that one's, without the clip being looked at anew."""
    page.get_by_text(say("correct.title")).click()
    exercise = page.get_by_role("combobox", name=say("check.exercise")).last
    exercise.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)  # a list closes again when the page still moves under it
    exercise.click()
    page.get_by_role("option", name=texts.exercise_name("step_up")).click()
    page.get_by_role("button", name=say("correct.button")).click()
    title = texts.exercise_title("step_up", "left")
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


def test_two_sessions_at_once_do_not_mix(browser: Browser, address: str) -> None:
    """Each person sees their own clip and nothing of the other's, also after a reload."""
    save_settings(Settings(model="lite"))
    pages = {}
    for name in TWO:
        page, _ = pages[name] = new_page(browser, address, patience_ms=WORK_MS)
        page.goto(address)
        page.get_by_role("button", name=say("samples.more", count=len(samples()))).click()
        page.locator(f".st-key-sample-{name} button").click()
        expect(page.get_by_role("progressbar").first).to_be_visible()
    save_settings(Settings())
    titles = {name: texts.exercise_title(*_bout(name)) for name in TWO}
    for again in (False, True):
        for name, (page, strangers) in pages.items():
            if again:
                page.reload()
            expect(page.get_by_text(f"{name}.mp4", exact=True).first).to_be_visible(timeout=WORK_MS)
            expect(page.get_by_role("heading", level=2)).to_have_count(1, timeout=WORK_MS)
            for each, title in titles.items():
                shown = page.get_by_role("heading", name=title, exact=True)
                expect(shown).to_have_count(1 if each == name else 0)
            assert not strangers
    for page, _ in pages.values():
        page.close()


def _bout(name: str) -> tuple[str, Side | None]:
    (truth,) = truth_of(name)["bouts"]
    return truth["exercise"], truth["side"]


def test_a_photo_and_a_text_named_mp4_are_each_refused_in_one_sentence(page: Page, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"no video")
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_text(photo.name).wait_for()
    said = "uploader => getComputedStyle(uploader, '::after').content"
    assert say("check.refused") in page.get_by_test_id("stFileUploader").evaluate(said)
    wrong = tmp_path / "holiday.mp4"
    wrong.write_text("This is a text.")
    page.locator("input[type=file]").set_input_files(wrong)
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text("holiday.mp4", timeout=WORK_MS)  # others' clips may come first
    expect(page.get_by_text("Traceback")).to_have_count(0)
