"""cyberstd-kg: the knowledge graph of cybersecurity standards.

>>> import cyberstd_kg
>>> kg = cyberstd_kg.load()
>>> kg.show("ISO/IEC 27400:2022").designation
'ISO/IEC 27400:2022'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cyberstd_kg.core.version import __version__

__all__ = ["__version__", "load"]

if TYPE_CHECKING:
    from cyberstd_kg.api.graph import load
else:

    def __getattr__(name: str) -> Any:
        """Load the knowledge graph's module only when ``load`` is first used (PEP 562)."""
        if name != "load":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from cyberstd_kg.api import graph

        return graph.load
