"""Programs that tests run and that pip does not bring.

Each is in a package of Debian, and ``requirements/debian.txt`` lists these packages.  A test that needs such a program
asks :func:`program` for its path; where the program is missing, the test is skipped and says what to install.

Continuous integration installs the packages first and sets ``CYBERSTD_TEST_PROGRAMS=required``: there a test that is
skipped because something is not installed fails.  Its reason begins with ``needs``.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TypeVar

import pytest

#: Set to ``required``, it turns a skip because of something that is not installed into a failure.
VARIABLE = "CYBERSTD_TEST_PROGRAMS"
#: The packages of Debian that tests need, one a line, with what needs it in a comment.
PACKAGES = Path(__file__).resolve().parent.parent / "requirements" / "debian.txt"
NEEDS = "needs "

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def packages() -> list[str]:
    """Return the packages of Debian that tests need."""
    lines = (line.partition("#")[0].strip() for line in PACKAGES.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def program(name: str, package: str) -> str:
    """Return the path of a program.  Where it is missing, skip the test.

    :param name: what is looked for on the PATH
    :param package: the package of Debian that brings it; ``requirements/debian.txt`` lists it
    """
    assert package in packages(), f"add {package} to {PACKAGES.relative_to(PACKAGES.parent.parent)}"
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{NEEDS}{name}: apt-get install {package}")
    return found


def judged(report: Report) -> Report:
    """Return the report of a test or file; where all must be installed, it fails instead of a skip that says ``needs``.

    :param report: is changed
    """
    if os.environ.get(VARIABLE) == "required" and report.skipped and not hasattr(report, "wasxfail"):
        _, _, told = report.longrepr if isinstance(report.longrepr, tuple) else ("", 0, str(report.longrepr))
        reason = told.removeprefix("Skipped: ")
        if reason.startswith(NEEDS):
            report.outcome = "failed"
            report.longrepr = f"{reason} ({VARIABLE}=required)"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():  # type: ignore[no-untyped-def]
    return judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():  # type: ignore[no-untyped-def]
    return judged((yield))
