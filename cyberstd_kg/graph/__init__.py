"""Reading the compiled graph.

- ``lookup``: statements by pattern, values and sources
- ``ranks``: which kind is preferred among entities of one name
- ``resolve``: references as people write them → IRIs
- ``search``: full-text search
- ``statements``: the statements as tables of the index
- ``view``: the statements in the engine's store, with a change applied
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.graph import lookup, ranks, resolve, search, statements, view

__all__ = ["lookup", "ranks", "resolve", "search", "statements", "view"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
