"""Records of registries to entries: Relaton and ISO Open Data (docs/importing.md).

- ``registries``: reads the files of an import, in any of its formats
- ``writing``: writes the files of entries
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.importers import registries, writing

__all__ = ["registries", "writing"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
