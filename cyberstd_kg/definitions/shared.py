"""Which values of genus and facets the definitions of a concept share, state alone, or do not state (pure; over rows).

The saved question ``definition-standing`` answers this for all entries of a concept; :func:`among` answers it for some
of them.  A test checks that both agree where all are chosen.
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
#: Of values that an entry states itself.
STATED: Final = (SHARED_BY_ALL, SHARED, ONLY_HERE)


class FacetCell(NamedTuple):
    """An entry, a facet, and a value of it (or none); all but labels and ``standing`` are IRIs.

    ``standing`` is one of the constants above.  ``holder`` is the entry that states the value: the entry itself, or the
    one to which it refers for its whole definition; where there is no value, the entry that is silent.  Holder, facet
    and value are empty where nothing of the entry is known.
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
        """Whether the entry states the value itself."""
        return self.standing in STATED


def among(cells: Iterable[FacetCell], chosen: Collection[str]) -> list[FacetCell]:
    """Return the cells of the *chosen* entries, compared with these entries only.

    Silence on a facet of which none of them states a value is left out.
    """
    of_chosen = [cell for cell in cells if cell.entry in chosen]
    own = [cell for cell in of_chosen if cell.stated]
    stating: dict[tuple[str, str], set[str]] = {}
    for cell in own:
        stating.setdefault((cell.facet, cell.value), set()).add(cell.entry)
    with_facets = {cell.entry for cell in own}
    facets = {cell.facet for cell in own}
    compared = []
    for cell in of_chosen:
        if cell.stated:
            count = len(stating[cell.facet, cell.value])
            standing = ONLY_HERE if count == 1 else SHARED_BY_ALL if count == len(with_facets) else SHARED
            compared.append(cell._replace(standing=standing))
        elif cell.standing not in (SILENT, SILENT_BY_REFERENCE) or cell.facet in facets:
            compared.append(cell)
    return compared
