"""Fixtures for all tests, and how they are run: where snapshots are kept, and which files begin.

A part of the files can run in several processes at once (``make test`` does it, each file in one process), so the
snapshot of the shipped graph is compiled before they start.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from programs import pytest_make_collect_report, pytest_runtest_makereport  # noqa: F401 - hooks
from small_checkout import checkout, little_data  # noqa: F401 - fixtures

# Nor does what is printed depend on the terminal.
os.environ.pop("COLUMNS", None)

#: The project's root: the folder with ``pyproject.toml``.
ROOT = Path(__file__).resolve().parent.parent
#: The snapshots that tests compile: beside the project, so that those of whoever runs the tests stay as they are.
SNAPSHOTS = ROOT / ".pytest_cache" / "snapshots"
#: Files that take longest begin, so that no process is left with one of them when the others have ended.
LONGEST = (
    "test_planted_faults.py",
    "test_shapes.py",
    "test_competency.py",
    "test_export_graph.py",
    "test_hostile_entries.py",
    "test_crosswalks.py",
    "test_inference.py",
    "test_docs.py",
    "test_validate_cli.py",
    "test_reasoning.py",
    "test_adding_doc.py",
    "test_sssom_package.py",
    "test_no_network.py",
    "test_workspace.py",
    "test_sssom_import.py",
    "test_interface.py",
    "test_rules_data.py",
    "test_differential.py",
    "test_ontology.py",
    "test_owlready.py",
    "test_mapping_template.py",
)

# No test sees, or changes, the entries of whoever runs it.
os.environ["CYBERSTD_WORKSPACE"] = os.path.join(tempfile.gettempdir(), "cyberstd-kg-no-workspace")  # noqa: PTH118
if os.access(ROOT, os.W_OK):
    os.environ["CYBERSTD_CACHE"] = str(SNAPSHOTS)


def is_worker(config: pytest.Config) -> bool:
    """Tell whether this is one of several processes that run tests, and not the one that started them."""
    return hasattr(config, "workerinput")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the snapshot once, where several processes are about to need it."""
    if not is_worker(session.config) and getattr(session.config.option, "numprocesses", None):
        from cyberstd_kg.build.snapshot import open_snapshot

        open_snapshot(quiet=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files begin."""
    order = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.fixture(scope="session", autouse=True)
def no_snapshot_is_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Remove the snapshots of what lay among the files of the tests; that of the shipped graph stays."""
    yield
    mark = str(tmp_path_factory.getbasetemp()).encode()
    for pointer in SNAPSHOTS.glob("*/pointer"):
        if mark in pointer.read_bytes():
            shutil.rmtree(pointer.parent, ignore_errors=True)


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
