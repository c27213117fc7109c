"""The page over a batch: failures first, nothing from strangers runs, and it sorts in a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright

from formcheck.batch.comparison import main_values, sides, spreads
from formcheck.batch.page import write_page
from formcheck.batch.run import Finished
from formcheck.batch.store import RESULT, SCHEMA, Store
from formcheck.batch.types import Clip, Outcome
from formcheck.reports import texts
from formcheck.scoring import load_thresholds

SHOWN = main_values(load_thresholds())


def test_failures_come_before_everything_else(undisturbed) -> None:
    page = (undisturbed[0] / "summary.html").read_text(encoding="utf-8")
    assert page.index("empty.mov") < page.index("All sets") and "http" not in page.split("</style>")[1]
    assert page.index("Failed, and why") < page.index("All sets")
    assert texts.page("footer") in page


@given(
    st.lists(
        st.tuples(st.sampled_from(("left", "right")), st.sampled_from("abc"), st.floats(-30, 30)), min_size=1
    )
)
def test_a_spread_counts_every_set_once_and_sides_are_mirrored(values) -> None:
    def rows(mirrored: bool):
        swap = {"left": "right", "right": "left"} if mirrored else {"left": "left", "right": "right"}
        return [
            {"exercise": "lunge", "side": swap[side], "person": person, "pelvic_drop_deg": value}
            for side, person, value in values
        ]

    assert [spread.total for spread in spreads(rows(False), SHOWN)] == [len(values)] * (len(values) >= 3)
    for spread in spreads(rows(False), SHOWN):
        assert spread.low <= min(v for _, _, v in values) and max(v for _, _, v in values) <= spread.high
    here, there = list(sides(rows(False), SHOWN)), list(sides(rows(True), SHOWN))
    assert len(here) == len(there) == (len({side for side, _, _ in values}) == 2)
    for a, b in zip(here, there, strict=True):
        assert (a.left, a.right, a.left_sets, a.persons) == (b.right, b.left, b.right_sets, b.persons)
        assert a.difference == pytest.approx(-b.difference) and (a.error is None) == (b.error is None)


def written_page(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """Return the page over clips of one set each, whose names try to be scripts."""
    store = Store(folder / "out")
    store.prepare(resume=False)
    finished = []
    for i, row in enumerate(rows):
        with store.writing(f"c{i}") as unfinished:
            said = {"schema": SCHEMA, "status": "scored", "reason": None, "files": ["analysis.json"]}
            (unfinished / RESULT).write_text(json.dumps({**said, "summary": [row]}))
        finished.append(Finished(Clip(f"<script>{i}</script>.mp4", ""), Outcome(i, "scored", f"c{i}")))
    write_page(finished, store, load_thresholds())
    return store.folder / "summary.html"


def test_a_share_is_shown_in_per_cent_wherever_it_stands(tmp_path: Path) -> None:
    row = {"video": "a.mp4", "exercise": "single_leg_stance", "score": None, "reason": None}
    shares = {"left": (0.5, 0.7), "right": (0.8, 1.0)}
    rows = [{**row, "side": side, "hold_ratio": share} for side in shares for share in shares[side]]
    page = written_page(tmp_path, rows).read_text(encoding="utf-8")
    spread = page[page.index("mean 75 %, 4 sets") : page.index("</figure>")]
    assert ">50 %</text>" in spread and ">100 %</text>" in spread
    sides = page[page.index("Left against right") : page.index("All sets")]
    assert all(f">{said}</td>" in sides for said in ("60 %", "90 %", "+30.0 ± 14.1 %"))


def test_a_hold_is_counted_as_a_hold(tmp_path: Path) -> None:
    row = {"video": "a.mp4", "side": "left", "score": None, "reason": None}
    sets = [("single_leg_stance", 1), ("single_leg_stance", 2), ("lunge", 1)]
    page = written_page(tmp_path, [{**row, "exercise": e, "valid_reps": n} for e, n in sets])
    page_text = page.read_text(encoding="utf-8")
    assert re.findall(r'<td class="num">([^<]*)</td>', page_text) == ["1 hold", "2 holds", "1"]


def test_the_table_sorts_by_number_and_back(tmp_path: Path) -> None:
    row = {"video": "a.mp4", "exercise": "lunge", "side": "left", "band": "green", "reason": None}
    address = written_page(tmp_path, [{**row, "score": score} for score in (64, 9, None, 100)]).as_uri()
    with sync_playwright() as engine:
        named = [os.environ.get("FORMCHECK_CHROMIUM"), *map(shutil.which, ("chromium", "google-chrome"))]
        # Without one of the system, Playwright takes its own.
        browser = engine.chromium.launch(executable_path=next(filter(None, named), None))
        page = browser.new_page()
        page.goto(address)
        for wanted in (["–", "9", "64", "100"], ["100", "64", "9", "–"]):
            page.click("#sets th button:has-text('Score')")
            assert page.locator("#sets tbody td:nth-child(6)").all_inner_texts() == wanted
        assert page.locator("#sets tbody td:first-child").first.inner_text() == "<script>3</script>.mp4"
        assert page.locator("#sets a").first.get_attribute("href") == "clips/c3/analysis.json"
        browser.close()
