"""What the product says is coaching: nothing that it shows claims to find, treat or prevent anything."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import formcheck

PACKAGE = Path(formcheck.__file__).parent
NEVER_SAID = (
    "diagnos",
    "patholog",
    "abnormal",
    "dysfunction",
    "prevent",
    "rehab",
    "therapy",
    "injury risk",
    "risk of injury",
    "medical grade",
    "clinically validated",
    "trendelenburg",
    "weak glut",
    "weak hip",
    "plantar",
    "tendin",
)
DISCLAIMER = "does not diagnose, treat, or prevent"
NOT_SHOWN = frozenset({"evidence"})
"""Keys of TOML files that tell their editors what a rule rests on."""


def texts_of_table(table: Any) -> Iterator[str]:
    if isinstance(table, str):
        yield table
    elif isinstance(table, dict):
        for key, value in table.items():
            if key not in NOT_SHOWN:
                yield from texts_of_table(value)
    elif isinstance(table, list):
        for value in table:
            yield from texts_of_table(value)


def texts_of_module(source: str) -> Iterator[str]:
    """Yield the strings of a module but those that stand alone, which are docstrings."""
    tree = ast.parse(source)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def texts_of(path: Path) -> list[str]:
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        return list(texts_of_table(tomllib.loads(content)))
    return list(texts_of_module(content)) if path.suffix == ".py" else [content]


def claims(text: str) -> list[str]:
    said = text.lower().replace(DISCLAIMER, "")
    return [word for word in NEVER_SAID if word in said]


@pytest.mark.parametrize("suffix", [".toml", ".py", ".jinja", ".js"])
def test_nothing_that_is_shown_claims_more_than_coaching(suffix: str) -> None:
    files = sorted(PACKAGE.rglob(f"*{suffix}"))
    found = {(path.name, word) for path in files for text in texts_of(path) for word in claims(text)}
    assert files and not found


def test_every_report_carries_the_disclaimer_word_for_word() -> None:
    footer = tomllib.loads((PACKAGE / "reports" / "texts.toml").read_text(encoding="utf-8"))["page"]["footer"]
    assert footer == (
        "This is a training and self-assessment aid. It does not diagnose, treat, or prevent any injury or "
        "disease. Angles are estimates from video and can be wrong by several degrees. If you have pain, a "
        "medical condition, are pregnant, or are returning from injury or surgery, ask a health professional "
        "first."
    )
    assert claims(footer) == []


def test_a_claim_would_be_found() -> None:
    assert claims("A weak glute medius raises your risk of injury.") == ["risk of injury", "weak glut"]
    assert list(texts_of_module('"""It prevents."""\nx = f"It prevents {y}."\n')) == ["It prevents ", "."]
