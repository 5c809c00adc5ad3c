"""Everything about one entity.

- ``audit``: the share of statements with a described source
- ``card``: every statement about an entity, with its sources
- ``objects``: standards, texts and provisions as Python objects
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.cards import audit, card, objects

__all__ = ["audit", "card", "objects"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
