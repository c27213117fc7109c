"""Every page in a real Chromium under axe's rules, light and dark: nothing serious is in anybody's way.

A result is looked at where it is made, in ``test_browser.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from web_axe import findings
from web_browser import WORK_MS, new_page, open_browser, serving
from web_people import weeks

from formcheck import Analysis
from formcheck.coaching.baseline import assess
from formcheck.coaching.screening import screen, screening_texts
from formcheck.coaching.sides import Told
from formcheck.records import open_records
from formcheck.records.home import HOME_VARIABLE
from formcheck.reports import texts
from formcheck.web.app import BASELINE, CHECK, PEOPLE, PLACES, PLAN
from formcheck.web.desk import OUTPUTS
from formcheck.web.plan_notebook import Notebook
from formcheck.web.words import say

SAMPLE: Final = "step_down_front_left_drop"
STOPS: Final = 20
"""Of the keyboard on each page: the menu, and what begins below it."""


def begin_baseline(page: Page) -> None:
    page.get_by_text(say("assess.none")).click()
    page.get_by_role("button", name=say("assess.next", step="T1")).click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("Test 1")


def open_tab(name: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_role("button", name="anna").click()
        page.get_by_role("tab", name=say(f"people.tab_{name}")).click()
        expect(page.get_by_role("tab", name=say(f"people.tab_{name}"), selected=True)).to_be_visible()

    return act


def open_stored(page: Page) -> None:
    page.get_by_role("button", name="anna").click()
    page.locator("[class*=st-key-open-] button").first.click()
    expect(page.get_by_role("button", name=OUTPUTS[-1].label)).to_be_visible(timeout=WORK_MS)


def make_week(page: Page) -> None:
    person = page.get_by_role("combobox", name=say("plan.for_whom"))
    person.fill("anna")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=say("plan.make")).click()
    expect(page.get_by_role("button", name=say("plan.tick"))).to_be_visible()


@dataclass(frozen=True)
class State:
    """A page, and what is done on it before it is looked at."""

    name: str
    path: str
    act: Callable[[Page], None] | None = None


STATES: Final = (
    *(State(place.title, "" if place is CHECK else place.path) for place in PLACES),
    State("a test", BASELINE.path, begin_baseline),
    *(
        State(f"a person's {tab}", PEOPLE.path, open_tab(tab))
        for tab in ("sessions", "baselines", "compare", "clips", "notes", "ranges", "data")
    ),
    State("a stored clip", PEOPLE.path, open_stored),
    State("a week", PLAN.path, make_week),
)


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, sample_analysis: Callable[[str], Analysis]
) -> Iterator[str]:
    """Serve the page with one person in the records."""
    home = tmp_path_factory.mktemp("home")
    records = open_records(home=home)
    weeks(records, "anna", sample_analysis(SAMPLE), drops=(9, -3), name="Anna Example")
    records.add_note("anna", "Left hip stiff after the long run.")
    answers = {question.id: False for question in screening_texts().questions}
    told = Told(unable=frozenset({("T4", "left")}))
    baseline = assess([], told=told, date=date.today(), screening=screen(answers))
    Notebook(records, "anna").keep_baseline(baseline)
    records.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(home))
        with serving(home / "server.log") as served:
            yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, open_browser(playwright) as opened:
        yield opened


UNSEEN: Final = """() => {
  const at = document.activeElement, look = getComputedStyle(at);
  const shown = look.outlineStyle !== "none" || look.boxShadow !== "none";
  return at.matches("a, button, summary") && !shown ? at.textContent : "";
}"""
"""What the keyboard stands on without anything that shows it; empty if that is nothing."""


def hidden_stops(page: Page) -> set[str]:
    """Return the links and buttons on which one doesn't see that the keyboard stands there."""
    stops = set()
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stops.add(page.evaluate(UNSEEN))
    return stops - {""}


def test_no_page_is_in_anybodys_way(browser: Browser, address: str) -> None:
    found: list[str] = []
    page, _ = new_page(browser, address)
    for state in STATES:
        page.goto(f"{address}/{state.path}")
        expect(page.get_by_text(texts.page("footer"))).to_be_visible()
        if state.act is not None:
            state.act(page)
        page.emulate_media(color_scheme="light")
        found += [f"{state.name}, {finding}" for finding in findings(page)]
        found += [f"{state.name}: no focus is seen on {stop}" for stop in hidden_stops(page)]
    assert not found, "\n".join(found)
