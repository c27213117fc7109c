"""axe's rules on a page as it stands, in light and in dark."""

from __future__ import annotations

from typing import Any, Final, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

SERIOUS: Final = ("serious", "critical")
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")

# Playwright lets a script run for ever. So nothing here waits inside the page: what fades is put to its end,
# and axe leaves its findings where they are looked for, with patience that ends.
_FADE_NO_MORE: Final = """() => document.getAnimations()
    .filter((each) => each.playState !== "idle" && each.effect.getComputedTiming().endTime !== Infinity)
    .forEach((each) => { try { each.finish() } catch { /* an endless one */ } })
"""
_START: Final = """() => {
    window.axeFound = undefined;
    axe.run(document, { resultTypes: ["violations"], preload: false, iframes: false }).then(
        (result) => { window.axeFound = { violations: result.violations } },
        (error) => { window.axeFound = { error: String(error) } },
    );
}"""


def findings(page: Page) -> list[str]:
    """Return what axe finds serious or critical on a page, in both colours."""
    return [finding for scheme in SCHEMES for finding in _found(page, scheme)]


def _found(page: Page, scheme: Literal["light", "dark"]) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    _settle(page)
    return [
        f"{scheme}: {rule['id']} ({rule['impact']}): {node['html'][:200]}"
        for rule in _violations(page)
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


def _settle(page: Page) -> None:
    """Wait until the server has drawn the page; nothing of it fades in any more."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    page.evaluate(_FADE_NO_MORE)


def _violations(page: Page) -> list[dict[str, Any]]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate(_START)
    found: dict[str, Any] = page.wait_for_function("window.axeFound", polling=100).json_value()
    assert "error" not in found, f"axe itself failed: {found['error']}"
    violations: list[dict[str, Any]] = found["violations"]
    return violations
