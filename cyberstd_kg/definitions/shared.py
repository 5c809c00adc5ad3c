"""How definitions of a concept stand to each other in genus and facets: shared, only here, silent (pure; over rows).

The saved question ``definition-standing`` tells the standing of every entry of a concept; :func:`among` tells it of
some of them.  A test holds that both say the same of all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

SHARED_BY_ALL: Final = "shared by all"
SHARED: Final = "shared"
ONLY_HERE: Final = "only here"
BY_REFERENCE: Final = "by reference"
SILENT: Final = "silent"
SILENT_BY_REFERENCE: Final = "silent by reference"
NOT_HELD: Final = "not held"
#: What an entry states itself.
STATED: Final = (SHARED_BY_ALL, SHARED, ONLY_HERE)


class FacetCell(NamedTuple):
    """An entry, a facet, and a value of it (or none), with the standing; all but labels and standing are IRIs.

    ``holder`` is the entry that states it: the entry itself, or the one to which it refers for its whole definition; of
    a silence the one that is silent.  Empty where nothing of the entry is held; so are then facet and value.
    """

    entry: str
    facet: str
    facet_label: str
    value: str
    value_label: str
    standing: str
    holder: str
    sources: tuple[str, ...]

    @property
    def stated(self) -> bool:
        """Whether the entry states it itself."""
        return self.standing in STATED


def among(cells: Iterable[FacetCell], chosen: Collection[str]) -> list[FacetCell]:
    """Return the cells of the *chosen* entries, with the standing that they have among these.

    A silence for a facet for which none of them states anything is left out.
    """
    kept = [cell for cell in cells if cell.entry in chosen]
    own = [cell for cell in kept if cell.stated]
    speaking = {cell.entry for cell in own}
    holders = by_value(own)
    facets = {cell.facet for cell in own}
    found = []
    for cell in kept:
        if cell.stated:
            count = len(holders[cell.facet, cell.value])
            standing = ONLY_HERE if count == 1 else SHARED_BY_ALL if count == len(speaking) else SHARED
            found.append(cell._replace(standing=standing))
        elif cell.standing not in (SILENT, SILENT_BY_REFERENCE) or cell.facet in facets:
            found.append(cell)
    return found


def by_value(cells: Iterable[FacetCell]) -> dict[tuple[str, str], set[str]]:
    """Return (facet, value) → the entries that state it themselves."""
    found: dict[tuple[str, str], set[str]] = {}
    for cell in cells:
        if cell.stated:
            found.setdefault((cell.facet, cell.value), set()).add(cell.entry)
    return found


def values_of(cells: Iterable[FacetCell], entry: str, *, own: bool = True) -> set[tuple[str, str]]:
    """Return (facet, value) of one entry; without *own* also those that it has by reference."""
    wanted = STATED if own else (*STATED, BY_REFERENCE)
    return {(cell.facet, cell.value) for cell in cells if cell.entry == entry and cell.standing in wanted}
