"""Build hook: the wheel carries the shipped graph as ``cyberstd_kg/assets/``.

An editable install gets nothing: it finds the folders beside the package, and a copy would go stale.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = ("ontology", "data", "queries", "shapes")


class AssetsHook(BuildHookInterface[Any]):
    """Adds the asset folders that exist to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fill hatchling's ``force_include`` (source folder → folder in the wheel), before the wheel is made."""
        if version == "editable":
            return
        for folder in ASSETS:
            if (Path(self.root) / folder).is_dir():
                build_data["force_include"][folder] = f"cyberstd_kg/assets/{folder}"
