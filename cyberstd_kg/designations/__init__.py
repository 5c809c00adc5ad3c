"""From what people and registries write to keys, names and IRIs.

- ``keys``: the key that all spellings of a reference share
- ``naming``: designations as people write them, as IRIs
- ``printed``: designations as registries print them, as IRIs
- ``records``: what one record of a registry says, as statements
- ``spelling``: words: British and American spelling are one; near spellings
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.designations import keys, naming, printed, records, spelling

__all__ = ["keys", "naming", "printed", "records", "spelling"]
__getattr__ = door(__name__, __all__)
