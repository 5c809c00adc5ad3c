"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

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
