"""What follows from the mapping sets, with a proof (docs/decisions/0016-crosswalk-algebra.md).

- ``closure``: everything that follows from the rows and the structure
- ``consistency``: can all published rows be true together?
- ``contradictions``: minimal sets of conflicting rows
- ``derived``: derived mappings as statements and as SSSOM
- ``gaps``: what of one text another covers: yes, possibly, no
- ``network``: rows, sets and structure, read from the graph
- ``pairs``: pairs of provisions, published or derived, and their verdicts
- ``why``: the proof that links two provisions, step by step
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.crosswalks import closure, consistency, contradictions, derived, gaps, network, pairs, why

__all__ = ["closure", "consistency", "contradictions", "derived", "gaps", "network", "pairs", "why"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
