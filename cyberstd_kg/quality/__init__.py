"""The ontology, checked by rules after those of public checkers (docs/decisions/0020-quality-rules.md).

- ``rules``: the rules and their findings
"""

from __future__ import annotations

from cyberstd_kg.core.doors import door

__all__ = ["rules"]
__getattr__ = door(__name__, __all__)
