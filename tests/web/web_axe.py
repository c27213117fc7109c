"""axe's rules on a page as it stands, in light and in dark."""

from __future__ import annotations

from typing import Final, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

SERIOUS: Final = ("serious", "critical")
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
_FADED: Final = """Promise.all(
    document.getAnimations()
        .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
        .map((each) => each.finished.catch(() => null))
)"""


def findings(page: Page) -> list[str]:
    """Return what axe finds serious or critical on a page, in both colours."""
    return [finding for scheme in SCHEMES for finding in _found(page, scheme)]


def _found(page: Page, scheme: Literal["light", "dark"]) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    _settle(page)
    return [
        f"{scheme}: {rule['id']} ({rule['impact']}): {node['html'][:200]}"
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


def _settle(page: Page) -> None:
    """Wait until the server has drawn the page and nothing of it fades in any more."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    page.evaluate(_FADED)
