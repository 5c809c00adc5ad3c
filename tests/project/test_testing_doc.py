"""docs/testing.md names each file with a long run, and conftest.py only files that are there."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import LONGEST


def test_each_file_with_a_long_run_is_in_the_table(root: Path) -> None:
    table = (root / "docs" / "testing.md").read_text(encoding="utf-8").partition("## What is in `make soak`")[2]
    mark = "mark." + "soak"
    files = {path.name for path in (root / "tests").rglob("test_*.py") if mark in path.read_text(encoding="utf-8")}
    assert len(files) > 10 and set(re.findall(r"`(test_\w+\.py)`", table)) == files


def test_the_longest_files_are_there(root: Path) -> None:
    assert set(LONGEST) <= {path.name for path in (root / "tests").rglob("test_*.py")}
