"""The comparison of definitions: all term entries of a concept side by side, facet by facet (``cyberstd compare``).

Genus and facets are our reading of the quoted words.  Which of them are shared, and where an entry is silent, is
computed by the saved questions ``definition-standing`` and ``definition-shared``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from cyberstd_kg.core.iris import expand
from cyberstd_kg.core.words import counted
from cyberstd_kg.definitions import words
from cyberstd_kg.definitions.entries import LineageLink, TermEntry, status_of
from cyberstd_kg.definitions.relations import RELATION_NAMES, Common, Relation, relations
from cyberstd_kg.definitions.shared import BY_REFERENCE, NOT_HELD, SILENT, SILENT_BY_REFERENCE, FacetCell, among
from cyberstd_kg.graph.lookup import Source

#: Columns of the CSV: a row for each entry, facet and value.
COLUMNS: Final = tuple(
    "entry text locator facet facet_label value value_label standing with holder status sources".split()
)
GENUS: Final = expand("cstd:genus")
#: Facets in the order in which a definition is read; others follow by their labels, the general one last.
_ORDER: Final = [
    expand(f"cstd:{name}") for name in "genus byMeans protects preserves forBeneficiary against inEnvironment".split()
]
_GENERAL: Final = expand("cstd:facet")


class Facet(NamedTuple):
    """One value of one facet: the IRIs of the entries that state it themselves, and of those that do by reference."""

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
    """What the words of a later entry kept of an earlier one; ``why_not`` is why they are not compared, or empty."""

    link: LineageLink
    pieces: tuple[words.Piece, ...]
    why_not: str

    @property
    def same(self) -> bool:
        """Whether the words are the same except for case."""
        return bool(self.pieces) and all(piece.what == words.KEPT for piece in self.pieces)

    def to_json(self) -> dict[str, Any]:
        """Return the step of a lineage as documented (docs/interface.md, ``compare``)."""
        link = self.link
        return {
            "from": link.start,
            "property": link.property,
            "property_label": link.property_label,
            "to": link.end,
            "to_label": link.end_label,
            "to_held": link.held,
            "said": link.said,
            "status": link.status,
            "sources": link.sources,
            "difference": [piece._asdict() for piece in self.pieces],
            "same": self.same,
            "why_not": self.why_not,
        }


class Comparison(NamedTuple):
    """The definitions of a concept side by side; ``total`` counts its entries, of which some may have been chosen."""

    concept: str
    label: str
    total: int
    entries: list[TermEntry]
    facets: list[Facet]
    cells: list[FacetCell]
    vocabularies: list[words.Vocabulary]
    lineage: list[Difference]
    relations: list[Relation]
    classes: dict[str, list[tuple[str, str]]]
    sources: dict[str, Source]

    @property
    def heading(self) -> str:
        """The term, the number of its definitions, and of those of which nothing is known."""
        count = len(self.entries)
        number = f"{count} of {self.total} definitions" if count < self.total else counted(count, "definition")
        unknown = sum(not self.has_facets(entry.iri) and not entry.definitions for entry in self.entries)
        return f"{self.label}: {number}" + (f", {unknown} of them not held" if unknown else "")

    @property
    def facet_names(self) -> dict[str, str]:
        """IRI → label of the facets that any entry has, in the order of reading."""
        return {facet.facet: facet.facet_label for facet in self.facets}

    def _cells_with(self, entry: str, standing: str) -> list[FacetCell]:
        return [cell for cell in self.cells if cell.entry == entry and cell.standing == standing]

    def silent(self, entry: str, *, by_reference: bool = False) -> list[str]:
        """Return the IRIs of the facets for which an entry states nothing though another does."""
        return [cell.facet for cell in self._cells_with(entry, SILENT_BY_REFERENCE if by_reference else SILENT)]

    def referred(self, entry: str) -> str:
        """Return the IRI of the entry from which *entry* has its facets by reference, or an empty string."""
        return next((cell.holder for cell in self._cells_with(entry, BY_REFERENCE)), "")

    def has_facets(self, entry: str) -> bool:
        """Tell whether genus and facets of an entry are known."""
        return not self._cells_with(entry, NOT_HELD)

    def citation(self, iri: str) -> str:
        """Return how to cite an entry, also one that is not among those compared."""
        known = {step.link.end: step.link.end_label for step in self.lineage}
        return next((entry.citation for entry in self.entries if entry.iri == iri), known.get(iri, iri))

    def grouped(self) -> dict[str, list[Relation]]:
        """Return the pairs of entries by the name of their relation, the closest relation first."""
        groups: dict[str, list[Relation]] = {}
        for relation in sorted(self.relations, key=lambda relation: RELATION_NAMES.index(relation.name)):
            groups.setdefault(relation.name, []).append(relation)
        return groups

    def rows(self) -> list[list[str]]:
        """Return the facet table: a row for each facet that any entry has, a column for each entry."""
        return [
            [name, *(self._values(facet, entry.iri) for entry in self.entries)]
            for facet, name in self.facet_names.items()
        ]

    def _values(self, facet: str, entry: str) -> str:
        values = [value for value in self.facets if value.facet == facet]
        if own := [value.value_label for value in values if entry in value.entries]:
            return ", ".join(own)
        if taken := [value.value_label for value in values if entry in value.by_reference]:
            return f"by reference: {', '.join(taken)}"
        return "silent" if self.has_facets(entry) else "not held"

    # ── As JSON (docs/interface.md, ``compare``) and as rows of a table ──

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as the documented JSON object."""
        return {
            "concept": {"iri": self.concept, "label": self.label},
            "total": self.total,
            "entries": [self._entry_json(entry) for entry in self.entries],
            "facets": [facet._asdict() for facet in self.facets],
            "cells": self._cells_json(),
            "words": [vocabulary.to_json() for vocabulary in self.vocabularies],
            "lineage": [step.to_json() for step in self.lineage],
            "relations": [relation.to_json() for relation in self.relations],
            "sources": [source._asdict() for _, source in sorted(self.sources.items())],
        }

    def _entry_json(self, entry: TermEntry) -> dict[str, Any]:
        return {
            **entry._asdict(),
            "sources": [source._asdict() for source in entry.sources],
            "definitions": [definition._asdict() for definition in entry.definitions],
            "held": self.has_facets(entry.iri),
            "by_reference_to": self.referred(entry.iri),
            "silent": self.silent(entry.iri),
            "classes": [{"iri": iri, "label": label} for iri, label in self.classes.get(entry.iri, [])],
        }

    def _cells_json(self) -> list[dict[str, Any]]:
        stating = {(facet.facet, facet.value): facet.entries for facet in self.facets}
        return [
            {
                "entry": cell.entry,
                "facet": cell.facet,
                "facet_label": cell.facet_label,
                "value": cell.value,
                "value_label": cell.value_label,
                "standing": cell.standing,
                "with": [entry for entry in stating.get((cell.facet, cell.value), ()) if entry != cell.entry],
                "holder": cell.holder,
                # A statement has the status of its sources; what is taken over or missing is computed.
                "status": status_of(cell.sources, self.sources) if cell.stated else "computed",
                "sources": [*cell.sources],
            }
            for cell in self.cells
        ]

    def table(self) -> list[list[str]]:
        """Return the cells as rows of :data:`COLUMNS`."""
        entries = {entry.iri: entry for entry in self.entries}
        rows = []
        for cell in self._cells_json():
            entry = entries[cell["entry"]]
            values = {**cell, "text": entry.text, "locator": entry.locator}
            texts = {name: " ".join(value) if isinstance(value, list) else str(value) for name, value in values.items()}
            rows.append([texts[name] for name in COLUMNS])
        return rows


def build(
    *,
    concept: tuple[str, str],
    entries: Sequence[TermEntry],
    chosen: Collection[str],
    cells: Sequence[FacetCell],
    common: Sequence[Common],
    links: Sequence[LineageLink],
    definitions: Mapping[str, TermEntry],
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
    :param classes: entry → its classes by reasoning, as IRI and label
    :param sources: IRI → source, of every source that is named
    """
    compared = [entry for entry in entries if entry.iri in chosen]
    number = {entry.iri: entry.number for entry in compared}

    def order(cell: FacetCell) -> tuple[Any, ...]:
        return number[cell.entry], facet_order(cell.facet, cell.facet_label), cell.value_label, cell.value

    of_compared = sorted(among(cells, number.keys()), key=order)
    texts = [
        words.Worded(entry.iri, definition.text, definition.lang)
        for entry in compared
        for definition in entry.definitions
    ]
    return Comparison(
        concept=concept[0],
        label=concept[1],
        total=len(entries),
        entries=compared,
        facets=_facets(of_compared, number, sources),
        cells=of_compared,
        vocabularies=words.vocabularies(texts),
        lineage=[_difference(link, definitions[link.start], definitions[link.end]) for link in links],
        relations=relations(compared, of_compared, common, links),
        classes={entry.iri: list(classes.get(entry.iri, [])) for entry in compared},
        sources=dict(sources),
    )


def facet_order(facet: str, label: str) -> tuple[int, str]:
    """Return the sort key of a facet: the genus first, the general facet last."""
    if facet in _ORDER:
        return _ORDER.index(facet), ""
    return len(_ORDER) + (facet == _GENERAL), label


def _facets(cells: Sequence[FacetCell], number: Mapping[str, int], sources: Mapping[str, Source]) -> list[Facet]:
    grouped: dict[tuple[str, str], list[FacetCell]] = {}
    for cell in cells:
        if cell.value:
            grouped.setdefault((cell.facet, cell.value), []).append(cell)

    def order(facet: Facet) -> tuple[Any, ...]:
        first = min((number[entry] for entry in (*facet.entries, *facet.by_reference)), default=0)
        return facet_order(facet.facet, facet.facet_label), -len(facet.entries), first, facet.value_label

    return sorted((_facet(same, sources) for same in grouped.values()), key=order)


def _facet(cells: Sequence[FacetCell], sources: Mapping[str, Source]) -> Facet:
    """Return a value of a facet from its cells, at least one."""
    graphs = {source for cell in cells for source in cell.sources}
    first = next((cell for cell in cells if cell.stated), cells[0])
    return Facet(
        facet=first.facet,
        facet_label=first.facet_label,
        value=first.value,
        value_label=first.value_label,
        entries=[cell.entry for cell in cells if cell.stated],
        standing=first.standing,
        by_reference=[cell.entry for cell in cells if not cell.stated],
        status=status_of(graphs, sources),
        sources=sorted(graphs),
    )


def _difference(link: LineageLink, later: TermEntry, earlier: TermEntry) -> Difference:
    if link.property == expand("cstd:definedByReferenceTo"):
        return Difference(link, (), "taken over as a whole, by naming it")
    if not earlier.definitions:
        return Difference(link, (), "only the name of the earlier entry is known, not its words")
    if not later.definitions:
        return Difference(link, (), "the words of the later entry are not held")
    pairs = (
        (old, new)
        for new in later.definitions
        for old in earlier.definitions
        if words.language(new.lang) == words.language(old.lang)
    )
    old, new = next(pairs, (None, None))
    if old is None or new is None:
        return Difference(link, (), "the two are held in different languages")
    if why_not := words.comparable(new.lang):
        return Difference(link, (), why_not)
    pieces = tuple(words.difference(old.text, new.text))
    return Difference(link, pieces, "" if pieces else "too long to compare word by word")
