"""A checkout with little data, for tests of commands that compile the graph anew: a second instead of ten.

It has the package, the ontology, the shapes and the queries as they are, and of the data the standards of the deck with
their editions, drafts and provisions.  The catalogue, the frameworks and the mappings are left out: where a test needs
no more than that a graph is there, it need not be the whole one.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cyberstd_kg.core import assets

#: What is left out of ``data/``: most of it.
LEFT_OUT = ("catalogue", "frameworks", "mappings")
PACKAGE = Path(assets.__file__).resolve().parent.parent


def write(folder: Path) -> Path:
    """Write the checkout into *folder*, which is not there yet; return *folder*."""
    shutil.copytree(PACKAGE, folder / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("ontology", "queries", "shapes"):
        shutil.copytree(assets.root() / name, folder / name)
    data = assets.root() / "data"
    shutil.copytree(data, folder / "data", ignore=lambda at, _: LEFT_OUT if Path(at) == data else ())
    return folder


def environment(folder: Path) -> dict[str, str]:
    """Return the environment in which a Python imports the package of the checkout in *folder*."""
    return {**os.environ, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a checkout with little data; a test that changes files there puts them back."""
    return write(tmp_path_factory.mktemp("small") / "checkout")


@pytest.fixture
def little_data(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let this process find its files in a checkout with little data."""
    monkeypatch.setattr(assets, "root", lambda: checkout)
    return checkout
