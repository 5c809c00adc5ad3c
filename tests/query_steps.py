"""How much work a query is, in solutions that the engine goes through: the same number on every machine.

The command ``oxigraph``, which is the engine in a process of its own, counts them when it explains a query.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

PROGRAM = Path(sys.executable).parent / "oxigraph"
#: Seconds after which a query that does not end is given up.
PATIENCE = 600


class QuerySteps:
    """Counts the steps of queries over some statements.

    :param quads: the statements
    :param folder: an empty folder for a store
    """

    def __init__(self, quads: Collection[ox.Quad], folder: Path) -> None:
        if not PROGRAM.exists():
            pytest.skip("needs the program oxigraph beside this Python, which 'make test' installs")
        self.quads = len(quads)
        self._store, self._explained = folder / "store", folder / "explained.json"
        store = ox.Store(str(self._store))
        store.bulk_extend(quads)
        store.flush()

    def of(self, text: str) -> int:
        """Return how many solutions all parts of a query have together."""
        command = [PROGRAM, "query", "--location", self._store, "--query", text, "--results-format", "json"]
        subprocess.run(
            [*command, "--explain-file", self._explained, "--stats"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            check=True,
        )
        return _solutions(json.loads(self._explained.read_text(encoding="utf-8"))["plan"])


def _solutions(part: dict[str, Any]) -> int:
    return int(part.get("number of results") or 0) + sum(_solutions(below) for below in part.get("children", ()))
