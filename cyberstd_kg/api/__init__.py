"""The Python interface: ``cyberstd_kg.load()`` gives a :class:`~cyberstd_kg.api.graph.KnowledgeGraph`.

- ``graph``: the knowledge graph: ask it, look things up, take it away
- ``mappings``: crosswalks, proofs and gaps
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.api import graph, mappings

__all__ = ["graph", "mappings"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
