"""The definitions of a term, compared facet by facet (docs/decisions/0017-definition-lens.md).

- ``blocks``: facets in groups, and the comparison in words
- ``comparison``: all term entries of a concept side by side
- ``entries``: the term entries that define a concept
- ``picture``: a comparison as an SVG picture
- ``relations``: how two definitions relate, and why
- ``shared``: which facet values are shared, found in one entry only, or not stated
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.definitions import blocks, comparison, entries, picture, relations, shared

__all__ = ["blocks", "comparison", "entries", "picture", "relations", "shared"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
