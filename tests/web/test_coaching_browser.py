"""The baseline and the plan in a real Chromium: from the safety questions to a set's decision."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect, sync_playwright
from web_browser import WORK_MS, new_page, open_browser, serving

from formcheck.reports import texts
from formcheck.web.app import BASELINE
from formcheck.web.words import say

PERSON = "browser.runner"


def test_from_the_safety_questions_to_the_decision(
    sample_path: Callable[[str], Path], tmp_path: Path
) -> None:
    log = tmp_path / "server.log"
    with serving(log) as address, sync_playwright() as playwright, open_browser(playwright) as browser:
        page, _ = new_page(browser, address, size=(390, 844))
        page.goto(f"{address}/{BASELINE.path}")

        page.get_by_role("combobox", name=say("assess.for_whom")).fill(PERSON)
        page.keyboard.press("Enter")
        page.get_by_text(say("assess.none")).click()
        page.get_by_role("button", name=say("assess.next", step="T1")).click()
        page.get_by_role("button", name=say("assess.next", step="T2")).click()
        # The uploader of the test before looks the same, and stays for a moment.
        expect(page.get_by_text(say("assess.upload_both"), exact=True)).to_be_visible()
        expect(page.get_by_text(say("assess.upload_sides"))).to_have_count(0)
        page.locator("input[type=file]").set_input_files(sample_path("hip_hinge_side_good"))
        title = texts.exercise_title("hip_hinge", None)
        expect(page.get_by_text(f"{title}: form score")).to_be_visible(timeout=WORK_MS)

        # A reload in the middle loses nothing: neither the step, the clip, nor the person.
        page.reload()
        expect(page.get_by_text(f"{title}: form score")).to_be_visible()
        page.get_by_role("radio", name=say("assess.step_result")).click()
        expect(page.get_by_text("Level 3")).not_to_have_count(0)
        with page.expect_download() as download:
            page.get_by_role("button", name=say("assess.download_pdf")).click()
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
        page.get_by_role("button", name=say("assess.keep", person=PERSON)).click()
        page.get_by_role("link", name=say("assess.plan")).click()

        page.get_by_role("button", name=say("plan.make")).click()
        expect(page.get_by_role("heading", name=re.compile("Week of"))).to_be_visible()
        page.get_by_role("button", name=say("plan.tick")).click()
        expect(page.get_by_text(say("plan.code_HOLD_BUILD"))).to_be_visible()
        expect(page.get_by_text("Traceback")).to_have_count(0)
        live = page.get_by_role("button", name=say("plan.film_live")).first
        page.get_by_text(say("plan.film")).first.click()
        live.click()
        expect(page.get_by_text(re.compile(r"^For your plan: \w+ "))).to_be_visible()
        chosen = page.get_by_role("combobox", name=say("live.exercise"))
        expect(chosen).not_to_have_value(say("live.auto"))
        expect(page.get_by_role("combobox", name=say("live.target"))).not_to_have_value(say("live.no_target"))
        page.go_back()
        with page.expect_download() as download:
            page.get_by_role("button", name=say("plan.calendar")).click()
        assert Path(download.value.path()).read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert " failed\n" not in log.read_text(encoding="utf-8")
