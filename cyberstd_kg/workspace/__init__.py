"""The user's own entries, on top of the shipped graph.

- ``changes``: the workspace: adds, removes, lists and validates entries
- ``entry_kinds``: the kinds of entry that a user can begin
- ``import_checks``: a foreign mapping set, checked against the graph
- ``import_sets``: foreign mapping sets, read into the workspace
- ``set_template``: the template of a mapping set
- ``template``: the template of an entry
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.workspace import changes, entry_kinds, import_checks, import_sets, set_template, template

__all__ = ["changes", "entry_kinds", "import_checks", "import_sets", "set_template", "template"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
