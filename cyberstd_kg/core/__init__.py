"""What every room uses: errors, names, days, files.

- ``assets``: where the shipped files and the user's workspace are
- ``days``: days and intervals of days, read as people write them, written as short as possible
- ``doors``: how a room offers its modules without loading them
- ``errors``: what can go wrong, and what the user can do about it
- ``files``: finding and reading files, writing them all or nothing, and locking them
- ``hierarchy``: everything above a node, in any number of steps
- ``iris``: namespaces; minting, parsing and shortening IRIs
- ``ordering``: the natural order of locators, designations and names
- ``version``: the version of the package
- ``words``: lines that fit, near misses, articles, plurals

It imports no other room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.core import assets, days, doors, errors, files, hierarchy, iris, ordering, version, words

__all__ = ["assets", "days", "doors", "errors", "files", "hierarchy", "iris", "ordering", "version", "words"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
