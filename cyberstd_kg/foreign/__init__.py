"""Shared by all readers of foreign files: trees, and the report of an import.

- ``json_trees``: JSON and JSON Lines as trees
- ``report``: what an import did not take over, and why
- ``trees``: what a tree is, and the limits within which files are read
- ``yaml_trees``: YAML as trees

Nothing in a file is run, and nothing is fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.foreign import json_trees, report, trees, yaml_trees

__all__ = ["json_trees", "report", "trees", "yaml_trees"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
