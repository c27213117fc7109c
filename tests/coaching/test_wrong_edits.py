"""Whatever a clinician mistypes in a coaching file is told with file, line and a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import formcheck.coaching
from formcheck.coaching.baseline_rules import BaselineRules
from formcheck.coaching.decision_table import DecisionTable
from formcheck.coaching.library import FOLDER, LadderTable
from formcheck.coaching.live_rules import LiveRules
from formcheck.coaching.plan_rules import PlanRules
from formcheck.coaching.screening import ScreeningTexts
from formcheck.coaching.season import SeasonRules
from formcheck.coaching.toml_tables import Table, load_table
from formcheck.errors import CoachingFileError

HERE = Path(formcheck.coaching.__file__).parent
MODELS: dict[Path, type[Table]] = {
    HERE / "baseline.toml": BaselineRules,
    HERE / "decisions.toml": DecisionTable,
    HERE / "live.toml": LiveRules,
    HERE / "plan.toml": PlanRules,
    HERE / "screening.toml": ScreeningTexts,
    HERE / "season.toml": SeasonRules,
    **dict.fromkeys(sorted(FOLDER.glob("*.toml")), LadderTable),
}
EDITS = 12
"""Of each kind in each file, spread over it."""
KEY = re.compile(r"^(\w+)( = )(.+)$")


def keys_of(lines: list[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield line number and match of every ``key = value`` that is no part of a longer text."""
    inside = False
    for number, line in enumerate(lines, start=1):
        match = KEY.match(line)
        if match and not inside:
            yield number, match
        inside ^= line.count('"""') % 2 == 1


def some_keys_of(lines: list[str]) -> list[tuple[int, re.Match[str]]]:
    """Return some of them."""
    keys = list(keys_of(lines))
    return keys[:: max(1, len(keys) // EDITS)]


def said_of(file: Path, lines: list[str], tmp_path: Path) -> str:
    """Return what is said of an edited file."""
    wrong = tmp_path / file.name
    wrong.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(CoachingFileError) as caught:
        load_table(MODELS[file], wrong)
    return str(caught.value)


def test_every_file_of_the_stage_is_here() -> None:
    assert set(MODELS) == set(HERE.rglob("*.toml"))


@pytest.mark.parametrize("file", MODELS, ids=lambda path: path.name)
def test_a_misspelt_word_is_told_with_its_line(file: Path, tmp_path: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    for number, match in some_keys_of(lines):
        word = f"{match[1]}_x"
        edited = [*lines]
        edited[number - 1] = f"{word}{match[2]}{match[3]}"
        said = said_of(file, edited, tmp_path)
        assert said.startswith(f"'{file.name}', line {number}: "), (number, said)
        assert word in said and said.endswith("."), said


@pytest.mark.parametrize("file", MODELS, ids=lambda path: path.name)
def test_a_value_of_the_wrong_kind_is_told_with_its_line(file: Path, tmp_path: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    for number, match in some_keys_of(lines):
        if match[3].startswith(('"""', "[")) and not match[3].rstrip().endswith("]"):
            continue  # the value goes on below
        edited = [*lines]
        edited[number - 1] = f"{match[1]} = {-7 if match[3].startswith(chr(34)) else '{ wrong = true }'}"
        said = said_of(file, edited, tmp_path)
        assert said.startswith(f"'{file.name}', line {number}: "), (number, said)
        assert match[1] in said and said.endswith("."), said


@pytest.mark.parametrize("name", ["baseline.toml", "decisions.toml", "plan.toml", "screening.toml"])
def test_a_word_that_nothing_fills_in_is_told_with_its_line(name: str, tmp_path: Path) -> None:
    file = HERE / name
    lines = file.read_text(encoding="utf-8").splitlines()
    filled = [n for n, m in keys_of(lines) if "{" in m[3] and m[3].startswith('"')]
    assert filled
    for number in filled[:EDITS]:
        edited = [*lines]
        edited[number - 1] = re.sub(r"\{\w+\}", "{misspelt}", lines[number - 1], count=1)
        said = said_of(file, edited, tmp_path)
        assert said.startswith(f"'{name}', line {number}: ") and "{misspelt} will not be filled in" in said
        edited[number - 1] = lines[number - 1].replace("}", "", 1)
        said = said_of(file, edited, tmp_path)
        assert said.startswith(f"'{name}', line {number}: ") and "do not pair up" in said


def test_an_empty_file_says_what_is_missing(tmp_path: Path) -> None:
    for file in MODELS:
        said = said_of(file, [""], tmp_path)
        assert said.startswith(f"'{file.name}', line 1: ") and said.endswith("is missing; add it."), said
