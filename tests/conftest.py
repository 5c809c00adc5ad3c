"""Fixtures for all tests."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

# No test sees, or changes, the entries of whoever runs it.
os.environ["CYBERSTD_WORKSPACE"] = os.path.join(tempfile.gettempdir(), "cyberstd-kg-no-workspace")  # noqa: PTH118

# Nor does what is printed depend on the terminal.
os.environ.pop("COLUMNS", None)

#: The project's root: the folder with ``pyproject.toml``.
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts and foreign files that may lie beside the project; without it the test is skipped."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder 'shared' is not there beside the project")
    return folder
