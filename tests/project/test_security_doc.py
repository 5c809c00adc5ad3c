"""SECURITY.md: each promise in its table names the tests that hold it, and those tests exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows(text: str) -> list[str]:
    """Return the rows of the promises: every table row under '## Promises' but head and rule."""
    section = text.split("## Promises", 1)[1].split("\n## ", 1)[0]
    return [line for line in section.splitlines() if line.startswith("|")][2:]


def faults(text: str, root: Path) -> list[str]:
    """Return the rows without a test, and the tests that are not there or that nothing can make fail."""
    found = []
    for row in rows(text):
        named = TEST.findall(row)
        if not named:
            found.append(f"no test holds: {row}")
        for file, name in named:
            path = root / file
            tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
            tests = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            if name not in tests:
                found.append(f"{file} has no test {name}")
            elif not any(isinstance(node, ast.Assert | ast.With | ast.Call) for node in ast.walk(tests[name])):
                found.append(f"{file}::{name} checks nothing")
    return found


def test_each_promise_is_held_by_a_test(root: Path) -> None:
    text = (root / "SECURITY.md").read_text(encoding="utf-8")
    assert len(rows(text)) >= 5
    assert faults(text, root) == []


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("`tests/test_a.py::test_one`", []),
        ("`tests/test_a.py::test_two`", ["tests/test_a.py has no test test_two"]),
        ("`tests/test_b.py::test_one`", ["tests/test_b.py has no test test_one"]),
        ("`tests/test_a.py::test_idle`", ["tests/test_a.py::test_idle checks nothing"]),
        ("none yet", ["no test holds: | x | none yet |"]),
    ],
)
def test_a_promise_without_a_test_is_found(tmp_path: Path, cell: str, expected: list[str]) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text(
        "def test_one():\n    assert 1\n\ndef test_idle():\n    pass\n", encoding="utf-8"
    )
    text = f"# S\n\n## Promises\n| promise | tests |\n|---|---|\n| x | {cell} |\n\n## Rest\n| y | z |\n"
    assert faults(text, tmp_path) == expected
