"""The ontology, checked by rules after those of public checkers (docs/decisions/0020-quality-rules.md).

- ``rules``: the rules and their findings
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.quality import rules

__all__ = ["rules"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
