"""Designations and names, as people and registries write them, as keys and IRIs.

- ``keys``: the key that all spellings of a reference share
- ``naming``: designations as people write them, as IRIs
- ``printed``: designations as registries print them, as IRIs
- ``records``: the record of a document in a registry, as statements
- ``spelling``: British and American spelling become one; near spellings
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.designations import keys, naming, printed, records, spelling

__all__ = ["keys", "naming", "printed", "records", "spelling"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
