"""The page on coaching shows what the tables say."""

import runpy
from pathlib import Path

from formcheck.coaching.baseline_rules import load_baseline_rules
from formcheck.coaching.decision_table import load_decisions
from formcheck.coaching.types import DECISION_CODES

ROOT = Path(__file__).parents[2]


def test_the_flow_picture_is_that_of_the_table():
    draw = runpy.run_path(str(ROOT / "scripts" / "draw_decisions.py"))["draw"]
    drawn = (ROOT / "docs" / "coaching_flow.svg").read_text("utf-8")
    assert drawn == draw(load_decisions()), "run: python scripts/draw_decisions.py docs/coaching_flow.svg"
    assert all(f">{code}<" in drawn for code in DECISION_CODES)


def test_the_page_has_the_weights_and_numbers_of_the_rules():
    page = (ROOT / "docs" / "coaching.md").read_text("utf-8")
    rules = load_baseline_rules()
    for name, test in rules.tests.items():
        if test.weight:
            row = next(line for line in page.splitlines() if line.startswith(f"| {name} "))
            assert f"| {test.weight:.2f} |".replace("0.", ".") in row
            assert test.target_reps is None or f"| {test.target_reps} " in row
    for number in rules.asymmetry.detectable_change.values():
        assert f"{number:g}" in page
    scores = ", ".join(str(score) for score in load_decisions().self_rating_scores)
    assert scores in page
