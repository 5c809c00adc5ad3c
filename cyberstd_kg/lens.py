"""The definition lens: all term entries of a concept side by side, facet by facet (``cyberstd compare``).

Genus and facets are our reading of the quoted words; what they share, and where one is silent, is computed by the saved
questions ``definition-standing`` and ``definition-shared``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from cyberstd_kg import definitionwords as words
from cyberstd_kg.definitionrelations import TELLING, Common, Relation, relations
from cyberstd_kg.definitions import Entry, Link, status_of
from cyberstd_kg.iris import expand
from cyberstd_kg.lookup import Source
from cyberstd_kg.standing import BY_REFERENCE, NOT_HELD, SILENT, SILENT_BY_REFERENCE, Cell, among

GENUS: Final = expand("cstd:genus")
#: Facets in the order in which a definition is read; others follow by their labels, the general one last.
_ORDER: Final = tuple(
    map(
        expand,
        (
            *("cstd:genus", "cstd:byMeans", "cstd:protects", "cstd:preserves", "cstd:forBeneficiary", "cstd:against"),
            "cstd:inEnvironment",
        ),
    )
)
_GENERAL: Final = expand("cstd:facet")


class Facet(NamedTuple):
    """One value of one facet, and the IRIs of the entries that state it themselves; those by reference apart."""

    facet: str
    facet_label: str
    value: str
    value_label: str
    entries: list[str]
    standing: str
    by_reference: list[str]
    status: str
    sources: list[str]


class Difference(NamedTuple):
    """What the words of a later entry kept of an earlier one; ``why_not`` tells why that is not told, or is empty."""

    link: Link
    pieces: tuple[words.Piece, ...]
    why_not: str

    @property
    def same(self) -> bool:
        """Whether the words are the same but for case."""
        return bool(self.pieces) and all(piece.what == words.KEPT for piece in self.pieces)


class Comparison(NamedTuple):
    """The definitions of a concept side by side; ``total`` counts its entries, of which some may have been chosen."""

    concept: str
    label: str
    total: int
    entries: list[Entry]
    facets: list[Facet]
    cells: list[Cell]
    vocabularies: list[words.Vocabulary]
    lineage: list[Difference]
    relations: list[Relation]
    classes: dict[str, list[tuple[str, str]]]
    sources: dict[str, Source]

    @property
    def heading(self) -> str:
        """The term and how many definitions it has, of how many nothing is held."""
        count = len(self.entries)
        some = (
            f"{count} of {self.total} definitions" if count < self.total else f"{count} definition{'s' * (count != 1)}"
        )
        lacking = sum(not self.held(entry.iri) and not entry.definitions for entry in self.entries)
        return f"{self.label}: {some}" + (f", {lacking} of them not held" if lacking else "")

    @property
    def facet_names(self) -> dict[str, str]:
        """IRI → label of the facets that any entry has, in the order of reading."""
        return {facet.facet: facet.facet_label for facet in self.facets}

    def silent(self, entry: str, *, by_reference: bool = False) -> list[str]:
        """Return the IRIs of the facets for which an entry states nothing though another does."""
        wanted = SILENT_BY_REFERENCE if by_reference else SILENT
        return [cell.facet for cell in self.cells if cell.entry == entry and cell.standing == wanted]

    def referred(self, entry: str) -> str:
        """Return the IRI of the entry whose facets *entry* has by reference, or an empty string."""
        return next((cell.holder for cell in self.cells if cell.entry == entry and cell.standing == BY_REFERENCE), "")

    def held(self, entry: str) -> bool:
        """Tell whether anything of genus and facets of an entry is held."""
        return not any(cell.entry == entry and cell.standing == NOT_HELD for cell in self.cells)

    def place(self, iri: str) -> str:
        """Return how an entry is cited, whether it is among those compared or not."""
        known = {link.link.end: link.link.end_label for link in self.lineage}
        return next((entry.place for entry in self.entries if entry.iri == iri), known.get(iri, iri))

    def grouped(self) -> dict[str, list[Relation]]:
        """Return the pairs of entries by the name of their relation, the most telling relation first."""
        found: dict[str, list[Relation]] = {}
        for relation in sorted(self.relations, key=lambda r: TELLING.index(r.name)):
            found.setdefault(relation.name, []).append(relation)
        return found

    def rows(self) -> list[list[str]]:
        """Return the facet table: a row for each facet that any entry has, a column for each entry."""
        table = []
        for facet, name in self.facet_names.items():
            row = [name]
            for entry in self.entries:
                own = [f.value_label for f in self.facets if f.facet == facet and entry.iri in f.entries]
                taken = [f.value_label for f in self.facets if f.facet == facet and entry.iri in f.by_reference]
                told = ", ".join(own) or (f"by reference: {', '.join(taken)}" if taken else "")
                row.append(told or ("silent" if self.held(entry.iri) else "not held"))
            table.append(row)
        return table

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as the documented JSON object."""
        from cyberstd_kg.lensjson import comparison

        return comparison(self)


def build(
    *,
    concept: tuple[str, str],
    entries: Sequence[Entry],
    chosen: Collection[str],
    cells: Sequence[Cell],
    common: Sequence[Common],
    links: Sequence[Link],
    definitions: Mapping[str, Entry],
    classes: Mapping[str, list[tuple[str, str]]],
    sources: Mapping[str, Source],
) -> Comparison:
    """Put the definitions of a concept side by side.

    :param concept: IRI and label
    :param entries: all its entries
    :param chosen: IRIs of those to compare
    :param cells: the answer to ``definition-standing``
    :param common: the answer to ``definition-shared``
    :param links: the lineage of the chosen entries
    :param definitions: IRI → entry, of every entry of the lineage
    :param classes: entry → the classes that it is in by reasoning, as IRI and label
    :param sources: IRI → source, of every source that is named
    """
    kept = [entry for entry in entries if entry.iri in chosen]
    rank = {entry.iri: entry.number for entry in kept}
    found = sorted(among(cells, rank.keys()), key=lambda c: (rank[c.entry], facet_order(c), c.value_label, c.value))
    texts = [
        words.Worded(entry.iri, definition.text, definition.lang) for entry in kept for definition in entry.definitions
    ]
    return Comparison(
        concept=concept[0],
        label=concept[1],
        total=len(entries),
        entries=kept,
        facets=_facets(found, rank, sources),
        cells=found,
        vocabularies=words.vocabularies(texts),
        lineage=[_difference(link, definitions) for link in links],
        relations=relations(kept, found, common, links),
        classes={entry.iri: list(classes.get(entry.iri, [])) for entry in kept},
        sources=dict(sources),
    )


def facet_order(cell: Cell) -> tuple[int, str]:
    """Return what facets are sorted by: the genus first, the general facet last."""
    if cell.facet in _ORDER:
        return _ORDER.index(cell.facet), ""
    return len(_ORDER) + (cell.facet == _GENERAL), cell.facet_label


def _facets(cells: Sequence[Cell], rank: Mapping[str, int], sources: Mapping[str, Source]) -> list[Facet]:
    grouped: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        if cell.value:
            grouped.setdefault((cell.facet, cell.value), []).append(cell)
    found = []
    for (facet, value), same in grouped.items():
        own = [cell for cell in same if cell.stated]
        told = own or same
        found.append(
            Facet(
                facet,
                same[0].facet_label,
                value,
                same[0].value_label,
                [cell.entry for cell in own],
                told[0].standing,
                [cell.entry for cell in same if not cell.stated],
                status_of({source for cell in same for source in cell.sources}, sources),
                sorted({source for cell in same for source in cell.sources}),
            )
        )
    order = {(cell.facet, cell.value): facet_order(cell) for cell in cells}

    def key(facet: Facet) -> tuple[tuple[int, str], int, int, str]:
        first = min((rank[entry] for entry in (*facet.entries, *facet.by_reference)), default=0)
        return order[facet.facet, facet.value], -len(facet.entries), first, facet.value_label

    return sorted(found, key=key)


def _difference(link: Link, entries: Mapping[str, Entry]) -> Difference:
    later, earlier = entries[link.start], entries[link.end]
    if link.property == expand("cstd:definedByReferenceTo"):
        return Difference(link, (), "taken over whole, by naming it")
    if not earlier.definitions:
        return Difference(link, (), "only the name of the earlier entry is known, not its words")
    if not later.definitions:
        return Difference(link, (), "the words of the later entry are not held")
    pairs = [
        (old, new)
        for new in later.definitions
        for old in earlier.definitions
        if words.language(new.lang) == words.language(old.lang)
    ]
    if not pairs:
        return Difference(link, (), "the two are held in different languages")
    old, new = pairs[0]
    if why_not := words.comparable(new.lang):
        return Difference(link, (), why_not)
    pieces = tuple(words.difference(old.text, new.text))
    return Difference(link, pieces, "" if pieces else "too long to compare word by word")
