"""The architecture's import rule: a stage imports only stages above it in the list."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import formcheck

PACKAGE = Path(formcheck.__file__).parent
VOCABULARY = {"errors", "validation", "names", "assets"}
# In the order of the data; what stands in one row may not import each other's row below.
STAGES = [
    VOCABULARY,
    {"video"},
    {"pose"},
    {"motion"},
    {"exercises"},
    {"scoring"},
    {"coaching"},
    {"analysis"},
    {"records"},
    {"reports"},
    {"doctor", "outputs"},
    {"batch", "web"},
    {"commands"},
    {"cli"},
    {"__main__"},
]
LEVEL = {name: level for level, names in enumerate(STAGES) for name in names}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Return the parts of formcheck that a file imports, at the top or inside a function."""
    parts: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where a stage reaches"
            module = node.module or ""
            names = [f"{module}.{alias.name}" for alias in node.names] if module == "formcheck" else [module]
        parts |= {name.split(".")[1] for name in names if name.startswith("formcheck.")}
    return parts


def stage_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_stage_imports_only_stages_above_it(path: Path) -> None:
    stage = stage_of(path)
    if stage == "__init__":
        return
    assert stage in LEVEL, f"{stage} has no place in the architecture: name it in the list"
    for name in imported(path) - {"__version__"}:
        assert name in LEVEL, f"{path} imports formcheck.{name}, which is not a stage"
        same_stage = name == stage
        assert same_stage or LEVEL[name] < LEVEL[stage] or {name, stage} <= VOCABULARY, (
            f"{stage} imports {name}"
        )


def test_the_rule_sees_an_import_downwards(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f():\n    from formcheck.reports import html\n    import formcheck.web.app\n")
    assert imported(wrong) == {"reports", "web"}
